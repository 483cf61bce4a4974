"""HTTP: API keys and the audit log."""
