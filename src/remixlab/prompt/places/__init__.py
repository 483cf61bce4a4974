"""Places as people say them, and where they lie in a recording."""
