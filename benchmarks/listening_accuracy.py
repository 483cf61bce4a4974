"""How well a recording is heard: one line of JSON per song and task, against the truth of composed songs and known real tempi.

python benchmarks/listening_accuracy.py [--styles house,waltz] [--seeds 1] [--stems true|none|separated] [--audio DIR] [--renders DIR]

Composed songs are made by the project's own instruments, so they are easier than real masters; the real songs count more.
A folder of renders holds one folder per song: vocals, drums, bass and other as FLAC, and `truth.json`, an Analysis.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mir_eval
import numpy as np
import soundfile

from benchmarks.measure import surroundings
from remixlab.compose import band_names, sketch
from remixlab.domain.audio import Audio, Stem, Stems
from remixlab.domain.music import Analysis, Note
from remixlab.listening import listen
from remixlab.separation import separate

REAL_TEMPI = {"francium": 128, "lithium": 124, "hydrogen": 132, "sodium": 140, "rubidium": 132}
REAL_KEYS = {"francium": "Bb major", "lithium": "G minor", "hydrogen": "D major", "sodium": "G minor", "rubidium": "G major"}
FORM = "intro4 verse8 chorus8 verse8 chorus8 outro4"


def score(truth: Analysis, heard: Analysis) -> dict[str, float]:
    """Figures of the field, each 0-1. Source: mir_eval (Raffel et al., ISMIR 2014)."""
    figures = {
        "beats_f": _beats(truth.beats, heard.beats),
        "downbeats_f": _beats(truth.downbeats, heard.downbeats),
        "beat_error_ms": 1000 * float(np.median([np.abs(np.array(truth.beats) - b).min() for b in heard.beats])),
        "tempo_ratio": heard.tempo_bpm / truth.tempo_bpm,
        "meter": float(truth.meter == heard.meter),
        "key": mir_eval.key.weighted_score(truth.key, heard.key),
        "melody_f": _notes(truth.melody, heard.melody),
        "bass_f": _notes(truth.bass, heard.bass),
    }
    reference, estimate = _spans(truth.chords), _spans(heard.chords)
    chords = mir_eval.chord.evaluate(reference, [c.symbol for c in truth.chords], estimate, [c.symbol for c in heard.chords])
    figures |= {"chords_majmin": chords["majmin"], "chords_root": chords["root"], "chords_sevenths": chords["sevenths"]}
    figures["sections_f_3s"] = mir_eval.segment.detection(_spans(truth.sections), _spans(heard.sections), window=3, trim=True)[2]
    for piece in ("kick", "snare", "hat"):
        struck = np.array(sorted(h.time_s for h in truth.drums if h.piece == piece))
        if len(struck) >= 8:
            found = np.array(sorted(h.time_s for h in heard.drums if h.piece == piece))
            figures[f"{piece}_f"] = mir_eval.onset.f_measure(struck, found)[0]
    return {name: round(float(value), 4) for name, value in figures.items()}


def _beats(truth: tuple[float, ...], heard: tuple[float, ...]) -> float:
    reference, estimate = (mir_eval.beat.trim_beats(np.array(t)) for t in (truth, heard))
    return mir_eval.beat.f_measure(reference, estimate)


def _spans(parts: Any) -> np.ndarray:
    edges = np.array([parts[0].start_s, *(p.end_s for p in parts)])
    return np.stack([edges[:-1], edges[1:]], axis=1)


def _notes(truth: tuple[Note, ...], heard: tuple[Note, ...]) -> float:
    """Onset within 100 ms and pitch within half a semitone."""
    if not truth or not heard:
        return float(not truth and not heard)
    intervals = [np.array([[n.start_s, max(n.end_s, n.start_s + 0.03)] for n in notes]) for notes in (truth, heard)]
    pitches = [440 * 2 ** ((np.array([n.midi for n in notes]) - 69) / 12) for notes in (truth, heard)]
    return mir_eval.transcription.precision_recall_f1_overlap(
        intervals[0], pitches[0], intervals[1], pitches[1], onset_tolerance=0.1, offset_ratio=None
    )[2]


def composed(styles: list[str], seeds: int, stems: str) -> Iterator[dict[str, Any]]:
    for style in styles:
        for seed in range(seeds):
            song = sketch(style, seed=seed, form=FORM)
            given = _stems(song.stems, stems)
            began = time.process_time()
            heard = listen(song.recording, given)
            speed = song.recording.duration_s / (time.process_time() - began)
            yield {"what": "composed", "style": style, "seed": seed, **score(song.truth, heard), "times_real_time": round(speed, 1)}


def _stems(true: Stems, wanted: str) -> Stems | None:
    match wanted:
        case "true":
            return true
        case "separated":
            return separate(true.mix())
        case _:
            return None


def rendered(folder: Path, stems: str) -> Iterator[dict[str, Any]]:
    for song in sorted(p.parent for p in folder.glob("*/truth.json")):
        parts = [soundfile.read(song / f"{stem}.flac", dtype="float32", always_2d=True) for stem in Stem]
        true = Stems(*(Audio(np.ascontiguousarray(sound.T), rate) for sound, rate in parts))
        truth = Analysis.model_validate_json((song / "truth.json").read_text(encoding="utf-8"))
        yield {"what": "rendered", "song": song.name, **score(truth, listen(true.mix(), _stems(true, stems)))}


def real(audio: Path) -> Iterator[dict[str, Any]]:
    for name, tempo_bpm in REAL_TEMPI.items():
        parts = [soundfile.read(f, dtype="float32", always_2d=True)[0].T for f in sorted((audio / "stems" / name).glob("*.ogg"))]
        mix = np.zeros((2, max(p.shape[1] for p in parts)), np.float32)
        for part in parts:
            mix[:, : part.shape[1]] += part
        heard = listen(Audio.checked(mix, 44100))
        period = 60 / tempo_bpm
        error = [abs(b - round(b / period) * period) * 1000 for b in heard.beats]
        places = np.bincount(np.round(np.array(heard.downbeats) / period).astype(int) % 4, minlength=4)
        yield {
            "what": "real", "song": name, "tempo_bpm": heard.tempo_bpm, "tempo_true": tempo_bpm,
            "either_octave": any(abs(a.tempo_bpm / tempo_bpm - 1) < 0.01 for a in heard.tempo_alternatives),
            "beat_error_ms": round(float(np.median(error)), 2), "beat_error_p95_ms": round(float(np.percentile(error, 95)), 2),
            "downbeats_right": round(float(places[0] / places.sum()), 3), "meter": heard.meter,
            "key": heard.key, "key_score": mir_eval.key.weighted_score(REAL_KEYS[name], heard.key),
        }  # fmt: skip


def tell_table(songs: Iterator[dict[str, Any]], stems: str) -> None:
    """Every row, then their mean."""
    rows: list[dict[str, Any]] = []
    for row in songs:
        rows.append(row)
        print(json.dumps(row), flush=True)
    names = sorted({k for r in rows for k, v in r.items() if isinstance(v, float)})
    means = {n: round(float(np.mean([r[n] for r in rows if n in r])), 4) for n in names}
    if rows:
        print(json.dumps({"what": f"{rows[0]['what']}, mean", "songs": len(rows), "stems": stems, **means, **surroundings()}))


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--styles", default=",".join(band_names()))
    words.add_argument("--seeds", type=int, default=1)
    words.add_argument("--stems", choices=("true", "none", "separated"), default="none")
    words.add_argument("--renders", type=Path)
    words.add_argument("--audio", type=Path, default=Path(__file__).parents[1].parent / "shared" / "audio")
    wanted = words.parse_args()
    tell_table(composed([s for s in wanted.styles.split(",") if s], wanted.seeds, wanted.stems), wanted.stems)
    if wanted.renders:
        tell_table(rendered(wanted.renders, wanted.stems), wanted.stems)
    if wanted.audio.is_dir():
        for row in real(wanted.audio):
            print(json.dumps({**row, **surroundings()}), flush=True)


if __name__ == "__main__":
    main()
