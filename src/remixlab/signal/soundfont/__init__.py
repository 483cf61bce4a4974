"""A player for SoundFonts (SF2, SF3) that a user brings: bytes in, a `SoundFont` out, and takes like those of our own
instruments.

`read_soundfont` trusts nothing in the file. `rehearse_on` and `rehearse_kit_on` give the same kind of Take as
`rehearse`, for the instruments of the house by their General MIDI programs. No files, no clock, no dice; the same
samples on any number of threads.
"""

from remixlab.signal.soundfont.font import Preset, Sample, SoundFont, read_soundfont
from remixlab.signal.soundfont.take import (
    find_preset,
    perform_hits,
    perform_notes,
    rehearse_kit_on,
    rehearse_on,
    sounds_on,
)

__all__ = [
    "Preset",
    "Sample",
    "SoundFont",
    "find_preset",
    "perform_hits",
    "perform_notes",
    "read_soundfont",
    "rehearse_kit_on",
    "rehearse_on",
    "sounds_on",
]
