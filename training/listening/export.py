"""Export the listening networks as ONNX, check them against torch, and write their cards.

`python -m training.listening.export beats chords notes`
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from training.card import Card, check_onnx, lay_in_place, write_card, write_onnx
from training.features import BEATS, CHORDS, NOTES
from training.listening.nets import BeatNet, ChordNet, NoteNet
from training.songs.truth import SOURCES as TRUTH_SOURCES


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


FEATURES = {"beats": BEATS, "chords": CHORDS, "notes": NOTES}
OUTPUTS = {
    "beats": ["activations", "meter", "drums"],
    "chords": ["root", "bass", "notes", "key"],
    "notes": ["frame", "onset"],
}
ABOUT = {
    "beats": (
        "mel frontend and an eleven-layer dilated temporal network",
        {"beat": 0.5, "downbeat": 0.5, "boundary": 0.6, "drums": 0.6},
        [
            "meters other than 3, 4 and 6",
            "tempo octaves above 215 and below 60 beats a minute",
            "never heard a real master",
        ],
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


class Heard(NamedTuple):
    """Folders of the work folder: the runs of the listening networks, the songs and the lines that the last round
    heard.

    `before` says in words what earlier rounds heard.
    """

    runs: str
    truth: str
    lines: str
    before: str


LINES_SOURCE = {
    "source": "own lines of melody, sung alone by the same speakers (training.songs.lines)",
    "licence": "Apache-2.0; the speech as above",
}


def count_minutes(folder: Path) -> float:
    """Minutes that training may hear of a folder of songs or lines, 45 s each."""
    return round(sum(int(p.stem) % 10 != 9 for p in folder.glob("*.npz")) * 45 / 60, 1)


def load_ears(name: str, weights: dict[str, Tensor]) -> nn.Module:
    """Give a trained network with its outputs as probabilities."""
    beats, chords, notes = BeatNet(), ChordNet(), NoteNet()
    net, ears = {
        "beats": (beats, BeatEars(beats)),
        "chords": (chords, ChordEars(chords)),
        "notes": (notes, NoteEars(notes)),
    }[name]
    net.load_state_dict(weights)
    return ears


def export_listening(name: str, work: Path, package: Path, heard: Heard, *, replace: bool) -> None:
    """Export one listening network and its card."""
    feature, outputs = FEATURES[name], OUTPUTS[name]
    saved = torch.load(work / heard.runs / name / "checkpoint.pt", weights_only=True, map_location="cpu")
    model = load_ears(name, saved["net"]).eval()
    path = package / "listening" / "weights" / f"{name}.onnx"

    def draw(batch: int, frames: int) -> Tensor:
        return torch.rand(batch, frames, feature.bands) * 4

    made = path.with_suffix(".new")
    write_onnx(model, draw(1, 64), made, (feature.kind, outputs), (1, 1))
    check = check_onnx(model, made, draw, 1 / feature.fps)
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
    parser.add_argument("names", nargs="+", choices=[*OUTPUTS])
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--package", type=Path, default=Path("src/remixlab"))
    parser.add_argument(
        "--replace", action="store_true", help="also where the weights in the package carry measured scores"
    )
    parser.add_argument(
        "--listening",
        default="listening",
        help="the runs whose listening networks are exported: a folder of the work folder",
    )
    parser.add_argument("--truth", default="truth", help="the songs that their last round heard, likewise")
    parser.add_argument("--lines", default="lines", help="the lines that it heard, likewise")
    parser.add_argument(
        "--before", default="", help="what earlier rounds of these listening networks heard, in words for the card"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    heard = Heard(options.listening, options.truth, options.lines, options.before)
    for name in options.names:
        export_listening(name, options.work, options.package, heard, replace=options.replace)


if __name__ == "__main__":
    main()
