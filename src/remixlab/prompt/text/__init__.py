"""Words: cleaned, tagged by the lexicons of six languages, cut into clauses."""
