"""Where the channels of a sound stand: speakers by name, and the layouts that files mean when they say only a number.

Source: ITU-R BS.775 and BS.2051 (positions); WAVEFORMATEXTENSIBLE (names and their order); RFC 9639 section 9.1.3
(FLAC).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Speaker(StrEnum):
    """In the order of the bits of a WAVE channel mask."""

    LEFT = "FL"
    RIGHT = "FR"
    CENTRE = "FC"
    LOW = "LFE"
    BACK_LEFT = "BL"
    BACK_RIGHT = "BR"
    LEFT_OF_CENTRE = "FLC"
    RIGHT_OF_CENTRE = "FRC"
    BACK_CENTRE = "BC"
    SIDE_LEFT = "SL"
    SIDE_RIGHT = "SR"
    TOP_CENTRE = "TC"
    TOP_LEFT = "TFL"
    TOP_FRONT = "TFC"
    TOP_RIGHT = "TFR"
    TOP_BACK_LEFT = "TBL"
    TOP_BACK_CENTRE = "TBC"
    TOP_BACK_RIGHT = "TBR"


Layout = tuple[Speaker, ...]
"""One speaker for each channel, in the order of the channels."""

_USUAL: Final = {
    1: "FC",
    2: "FL FR",
    3: "FL FR FC",
    4: "FL FR BL BR",
    5: "FL FR FC BL BR",
    6: "FL FR FC LFE BL BR",
    7: "FL FR FC LFE BC SL SR",
    8: "FL FR FC LFE BL BR SL SR",
}

_VORBIS: Final = {
    3: "FL FC FR",
    4: "FL FR BL BR",
    5: "FL FC FR BL BR",
    6: "FL FC FR BL BR LFE",
    7: "FL FC FR SL SR BC LFE",
    8: "FL FC FR SL SR BL BR LFE",
}


def usual_layout(channels: int) -> Layout:
    """What a file means that says only how many channels it has; () for a number that means nothing."""
    return tuple(Speaker(name) for name in _USUAL.get(channels, "").split())


def vorbis_layout(channels: int) -> Layout:
    """The layout of so many channels in Vorbis and Opus. Source: Vorbis I, section 4.3.9; RFC 7845, section 5.1.1.2."""
    return tuple(Speaker(name) for name in _VORBIS[channels].split()) if channels in _VORBIS else usual_layout(channels)


def layout_of_mask(mask: int, channels: int) -> Layout:
    """The layout of a WAVE channel mask; the usual one where the mask does not name each channel."""
    named = tuple(speaker for bit, speaker in enumerate(Speaker) if mask >> bit & 1)
    return named if len(named) == channels else usual_layout(channels)


def layout_of_names(names: tuple[str, ...]) -> Layout:
    """The layout of speakers by their short names (FL, FR, ...); the usual one where a name is not known."""
    known = {speaker.value: speaker for speaker in Speaker}
    found = tuple(known[name] for name in names if name in known)
    return found if len(found) == len(names) else usual_layout(len(names))
