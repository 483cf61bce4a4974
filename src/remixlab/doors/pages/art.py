"""The print of a song: four shapes, one for each stem, laid over each other by the digits of its id.

The studio draws the same (`web/src/lib/art.ts`); here it is drawn for pages that work without scripts, and as the
picture that goes along with a shared link.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sin
from typing import Final

import numpy as np
from numpy.typing import NDArray

STEMS: Final = ("vocals", "drums", "bass", "other")
KINDS: Final = {"vocals": "disc", "drums": "square", "bass": "triangle", "other": "bars"}
INKS: Final = {"vocals": 0xE4472F, "drums": 0x3346C8, "bass": 0x0D8F83, "other": 0xB57B00}
GROUND: Final = 0xE9EBE3
_CORNERS: Final = ((30, 34), (70, 66), (68, 30), (32, 70))
_MASK: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Shape:
    """One ink of a print. Unit: hundredths of its width; degrees."""

    stem: str
    kind: str
    x: float
    y: float
    size: float
    turn: float
    dots: bool


def dice(seed: str) -> Callable[[], float]:
    """Numbers in [0, 1) that depend on nothing but the seed: the generator that the studio has."""
    h = 1779033703 ^ len(seed)
    for sign in seed:
        h = (h ^ ord(sign)) * 3432918353 & _MASK
        h = (h << 13 | h >> 19) & _MASK

    def roll() -> float:
        nonlocal h
        h = (h ^ h >> 16) * 2246822507 & _MASK
        h = (h ^ h >> 13) * 3266489909 & _MASK
        h ^= h >> 16
        return h / 4294967296

    return roll


def print_of(song_id: str, remix_id: str = "") -> tuple[Shape, ...]:
    """The shapes of a song; those of its remix stand where a hand would have laid the screen a second time."""
    roll = dice(song_id)
    keyed = [(stem, roll()) for stem in STEMS]
    order = [stem for stem, _ in sorted(keyed, key=lambda pair: pair[1])]
    again = dice(remix_id) if remix_id else None
    first = int(roll() * 4)
    shapes: list[Shape] = []
    for n, stem in enumerate(order):
        corner = _CORNERS[(n + first) % 4]
        x, y = corner[0] + (roll() - 0.5) * 22, corner[1] + (roll() - 0.5) * 22
        size = 58 + roll() * 20 if n == 0 else 30 + roll() * 26
        turn = 0.0 if stem == "vocals" else _rounded((roll() - 0.5) * 6) * 15
        dots = n == 2 or (n == 3 and roll() > 0.5)
        if again:
            x, y = x + (again() - 0.5) * 34, y + (again() - 0.5) * 34
            turn += _rounded((again() - 0.5) * 6) * 15
            size *= 0.85 + again() * 0.5
            dots = again() > 0.55
        shapes.append(Shape(stem, KINDS[stem], x, y, size, turn, dots))
    return tuple(shapes)


def path_of(shape: Shape) -> str:
    """The outline as an SVG path around its middle."""
    r, size = shape.size / 2, shape.size
    if shape.kind == "disc":
        return f"M{-r:.3f} 0a{r:.3f} {r:.3f} 0 1 0 {size:.3f} 0a{r:.3f} {r:.3f} 0 1 0 {-size:.3f} 0z"
    return "".join("M" + "L".join(f"{x:.3f} {y:.3f}" for x, y in corners) + "z" for corners in _outlines(shape))


@lru_cache(maxsize=64)
def draw_print(song_id: str, remix_id: str, width: int = 1200, height: int = 630) -> bytes:
    """The print as a PNG, as wide as link previews are."""
    scale = max(width, height) / 100
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    xs, ys = xs / scale, ys / scale + (100 - height / scale) / 2
    picture = np.broadcast_to(_colour(GROUND), (height, width, 3)).copy()
    for shape in print_of(song_id, remix_id):
        ink = _covered(shape, xs, ys)[..., None]
        picture *= 1 - ink * (1 - _colour(INKS[shape.stem]))
    return _png((picture * 255).round().astype(np.uint8))


def _covered(shape: Shape, xs: NDArray[np.floating], ys: NDArray[np.floating]) -> NDArray[np.floating]:
    c, s = cos(radians(-shape.turn)), sin(radians(-shape.turn))
    dx, dy = xs - shape.x, ys - shape.y
    px, py = dx * c - dy * s, dx * s + dy * c
    if shape.kind == "disc":
        inside = px**2 + py**2 <= (shape.size / 2) ** 2
    else:
        inside = np.zeros(px.shape, bool)
        for corners in _outlines(shape):
            inside |= _within(corners, px, py)
    if shape.dots:
        u, v = (xs + ys) / 2**0.5 % 3.2 - 1.6, (ys - xs) / 2**0.5 % 3.2 - 1.6
        inside &= u**2 + v**2 <= 1.18**2
    return inside.astype(np.float32)


def _outlines(shape: Shape) -> list[list[tuple[float, float]]]:
    r, size = shape.size / 2, shape.size
    if shape.kind == "square":
        return [[(-r, -r), (r, -r), (r, r), (-r, r)]]
    if shape.kind == "triangle":
        return [[(0, -r * 1.1), (r * 1.1, r * 0.85), (-r * 1.1, r * 0.85)]]
    bar = size / 9
    tall = [size * (0.5 + 0.5 * abs(sin(n * 1.7 + size))) / 2 for n in range(5)]
    lefts = [-r + n * bar * 2 for n in range(5)]
    return [[(x, -h), (x + bar, -h), (x + bar, h), (x, h)] for x, h in zip(lefts, tall, strict=True)]


def _within(
    corners: list[tuple[float, float]], px: NDArray[np.floating], py: NDArray[np.floating]
) -> NDArray[np.bool_]:
    """Inside a convex outline that goes round clockwise on the page."""
    inside = np.ones(px.shape, bool)
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        inside &= (x1 - x0) * (py - y0) - (y1 - y0) * (px - x0) >= 0
    return inside


def _colour(rgb: int) -> NDArray[np.floating]:
    return np.array([rgb >> 16, rgb >> 8 & 255, rgb & 255], np.float32) / 255


def _rounded(value: float) -> int:
    """As a browser rounds: halves up."""
    return int(np.floor(value + 0.5))


def _png(pixels: NDArray[np.uint8]) -> bytes:
    """Source: PNG specification (Third Edition), 5 and 11: IHDR, one IDAT of unfiltered lines, IEND."""
    height, width, _ = pixels.shape
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines, 6)) + chunk(b"IEND", b"")
