"""Hear recordings: decoded, separated, listened to, each once and cached by content."""

from remixlab.usecases.hearing.feel import hear_feel
from remixlab.usecases.hearing.hear import (
    check_length,
    fits_in_memory,
    hear,
    hear_analysis,
    hear_sound,
    hear_stems,
    sound_blocks,
)
from remixlab.usecases.hearing.separate_file import separate_file
from remixlab.usecases.hearing.windows import analyse

__all__ = [
    "analyse",
    "check_length",
    "fits_in_memory",
    "hear",
    "hear_analysis",
    "hear_feel",
    "hear_sound",
    "hear_stems",
    "separate_file",
    "sound_blocks",
]
