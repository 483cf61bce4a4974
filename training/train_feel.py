"""Train the meeting of audio and words on the pieces of `training.pieces`.

`python -m training.train_feel --minutes 5` resumes from its checkpoint; `--steps 20` works anywhere. Every sixth song is kept out: of these
the first, third, ... choose nothing but the table in the log, the second, fourth, ... are the test that the card reports.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from remixlab.plan import styles
from training.feel_net import FeelNet, WordTable
from training.feel_words import fit_words, vocabulary
from training.machine import add_device, choose_device, half
from training.pieces import is_kept_out

FRAMES = 250
OTHERS = 10_000
"""Songs from here on are those of the listening networks; of these every tenth is kept out."""
OTHERS_SHARE = 0.2
BANDS = {
    "bossa": "bossa-nova", "folk-waltz": "folk-acoustic", "house": "house", "indie-rock": "rock", "lo-fi": "lo-fi-hip-hop",
    "orchestral": "orchestral", "reggae": "reggae", "soul-ballad": "soul", "synthpop": "synthpop",
}  # fmt: skip
"""The style of each house band: a song in its first performance is of that style, though who plays in it is not told."""
KIND_SHARES = {"style": 0.45, "family": 0.15, "era": 0.2, "scene": 0.25, "mood": 0.35, "instrument": 0.5, "voice": 0.35, "tempo": 0.3,
               "drums": 0.1}  # fmt: skip
"""How often a sentence says something of a kind."""


class Piece(NamedTuple):
    """One piece with all that is known of it. Shape: mel (frames, 81), fit and known (words,)."""

    song: int
    style: int
    mel: np.ndarray
    fit: np.ndarray
    known: np.ndarray
    facts: dict[str, Any]


def load_pieces(folder: Path, known: list[Piece]) -> list[Piece]:
    """Read songs that are not there yet."""
    have, ids = {piece.song for piece in known}, styles.ids()
    pieces = list(known)
    for path in sorted(folder.glob("*.npz")):
        if int(path.stem) in have:
            continue
        with np.load(path) as stored:
            facts = json.loads(str(stored["facts"]))
            mels = np.split(stored["mel"], np.cumsum(stored["lengths"])[:-1])
        for fact, mel in zip(facts, mels, strict=True):
            fact["style"] = fact["style"] or BANDS[fact["band"]]
            style = ids.index(fact["style"]) if fact["style"] in ids else -1
            pieces.append(Piece(fact["song"], style, mel, *fit_words(fact), fact))
    return pieces


def load_others(folder: Path) -> list[Piece]:
    """Read the listening networks' songs, played by other instruments and sung by speakers: of each eleven seconds voice, drums and tempo are known."""
    pieces: list[Piece] = []
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as stored:
            mel, beats = stored["mel"][::2], stored["beats"]
            sung, struck = stored["frame"][:, :, 0].any(axis=1), stored["drums"].sum(axis=1)
            minor = int(stored["facts"][1]) >= 12
        times = np.flatnonzero(beats[:, 0])
        for first in range(0, len(mel) - FRAMES, 280):
            window = slice(2 * first, 2 * (first + 280))
            facts = {
                "song": OTHERS + int(path.stem), "style": "", "tempo_bpm": 3000 / float(np.median(np.diff(times))), "mode": "minor" if minor else "major",
                "voice": "sung" if sung[window].mean() > 0.25 else "nobody", "strokes": int(struck[window].sum()), "played": {},
            }  # fmt: skip
            if 0.05 < sung[window].mean() <= 0.25:
                continue
            pieces.append(Piece(facts["song"], -1, mel[first : first + 280], *fit_words(facts), facts))
    return pieces


