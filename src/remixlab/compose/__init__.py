"""The project's own composer: scores, performances with stems, and the exact truth about them.

`compose` writes a piece from a brief, `perform` plays and mixes it, `sketch` does both for a short one; `demo` holds
the demonstration catalogue. The same brief and seed give the same piece, to the sample.
"""

from remixlab.compose.band import band_names
from remixlab.compose.composer import Brief, compose
from remixlab.compose.demo import demo_brief, demo_catalogue, demo_slugs, perform_demo
from remixlab.compose.performance import Performance, perform
from remixlab.compose.score import Player, Score, ScoreChord, ScoreSection
from remixlab.compose.sketch import sketch

__all__ = [
    "Brief",
    "Performance",
    "Player",
    "Score",
    "ScoreChord",
    "ScoreSection",
    "band_names",
    "compose",
    "demo_brief",
    "demo_catalogue",
    "demo_slugs",
    "perform",
    "perform_demo",
    "sketch",
]
