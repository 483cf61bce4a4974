"""HTTP: statements."""
