"""HTTP: quarantine, and what people attested."""
