"""HTTP: consents, withdrawals, approvals."""
