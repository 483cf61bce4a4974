"""Make the pack from its named sources: `python sounds/build.py FOLDER-OF-DEBS`.

FOLDER holds the Debian packages of `recipe.SOURCES` (`apt-get download NAME`); what is missing is downloaded there.
Their SHA-256 must be the recipe's. The same sources give the same bytes, with the libsndfile that `soundfile` brings.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import container
import numpy as np
from numpy.typing import NDArray
from recipe import DRUM_KEYS, DRUM_MAX_S, KITS, MONO_KEYS, PITCHED, SOURCES, TONE_MAX_S, Drums, Pitched, SourceId

from remixlab.signal.soundfont import Preset, SoundFont, read_soundfont
from remixlab.signal.soundfont.font import Zone
from remixlab.signal.soundfont.generators import Gen

HERE = Path(__file__).resolve().parent
DATA = HERE / "src" / "remixlab_sounds"
_RIGHT_FROM = 1
"""A zone that is panned so far is the right one of a pair."""
_BOTH_SIDES_CB = 75
"""A pair is 3 dB louder than one of it in the middle; 75 centibels count as 3 dB (decision 72)."""
_AFTER_LOOP = 16
_FADE_S = 0.35
_MEND_FRAMES = 64
"""How long before its end a loop turns into what lies before its beginning, where it does not join by itself."""
_SILENCE = 6
"""Of 32 768: what ends below it is cut."""


@dataclass(slots=True)
class Pack:
    """What has been gathered so far; one sample is kept once, whoever plays it."""

    presets: list[container.PackedPreset] = field(default_factory=list[container.PackedPreset])
    samples: list[container.PackedSample] = field(default_factory=list[container.PackedSample])
    encoded: list[bytes] = field(default_factory=list[bytes])
    places: dict[tuple[str, int, bool], int] = field(default_factory=dict[tuple[str, int, bool], int])


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "sources")
    fonts = {name: _open(name, folder) for name in SOURCES}
    version = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    pack, cards = Pack(), list[dict[str, Any]]()
    for number, one in enumerate(PITCHED):
        cards.append(_add_pitched(pack, fonts[one.source], one, number))
    for number, kit in enumerate(KITS):
        cards.append(_add_kit(pack, fonts[kit.source], kit, number))
    words = {"ICOP": "MIT: see LICENSES", "ICMT": "Made by sounds/build.py from the sources that cards.json names."}
    data = container.write(f"remixlab-sounds {version}", words, pack.presets, pack.samples, pack.encoded)
    (DATA / "sounds.sf3").write_bytes(data)
    facts = {
        "name": "remixlab-sounds",
        "version": version,
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
    }
    sources = {name: source._asdict() for name, source in SOURCES.items()}
    tree = {**facts, "sources": sources, "instruments": cards}
    (DATA / "cards.json").write_text(json.dumps(tree, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{len(data) / 1e6:.1f} MB, {len(pack.samples)} samples, {len(cards)} instruments, {facts['sha256']}")  # noqa: T201


def _open(name: SourceId, folder: Path) -> SoundFont:
    source = SOURCES[name]
    folder.mkdir(parents=True, exist_ok=True)
    found = sorted(folder.glob(f"{source.package}_{source.version}_*.deb"))
    if not found:
        subprocess.run(["apt-get", "download", f"{source.package}={source.version}"], cwd=folder, check=True)
        found = sorted(folder.glob(f"{source.package}_{source.version}_*.deb"))
    digest = hashlib.sha256(found[0].read_bytes()).hexdigest()
    if digest != source.deb_sha256:
        raise SystemExit(f"{found[0]} is not the recipe's: {digest}")
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["dpkg", "-x", str(found[0]), place], check=True)
        return read_soundfont((Path(place) / source.file).read_bytes())


# ---------------------------------------------------------------- instruments


def _add_pitched(pack: Pack, font: SoundFont, one: Pitched, number: int) -> dict[str, Any]:
    preset = _preset(font, one.bank, one.program)
    zones: list[tuple[container.PackedZone, list[container.PackedZone]]] = []
    used: set[int] = set()
    for outer in preset.zones:
        inner = [z for z in font.instrument_zones(outer.target) if font.sample(z.target) is not None]
        if one.mono:
            inner = _left_of_pairs(inner)
        inner = _every(inner, one.every)
        inner = _reaching(inner, one.keys) if outer.keys == (0, 127) else inner
        inner = [_softer(zone, one) for zone in inner]
        packed = [_packed(pack, font, one.source, z, one.mono, TONE_MAX_S, used) for z in inner]
        if packed:
            zones.append((_outer(outer), packed))
    pack.presets.append(container.PackedPreset(one.id, 0, number, zones))
    return _card(pack, one.id, "instrument", one.source, preset.name, one.keys, used) | {
        "tolerance_cents": one.tolerance_cents
    }


def _add_kit(pack: Pack, font: SoundFont, kit: Drums, number: int) -> dict[str, Any]:
    preset = _preset(font, kit.bank, kit.program)
    zones: list[tuple[container.PackedZone, list[container.PackedZone]]] = []
    used: set[int] = set()
    for outer in preset.zones:
        packed: list[container.PackedZone] = []
        for zone in font.instrument_zones(outer.target):
            low, high = max(zone.keys[0], outer.keys[0]), min(zone.keys[1], outer.keys[1])
            wanted = [key for key in DRUM_KEYS if low <= key <= high]
            if not wanted or font.sample(zone.target) is None:
                continue
            mono = all(key in MONO_KEYS for key in wanted)
            if mono and zone.generators.get(Gen.PAN, 0) >= _RIGHT_FROM:
                continue
            packed.append(_packed(pack, font, kit.source, zone, mono, DRUM_MAX_S, used, is_kit=True))
        if packed:
            zones.append((_outer(outer), packed))
    pack.presets.append(container.PackedPreset(kit.id, 128, number, zones))
    return _card(pack, kit.id, "kit", kit.source, preset.name, (min(DRUM_KEYS), max(DRUM_KEYS)), used)


def _preset(font: SoundFont, bank: int, program: int) -> Preset:
    found = font.preset(bank, program)
    if found is None:
        raise SystemExit(f"{font.name} has no preset {bank}:{program}")
    return found


def _left_of_pairs(zones: list[Zone]) -> list[Zone]:
    return [zone for zone in zones if zone.generators.get(Gen.PAN, 0) < _RIGHT_FROM]


def _softer(zone: Zone, one: Pitched) -> Zone:
    less = sum(by for low, high, by in one.softer if low <= zone.keys[0] and zone.keys[1] <= high)
    if not less:
        return zone
    generators = {**zone.generators, Gen.ATTENUATION: zone.generators.get(Gen.ATTENUATION, 0) + less}
    return zone._replace(generators=generators)


def _every(zones: list[Zone], every: int) -> list[Zone]:
    """One of so many key ranges, each widened over those that are left out above it."""
    ranges = sorted({zone.keys for zone in zones})
    if every == 1 or len(ranges) <= every:
        return zones
    kept: dict[tuple[int, int], tuple[int, int]] = {}
    for first in range(0, len(ranges), every):
        group = ranges[first : first + every]
        kept[group[len(group) // 2]] = (group[0][0], group[-1][1])
    return [zone._replace(keys=kept[zone.keys]) for zone in zones if zone.keys in kept]


def _reaching(zones: list[Zone], keys: tuple[int, int]) -> list[Zone]:
    """The lowest and the highest zone widened so far that every key of the compass sounds; no hole between."""
    edges = sorted({zone.keys for zone in zones})
    if not edges:
        return zones
    wide: dict[tuple[int, int], tuple[int, int]] = {}
    for place, (low, high) in enumerate(edges):
        begin = min(low, keys[0]) if place == 0 else low
        end = max(high, keys[1]) if place == len(edges) - 1 else max(high, edges[place + 1][0] - 1)
        wide[low, high] = (begin, min(127, end))
    return [zone._replace(keys=wide[zone.keys]) for zone in zones]


# ---------------------------------------------------------------- zones and samples


def _outer(zone: Zone) -> container.PackedZone:
    return container.PackedZone(zone.keys, zone.velocities, zone.generators, zone.modulators, 0)


def _packed(
    pack: Pack,
    font: SoundFont,
    source: str,
    zone: Zone,
    mono: bool,
    longest_s: float,
    used: set[int],
    *,
    is_kit: bool = False,
) -> container.PackedZone:
    loops = zone.generators.get(Gen.LOOP_MODE, 0) in (1, 3)
    place = _sample(pack, font, source, zone.target, loops and zone.generators[Gen.LOOP_MODE] == 1, longest_s)
    used.add(place)
    generators = dict(zone.generators)
    if mono and generators.get(Gen.PAN, 0) < 0:
        generators[Gen.PAN] = 0
    elif is_kit:
        generators[Gen.ATTENUATION] = generators.get(Gen.ATTENUATION, 0) + _BOTH_SIDES_CB
    return container.PackedZone(zone.keys, zone.velocities, generators, zone.modulators, place)


def _sample(pack: Pack, font: SoundFont, source: str, number: int, loops: bool, longest_s: float) -> int:
    known = pack.places.get((source, number, loops))
    if known is not None:
        return known
    sample = font.sample(number)
    assert sample is not None
    sound = np.round(sample.sound * 32768.0).astype(np.int16)
    loop = (max(0, sample.loop_start), min(sound.size, sample.loop_end))
    if loops and loop[1] > loop[0]:
        sound = _mended(sound, loop)
    sound = (
        sound[: loop[1] + _AFTER_LOOP]
        if loops and loop[1] > loop[0]
        else _shortened(sound, sample.sample_rate, longest_s)
    )
    head = font.sample_names[number]
    packed = container.PackedSample(head, sound, sample.sample_rate, loop, sample.key, sample.correction_cents)
    place = pack.places[source, number, loops] = len(pack.samples)
    pack.samples.append(packed)
    pack.encoded.append(container.encode(packed))
    return place


def _mended(sound: NDArray[np.int16], loop: tuple[int, int]) -> NDArray[np.int16]:
    """The sound with a loop that joins: its last frames turn into those that lie before its first."""
    begin, end = loop
    turn = sound[begin:end].astype(np.float64)
    bends = np.abs(np.diff(np.concatenate((turn, turn)), 2))
    if bends[turn.size - 3 : turn.size + 2].max() <= bends[: turn.size - 3].max():
        return sound
    length = min(_MEND_FRAMES, begin, (end - begin) // 2)
    share = np.sin(np.linspace(0.0, 0.5 * np.pi, length)) ** 2
    mended = sound.copy()
    kept, before = sound[end - length : end].astype(np.float64), sound[begin - length : begin].astype(np.float64)
    mended[end - length : end] = np.round(kept * (1.0 - share) + before * share).astype(np.int16)
    return mended


def _shortened(sound: NDArray[np.int16], rate: int, longest_s: float) -> NDArray[np.int16]:
    """What is heard of it: cut where it is over, faded where it is too long."""
    heard = np.flatnonzero(np.abs(sound.astype(np.int32)) > _SILENCE)
    end = min(sound.size, int(heard[-1]) + 64 if heard.size else 1)
    if end <= int(longest_s * rate):
        return sound[:end]
    cut = sound[: int(longest_s * rate)].astype(np.float64)
    fade = int(_FADE_S * rate)
    cut[-fade:] *= np.cos(np.linspace(0.0, 0.5 * np.pi, fade)) ** 2
    return np.round(cut).astype(np.int16)


def _card(
    pack: Pack, name: str, kind: str, source: SourceId, preset: str, keys: tuple[int, int], used: Iterable[int]
) -> dict[str, Any]:
    places = sorted(used)
    digest = hashlib.sha256()
    for place in places:
        digest.update(pack.encoded[place])
    return {
        "id": name,
        "kind": kind,
        "source": source,
        "preset": preset,
        "licence": SOURCES[source].licence,
        "makers": SOURCES[source].makers,
        "keys": list(keys),
        "velocities": [1, 127],
        "samples": len(places),
        "seconds": round(sum(pack.samples[p].sound.size / pack.samples[p].rate for p in places), 1),
        "bytes": sum(len(pack.encoded[p]) for p in places),
        "sha256": digest.hexdigest(),
    }


if __name__ == "__main__":
    main()
