"""How well recordings are heard, and the songs with exact truth on which that is measured."""
