"""Which program of General MIDI stands for which instrument of the house, and which key of its drums for which piece.

The first program that a SoundFont has is played. What General MIDI has no sound for stays with the house's own
instruments.
Source: General MIDI System Level 1 (RP-003), sound set and percussion map; kits as in General MIDI 2 and Roland GS.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DRUM_BANK = 128
"""Where SoundFonts keep drum kits (SoundFont 2.04, section 7.2)."""

PROGRAMS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "grand-piano": (0, 1, 2), "electric-piano": (4, 5), "organ": (16, 18, 17), "accordion": (21, 23),
        "harmonica": (22,), "celesta": (8,), "music-box": (10, 8), "vibraphone": (11,), "marimba": (12, 13),
        "bell": (14, 9),
        "nylon-guitar": (24,), "steel-guitar": (25, 24), "electric-guitar": (27, 26), "muted-guitar": (28, 27),
        "distorted-guitar": (30, 29), "banjo": (105, 25), "double-bass": (32, 33), "electric-bass": (33, 34, 35),
        "synth-bass": (38, 39), "sub-bass": (39, 38), "reese-bass": (39, 38),
        "strings": (48, 49), "pizzicato": (45,), "brass": (61, 62), "horns": (60, 61), "saxophone": (66, 65, 67),
        "clarinet": (71,), "flute": (73,), "aah-voice": (52, 53), "ooh-voice": (53, 52),
        "chip-square": (80,), "supersaw": (81, 90), "lead-synth": (81, 80), "pad": (89, 88, 50),
        "pluck-synth": (84, 81), "arp-synth": (81, 80),
    }
)  # fmt: skip
"""Singers of words and the chip's triangle are not in it: nothing in General MIDI is like them."""

KITS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "acoustic-kit": (0,), "brush-kit": (40, 32, 0), "808-kit": (25, 24, 0), "909-kit": (24, 25, 0),
        "lofi-kit": (32, 8, 0), "latin-kit": (0,), "afro-kit": (0,), "rock-kit": (16, 0),
        "orchestral-kit": (48, 0), "jungle-kit": (16, 0),
    }
)  # fmt: skip
"""Programs of the drum bank, the first that a font has; hand and folk drums have no kit of their own there."""

DRUM_KEYS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "kick": (36, 35), "snare": (38, 40), "rim": (37,), "clap": (39,), "hat": (42,), "open-hat": (46,),
        "pedal-hat": (44, 42), "tom-low": (45, 41, 43), "tom-mid": (47, 45), "tom-high": (50, 48),
        "crash": (49, 57), "ride": (51, 59),
        "shaker": (82, 70), "tambourine": (54,), "conga-low": (64,), "conga-high": (63,), "bongo": (60,),
        "cowbell": (56,), "clave": (75,), "guiro": (73, 74), "surdo": (87, 41),
    }
)  # fmt: skip
"""Keys of the percussion map for each piece, the first that sounds."""
