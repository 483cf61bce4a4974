"""Write a SoundFont: the nine tables of the specification, and every sample as a FLAC file of its own.

It has the shape of SF3 (SoundFont 2.04 with compressed samples), with a lossless codec in place of Vorbis: loops stay
as they were cut, and every machine decodes the same numbers."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from remixlab.signal.soundfont.modulators import Modulator

COMPRESSED_MONO = 0x11
_KEY_RANGE, _VELOCITY_RANGE, _INSTRUMENT, _SAMPLE = 43, 44, 41, 53


@dataclass(frozen=True, slots=True, eq=False)
class PackedSample:
    """Unit: loop in frames of the sample. Shape: sound (frames,)."""

    name: str
    sound: NDArray[np.int16]
    rate: int
    loop: tuple[int, int]
    key: int
    correction_cents: int


@dataclass(frozen=True, slots=True)
class PackedZone:
    keys: tuple[int, int]
    velocities: tuple[int, int]
    generators: Mapping[int, int]
    modulators: tuple[Modulator, ...]
    target: int


@dataclass(frozen=True, slots=True)
class PackedPreset:
    """One preset with instruments of its own: (outer zone, the zones of the instrument it points to)."""

    name: str
    bank: int
    program: int
    zones: Sequence[tuple[PackedZone, Sequence[PackedZone]]]


def encode(sample: PackedSample) -> bytes:
    """One FLAC file. The same sound is the same bytes with the same libsndfile."""
    out = io.BytesIO()
    sf.write(out, sample.sound, sample.rate, format="FLAC", subtype="PCM_16", compression_level=1.0)
    return out.getvalue()


def write(
    name: str,
    words: Mapping[str, str],
    presets: Sequence[PackedPreset],
    samples: Sequence[PackedSample],
    encoded: Sequence[bytes],
) -> bytes:
    """The whole file, a function of its arguments."""
    information = [(b"ifil", struct.pack("<HH", 3, 1)), (b"isng", b"EMU8000\0"), (b"INAM", _text(name))]
    information += [(key.encode(), _text(value)) for key, value in words.items()]
    heads, places = [], 0
    for sample, data in zip(samples, encoded, strict=True):
        heads.append(
            struct.pack(
                "<20sIIIIIBbHH", _name(sample.name), places, places + len(data), *sample.loop, sample.rate,
                sample.key, sample.correction_cents, 0, COMPRESSED_MONO,
            )
        )  # fmt: skip
        places += len(data)
    heads.append(struct.pack("<20sIIIIIBbHH", b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0))
    tables = _tables(presets) | {b"shdr": b"".join(heads)}
    order = (b"phdr", b"pbag", b"pmod", b"pgen", b"inst", b"ibag", b"imod", b"igen", b"shdr")
    body = b"sfbk"
    body += _list(b"INFO", information)
    body += _list(b"sdta", [(b"smpl", b"".join(encoded))])
    body += _list(b"pdta", [(key, tables[key]) for key in order])
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _tables(presets: Sequence[PackedPreset]) -> dict[bytes, bytes]:
    phdr, inst = [], []
    outer, inner = _Bags(_INSTRUMENT), _Bags(_SAMPLE)
    for preset in presets:
        phdr.append(
            struct.pack("<20sHHHIII", _name(preset.name), preset.program, preset.bank, len(outer.bags), 0, 0, 0)
        )
        for zone, zones in preset.zones:
            outer.add(zone, len(inst))
            inst.append(struct.pack("<20sH", _name(preset.name), len(inner.bags)))
            for one in zones:
                inner.add(one, one.target)
    phdr.append(struct.pack("<20sHHHIII", b"EOP", 0, 0, len(outer.bags), 0, 0, 0))
    inst.append(struct.pack("<20sH", b"EOI", len(inner.bags)))
    return {b"phdr": b"".join(phdr), b"inst": b"".join(inst), **outer.tables(b"p"), **inner.tables(b"i")}


class _Bags:
    """The bags, generators and modulators of one level."""

    def __init__(self, target: int) -> None:
        self.bags: list[bytes] = []
        self._target, self._generators, self._modulators = target, list[bytes](), list[bytes]()

    def add(self, zone: PackedZone, target: int) -> None:
        self.bags.append(struct.pack("<HH", len(self._generators), len(self._modulators)))
        for number, (low, high) in ((_KEY_RANGE, zone.keys), (_VELOCITY_RANGE, zone.velocities)):
            self._generators.append(struct.pack("<HBB", number, low, high))
        for number, amount in sorted(zone.generators.items()):
            self._generators.append(struct.pack("<Hh", number, amount))
        self._generators.append(struct.pack("<HH", self._target, target))
        self._modulators += [struct.pack("<HHhHH", *modulator) for modulator in zone.modulators]

    def tables(self, letter: bytes) -> dict[bytes, bytes]:
        closing = struct.pack("<HH", len(self._generators), len(self._modulators))
        return {
            letter + b"bag": b"".join(self.bags) + closing,
            letter + b"gen": b"".join(self._generators) + bytes(4),
            letter + b"mod": b"".join(self._modulators) + bytes(10),
        }


def _list(kind: bytes, chunks: Sequence[tuple[bytes, bytes]]) -> bytes:
    body = kind + b"".join(name + struct.pack("<I", len(data)) + data + bytes(len(data) & 1) for name, data in chunks)
    return b"LIST" + struct.pack("<I", len(body)) + body


def _text(words: str) -> bytes:
    raw = words.encode("ascii") + b"\0"
    return raw + bytes(len(raw) & 1)


def _name(words: str) -> bytes:
    return words.encode("latin-1", "replace")[:20]
