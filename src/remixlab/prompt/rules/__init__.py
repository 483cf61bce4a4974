"""What each kind of clause asks for: one file for each kind."""
