"""Sounds to train on: one pool of licensed and synthesised stems, with the source and licence of each."""
