"""HTTP: recordings, parties, works, search."""
