"""A SoundFont as a value: presets with their zones, and the samples they play.

Reading checks every table at once and unpacks a preset only when it is played: the largest collections open at the
speed of the disk. Source: SoundFont Technical Specification 2.04; SF3 (samples as Ogg Vorbis) as MuseScore writes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio
from remixlab.domain.errors import InvalidSoundFont
from remixlab.signal.soundfont.generators import LIMITS, OF_THE_INSTRUMENT, Gen
from remixlab.signal.soundfont.modulators import STANDARD, Modulator, effects_of, merge
from remixlab.signal.soundfont.riff import Records, Riff, damaged, read_riff, text_of

Decode = Callable[[bytes], Audio]
"""Decodes an Ogg Vorbis file: compressed SoundFonts need one. Raises: InvalidAudio."""

_VORBIS, _ROM = 0x10, 0x8000
"""Bits of a sample's kind: compressed as Ogg Vorbis (SF3), and held in the ROM of a sound card."""
NAME_MAX = 80
"""Characters of a font's name that are told: names are fields of 255 bytes and may hold anything."""
_VOICES_MAX = 24
"""Layers that one note may have: a broken font must not ask for thousands."""
_LENGTH_MAX_FRAMES = 2**24
"""The longest sample, six minutes at 44.1 kHz: a broken table must not ask for more."""
_RATES_HZ = range(400, 200_001)
"""Sample rates that are believed: the specification's 400 to 50 000 Hz, and four times as much for newer fonts."""
_ATTENUATION_IN_USE = 0.4
"""What the first hardware made of the generator, so that every collection since is voiced for it; modulators count
in full.
"""


class Sample(NamedTuple):
    """One recorded tone. Unit: frames from its own beginning; `sound` (frames,) full scale 1."""

    sound: NDArray[np.float32]
    loop_start: int
    loop_end: int
    sample_rate: int
    key: int
    correction_cents: int


class Zone(NamedTuple):
    """A range of keys and velocities with what shall hold there; `target` is an instrument or a sample."""

    keys: tuple[int, int]
    velocities: tuple[int, int]
    generators: Mapping[int, int]
    modulators: tuple[Modulator, ...]
    target: int

    def answers(self, key: int, velocity: int) -> bool:
        return self.keys[0] <= key <= self.keys[1] and self.velocities[0] <= velocity <= self.velocities[1]


@dataclass(frozen=True, slots=True)
class Layer:
    """One sample as a preset plays it for one note: every generator settled, in the units of the file."""

    sample: int
    values: Mapping[int, float]

    def __getitem__(self, generator: Gen) -> float:
        return self.values[generator]