def vary(mel: np.ndarray, rng: np.random.Generator, beside: np.ndarray | None = None) -> np.ndarray:
    """Cut ten seconds out and make another master of them: speed, pitch, tone, level, dynamics, room, bandwidth, noise, something softer beside it.

    Shape: (frames, 81) to (FRAMES, 81).
    """
    power = _cut(mel, rng)
    if beside is not None and rng.random() < 0.3:
        power += _cut(beside, rng) * 10 ** (rng.uniform(-24, -10) / 20)
    power = np.roll(power, int(rng.integers(-2, 3)), axis=1)
    bands = np.linspace(0, 1, power.shape[1], dtype=np.float32)
    tone = rng.normal(0, 6) * (bands - 0.5) + sum(
        rng.normal(0, 3.5 / k) * np.cos(np.pi * k * bands + rng.uniform(0, 6.3)) for k in range(1, 6)
    )
    tone = tone + rng.normal(0, 3)
    if rng.random() < 0.25:
        tone = tone - 40 * np.clip((bands - rng.uniform(0.6, 1.0)) * 8, 0, 1)
    power *= (10 ** (tone / 20)).astype(np.float32)
    if rng.random() < 0.5:
        loudest = power.max(axis=1, keepdims=True) + 1e-3
        power *= (loudest / loudest.max()) ** np.float32(rng.uniform(-0.6, 0.3))
    if rng.random() < 0.4:
        power = _reverberate(power, rng.uniform(0.3, 0.85), rng.uniform(0.1, 0.6))
    if rng.random() < 0.5:
        power += np.abs(rng.standard_normal(power.shape, np.float32)) * 10 ** rng.uniform(-2.5, -0.3)
    heard = np.log1p(power)
    if rng.random() < 0.5:
        first, width = int(rng.integers(0, 72)), int(rng.integers(2, 10))
        heard[:, first : first + width] = heard.mean()
    if rng.random() < 0.3:
        first, width = int(rng.integers(0, FRAMES - 30)), int(rng.integers(5, 30))
        heard[first : first + width] = heard.mean()
    return heard


