"""Score the separator, song by song by a network that never heard it, and write docs/transparency/separation.md.

`python -m training.separation.measure --fold hydrogen=A --fold sodium=B --fold rubidium=C` where A, B and C are ONNX
files or
checkpoints that were trained without those songs (about ten minutes of one core; what was measured before is not
measured again).
Without --fold the network that ships is measured on the songs that its card says it never heard.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from remixlab.domain.audio import Audio
from remixlab.domain.errors import RemixLabError
from remixlab.domain.ports.engines import Separator
from remixlab.networks.load import Network, OnnxNetwork, weights_of
from remixlab.separation import MaskSeparator, NetworkSeparator
from synthesis.sound_files import RATE
from synthesis.soundfont import has_soundfont
from training.separation.excerpts import Excerpt, mix_other_voices, read_whole_songs, render_test_songs
from training.separation.net import Separator as Net
from training.separation.page import NETWORK, Row, write_page
from training.separation.scores import Scores, apply_oracle, average, score_guess

CARD = Path("src/remixlab/separation/weights/separator.card.json")
NOT_IN_MEAN = ("rubidium",)
"""Its voice lies 17 dB under the band: reported, but in no mean."""
OF_NETWORK = ("network_separator.py", "refine.py", "separate.py", "places.py", "kernels.py")
"""What the untrained masks do not use."""
Guess = Callable[[np.ndarray], np.ndarray]


class Fold(NamedTuple):
    """A network and the stem songs that it never heard."""

    name: str
    songs: tuple[str, ...]
    weights: Path

    @property
    def sha256(self) -> str:
        """What the scores belong to."""
        return hashlib.sha256(self.weights.read_bytes()).hexdigest()


def read_fold(text: str, letter: str) -> Fold:
    """Read SONG,SONG=PATH."""
    songs, _, path = text.partition("=")
    return Fold(letter, tuple(songs.split(",")), Path(path))


def read_shipped_fold() -> Fold:
    """The network that ships and what its card says it never heard."""
    held = json.loads(CARD.read_text())["held_out_songs"]
    if not held:
        raise SystemExit("the network that ships heard every song: name networks that did not with --fold")
    return Fold(
        "shipped",
        tuple(song.removeprefix("evr_") for song in held),
        Path(str(weights_of("remixlab.separation", "separator"))),
    )


def list_unheard(fold: Fold) -> list[str]:
    """All stem songs that a fold's network never heard, by its checkpoint or by the card of the network that ships.

    Raises: SystemExit where it heard a song that it should be scored on, or where nobody knows.
    """
    card = json.loads(CARD.read_text())
    if fold.weights.suffix != ".onnx":
        held = torch.load(fold.weights, weights_only=True, map_location="cpu").get("held_out")
    else:
        held = card["held_out_songs"] if card["sha256"] == fold.sha256 else None
    if held is None:
        raise SystemExit(
            f"nobody knows what {fold.weights} was trained on: name the checkpoint, or the file that ships"
        )
    unheard = [song.removeprefix("evr_") for song in held]
    heard = [song for song in fold.songs if song not in unheard]
    if heard:
        raise SystemExit(f"{fold.weights} heard {', '.join(heard)}")
    return unheard


def load_weights(path: Path) -> Network:
    """Load an ONNX file, or the smoothed weights of a training run's checkpoint."""
    if path.suffix == ".onnx":
        return OnnxNetwork(path.read_bytes())
    net = Net().eval()
    net.load_state_dict(torch.load(path, weights_only=True, map_location="cpu")["smooth"])

    @torch.no_grad()
    def run(given: np.ndarray) -> dict[str, np.ndarray]:
        return {"masks": net(torch.from_numpy(given)).numpy()}

    return run


def separate(separator: Separator, truth: np.ndarray) -> np.ndarray:
    """Run a separator of the package on the mix."""
    stems = separator.separate(Audio(np.ascontiguousarray(truth.sum(0), np.float32), RATE))
    return np.stack([stems.vocals.samples, stems.drums.samples, stems.bass.samples, stems.other.samples])


