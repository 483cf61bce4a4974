"""What is in the pack: every instrument, which preset of which open collection it is taken from, and how it is made
smaller.

A change here is another pack: give `VERSION` in `pyproject.toml` a new number with it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

SourceId = Literal["fluid", "musescore"]


class Source(NamedTuple):
    """One collection as Debian packs it."""

    package: str
    version: str
    file: str
    deb_sha256: str
    licence: str
    makers: str
    url: str


SOURCES: dict[SourceId, Source] = {
    "fluid": Source(
        "fluid-soundfont-gm", "3.1-5.3", "usr/share/sounds/sf2/FluidR3_GM.sf2",
        "6f531493ac4e4d9772fd96b2488ea1790af81c196135fbdd25997da0781fc60e",
        "MIT", "Frank Wen and the people whom its licence names", "https://packages.debian.org/fluid-soundfont-gm",
    ),
    "musescore": Source(
        "musescore-general-soundfont-lossless", "0.2.1-1", "usr/share/sounds/sf2/MuseScore_General_Full.sf2",
        "ece0ce63dc4d4d44fecbd3ee6761b328e66c189892b2b369cbd8e79b4411a82b",
        "MIT", "S. Christian Collins, Michael Cowgill, Frank Wen and the people whom its licence names",
        "https://packages.debian.org/musescore-general-soundfont-lossless",
    ),
}  # fmt: skip


class Pitched(NamedTuple):
    """One instrument. `every` keeps one of so many key zones and widens it over its neighbours; `mono` keeps the left
    of stereo pairs; `keys` are the lowest and highest it is played at; `tolerance_cents` is how far from its pitch a
    zone may be heard (choirs, free reeds and sections beat)."""

    id: str
    source: SourceId
    bank: int
    program: int
    keys: tuple[int, int]
    every: int = 1
    mono: bool = False
    tolerance_cents: float = 6.0
    softer: tuple[tuple[int, int, int], ...] = ()
    """Zones from one key to another that stand out in their collection, and how many centibels they are taken back."""


class Drums(NamedTuple):
    id: str
    source: SourceId
    bank: int
    program: int


PITCHED = (
    Pitched("grand-piano", "fluid", 0, 0, (21, 108), every=2, tolerance_cents=27),
    Pitched("electric-piano", "musescore", 0, 4, (21, 108)),
    Pitched("organ", "fluid", 0, 18, (24, 108), every=2, mono=True, tolerance_cents=12),
    Pitched("accordion", "musescore", 0, 21, (36, 103), tolerance_cents=25),
    Pitched("harmonica", "musescore", 0, 22, (48, 103), tolerance_cents=15),
    Pitched("celesta", "musescore", 0, 8, (48, 108), tolerance_cents=12),
    Pitched("music-box", "musescore", 0, 10, (48, 108)),
    Pitched("vibraphone", "musescore", 0, 11, (41, 101), tolerance_cents=12, softer=((0, 78, 200), (89, 127, 100))),
    Pitched("marimba", "musescore", 0, 12, (36, 103)),
    Pitched("nylon-guitar", "musescore", 0, 24, (28, 96)),
    Pitched("steel-guitar", "musescore", 0, 25, (28, 96)),
    Pitched("mandolin", "musescore", 16, 25, (43, 96), tolerance_cents=12),
    Pitched("jazz-guitar", "musescore", 0, 26, (28, 96)),
    Pitched("clean-guitar", "musescore", 0, 27, (28, 96)),
    Pitched("muted-guitar", "musescore", 0, 28, (28, 88), tolerance_cents=9),
    Pitched("banjo", "musescore", 0, 105, (36, 96)),
    Pitched("double-bass", "musescore", 0, 32, (23, 72)),
    Pitched("finger-bass", "musescore", 0, 33, (23, 72)),
    Pitched("picked-bass", "musescore", 0, 34, (23, 72)),
    Pitched("strings", "fluid", 0, 48, (24, 108), every=2, tolerance_cents=30),
    Pitched("fiddle", "musescore", 0, 110, (28, 103), every=2, tolerance_cents=20),
    Pitched("pizzicato", "fluid", 0, 45, (28, 103), every=2, mono=True, tolerance_cents=25),
    Pitched("brass", "musescore", 0, 61, (36, 96), tolerance_cents=20),
    Pitched("horns", "musescore", 0, 60, (30, 84), tolerance_cents=20),
    Pitched("trumpet", "musescore", 0, 56, (40, 91), tolerance_cents=15),
    Pitched("saxophone", "musescore", 0, 66, (38, 88), every=2, tolerance_cents=20),
    Pitched("alto-saxophone", "musescore", 0, 65, (44, 93), every=2, tolerance_cents=20),
    Pitched("clarinet", "musescore", 0, 71, (44, 96), tolerance_cents=15),
    Pitched("flute", "musescore", 0, 73, (55, 103), tolerance_cents=20),
    Pitched("aah-voice", "fluid", 0, 52, (36, 91), every=2, tolerance_cents=40),
    Pitched("ooh-voice", "musescore", 0, 53, (36, 91), tolerance_cents=40),
)
KITS = (
    Drums("standard-kit", "fluid", 128, 0),
    Drums("room-kit", "fluid", 128, 10),
    Drums("power-kit", "fluid", 128, 16),
    Drums("jazz-kit", "fluid", 128, 32),
    Drums("brush-kit", "fluid", 128, 40),
    Drums("orchestral-kit", "fluid", 128, 48),
)
DRUM_KEYS = (35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 53, 54, 56, 57, 59, 60, 61, 62, 63,
             64, 65, 66, 67, 68, 70, 73, 74, 75, 76, 81, 82, 87)  # fmt: skip
"""Keys of General MIDI's percussion that some piece of ours is struck on."""
MONO_KEYS = frozenset({35, 36, 37, 41, 43, 45, 47, 48, 50, 54, 56, 60, 61, 62, 63, 64, 65, 66, 67, 68, 70, 73, 74,
                       75, 76, 81, 82, 87})  # fmt: skip
"""Pieces that one microphone hears whole: the mix places them."""
DRUM_MAX_S = 4.0
"""What a cymbal rings before its sample is faded out."""
TONE_MAX_S = 7.0
"""What an unlooped tone lasts before its sample is faded out."""