def _cut(mel: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    speed = rng.uniform(0.92, 1.08)
    at = rng.uniform(0, max(1.0, len(mel) - FRAMES * speed)) + np.arange(FRAMES) * speed
    return np.expm1(mel[at.astype(int) % len(mel)].astype(np.float32))


def _reverberate(power: np.ndarray, decay: float, share: float) -> np.ndarray:
    """Let every band ring on; decay is that of one frame of 40 ms."""
    tail = np.zeros(power.shape[1], np.float32)
    out = np.empty_like(power)
    for frame, now in enumerate(power):
        tail = np.maximum(tail * np.float32(decay), now)
        out[frame] = now + np.float32(share) * (tail - now)
    return out


def draw_sentence(piece: Piece, rng: np.random.Generator) -> np.ndarray:
    """Say one to five true things about a piece.

    Shape: (words,), 1 where a word is said.
    """
    said = np.zeros(len(vocabulary()), np.float32)
    for column in rng.permutation(np.flatnonzero((piece.fit > 0.5) & (piece.known > 0))):
        kind = vocabulary()[column].split(":")[0]
        crowd = sum(piece.fit[c] > 0.5 for c in columns_of(kind))
        if rng.random() < KIND_SHARES[kind] * min(1.0, (2 if kind == "instrument" else 1) / crowd):
            said[column] = 1
        if said.sum() >= 5:
            break
    if not said.any():
        said[int(rng.choice(np.flatnonzero((piece.fit > 0.5) & (piece.known > 0))))] = 1
    return said


@cache
def columns_of(kind: str) -> np.ndarray:
    """Where the words of a kind stand."""
    return np.array([n for n, word in enumerate(vocabulary()) if word.startswith(f"{kind}:")])


def fit_sentences(said: np.ndarray, fit: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Say how well sentences fit pieces: as well as their worst word.

    Shape: (sentences, words), (pieces, words) twice, to (pieces, sentences) twice.
    """
    worst, sure = np.ones((len(fit), len(said)), np.float32), np.ones((len(fit), len(said)), np.float32)
    for column, row in enumerate(said):
        words = np.flatnonzero(row)
        worst[:, column] = fit[:, words].min(axis=1)
        sure[:, column] = known[:, words].min(axis=1)
    return worst, sure


def measure_loss(net: FeelNet, table: WordTable, batch: dict[str, Tensor]) -> Tensor:
    """Sound and sentence: do they fit? And which of all styles is it?"""
    device = batch["mel"].device
    with half(device):
        heard = net(batch["mel"])
    heard = heard.float()
    single = table.judge(heard, torch.eye(len(vocabulary()), device=device))
    said = table.judge(heard, batch["said"])
    weight = torch.tensor(3.0, device=device)
    loss = (binary_cross_entropy_with_logits(single, batch["fit"], reduction="none", pos_weight=weight) * batch["known"]).mean()
    loss = (
        loss + (binary_cross_entropy_with_logits(said, batch["said_fit"], reduction="none", pos_weight=weight) * batch["said_known"]).mean()
    )
    rows = batch["style"] >= 0
    first = int(columns_of("style")[0])
    return 2 * loss + 0.5 * cross_entropy(single[rows, first : first + len(styles.ids())], batch["style"][rows], label_smoothing=0.05)


def draw_batch(pieces: list[Piece], size: int, rng: np.random.Generator) -> dict[str, Tensor]:
    """Draw pieces at random, with a sentence about each."""
    own, others = [[p for p in pieces if (p.song >= OTHERS) == other] for other in (False, True)]
    drawn = [(others if others and rng.random() < OTHERS_SHARE else own) for _ in range(size)]
    drawn = [records[int(rng.integers(len(records)))] for records in drawn]
    fit, known = np.stack([p.fit for p in drawn]), np.stack([p.known for p in drawn])
    said = np.stack([draw_sentence(p, rng) for p in drawn])
    said_fit, said_known = fit_sentences(said, fit, known)
    arrays = {
        "mel": np.stack([vary(p.mel, rng, own[int(rng.integers(len(own)))].mel) for p in drawn]),
        "fit": fit,
        "known": known,
        "said": said,
        "said_fit": said_fit,
        "said_known": said_known,
    }
    return {name: torch.from_numpy(array) for name, array in arrays.items()} | {"style": torch.tensor([p.style for p in drawn])}


@torch.no_grad()
def embed(net: FeelNet, mel: np.ndarray) -> Tensor:
    """Hear a whole piece: the direction of the mean over windows of ten seconds.

    Shape: (frames, 81) to (64,).
    """
    starts = np.linspace(0, max(0, len(mel) - FRAMES), max(1, round(len(mel) / FRAMES))).astype(int)
    windows = np.stack([np.resize(mel[s : s + FRAMES], (FRAMES, mel.shape[1])) for s in starts]).astype(np.float32)
    device = next(net.parameters()).device
    return nn.functional.normalize(net(torch.from_numpy(windows).to(device)).mean(0), dim=0)


@torch.no_grad()
def validate(net: FeelNet, table: WordTable, pieces: list[Piece]) -> dict[str, Any]:
    """Score pieces of songs never trained on: style in the first place and in the first three, and the area under the curve of each kind of word."""
    net.eval()
    heard = torch.stack([embed(net, p.mel) for p in pieces])
    logits = table.judge(heard, torch.eye(len(vocabulary()), device=heard.device)).cpu().numpy()
    rows = np.array([p.facts["kind"] != "own" for p in pieces])
    style = logits[:, columns_of("style")][rows]
    ranks = (style > style[np.arange(len(style)), [p.style for p, row in zip(pieces, rows, strict=True) if row]][:, None]).sum(axis=1)
    scores: dict[str, Any] = {
        "pieces": int(rows.sum()),
        "style_top1": round(float((ranks < 1).mean()), 3),
        "style_top3": round(float((ranks < 3).mean()), 3),
    }
    fit, known = np.stack([p.fit for p in pieces]), np.stack([p.known for p in pieces])
    for kind in KIND_SHARES:
        areas = [measure_area(logits[:, c], fit[:, c], known[:, c]) for c in columns_of(kind)]
        areas = [area for area in areas if area is not None]
        scores[f"auc_{kind}"] = round(float(np.mean(areas)), 3) if areas else None
    return scores


def validate_others(net: FeelNet, table: WordTable, pieces: list[Piece]) -> dict[str, Any]:
    """Score what is known of songs that other instruments play."""
    net.eval()
    heard = torch.stack([embed(net, p.mel) for p in pieces])
    logits = table.judge(heard, torch.eye(len(vocabulary()), device=heard.device)).detach().cpu().numpy()
    fit, known = np.stack([p.fit for p in pieces]), np.stack([p.known for p in pieces])
    words = ("voice:sung", "drums:some", "tempo:slow", "tempo:fast")
    columns = {word: vocabulary().index(word) for word in words}
    found = {word: measure_area(logits[:, c], fit[:, c], known[:, c]) for word, c in columns.items()}
    return {"pieces": len(pieces), **{f"auc_{word}": round(area, 3) for word, area in found.items() if area is not None}}


def measure_area(score: np.ndarray, fit: np.ndarray, known: np.ndarray) -> float | None:
    """Give the area under the ROC curve of one word; None when it fits none or all of the pieces."""
    yes, no = score[(known > 0) & (fit > 0.5)], score[(known > 0) & (fit < 0.1)]
    return float((yes[:, None] > no[None]).mean()) if len(yes) and len(no) else None


def is_kept(piece: Piece) -> bool:
    """Whether nothing may be trained on this piece."""
    return piece.song % 10 == 9 if piece.song >= OTHERS else is_kept_out(piece.song)


def is_test(song: int) -> bool:
    """Whether a song that was kept out belongs to the test."""
    return is_kept_out(song) and (song // 6) % 2 == 1


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=Path, default=Path("training/work/pieces"))
    parser.add_argument("--others", type=Path, default=Path("training/work/truth"))
    parser.add_argument("--out", type=Path, default=Path("training/work/feel"))
    parser.add_argument("--minutes", type=float, default=5.0, help="of processor time")
    parser.add_argument("--steps", type=int, default=10**9)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--check-minutes", type=float, default=2.0)
    add_device(parser)
    train(parser.parse_args())


def train(options: argparse.Namespace) -> None:
    """Run, validate, save; take in songs that were rendered meanwhile."""
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    device = choose_device(options.device)
    net, table = FeelNet().to(device), WordTable(len(vocabulary())).to(device)
    decayed = [p for p in net.parameters() if p.ndim > 1]
    plain = [*(p for p in net.parameters() if p.ndim <= 1), *table.parameters()]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}], options.rate)
    path, step, cpu_s = options.out / "checkpoint.pt", 0, 0.0
    if path.exists():
        saved = torch.load(path, weights_only=True, map_location=device)
        net.load_state_dict(saved["net"])
        table.load_state_dict(saved["table"])
        optimizer.load_state_dict(saved["optimizer"])
        step, cpu_s = saved["step"], saved["cpu_s"]
    rng = np.random.default_rng([options.seed, step])
    others = load_others(options.others)
    pieces = load_pieces(options.pieces, [])
    base, began, last, losses = cpu_s, time.process_time(), cpu_s, list[float]()
    while step < options.steps and cpu_s < options.minutes * 60:
        done = max(step / options.steps, cpu_s / (options.minutes * 60))
        for group in optimizer.param_groups:
            group["lr"] = options.rate * min(1, (step + 1) / 40) * (0.5 * (1 + math.cos(math.pi * done)) * 0.98 + 0.02)
        net.train()
        drawn = draw_batch([p for p in (*pieces, *others) if not is_kept(p)], options.batch, rng)
        loss = measure_loss(net, table, {name: part.to(device) for name, part in drawn.items()})
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_([*net.parameters(), *table.parameters()], 2.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        step, cpu_s = step + 1, base + time.process_time() - began
        final = step >= options.steps or cpu_s >= options.minutes * 60
        if not final and cpu_s - last < options.check_minutes * 60:
            continue
        last = cpu_s
        pieces = load_pieces(options.pieces, pieces)
        kept = [p for p in pieces if is_kept(p)]
        spoken = [p for p in others if is_kept(p)]
        line = {"step": step, "cpu_s": round(cpu_s), "loss": round(float(np.mean(losses[-50:])), 4), "songs": len({p.song for p in pieces})}
        line["validation"] = validate(net, table, [p for p in kept if not is_test(p.song)]) if kept else {}
        line["others"] = validate_others(net, table, spoken) if spoken else {}
        with (options.out / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)
        state = {"net": net.state_dict(), "table": table.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "cpu_s": cpu_s}
        torch.save({**state, "words": list(vocabulary()), "seed": options.seed}, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)


if __name__ == "__main__":
    main()
