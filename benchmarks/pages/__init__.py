"""Pages of docs/transparency that are written from rows of results."""
