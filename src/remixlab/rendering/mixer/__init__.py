"""Mixing: the strips of a result with their levels, automation, effects and sends, and the console that sums them."""

from remixlab.rendering.mixer.console import BLOCK_SEGMENTS, BUS, ECHO, ROOM, SEGMENT_FRAMES, Console
from remixlab.rendering.mixer.mix import console_of
from remixlab.rendering.mixer.plugged_in import PerformedNode
from remixlab.rendering.mixer.session import Session
from remixlab.rendering.mixer.strips import Strip
from remixlab.rendering.mixer.takes import TakeNode

__all__ = [
    "BLOCK_SEGMENTS",
    "BUS",
    "ECHO",
    "ROOM",
    "SEGMENT_FRAMES",
    "Console",
    "PerformedNode",
    "Session",
    "Strip",
    "TakeNode",
    "console_of",
]
