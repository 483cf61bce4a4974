"""HTTP: verify and identify."""
