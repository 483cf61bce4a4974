"""HTTP: refused prompts."""
