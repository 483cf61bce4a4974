"""How well a recording is heard: the untrained chain, the networks and rivals side by side, one line of JSON per song,
then a table.

python -m benchmarks.listening.listening_accuracy [--renders DIR] [--styles house,waltz] [--audio DIR] [--who
untrained,networks] [--rivals PYTHON]

A folder of renders (`python -m benchmarks.listening.pop909`) holds one folder per song: vocals, drums, bass and other
as FLAC, `truth.json`, an
Analysis, and `notes.json`, every pitched note (judged over the middle minute). Composed songs are made by the project's
own instruments, so they are easier than real
masters; the real songs count more. `--rivals` names a Python that has librosa and basic-pitch; they are asked in a
process of their own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import mir_eval
import numpy as np
import soundfile

from benchmarks.measuring.measure import surroundings
from benchmarks.measuring.places import AUDIO
from remixlab.compose import band_names, sketch
from remixlab.domain.audio import Audio, Stem, Stems
from remixlab.domain.music import Analysis, Note
from remixlab.domain.ports.engines import Separator
from remixlab.listening import Ears, listen
from remixlab.listening.network_heads import hear_note_signs, own_ears
from remixlab.listening.pitches import read_every_note
from remixlab.separation import MaskSeparator, choose_separator

LISTENERS = ("untrained", "untrained, taken apart", "networks", "networks, taken apart")
"""Each alone with the mix, and with the stems that a separator of its own kind made of it, as the catalogue does."""
REAL_TEMPI = {
    "stems/francium": 128,
    "stems/lithium": 124,
    "stems/hydrogen": 132,
    "stems/sodium": 140,
    "stems/rubidium": 132,
    "sorohanro_solo_trumpet.ogg": 90,
    "whitenoiseaudio_bleepy103.mp3": 103,
    "whitenoiseaudio_diorama.mp3": 128,
    "whitenoiseaudio_kfuc120.mp3": 120,
}
"""What the artists say; the last four are loops of five to nine seconds."""
REAL_KEYS = {
    "stems/francium": "Bb major", "stems/lithium": "G minor", "stems/hydrogen": "D major", "stems/sodium": "G minor",
    "stems/rubidium": "G major", "sorohanro_solo_trumpet.ogg": "F major",
}  # fmt: skip
FORM = "intro4 verse8 chorus8 verse8 chorus8 outro4"
COLUMNS = (
    "beats_f",
    "downbeats_f",
    "meter",
    "tempo",
    "tempo_either_octave",
    "key",
    "chords_majmin",
    "sections_f_3s",
    "melody_f",
    "bass_f",
    "notes_f",
)
RIVALS = Path(__file__).with_name("rival_listeners.py")


def score(truth: Analysis, heard: Analysis) -> dict[str, float]:
    """Figures of the field, each 0-1. Source: mir_eval (Raffel et al., ISMIR 2014)."""
    figures = {
        **score_beats(truth, heard.beats, heard.tempo_bpm),
        "downbeats_f": _beats(truth.downbeats, heard.downbeats),
        "tempo_either_octave": is_offered(truth.tempo_bpm, heard),
        "beat_error_ms": 1000 * float(np.median([np.abs(np.array(truth.beats) - b).min() for b in heard.beats])),
        "meter": float(truth.meter == heard.meter),
        "key": mir_eval.key.weighted_score(truth.key, heard.key),
        "melody_f": _notes(truth.melody, heard.melody),
        "bass_f": _notes(truth.bass, heard.bass),
    }
    reference, estimate = _spans(truth.chords), _spans(heard.chords)
    chords = mir_eval.chord.evaluate(
        reference, [c.symbol for c in truth.chords], estimate, [c.symbol for c in heard.chords]
    )
    figures |= {"chords_majmin": chords["majmin"], "chords_root": chords["root"], "chords_sevenths": chords["sevenths"]}
    figures["sections_f_3s"] = mir_eval.segment.detection(
        _spans(truth.sections), _spans(heard.sections), window=3, trim=True
    )[2]
    figures["section_names"] = _share_named(truth, heard)
    for piece in ("kick", "snare", "hat"):
        struck = np.array(sorted(h.time_s for h in truth.drums if h.piece == piece))
        if len(struck) >= 8:
            found = np.array(sorted(h.time_s for h in heard.drums if h.piece == piece))
            figures[f"{piece}_f"] = mir_eval.onset.f_measure(struck, found)[0]
    return {name: round(float(value), 4) for name, value in figures.items()}


def score_beats(truth: Analysis, beats: tuple[float, ...], tempo_bpm: float) -> dict[str, float]:
    """Beats and tempo; a tempo counts as right within two per cent."""
    return {
        "beats_f": round(_beats(truth.beats, beats), 4),
        "tempo": float(abs(tempo_bpm / truth.tempo_bpm - 1) < 0.02),
    }


def offered(heard: Analysis) -> list[float]:
    """The tempo found, and the most believed other one, with which the listener may disagree."""
    others = [a.tempo_bpm for a in heard.tempo_alternatives if abs(a.tempo_bpm / heard.tempo_bpm - 1) >= 0.04]
    return [heard.tempo_bpm, *others[:1]]


def is_offered(tempo_bpm: float, heard: Analysis) -> float:
    return float(any(abs(found / tempo_bpm - 1) < 0.02 for found in offered(heard)))


def _share_named(truth: Analysis, heard: Analysis) -> float:
    """Share of time on which the part has its right name."""
    edges = sorted({0.0, truth.duration_s, *(s.start_s for s in (*truth.sections, *heard.sections))})
    named = [({_name_at(truth, a), _name_at(heard, a)}, b - a) for a, b in pairwise(edges)]
    return sum(length for names, length in named if len(names) == 1) / (sum(length for _, length in named) + 1e-9)


def _name_at(song: Analysis, time_s: float) -> str:
    return next((s.label for s in reversed(song.sections) if s.start_s <= time_s), song.sections[0].label)


def _beats(truth: tuple[float, ...], heard: tuple[float, ...]) -> float:
    reference, estimate = (mir_eval.beat.trim_beats(np.array(t)) for t in (truth, heard))
    return mir_eval.beat.f_measure(reference, estimate)


def _spans(parts: Any) -> np.ndarray:
    edges = np.array([parts[0].start_s, *(p.end_s for p in parts)])
    return np.stack([edges[:-1], edges[1:]], axis=1)


def _notes(truth: tuple[Note, ...], heard: tuple[Note, ...], tolerance_s: float = 0.1) -> float:
    """Pitch within half a semitone and onset within the tolerance; ends are not judged."""
    if not truth or not heard:
        return float(not truth and not heard)
    intervals = [np.array([[n.start_s, max(n.end_s, n.start_s + 0.03)] for n in notes]) for notes in (truth, heard)]
    pitches = [440 * 2 ** ((np.array([n.midi for n in notes]) - 69) / 12) for notes in (truth, heard)]
    ends: Any = None  # mir_eval's own value for "not judged", which its signature does not name
    return mir_eval.transcription.precision_recall_f1_overlap(
        intervals[0], pitches[0], intervals[1], pitches[1], onset_tolerance=tolerance_s, offset_ratio=ends
    )[2]


def hear(who: str, mix: Audio, stems: Stems | None = None) -> Analysis:
    """One listener's analysis; `stems`, where they are known, replace what a separator makes."""
    trained = who.startswith("networks")
    if who.endswith("apart"):
        stems = stems or separator_of(who).separate(mix)
    return listen(mix, stems, ears=own_ears() if trained else Ears())


