"""Trained networks: loaded once, run on one thread, described by a card. No music in here."""
