"""Small SoundFonts, built from nothing: what a test needs to know about a player it must have put into the file
itself.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from remixlab.domain.audio import Audio

RATE = 44_100
Gens = Mapping[int, int]


def sine(hz: float, frames: int, level: float = 0.5) -> NDArray[np.float64]:
    return level * np.sin(2 * np.pi * hz * np.arange(frames) / RATE)


def span(low: int, high: int) -> int:
    """A range of keys or velocities as the file writes it."""
    return struct.unpack("<h", bytes((low, high)))[0]


@dataclass(frozen=True)
class Tone:
    """A sample and the zone that plays it."""

    sound: NDArray[np.float64]
    key: int = 69
    loop: tuple[int, int] = (0, 0)
    generators: Gens = field(default_factory=dict)
    modulators: Sequence[tuple[int, int, int, int, int]] = ()
    rate: int = RATE


@dataclass(frozen=True)
class Program:
    """A preset with one instrument of its own."""

    tones: Sequence[Tone]
    program: int = 0
    bank: int = 0
    generators: Gens = field(default_factory=dict)
    common: Gens = field(default_factory=dict)


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)


def bundle(name: bytes, *parts: bytes) -> bytes:
    return chunk(b"LIST", name + b"".join(parts))


def build(programs: Sequence[Program], *, name: str = "A small one", bits: int = 16, vorbis: bool = False) -> bytes:
    """The bytes of an SF2 (16 or 24 bit) or, with `vorbis`, of an SF3."""
    phdr = pbag = pgen = inst = ibag = igen = imod = shdr = b""
    smpl, sm24 = b"", b""
    bags = [0, 0]
    gens = [0, 0]
    mods = number = 0
    for k, one in enumerate(programs):
        phdr += struct.pack("<20sHHHIII", f"preset {k}".encode(), one.program, one.bank, bags[0], 0, 0, 0)
        pairs = [*one.generators.items(), (41, k)]
        pbag += struct.pack("<HH", gens[0], 0)
        pgen += b"".join(struct.pack("<Hh", g, v) for g, v in pairs)
        bags[0], gens[0] = bags[0] + 1, gens[0] + len(pairs)
        inst += struct.pack("<20sH", f"instrument {k}".encode(), bags[1])
        for generators, tone in [(one.common, None), *((t.generators, t) for t in one.tones)]:
            if tone is None and not generators:
                continue
            # Key and velocity ranges come first, the sample last.
            pairs = sorted(generators.items(), key=lambda p: p[0] not in (43, 44))
            if tone is not None:
                pairs.append((53, number))
            ibag += struct.pack("<HH", gens[1], mods)
            igen += b"".join(struct.pack("<Hh", g, v) for g, v in pairs)
            bags[1], gens[1] = bags[1] + 1, gens[1] + len(pairs)
            if tone is None:
                continue
            imod += b"".join(struct.pack("<HHhHH", *m) for m in tone.modulators)
            mods += len(tone.modulators)
            start = len(smpl) if vorbis else len(smpl) // 2
            packed, low = _pack(tone, bits, vorbis)
            smpl, sm24 = smpl + packed, sm24 + low
            end = len(smpl) if vorbis else start + tone.sound.size
            shift = 0 if vorbis else start
            shdr += struct.pack(
                "<20sIIIIIBbHH",
                f"sample {number}".encode(),
                start,
                end,
                shift + tone.loop[0],
                shift + tone.loop[1],
                tone.rate,
                tone.key,
                0,
                0,
                0x11 if vorbis else 1,
            )
            number += 1
    phdr += struct.pack("<20sHHHIII", b"EOP", 0, 0, bags[0], 0, 0, 0)
    inst += struct.pack("<20sH", b"EOI", bags[1])
    shdr += struct.pack("<20sIIIIIBbHH", b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0)
    pbag, ibag = pbag + struct.pack("<HH", gens[0], 0), ibag + struct.pack("<HH", gens[1], mods)
    none = struct.pack("<HHhHH", 0, 0, 0, 0, 0)
    body = b"sfbk" + bundle(b"INFO", chunk(b"ifil", struct.pack("<HH", 2, 4)), chunk(b"INAM", name.encode() + b"\0"))
    body += bundle(b"sdta", chunk(b"smpl", smpl), *([chunk(b"sm24", sm24)] if bits == 24 else []))
    tables = (
        ("phdr", phdr),
        ("pbag", pbag),
        ("pmod", none),
        ("pgen", pgen + b"\0" * 4),
        ("inst", inst),
        ("ibag", ibag),
        ("imod", imod + none),
        ("igen", igen + b"\0" * 4),
        ("shdr", shdr),
    )
    body += bundle(b"pdta", *(chunk(n.encode(), t) for n, t in tables))
    return chunk(b"RIFF", body)


def decode_vorbis(data: bytes) -> Audio:
    samples, rate = sf.read(io.BytesIO(data), dtype="float32", always_2d=True)
    return Audio(np.ascontiguousarray(samples.T), rate)


def _pack(tone: Tone, bits: int, vorbis: bool) -> tuple[bytes, bytes]:
    if vorbis:
        sink = io.BytesIO()
        sf.write(sink, tone.sound.astype(np.float32), tone.rate, format="OGG", subtype="VORBIS")
        return sink.getvalue(), b""
    whole = np.round(np.clip(tone.sound, -1, 1) * (2**23 - 1)).astype(np.int64)
    if bits == 24:
        return (whole >> 8).astype("<i2").tobytes(), (whole & 0xFF).astype(np.uint8).tobytes()
    return np.round(np.clip(tone.sound, -1, 1) * (2**15 - 1)).astype("<i2").tobytes(), b""