def separator_of(who: str) -> Separator:
    """The separator of a listener's own kind."""
    return choose_separator() if who.startswith("networks") else MaskSeparator()


def hear_all_notes(who: str, mix: Audio, heard: Analysis) -> tuple[Note, ...]:
    """Every pitched note in the middle minute: the note network's three parts; without it no more than melody and
    bass.
    """
    begin, end = _middle_minute(mix.duration_s)
    ears = own_ears()
    if not who.startswith("networks") or ears.notes is None:
        return tuple(n for n in (*heard.melody, *heard.bass) if begin <= n.start_s < end)
    piece = Audio(
        np.ascontiguousarray(mix.samples[:, int(begin * mix.sample_rate) : int(end * mix.sample_rate)]), mix.sample_rate
    )
    found = read_every_note(*hear_note_signs(piece, ears.notes))
    return tuple(
        Note(start_s=n.start_s + begin, end_s=n.end_s + begin, midi=n.midi, velocity=n.velocity) for n in found
    )


def read_all_notes(song: Path, duration_s: float) -> tuple[Note, ...]:
    """The truth of the middle minute."""
    begin, end = _middle_minute(duration_s)
    rows = json.loads((song / "notes.json").read_text(encoding="utf-8"))
    return tuple(Note(start_s=a, end_s=b, midi=m) for a, b, m in rows if begin <= a < end)