@dataclass(frozen=True, slots=True)
class Preset:
    """A playable sound. General MIDI puts drums into bank 128."""

    name: str
    bank: int
    program: int
    zones: tuple[Zone, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SoundFont:
    """A collection of presets. Its identity is the SHA-256 of the file."""

    name: str
    sha256: str
    _riff: Riff
    _decode: Decode | None
    _places: Mapping[tuple[int, int], int]
    _presets: dict[tuple[int, int], Preset] = field(default_factory=dict[tuple[int, int], Preset])
    _instruments: dict[int, tuple[Zone, ...]] = field(default_factory=dict[int, tuple[Zone, ...]])
    _layers: dict[tuple[int, int, int, int], tuple[Layer, ...]] = field(
        default_factory=dict[tuple[int, int, int, int], tuple[Layer, ...]]
    )
    _samples: dict[int, Sample | None] = field(default_factory=dict[int, Sample | None])

    @property
    def programs(self) -> tuple[tuple[int, int], ...]:
        """Every (bank, program) there is, in order."""
        return tuple(sorted(self._places))

    @property
    def preset_names(self) -> dict[tuple[int, int], str]:
        """What each preset is called."""
        heads = self._riff.tables[b"phdr"]["name"]
        return {at: text_of(bytes(heads[place])) for at, place in sorted(self._places.items())}

    @property
    def sample_names(self) -> tuple[str, ...]:
        """The names of all samples, by number."""
        return tuple(text_of(bytes(name)) for name in self._riff.tables[b"shdr"]["name"][:-1])

    def preset(self, bank: int, program: int) -> Preset | None:
        known = self._presets.get((bank, program))
        if known is None and (bank, program) in self._places:
            place = self._places[bank, program]
            row = self._riff.tables[b"phdr"][place]
            zones = _zones(self._riff, b"p", "phdr", place, Gen.INSTRUMENT)
            known = self._presets[bank, program] = Preset(text_of(bytes(row["name"])), bank, program, zones)
        return known

    def layers(self, preset: Preset, key: int, velocity: int) -> tuple[Layer, ...]:
        """What sounds for one note. Unit: MIDI key and velocity. Source: section 9.4, the order in which zones
        override and add.
        """
        asked = (preset.bank, preset.program, key, velocity)
        if asked not in self._layers:
            self._layers[asked] = self._find_layers(preset, key, velocity)
        return self._layers[asked]

    def _find_layers(self, preset: Preset, key: int, velocity: int) -> tuple[Layer, ...]:
        found: list[Layer] = []
        for outer in preset.zones:
            if not outer.answers(key, velocity):
                continue
            for inner in self.instrument_zones(outer.target):
                if inner.answers(key, velocity) and len(found) < _VOICES_MAX and self.sample(inner.target) is not None:
                    found.append(Layer(inner.target, _settled(outer, inner, key, velocity)))
        return tuple(found)

    def sample(self, number: int) -> Sample | None:
        """A sample ready to play; None for one that the file does not really hold. Raises: InvalidSoundFont,
        InvalidAudio.
        """
        if number not in self._samples:
            self._samples[number] = _read_sample(self._riff, number, self._decode)
        return self._samples[number]

    def instrument_zones(self, instrument: int) -> tuple[Zone, ...]:
        """The zones of one instrument, its global zone already under each of them."""
        if instrument not in self._instruments:
            self._instruments[instrument] = _zones(self._riff, b"i", "inst", instrument, Gen.SAMPLE)
        return self._instruments[instrument]


def read_soundfont(data: bytes | memoryview, *, decode: Decode | None = None) -> SoundFont:
    """The SoundFont in these bytes, which it keeps hold of. `decode` is needed for compressed ones (SF3).

    Raises: InvalidSoundFont when it is not one, is cut off or damaged, or is compressed and there is no decoder.
    """
    view = memoryview(data).cast("B")
    riff = read_riff(view)
    heads = riff.tables[b"phdr"][:-1]
    if not len(heads):
        raise InvalidSoundFont("this SoundFont has no presets")
    if decode is None and (riff.tables[b"shdr"]["kind"] & _VORBIS).any():
        raise InvalidSoundFont("this SoundFont is compressed and there is no decoder for it")
    places: dict[tuple[int, int], int] = {}
    for place, head in enumerate(heads):
        places.setdefault((int(head["bank"]), int(head["program"])), place)
    return SoundFont(riff.name[:NAME_MAX] or "unnamed", hashlib.sha256(view).hexdigest(), riff, decode, places)


# ---------------------------------------------------------------- zones


def _zones(riff: Riff, letter: bytes, owner: str, place: int, target: Gen) -> tuple[Zone, ...]:
    """The zones of one preset or instrument, its global zone already under each of them."""
    owners, bags = riff.tables[owner.encode()], riff.tables[letter + b"bag"]
    targets = len(riff.tables[b"inst" if target == Gen.INSTRUMENT else b"shdr"]) - 1
    if place + 1 >= len(owners):
        return ()
    common: tuple[Mapping[int, int], tuple[Modulator, ...]] = ({}, ())
    zones: list[Zone] = []
    first, last = int(owners["bag"][place]), min(int(owners["bag"][place + 1]), len(bags) - 1)
    for bag in range(first, last):
        generators = _generators(riff.tables[letter + b"gen"], bags, bag)
        modulators = _modulators(riff.tables[letter + b"mod"], bags, bag)
        number = generators.pop(target, None)
        if number is None:
            if bag == first:
                common = (generators, modulators)
            continue
        if number & 0xFFFF < targets:
            merged = {**common[0], **generators}
            keys, velocities = _span(merged.pop(Gen.KEY_RANGE, None)), _span(merged.pop(Gen.VELOCITY_RANGE, None))
            zones.append(Zone(keys, velocities, merged, merge(common[1], modulators), number & 0xFFFF))
    return tuple(zones)


def _generators(table: Records, bags: Records, bag: int) -> dict[int, int]:
    rows = table[int(bags["generator"][bag]) : int(bags["generator"][bag + 1])]
    return dict(zip(rows["operator"].tolist(), rows["amount"].tolist(), strict=True))


def _modulators(table: Records, bags: Records, bag: int) -> tuple[Modulator, ...]:
    rows: Sequence[Any] = table[int(bags["modulator"][bag]) : int(bags["modulator"][bag + 1])].tolist()
    return merge([Modulator(*row) for row in rows])


def _span(amount: int | None) -> tuple[int, int]:
    return (0, 127) if amount is None else (amount & 0xFF, (amount >> 8) & 0xFF)


def _settled(outer: Zone, inner: Zone, key: int, velocity: int) -> Mapping[int, float]:
    """The values of a note: the instrument's own, the preset's added to them, bent by the modulators, kept inside
    the limits.
    """
    key = inner.generators.get(Gen.FIXED_KEY, key) if inner.generators.get(Gen.FIXED_KEY, -1) >= 0 else key
    velocity = inner.generators[Gen.FIXED_VELOCITY] if inner.generators.get(Gen.FIXED_VELOCITY, -1) >= 0 else velocity
    inside = effects_of(merge(STANDARD, inner.modulators), key, velocity)
    outside = effects_of(outer.modulators, key, velocity)
    values: dict[int, float] = {}
    for number, limits in LIMITS.items():
        value = float(inner.generators.get(number, limits.usual))
        if number not in OF_THE_INSTRUMENT:
            value += outer.generators.get(number, 0)
        if number == Gen.ATTENUATION:
            value *= _ATTENUATION_IN_USE
        values[number] = min(
            limits.highest, max(limits.lowest, value + inside.get(number, 0.0) + outside.get(number, 0.0))
        )
    return values


# ---------------------------------------------------------------- samples


def _read_sample(riff: Riff, number: int, decode: Decode | None) -> Sample | None:
    heads = riff.tables[b"shdr"]
    if number >= len(heads) - 1:
        return None
    name, start, end, loop_start, loop_end, rate, key, correction, _, kind = heads[number].tolist()
    if kind & _ROM or rate not in _RATES_HZ or end <= start or end - start > _LENGTH_MAX_FRAMES:
        return None
    if kind & _VORBIS:
        sound = _decoded(riff.samples[start:end], decode, name)
    else:
        sound = _unpacked(riff, start, end)
        loop_start, loop_end = loop_start - start, loop_end - start
    if not sound.size:
        return None
    return Sample(sound, loop_start, loop_end, rate, key if key <= 127 else 60, correction)


def _unpacked(riff: Riff, start: int, end: int) -> NDArray[np.float32]:
    """16 bits, or 24 where the file has the low bytes. Shape: (frames,)."""
    high = np.frombuffer(riff.samples[2 * start : 2 * (min(end, len(riff.samples) // 2))], "<i2")
    if not len(riff.low_bytes):
        return high.astype(np.float32) / np.float32(2**15)
    low = np.frombuffer(riff.low_bytes[start : start + high.size], np.uint8)
    return ((high.astype(np.int32) << 8) | low).astype(np.float32) / np.float32(2**23)


def _decoded(packed: memoryview, decode: Decode | None, name: bytes) -> NDArray[np.float32]:
    if decode is None:
        raise InvalidSoundFont("this SoundFont is compressed and there is no decoder for it")
    if not len(packed):
        raise damaged(f"its sample '{text_of(name)}' is not there")
    return np.ascontiguousarray(decode(bytes(packed)).samples[0, :_LENGTH_MAX_FRAMES])