def ask_librosa(python: str, truth: np.ndarray) -> np.ndarray:
    """Have librosa take the mix apart in a Python of its own."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        np.save(folder / "mix.npy", truth.sum(0))
        (folder / "rate.txt").write_text(str(RATE))
        subprocess.run([python, str(Path(__file__).with_name("rival_separators.py")), place], check=True)
        return np.load(folder / "librosa.npy")


def find_rivals(python: str | None) -> tuple[dict[str, Guess], list[str]]:
    """Whoever can be asked on this machine, and a sentence about each who cannot."""
    found: dict[str, Guess] = {}
    missing: list[str] = []
    if python:
        found["librosa"] = lambda truth: ask_librosa(python, truth)
    else:
        missing.append("librosa (no Python that has it was named with --rivals)")
    try:
        from remixlab_demucs import make_separator  # lazy: an adapter that only some have

        demucs = make_separator()
        found[demucs.name] = lambda truth: separate(demucs, truth)
    except ImportError:
        missing.append("Demucs (its adapter is not installed here)")
    except RemixLabError as error:
        missing.append(f"Demucs ({error})")
    return found, missing


class Judge:
    """Measures what was not measured before; what code and weights say is kept by their digest."""

    def __init__(self, path: Path) -> None:
        """Open what is known."""
        self.path = path
        self.known = self._read()
        code = {file.name: file.read_bytes() for file in sorted(Path("src/remixlab/separation").glob("*.py"))}
        self.code = hashlib.sha256(b"".join(code.values())).hexdigest()[:12]
        self.masks = hashlib.sha256(
            b"".join(text for name, text in code.items() if name not in OF_NETWORK)
        ).hexdigest()[:12]

    def _read(self) -> dict[str, Scores]:
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def score(self, group: str, excerpt: Excerpt, who: str, digest: str, guess: Guess) -> Row:
        """Measure one separator on one excerpt."""
        name = f"{group}/{excerpt.name}/{excerpt.truth.shape[2]}/{who}/{digest}"
        if name not in self.known:
            found = score_guess(excerpt.truth, guess(excerpt.truth), grouped=excerpt.grouped)
            self.known = {**self._read(), name: found}
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps(self.known, indent=0))
        return Row(group, excerpt.name, who, self.known[name])


def measure(
    groups: Mapping[str, Iterator[Excerpt]], folds: list[Fold], rivals: Mapping[str, Guess], judge: Judge
) -> Iterator[Row]:
    """Score each excerpt by the network that never heard its song, the masks, the rivals and the oracle."""
    untrained = MaskSeparator()
    networks = {fold.name: NetworkSeparator(load_weights(fold.weights)) for fold in folds}
    for group, excerpts in groups.items():
        for excerpt in excerpts:
            fold = next(
                (fold for fold in folds if excerpt.song in fold.songs),
                None if excerpt.song else next(iter(folds), None),
            )
            if fold is not None:
                network = networks[fold.name]
                digest = f"{judge.code}-{fold.sha256[:12]}"
                yield judge.score(
                    group, excerpt, NETWORK, digest, lambda truth, network=network: separate(network, truth)
                )
            yield judge.score(group, excerpt, "untrained", judge.masks, lambda truth: separate(untrained, truth))
            for who, guess in rivals.items():
                yield judge.score(group, excerpt, who, "rival", guess)
            yield judge.score(group, excerpt, "oracle", "oracle", apply_oracle)


def take_means(rows: list[Row]) -> dict[str, dict[str, Scores]]:
    """Average every group for everyone, without the songs that are only reported."""
    means: dict[str, dict[str, Scores]] = {}
    for group in dict.fromkeys(row.group for row in rows):
        counted = [row for row in rows if row.group == group and row.name not in NOT_IN_MEAN]
        whos = list(dict.fromkeys(row.who for row in counted))
        means[group] = {who: average([row.scores for row in counted if row.who == who]) for who in whos}
    return means


def write_card(rows: list[Row], means: dict[str, dict[str, Scores]], folds: list[Fold]) -> None:
    """Write the scores into the card of the network that ships, and say which networks they were measured of."""
    card = json.loads(CARD.read_text())
    card["scores"] = {
        "what": "SDR in dB (_si: at the best level), isolation and kept as shares, leak in dB; whole songs, each by the network that never heard it",
        "folds": [{"never_heard": fold.songs, "sha256": fold.sha256} for fold in folds],
        "per_song": {row.name: row.scores for row in rows if row.group == "whole songs" and row.who == NETWORK},
        "means": means,
    }
    CARD.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")


def gather_excerpts(
    audio: Path, symbolic: Path, songs: list[str], length_s: float, rendered: int
) -> dict[str, Iterator[Excerpt]]:
    """What is measured, by group; rendered songs only where FluidSynth and its SoundFont are installed."""
    groups = {"whole songs": read_whole_songs(audio, songs), "other voices": mix_other_voices(audio, length_s)}
    if has_soundfont():
        groups["rendered"] = render_test_songs(audio, symbolic, length_s, rendered)
    return groups


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=Path("../shared/audio"))
    parser.add_argument("--symbolic", type=Path, default=Path("training/work/sym/midi"))
    parser.add_argument(
        "--fold",
        action="append",
        default=[],
        metavar="SONG,SONG=WEIGHTS",
        help="a network and the songs it never heard",
    )
    parser.add_argument("--seconds", type=float, default=30.0, help="length of the excerpts that are no whole songs")
    parser.add_argument("--rendered", type=int, default=6)
    parser.add_argument("--rivals", help="a Python that has librosa")
    parser.add_argument("--out", type=Path, default=Path("docs/transparency/separation.md"))
    parser.add_argument("--scores", type=Path, default=Path("training/work/separation_rows.json"))
    parser.add_argument(
        "--no-card", dest="card", action="store_false", help="leave the card of the shipped network alone"
    )
    options = parser.parse_args()
    folds = [read_fold(text, "ABCDE"[number]) for number, text in enumerate(options.fold)] or [read_shipped_fold()]
    facts = [(fold.name, tuple(list_unheard(fold)), fold.sha256) for fold in folds]
    rivals, missing = find_rivals(options.rivals)
    songs = list(dict.fromkeys(song for fold in folds for song in fold.songs))
    groups = gather_excerpts(options.audio, options.symbolic, songs, options.seconds, options.rendered)
    rows: list[Row] = []
    for row in measure(groups, folds, rivals, Judge(options.scores)):
        print(json.dumps({"group": row.group, "name": row.name, "who": row.who, **row.scores}), flush=True)
        rows.append(row)
    means = take_means(rows)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    shipped = json.loads(CARD.read_text())["sha256"]
    options.out.write_text(write_page(rows, means, facts, missing, options.seconds, shipped=shipped))
    if options.card:
        write_card(rows, means, folds)


if __name__ == "__main__":
    main()
