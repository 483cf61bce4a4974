"""Listening: beats, bars, key, chords, sections, melody, bass, drums and levels of one recording, as one Analysis."""

from remixlab.listening.heads import Ears, own_ears
from remixlab.listening.listen import listen
from remixlab.listening.picture import draw

__all__ = ["Ears", "draw", "listen", "own_ears"]