def _middle_minute(duration_s: float) -> tuple[float, float]:
    begin = max(0.0, duration_s / 2 - 30)
    return begin, min(duration_s, begin + 60)


def composed(styles: list[str], seeds: int, who: str) -> Iterator[dict[str, Any]]:
    for style in styles:
        for seed in range(seeds):
            song = sketch(style, seed=seed, form=FORM)
            began = time.process_time()
            heard = hear(who, song.recording)
            speed = song.recording.duration_s / (time.process_time() - began)
            yield {"song": style, "seed": seed, **score(song.truth, heard), "times_real_time": round(speed, 1)}


def rendered(folder: Path, who: str) -> Iterator[dict[str, Any]]:
    for song in sorted(p.parent for p in folder.glob("*/truth.json")):
        mix = _read_stems(song).mix()
        truth = Analysis.model_validate_json((song / "truth.json").read_text(encoding="utf-8"))
        began = time.process_time()
        heard = hear(who, mix, _kept_apart(song, who, mix))
        speed = mix.duration_s / (time.process_time() - began)
        all_notes = _notes(read_all_notes(song, mix.duration_s), hear_all_notes(who, mix, heard), 0.05)
        yield {
            "song": song.name,
            **score(truth, heard),
            "notes_f": round(all_notes, 4),
            "times_real_time": round(speed, 1),
        }


def _kept_apart(song: Path, who: str, mix: Audio) -> Stems | None:
    """Stems that a separator made of a render, kept beside it under the separator's name: measuring again costs
    nothing.
    """
    if not who.endswith("apart"):
        return None
    separator = separator_of(who)
    folder = song / separator.name.replace("/", "-")
    if not folder.is_dir():
        made = separator.separate(mix)
        folder.mkdir()
        for stem, sound in made.items():
            soundfile.write(folder / f"{stem.value}.flac", sound.samples.T, sound.sample_rate)
        (folder / "who").write_text(made.separator)
    return _read_stems(folder, separator=(folder / "who").read_text())


def _read_stems(folder: Path, separator: str = "") -> Stems:
    parts = {stem: read_real(folder / f"{stem.value}.flac") for stem in Stem}
    return Stems(parts[Stem.VOCALS], parts[Stem.DRUMS], parts[Stem.BASS], parts[Stem.OTHER], separator=separator)


def real(audio: Path, who: str) -> Iterator[dict[str, Any]]:
    for name, tempo_bpm in REAL_TEMPI.items():
        heard = hear(who, read_real(audio / name))
        octave = heard.tempo_bpm / tempo_bpm
        row = {
            "song": Path(name).stem, "tempo_bpm": heard.tempo_bpm, "tempo_true": tempo_bpm,
            "tempo": float(abs(octave - 1) < 0.02),
            "tempo_either_octave": is_offered(tempo_bpm, heard), "tempi_offered": offered(heard),
        }  # fmt: skip
        if name in REAL_KEYS:
            row |= {"key_heard": heard.key, "key": mir_eval.key.weighted_score(REAL_KEYS[name], heard.key)}
        if name.startswith("stems"):
            period = 60 / tempo_bpm
            error = [abs(b - round(b / period) * period) * 1000 for b in heard.beats]
            places = np.bincount(np.round(np.array(heard.downbeats) / period).astype(int) % 4, minlength=4)
            truth = np.arange(0, heard.duration_s, period)
            row |= {
                "beats_f": round(_beats(tuple(truth), heard.beats), 4),
                "downbeats_f": round(_beats(tuple(truth[::4]), heard.downbeats), 4),
                "beat_error_ms": round(float(np.median(error)), 2),
                "downbeats_right": round(float(places[0] / places.sum()), 3),
                "sections_heard": " ".join(f"{s.label}@{s.start_s:.0f}" for s in heard.sections),
                "meter_heard": heard.meter,
            }
        yield row


