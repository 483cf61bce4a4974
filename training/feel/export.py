"""Write the meeting of audio and words into the package: the encoder as ONNX, the words as one table, and their card.

`python -m training.feel.export`
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from torch import Tensor

from training.card import read_commit, write_card
from training.features import FEEL
from training.feel.net import FeelNet, WordTable
from training.feel.pieces import FRAMES, Piece, is_kept, is_test, load_others, load_pieces
from training.feel.scores import validate, validate_others
from training.songs.pieces import LENGTH_S, is_kept_out
from training.songs.truth import SOURCES as TRUTH_SOURCES

SOURCES = [
    {"source": "own composed songs, played in every style by the product's own instruments", "licence": "Apache-2.0"},
    *TRUTH_SOURCES[1:],
]
"""The songs of the listening networks bring theirs with them; voices of the pool are the same speakers."""
FAILURES = [
    "it learned music that synthesizers of this project play: on real masters it is wrong far more often, see docs/transparency/sound-and-words.md",
    "short electronic loops draw every description of electronic music; songs with a voice over electronics are seldom found by their style",
    "eras, scenes and moods are what our lexicon says about styles, mode and tempo: nobody labelled a mood by ear",
    "high and low voices: a register, never a gender; most voices it heard were synthesized or speech made to sing",
    "tempo is guessed from the sound as a whole, mode not at all: trust the analysis for both",
]


def write_encoder(net: FeelNet, path: Path) -> None:
    """Export with free batch and frame axes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net,
            (torch.rand(1, FRAMES, FEEL.bands),),
            str(path),
            input_names=["mel"],
            output_names=["feel"],
            dynamic_axes={"mel": {0: "batch", 1: "frames"}, "feel": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )


def check_encoder(net: FeelNet, path: Path) -> tuple[float, float]:
    """Compare with torch on other lengths and batches; give the worst difference and the speed."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    worst = 0.0
    for batch, frames in ((1, 96), (8, FRAMES), (2, 60)):
        mel: Tensor = torch.rand(batch, frames, FEEL.bands) * 4
        with torch.no_grad():
            worst = max(worst, float(np.abs(session.run(None, {"mel": mel.numpy()})[0] - net(mel).numpy()).max()))
    if worst > 1e-4:
        raise SystemExit(f"{path.name} differs from torch by {worst}")
    heard = (torch.rand(8, FRAMES, FEEL.bands) * 4).numpy()
    took: list[float] = []
    for _ in range(5):
        began = time.process_time()
        session.run(None, {"mel": heard})
        took.append(time.process_time() - began)
    return worst, 8 * FRAMES / 25 / min(took)


def write_words(table: WordTable, words: list[str], path: Path) -> None:
    """Store the table as plain numbers."""
    slope, offset = np.float32(table.slope.exp().item()), np.float32(table.offset.item())
    np.savez(path, names=np.array(words), vectors=table.vectors.detach().numpy(), slope=slope, offset=offset)


def card_facts(
    saved: dict[str, Any], net: FeelNet, table: WordTable, pieces: list[Piece], others: list[Piece], words: Path
) -> dict[str, Any]:
    """Say what the network is, what it learned from, and what it scores on songs kept out."""
    test = [p for p in pieces if is_test(p.song)]
    trained = [p for p in pieces if not is_kept_out(p.song)]
    voices = Counter(str(p.facts.get("pool_voice", "none")) for p in trained)
    return {
        "name": "feel",
        "what": "hears what a recording is like, as a direction in a space that it shares with words for styles, eras, scenes, moods, "
        "instruments, voices, tempo and drums",
        "architecture": "convolutions over 81 mel bands at 25 frames a second, three dilated temporal layers, mean, spread and maximum over "
        "time; words: one vector each, a sentence is the direction of their sum; trained by asking of every pair whether it fits",
        "words": {
            "file": words.name,
            "count": len(saved["words"]),
            "bytes": words.stat().st_size,
            "sha256": hashlib.sha256(words.read_bytes()).hexdigest(),
        },
        "sources": SOURCES,
        "training_minutes": round(len(trained) * LENGTH_S / 60, 1),
        "training_songs": len({p.song for p in trained}),
        "minutes_of_other_instruments": round(sum(len(p.mel) for p in others if not is_kept(p)) / 25 / 60, 1),
        "pieces_with_a_pool_voice": {name: count for name, count in sorted(voices.items()) if name != "none"},
        "weak_provenance_used": False,
        "held_out_songs": len({p.song for p in pieces if is_kept_out(p.song)}),
        "seeds": {"run": saved["seed"], "pieces": 23},
        "steps": saved["step"],
        "scores": {
            "what": f"pieces of {len({p.song for p in test})} composed songs never trained on, {len({p.style for p in test} - {-1})} styles: style in the "
            "first place and in the first three; area under the ROC curve by kind of word",
            **validate(net, table, test),
            "other_instruments": validate_others(net, table, [p for p in others if is_kept(p)]) if others else {},
        },
        "known_failures": FAILURES,
    }


def export_feel(work: Path, package: Path) -> dict[str, Any]:
    """Export the encoder, the table of words and their card; give what the card says."""
    saved = torch.load(work / "feel" / "checkpoint.pt", weights_only=True, map_location="cpu")
    net, table = FeelNet().eval(), WordTable(len(saved["words"]))
    net.load_state_dict(saved["net"])
    table.load_state_dict(saved["table"])
    path = package / "listening" / "weights" / "feel.onnx"
    words = path.with_name("feel.words.npz")
    write_encoder(net, path)
    write_words(table, saved["words"], words)
    check = check_encoder(net, path)
    facts = card_facts(saved, net, table, load_pieces(work / "pieces", []), load_others(work / "truth"), words)
    write_card(path, facts, net, check, saved["cpu_s"])
    return facts


def main() -> None:
    """Export from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--package", type=Path, default=Path("src/remixlab"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(json.dumps(export_feel(options.work, options.package)["scores"]), read_commit())


if __name__ == "__main__":
    main()
