"""The golden set: forty plans, the five short songs they are played on, and what must be the same of each result.

Bits are compared on machines that are known: compiled loops, vector units and Fourier transforms round the last bit
differently from processor to processor and from release to release. Coarse facts are compared on every machine, within
a tolerance.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import remixlab
from remixlab.compose import sketch
from remixlab.domain.audio import Audio, Stems
from remixlab.domain.material import Material, Mix, Part
from remixlab.plan import RemixPlan, parse
from remixlab.rendering import timeline
from remixlab.seal import MarkKeys, embed
from remixlab.signal import resample
from remixlab.signal.soundfont import SoundFont, read_soundfont
from remixlab.signal.soundfont.generators import Gen
from remixlab.stores.files import SoundFiles
from soundfonts import Program, Tone, build, sine, span

FOLDER = Path(__file__).parent / "golden"
FACTS, HASHES = FOLDER / "facts.json", FOLDER / "hashes.json"
RATE = 44_100
PACKAGES = ("numpy", "scipy", "numba", "llvmlite", "soxr", "soundfile", "onnxruntime")
ALL_THE_WAY = (
    "02-synthwave-faster-chorus",
    "12-voice-robot-choir-harmony-doubled",
    "19-lo-fi-without-drums",
    "30-cover-nylon-guitar",
    "37-whole-faster-higher",
)
"""Plans that are also heard early, marked and written to a file."""
MARK_KEYS = MarkKeys.from_secrets({1: bytes(range(32))})
PROBES = 48
SILENT_DB = -60.0
METERS = {"loudness_lufs": 0.1, "peak_dbtp": 0.2, "reduction_db": 0.2, "premaster_gain_db": 0.1}
TOLERANCES = {**METERS, "level_db": 0.1, "probes": 5e-3}
ASTRAY = {"probes": 0.05}
"""Part of the values that may lie further off: a voice is cut at its periods, and where two cuts are as good as each
other another processor takes the other one, which moves single samples and no level.
"""
"""How far another machine may be off. Unit: dB, and full scale for single samples."""
Facts = dict[str, Any]


# ---------------------------------------------------------------- songs


@dataclass(frozen=True)
class _Brief:
    style: str
    seed: int
    tempo_bpm: float
    form: str
    key: str = ""
    singer: str = "high"


_POP = _Brief("synthpop", 1, 160.0, "intro1 verse2 chorus2 verse2 chorus2 bridge1 outro1")
_BRIEFS = {
    "pop": _POP,
    "little-heard": _POP,
    "waltz": _Brief("folk-waltz", 2, 168.0, "intro1 verse3 chorus3 verse2 outro1", singer="low"),
    "ballad": _Brief("soul-ballad", 3, 216.0, "verse2 chorus2 outro1"),
    "whole": _Brief("indie-rock", 4, 150.0, "verse2 chorus2 outro1", singer="nobody"),
    "other": _Brief("house", 5, 112.0, "verse1 chorus2", key="Eb major"),
}
SONGS = tuple(_BRIEFS)


@cache
def song_of(name: str) -> Material:
    """A song of the set.

    `pop` and the six-eight `ballad` are as a label delivers them; the `waltz` was taken apart, from a mono file at 32
    kHz;
    `whole` and `other` were not; in `little-heard` hardly more than some beats were found.
    """
    brief = _BRIEFS[name]
    made = sketch(**asdict(brief))
    song = Material(name, made.recording, made.stems, made.truth)
    match name:
        case "waltz":
            half = {s.value: Audio(resample(a.samples[:1], RATE, 32_000), 32_000) for s, a in made.stems.items()}
            taken = Stems(**half, separator="mask/1")
            return replace(song, master=taken.mix(), stems=taken)
        case "whole" | "other":
            return replace(song, stems=None)
        case "little-heard":
            beats = tuple(beat for k, beat in enumerate(made.truth.beats) if k % 7 != 3)
            little = {"chords": (), "melody": (), "bass": (), "drums": (), "key_confidence": 0.0, "beats": beats}
            return replace(song, analysis=made.truth.model_copy(update=little))
        case _:
            return song


@cache
def font() -> SoundFont:
    """A pure tone for a dozen instruments and three drums."""
    held: dict[int, int] = {Gen.LOOP_MODE: 1, Gen.VOLUME_RELEASE: -3600}
    pitched = [Tone(sine(441, 6000), key=69, loop=(2000, 6000), generators=held)]
    struck = ((36, 60.0), (38, 200.0), (42, 7000.0))
    drums = [Tone(sine(hz, 4000), key=key, generators={Gen.KEY_RANGE: span(key, key)}) for key, hz in struck]
    programs = [Program(pitched, program=p) for p in (0, 4, 24, 25, 27, 32, 33, 38, 48, 73, 81, 89)]
    return read_soundfont(build([*programs, Program(drums, bank=128)], name="Pure Tones"))


# ---------------------------------------------------------------- plans


@cache
def plans() -> Mapping[str, RemixPlan]:
    """The stored plans by name; `source` names the song."""
    return {path.stem: parse(path.read_text("utf-8")) for path in sorted((FOLDER / "plans").glob("*.json"))}


def beside(plan: RemixPlan) -> dict[str, Any]:
    """What a plan may name besides its song."""
    sampled = {op.recording: song_of(op.recording) for op in plan.ops if op.op == "sample"}
    return {"sampled": sampled, "soundfont": font() if plan.soundfont else None}


def play(name: str, workers: int = 1) -> Mix:
    plan = plans()[name]
    return remixlab.render(plan, song_of(plan.source), workers=workers, **beside(plan))


def hashes_of_plan(name: str, mix: Mix) -> dict[str, str]:
    """The sound of the mix; for a few plans also a second heard early, the marked sound, and its FLAC file."""
    found = {"mix": hash_of(mix.audio.samples)}
    if name in ALL_THE_WAY:
        plan = plans()[name]
        early = timeline(plan, song_of(plan.source), **beside(plan)).render(4 * RATE + 777, 5 * RATE + 777)
        marked = embed(mix.audio, 2_026, MARK_KEYS)
        found |= {"early": hash_of(early), "marked": hash_of(marked.samples)}
        found["flac"] = _sha256(SoundFiles().encode(marked, "flac"))
    return found


def hashes_of_song(name: str) -> dict[str, str]:
    """What the plans are played on: where this differs, it is not rendering that changed."""
    song = song_of(name)
    found = {"recording": hash_of(song.master.samples), "analysis": _sha256(_canonical(song.analysis.to_dict()))}
    return found | {stem.value: hash_of(audio.samples) for stem, audio in (song.stems or {}).items()}


def hash_of(samples: np.ndarray) -> str:
    """SHA-256 of the shape, the type and every bit."""
    return _sha256(f"{samples.shape} {samples.dtype}".encode() + np.ascontiguousarray(samples).tobytes())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def hearing() -> tuple[Facts, dict[str, str]]:
    """What is heard in a recording that comes alone, and the stems it is taken apart into: facts, and hashes."""
    recording = song_of("whole").master
    heard, stems = remixlab.listen(recording), remixlab.separate(recording)
    facts: Facts = {
        "key": heard.key,
        "meter": heard.meter,
        "sections": [section.label for section in heard.sections],
        "chords": [chord.symbol for chord in heard.chords],
        "counts": [len(heard.beats), len(heard.downbeats), len(heard.drums)],
        "tempo_bpm": round(heard.tempo_bpm, 2),
        "loudness_lufs": _rounded(heard.loudness_lufs),
        "level_db": [_level_db(audio.samples) for audio in stems.values()],
    }
    hashes = {"analysis": _sha256(_canonical(heard.to_dict()))}
    return facts, hashes | {stem.value: hash_of(audio.samples) for stem, audio in stems.items()}


# ---------------------------------------------------------------- facts that hold on every machine


def facts_of(plan: RemixPlan, mix: Mix) -> Facts:
    """Of a result: `level_db` is the RMS of each half second, `probes` are single samples, evenly spread."""
    sound = mix.audio.samples
    halves = [sound[:, n : n + RATE // 2] for n in range(0, sound.shape[1], RATE // 2)]
    places = np.linspace(0, sound.shape[1] - 1, PROBES + 2).astype(int)[1:-1]
    return {
        "digest": plan.digest,
        "shape": list(sound.shape),
        "parts": [_told(part) for part in mix.parts],
        "sections": [section.label for section in mix.sections],
        "beats": len(mix.beats_s),
        "downbeats": len(mix.downbeats_s),
        "on_target": mix.on_target,
        **{name: _rounded(getattr(mix, name)) for name in METERS},
        "level_db": [_level_db(half) for half in halves],
        "probes": [[round(float(x), 5) for x in sound[:, place]] for place in places],
    }


def _told(part: Part) -> str:
    words = (f"{part.name}:", part.origin, part.stem or "-", *part.treated_by, part.soundfont)
    return " ".join(word for word in words if word)


def _rounded(value: float) -> float:
    return round(float(max(value, -999.0)), 3)


def _level_db(sound: np.ndarray) -> float:
    return round(float(max(SILENT_DB, 10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))), 3)


def differences(stored: Facts, found: Facts) -> list[str]:
    """In words, what is not as it was: numbers beyond their tolerance, everything else when it is not equal."""
    if stored.keys() != found.keys():
        return [f"facts are {sorted(found)}, were {sorted(stored)}"]
    told: list[str] = []
    for name, was in stored.items():
        now = found[name]
        if name not in TOLERANCES or np.shape(was) != np.shape(now):
            told += [f"{name} is {now}, was {was}"] if now != was else []
        elif (off := np.abs(np.asarray(now) - np.asarray(was))).size and (
            np.mean(off > TOLERANCES[name]) > ASTRAY.get(name, 0.0)
        ):
            place = np.unravel_index(int(off.argmax()), off.shape) if off.ndim else ()
            told.append(f"{name}{[int(i) for i in place]} is {np.asarray(now)[place]}, was {np.asarray(was)[place]}")
    return told


# ---------------------------------------------------------------- machines


def surroundings() -> dict[str, str]:
    """All that the last bit depends on besides our own code."""
    binding = importlib.import_module("llvmlite.binding")
    config = importlib.import_module("numba").config
    host = ",".join(feature for feature, there in sorted(binding.get_host_cpu_features().items()) if there)
    features = host if config.CPU_FEATURES is None else config.CPU_FEATURES
    vectors = importlib.import_module("numpy._core._multiarray_umath").__cpu_features__
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "libc": " ".join(platform.libc_ver()),
        "processor": config.CPU_NAME or binding.get_host_cpu_name(),
        "compiled for": _sha256(features.encode())[:16],
        "vectors of numpy": " ".join(sorted(name for name, there in vectors.items() if there)),
        "libsndfile": importlib.import_module("soundfile").__libsndfile_version__,
        **{name: version(name) for name in PACKAGES},
    }


def machine_of(around: Mapping[str, str]) -> str:
    """A short name for a machine: the same name, the same bits."""
    return _sha256(_canonical(dict(around)))[:16]


def read_facts() -> dict[str, Facts]:
    return json.loads(FACTS.read_text("utf-8"))


def read_hashes() -> dict[str, Any]:
    """By machine: `surroundings`, and the hashes of `songs` and `plans`."""
    return json.loads(HASHES.read_text("utf-8"))


def _canonical(tree: Any) -> bytes:
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