def read_real(path: Path) -> Audio:
    """A recording, or the sum of a folder of stems."""
    if path.is_file():
        sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
        return Audio(np.ascontiguousarray(sound.T, np.float32), rate)
    parts = [soundfile.read(f, dtype="float32", always_2d=True)[0].T for f in sorted(path.glob("*.ogg"))]
    mix = np.zeros((2, max(p.shape[1] for p in parts)), np.float32)
    for part in parts:
        mix[:, : part.shape[1]] += part
    return Audio.checked(mix, 44100)


def ask_rivals(python: str, folder: Path) -> Iterator[dict[str, Any]]:
    """What librosa and basic-pitch hear in the renders, by their own defaults."""
    for song in sorted(p.parent for p in folder.glob("*/truth.json")):
        answer = subprocess.run([python, str(RIVALS), str(song)], capture_output=True, text=True, check=True).stdout
        heard = json.loads(answer.splitlines()[-1])
        truth = Analysis.model_validate_json((song / "truth.json").read_text(encoding="utf-8"))
        every = read_all_notes(song, truth.duration_s)
        found = tuple(Note(start_s=a, end_s=b, midi=m) for a, b, m in heard["notes"])
        librosa = score_beats(truth, tuple(heard["beats"]), heard["tempo_bpm"])
        yield {"who": f"librosa {heard['librosa']}", "song": song.name, **librosa}
        yield {
            "who": f"basic-pitch {heard['basic_pitch']}",
            "song": song.name,
            "notes_f": round(_notes(every, found, 0.05), 4),
        }


def tell(kind: str, who: str, songs: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every row as it comes, named by its kind and listener."""
    rows: list[dict[str, Any]] = []
    for song in songs:
        rows.append({"what": kind, "who": who, **song})
        print(json.dumps(rows[-1]), flush=True)
    return rows


def mean_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per kind of song and listener: the mean of every figure."""
    means: list[dict[str, Any]] = []
    for kind, who in dict.fromkeys((r["what"], r["who"]) for r in rows):
        mine = [r for r in rows if (r["what"], r["who"]) == (kind, who)]
        names = sorted({k for r in mine for k, v in r.items() if isinstance(v, float)} - {"tempo_bpm"})
        values = {n: round(float(np.mean([r[n] for r in mine if n in r])), 4) for n in names}
        means.append({"what": f"{kind}, mean", "who": who, "songs": len(mine), **values, **surroundings()})
    return means


def write_table(means: list[dict[str, Any]]) -> str:
    """The means as Markdown."""
    lines = [
        "| songs | who | " + " | ".join(c.replace("_", " ") for c in COLUMNS) + " |",
        "|---|---|" + "---|" * len(COLUMNS),
    ]
    for row in means:
        cells = [f"{row[c]:.2f}" if c in row else "" for c in COLUMNS]
        lines.append(f"| {row['what'].split(',')[0]} ({row['songs']}) | {row['who']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--styles", default="", help="composed songs of these styles, or 'all'")
    words.add_argument("--seeds", type=int, default=1)
    words.add_argument("--who", default=";".join(LISTENERS), help="listeners, divided by semicolons")
    words.add_argument("--renders", type=Path)
    words.add_argument("--rivals", help="a Python with librosa and basic-pitch")
    words.add_argument("--audio", type=Path, default=AUDIO)
    words.add_argument("--no-real", action="store_true")
    words.add_argument("--out", type=Path, help="also write the rows here")
    wanted = words.parse_args()
    styles = list(band_names()) if wanted.styles == "all" else [s for s in wanted.styles.split(",") if s]
    rows: list[dict[str, Any]] = []
    for who in wanted.who.split(";"):
        if wanted.renders:
            rows += tell("rendered", who, rendered(wanted.renders, who))
        if styles:
            rows += tell("composed", who, composed(styles, wanted.seeds, who))
        if wanted.audio.is_dir() and not wanted.no_real:
            rows += tell("real", who, real(wanted.audio, who))
    if wanted.rivals and wanted.renders:
        rows += [{"what": "rendered", **row} for row in ask_rivals(wanted.rivals, wanted.renders)]
    means = mean_rows(rows)
    for row in means:
        print(json.dumps(row))
    print(write_table(means))
    if wanted.out:
        wanted.out.write_text("".join(json.dumps(row) + "\n" for row in [*rows, *means]), encoding="utf-8")


if __name__ == "__main__":
    main()
