"""Write trained networks as ONNX files, check them against torch, and write their cards.

`python -m training.export separator beats chords notes`
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

from training.features import CHORD_BANDS, CHORD_HOP, MEL_BANDS, NOTE_BANDS, NOTE_HOP, RATE
from training.listening_nets import BeatNet, ChordNet, NoteNet
from training.separator_net import BINS, HOP, Separator

Card = dict[str, Any]
WATTS_PER_CORE = 8.0
MEASURED = ("scores", "measured")
"""What a card says of its weights that only measuring can say again."""


class BeatEars(nn.Module):
    """The beat network with its outputs as probabilities."""

    def __init__(self, net: BeatNet) -> None:
        """Wrap the network."""
        super().__init__()
        self.net = net

    def forward(self, mel: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give activations, meter, drums."""
        events, meter, drums = self.net(mel)
        return torch.sigmoid(events), torch.softmax(meter, 2), torch.sigmoid(drums)


class ChordEars(nn.Module):
    """The chord network with its outputs as probabilities."""

    def __init__(self, net: ChordNet) -> None:
        """Wrap the network."""
        super().__init__()
        self.net = net

    def forward(self, pitch: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Give root, bass, notes, key."""
        root, bass, notes, key = self.net(pitch)
        return torch.softmax(root, 2), torch.softmax(bass, 2), torch.sigmoid(notes), torch.softmax(key, 2)


class NoteEars(nn.Module):
    """The note network with its outputs as probabilities."""

    def __init__(self, net: NoteNet) -> None:
        """Wrap the network."""
        super().__init__()
        self.net = net

    def forward(self, pitch: Tensor) -> tuple[Tensor, Tensor]:
        """Give frame, onset."""
        frame, onset = self.net(pitch)
        return torch.sigmoid(frame), torch.sigmoid(onset)


def write_onnx(model: nn.Module, sample: Tensor, path: Path, names: tuple[str, list[str]], frame_axes: tuple[int, int]) -> None:
    """Export with free batch and frame axes."""
    source, outputs = names
    axes = {source: {0: "batch", frame_axes[0]: "frames"}, **{o: {0: "batch", frame_axes[1]: "frames"} for o in outputs}}
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (sample,),
            str(path),
            input_names=[source],
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def check_onnx(model: nn.Module, path: Path, draw: Callable[[int, int], Tensor], frame_s: float) -> tuple[float, float]:
    """Compare with torch on fresh input of other lengths and batches; give the worst difference and the speed."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    name, worst = session.get_inputs()[0].name, 0.0
    for batch, frames in ((1, 96), (1, 256), (2, 64)):
        x = draw(batch, frames)
        with torch.no_grad():
            expected = model(x)
        expected = expected if isinstance(expected, tuple) else (expected,)
        found = session.run(None, {name: x.numpy()})
        worst = max(worst, *(float(np.abs(f - e.numpy()).max()) for f, e in zip(found, expected, strict=True)))
    x = draw(1, 256).numpy()
    times: list[float] = []
    for _ in range(5):
        began = time.process_time()
        session.run(None, {name: x})
        times.append(time.process_time() - began)
    if worst > 1e-4:
        raise SystemExit(f"{path.name} differs from torch by {worst}")
    return worst, 256 * frame_s / min(times)


def list_sources(pool: Path, held_out: list[str], *, with_weak: bool) -> list[dict[str, Any]]:
    """Add the minutes of every source that a separator run drew from."""
    total: dict[tuple[str, str], float] = {}
    for entry in json.loads((pool / "index.json").read_text()):
        if entry["source"] not in held_out and (with_weak or not entry["weak"]):
            key = (entry["source"], entry["licence"])
            total[key] = total.get(key, 0) + entry["seconds"] / 60
    return [{"source": s, "licence": l, "stem_minutes": round(m, 1)} for (s, l), m in sorted(total.items())]


def list_voices(pool: Path, held_out: list[str], *, with_weak: bool) -> dict[str, float]:
    """Add the minutes of singing, of the same sung again by other mouths, of speech that was made to sing, and of speech."""
    minutes = {"singing": 0.0, "singing by other mouths": 0.0, "speech made to sing": 0.0, "speech": 0.0}
    for entry in json.loads((pool / "index.json").read_text()):
        if entry["kind"] == "vocals" and entry["source"] not in held_out and (with_weak or not entry["weak"]):
            sings = entry["source"].startswith(("evr_", "vocadito", "producer_space_")) and not entry["source"].endswith("spoken")
            again = "singing by other mouths" if "_again" in entry["song"] else "singing"
            kind = "speech made to sing" if "sung" in entry["song"] else again if sings else "speech"
            minutes[kind] += entry["seconds"] / 60
    return {kind: round(total, 1) for kind, total in minutes.items()}


def read_commit() -> str:
    """Name the commit that the training code was at."""
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()


def write_card(path: Path, facts: Card, model: nn.Module, check: tuple[float, float], cpu_s: float) -> None:
    """Write the card beside the weights; what was measured of these very weights stays."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    card: Card = {
        "file": path.name,
        "sha256": digest,
        "bytes": path.stat().st_size,
        "parameters": sum(p.numel() for p in model.parameters()),
        **facts,
        "training_commit": read_commit(),
        "energy": {
            "cpu_core_s": round(cpu_s),
            "wh": round(cpu_s * WATTS_PER_CORE / 3600, 2),
            "method": f"estimated: CPU seconds of the training process times {WATTS_PER_CORE} W a core; no meter was read",
        },
        "onnx": {"opset": 17, "largest_difference_from_torch": check[0], "times_real_time_one_core": round(check[1], 1)},
    }
    before = read_card(path)
    if before.get("sha256") == digest:
        card |= {name: before[name] for name in MEASURED if before.get(name)}
    path.with_suffix(".card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(card["onnx"]), path)


def read_card(path: Path) -> Card:
    """Read the card that lies beside some weights, if any."""
    card = path.with_suffix(".card.json")
    return json.loads(card.read_text()) if card.exists() else {}


def lay_in_place(made: Path, path: Path, *, replace: bool) -> None:
    """Put new weights where the package looks for them.

    Raises: SystemExit where other weights lie there whose card carries measured scores and nobody said to replace them.
    """
    before = read_card(path)
    same = before.get("sha256") == hashlib.sha256(made.read_bytes()).hexdigest()
    if not same and not replace and any(before.get(name) for name in MEASURED):
        made.unlink()
        raise SystemExit(
            f"{path.name} is measured and these are other weights: say --replace, then measure again (`make -C training table`)"
        )
    made.replace(path)


def export_separator(work: Path, package: Path, run: str, *, replace: bool) -> None:
    """Export the separator of a run and its card; scores of songs that the run held out come from its own log."""
    saved = torch.load(work / run / "checkpoint.pt", weights_only=True, map_location="cpu")
    model = Separator().eval()
    model.load_state_dict(saved["smooth"])
    path = package / "separation" / "weights" / "separator.onnx"

    def draw(batch: int, frames: int) -> Tensor:
        return torch.randn(batch, 4, frames, BINS) * 0.01

    made = path.with_suffix(".new")
    write_onnx(model, draw(1, 64), made, ("spectrum", ["masks"]), (2, 3))
    check = check_onnx(model, made, draw, HOP / 44100)
    lay_in_place(made, path, replace=replace)
    log = [json.loads(line) for line in (work / run / "log.jsonl").read_text().splitlines()]
    rounds = [*saved.get("rounds", []), saved["progress"]]
    steps, hours, cpu_s = sum(r["step"] for r in rounds), sum(r["audio_s"] for r in rounds) / 3600, sum(r["cpu_s"] for r in rounds)
    facts: Card = {
        "name": "separator",
        "what": "shares the spectrum of a mix out among vocals, drums, bass and other",
        "architecture": "band-patch U-Net: 168 bands, widths 32-48-72-96, layers over all bands, GRU over time, softmax masks "
        "for mid and side; STFT 4096/1024 at 44100 Hz",
        "sources": list_sources(work / "pool", saved["held_out"], with_weak=saved["with_weak"]),
        "voice_minutes": list_voices(work / "pool", saved["held_out"], with_weak=saved["with_weak"]),
        "weak_provenance_used": saved["with_weak"],
        "held_out_songs": saved["held_out"],
        "seeds": {"run": saved["seed"], "pool": 7},
        **({"blend": "the mean of the weights of the last rounds, one a seed"} if isinstance(saved["seed"], list) else {}),
        "rounds": [{"steps": r["step"], "cpu_core_s": round(r["cpu_s"]), "audio_hours": round(r["audio_s"] / 3600, 2)} for r in rounds],
        "steps": steps,
        "audio_hours_drawn": round(hours, 2),
        "validation_in_run": {
            "what": "mean SDR in dB of three 12 s excerpts of each song held out by the last round",
            **log[-1]["held_out"],
        },
        "scores": {},
        "known_failures": [
            "one singer (the artist of the stem songs) made nearly all real singing it heard; other voices were speech made to sing",
            "lead synthesizers, saxophones and strings in the vocal range leak into vocals",
            "bass and other are much weaker than vocals and drums; a bass without a low end is called other",
            "most of its accompaniment is played by this product's own instruments and by one General MIDI SoundFont",
            "above 8.3 kHz four bins share one mask",
        ],
    }
    write_card(path, facts, model, check, cpu_s)


LISTENING: dict[str, tuple[type[nn.Module], type[nn.Module], str, list[str], int, float]] = {
    "beats": (BeatNet, BeatEars, "mel", ["activations", "meter", "drums"], MEL_BANDS, 0.02),
    "chords": (ChordNet, ChordEars, "pitch", ["root", "bass", "notes", "key"], CHORD_BANDS, CHORD_HOP / RATE),
    "notes": (NoteNet, NoteEars, "pitch", ["frame", "onset"], NOTE_BANDS, NOTE_HOP / RATE),
}
ABOUT = {
    "beats": (
        "mel frontend and an eleven-layer dilated temporal network",
        {"beat": 0.5, "downbeat": 0.5, "boundary": 0.6, "drums": 0.6},
        ["meters other than 3, 4 and 6", "tempo octaves above 215 and below 60 beats a minute", "never heard a real master"],
    ),
    "chords": (
        "convolutional frontend on 36 bands an octave and a two-way GRU",
        {"notes": 0.5},
        ["inversions and chords of more than four notes", "tuning far from 440 Hz", "never heard a real master"],
    ),
    "notes": (
        "harmonic stack of six partials, convolutions, a layer over all pitches",
        {"frame": 0.5, "onset": 0.5},
        ["telling a lead instrument from a voice", "octaves of bass below 50 Hz", "never heard a real master"],
    ),
}
TRUTH_SOURCES = [
    {"source": "own procedural songs", "licence": "Apache-2.0"},
    {"source": "OpenEWLD lead sheets", "licence": "public-domain scores (the collection says so), MIT"},
    {"source": "Groove MIDI Dataset (Google)", "licence": "CC-BY-4.0"},
    {"source": "FluidR3 GM SoundFont (Frank Wen)", "licence": "MIT"},
    {"source": "VCTK, LibriSpeech and LJ Speech excerpts, made to sing", "licence": "CC-BY-4.0 and public domain"},
]


class Heard(NamedTuple):
    """Folders of the work folder: the runs of the listening networks, the songs and the lines that the last round heard; and in words what rounds before heard."""

    runs: str
    truth: str
    lines: str
    before: str


LINES_SOURCE = {
    "source": "own lines of melody, sung alone by the same speakers (training.lines)",
    "licence": "Apache-2.0; the speech as above",
}


def count_minutes(folder: Path) -> float:
    """Minutes that training may hear of a folder of songs or lines, 45 s each."""
    return round(sum(int(p.stem) % 10 != 9 for p in folder.glob("*.npz")) * 45 / 60, 1)


def export_listening(name: str, work: Path, package: Path, heard: Heard, *, replace: bool) -> None:
    """Export one listening network and its card."""
    net, ears, source, outputs, bands, frame_s = LISTENING[name]
    saved = torch.load(work / heard.runs / name / "checkpoint.pt", weights_only=True, map_location="cpu")
    inner = net()
    inner.load_state_dict(saved["net"])
    model = ears(inner).eval()
    path = package / "listening" / "weights" / f"{name}.onnx"

    def draw(batch: int, frames: int) -> Tensor:
        return torch.rand(batch, frames, bands) * 4

    made = path.with_suffix(".new")
    write_onnx(model, draw(1, 64), made, (source, outputs), (1, 1))
    check = check_onnx(model, made, draw, frame_s)
    lay_in_place(made, path, replace=replace)
    architecture, thresholds, failures = ABOUT[name]
    songs = sorted((work / heard.truth).glob("*.npz"))
    minutes = {"training_minutes": count_minutes(work / heard.truth)}
    if name == "notes":
        minutes["lines_minutes"] = count_minutes(work / heard.lines)
    facts: Card = {
        "name": name,
        "architecture": architecture,
        "sources": [*TRUTH_SOURCES, LINES_SOURCE] if name == "notes" else TRUTH_SOURCES,
        **minutes,
        **({"earlier_rounds": heard.before} if heard.before else {}),
        "weak_provenance_used": False,
        "seeds": {"run": saved["seed"], "songs": 11},
        "steps": saved["step"],
        "thresholds": thresholds,
        "validation_in_run": {
            "what": "rendered songs, lead sheets, drummers' sessions and speakers kept out of training; peak picking alone, "
            "no decoder; F measures (beats 80 ms, drums 40 ms, note onsets 60 ms, boundaries 0.5 s) and shares",
            "songs": sum(int(p.stem) % 10 == 9 for p in songs),
            **saved["scores"],
        },
        "measured": {},
        "known_failures": failures,
    }
    write_card(path, facts, model, check, saved["cpu_s"])


def main() -> None:
    """Export from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", choices=["separator", *LISTENING])
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--package", type=Path, default=Path("src/remixlab"))
    parser.add_argument("--run", default="separator", help="the run whose separator is exported: a folder of the work folder")
    parser.add_argument("--replace", action="store_true", help="also where the weights in the package carry measured scores")
    parser.add_argument(
        "--listening", default="listening", help="the runs whose listening networks are exported: a folder of the work folder"
    )
    parser.add_argument("--truth", default="truth", help="the songs that their last round heard, likewise")
    parser.add_argument("--lines", default="lines", help="the lines that it heard, likewise")
    parser.add_argument("--before", default="", help="what earlier rounds of these listening networks heard, in words for the card")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name in options.names:
        if name == "separator":
            export_separator(options.work, options.package, options.run, replace=options.replace)
        else:
            heard = Heard(options.listening, options.truth, options.lines, options.before)
            export_listening(name, options.work, options.package, heard, replace=options.replace)


if __name__ == "__main__":
    main()
