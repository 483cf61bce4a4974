"""The sound makers: plucked, struck, sustained and sung instruments, and drum kits. Notes in, stereo samples out.

`play` and `play_kit` perform a whole part; `rehearse` and `rehearse_kit` give a Take that renders any stretch of it
with the same samples. Everything is a function of its arguments: no dice, no clock, no files.
"""

from remixlab.signal.instruments.instrument import Instrument, Kit
from remixlab.signal.instruments.kits import KITS, PIECES
from remixlab.signal.instruments.notes import HitEvent, NoteEvent
from remixlab.signal.instruments.registry import INSTRUMENTS
from remixlab.signal.instruments.take import Take, Together, play, play_kit, rehearse, rehearse_kit

__all__ = [
    "INSTRUMENTS",
    "KITS",
    "PIECES",
    "HitEvent",
    "Instrument",
    "Kit",
    "NoteEvent",
    "Take",
    "Together",
    "play",
    "play_kit",
    "rehearse",
    "rehearse_kit",
]
