"""HTTP: statements and the ledger."""
