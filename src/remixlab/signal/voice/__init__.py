"""The singing voice: resynthesised, doubled, harmonised."""
