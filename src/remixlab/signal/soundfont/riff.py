"""The chunks and records of a SoundFont file, read without trusting a single number in it.

Source: SoundFont Technical Specification 2.04, sections 4 (RIFF structure) and 7 (the preset data).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.errors import InvalidSoundFont

Records = NDArray[Any]
_CHUNKS_MAX = 64
"""No list of a SoundFont has more than a dozen chunks: a broken file must not be walked for ever."""

_LAYOUTS: Mapping[bytes, np.dtype[Any]] = {
    b"phdr": np.dtype([("name", "S20"), ("program", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("unused", "V12")]),
    b"inst": np.dtype([("name", "S20"), ("bag", "<u2")]),
    b"shdr": np.dtype([("name", "S20"), ("start", "<u4"), ("end", "<u4"), ("loop_start", "<u4"), ("loop_end", "<u4"),
        ("rate", "<u4"),
        ("key", "u1"), ("correction", "i1"), ("link", "<u2"), ("kind", "<u2")]),
    **dict.fromkeys((b"pbag", b"ibag"), np.dtype([("generator", "<u2"), ("modulator", "<u2")])),
    **dict.fromkeys((b"pgen", b"igen"), np.dtype([("operator", "<u2"), ("amount", "<i2")])),
    **dict.fromkeys((b"pmod", b"imod"), np.dtype([("source", "<u2"), ("destination", "<u2"), ("amount", "<i2"),
        ("scale", "<u2"),
        ("transform", "<u2")])),
}  # fmt: skip
"""The records of the nine tables. Source: SoundFont 2.04, section 7."""


@dataclass(frozen=True, slots=True, eq=False)
class Riff:
    """What is in the file: its name, its sample data as they lie there, and its nine tables without their closing
    records.

    `bags` of presets and instruments, and the generators and modulators of bags, end where those of the next record
    begin; the closing records are kept for that in `phdr`, `inst`, `pbag` and `ibag`.
    """

    name: str
    samples: memoryview
    low_bytes: memoryview
    tables: Mapping[bytes, Records]


def read_riff(data: memoryview) -> Riff:
    """Raises: InvalidSoundFont when it is not a SoundFont, is cut off, or its tables do not fit each other."""
    if len(data) < 12 or bytes(data[:4]) != b"RIFF" or bytes(data[8:12]) != b"sfbk":
        raise InvalidSoundFont("this is not a SoundFont", hint="Give a file that ends in .sf2 or .sf3.")
    lists = {bytes(body[:4]): body[4:] for name, body in _chunks(data[12:]) if name == b"LIST" and len(body) >= 4}
    missing = [name for name in (b"sdta", b"pdta") if name not in lists]
    if missing:
        raise damaged(f"its part '{missing[0].decode()}' is missing")
    sound, preset = dict(_chunks(lists[b"sdta"])), dict(_chunks(lists[b"pdta"]))
    info = dict(_chunks(lists.get(b"INFO", memoryview(b""))))
    tables = {name: _read_table(name, layout, preset) for name, layout in _LAYOUTS.items()}
    _check_order(tables)
    samples = sound.get(b"smpl", memoryview(b""))
    low_bytes = sound.get(b"sm24", memoryview(b""))
    return Riff(
        text_of(bytes(info.get(b"INAM", b""))),
        samples,
        low_bytes if len(low_bytes) >= len(samples) // 2 else memoryview(b""),
        tables,
    )


def damaged(what: str) -> InvalidSoundFont:
    return InvalidSoundFont(
        f"this SoundFont is damaged: {what}", hint="Is the file complete? Try to download or export it again."
    )


def text_of(raw: bytes) -> str:
    """The printable words up to the first zero byte."""
    return "".join(c for c in raw.split(b"\0")[0].decode("latin-1") if c.isprintable()).strip()


def _chunks(data: memoryview) -> list[tuple[bytes, memoryview]]:
    found: list[tuple[bytes, memoryview]] = []
    place = 0
    while place + 8 <= len(data) and len(found) < _CHUNKS_MAX:
        name, (size,) = bytes(data[place : place + 4]), struct.unpack_from("<I", data, place + 4)
        if size > len(data) - place - 8:
            raise damaged(f"its part '{text_of(name)}' is cut off")
        found.append((name, data[place + 8 : place + 8 + size]))
        place += 8 + size + (size & 1)
    return found


def _read_table(name: bytes, layout: np.dtype[Any], chunks: Mapping[bytes, memoryview]) -> Records:
    body = chunks.get(name)
    if body is None:
        raise damaged(f"its table '{name.decode()}' is missing")
    if len(body) % layout.itemsize or not len(body):
        raise damaged(f"its table '{name.decode()}' has a broken length")
    return np.frombuffer(body, layout)


def _check_order(tables: Mapping[bytes, Records]) -> None:
    """Every index must rise and stay inside the table that it points to."""
    for owner, field, owned in ((b"phdr", "bag", b"pbag"), (b"inst", "bag", b"ibag"), (b"pbag", "generator", b"pgen"),
                                (b"pbag", "modulator", b"pmod"), (b"ibag", "generator", b"igen"), (b"ibag", "modulator",
                                b"imod")):  # fmt: skip
        places = tables[owner][field].astype(np.int64)
        # A closing record may point one past the end: some writers leave the closing generator out.
        if (np.diff(places) < 0).any() or places[-1] > len(tables[owned]):
            raise damaged(f"the table '{owner.decode()}' points outside '{owned.decode()}'")
