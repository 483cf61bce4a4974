"""Train the joint audio-text embedding on the pieces of `training.songs.pieces`.

The loss asks of every pair of sound and sentence whether it fits (a sigmoid, not a softmax).
`python -m training.feel.train --minutes 5` resumes from its checkpoint; `--steps 20` works anywhere. Every sixth song
is
kept out: the first, third, ... of these only fill the table in the log, the second, fourth, ... are the test that the
card reports.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from remixlab.plan import styles
from training.feel.net import FeelNet, WordTable
from training.feel.pieces import OTHERS, Piece, is_kept, is_test, load_others, load_pieces
from training.feel.scores import validate, validate_others
from training.feel.sentences import columns_of, draw_sentence, fit_sentences
from training.feel.variations import vary
from training.feel.words import vocabulary
from training.machine import add_device, choose_device, half
from training.schedule import anneal, set_rate

OTHERS_SHARE = 0.2
"""How often a piece is one of the songs of the listening networks."""
WARM_STEPS = 40


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of; minutes are those of the processor."""

    pieces: Path = Path("training/work/pieces")
    others: Path = Path("training/work/truth")
    out: Path = Path("training/work/feel")
    minutes: float = 5.0
    steps: int = 10**9
    batch: int = 64
    rate: float = 2e-3
    seed: int = 5
    check_minutes: float = 2.0
    device: str = "auto"


@dataclass(slots=True)
class Run:
    """Where a run stands: the two networks and their optimizer, and what was used of the time."""

    device: torch.device
    net: FeelNet
    table: WordTable
    optimizer: torch.optim.Optimizer
    step: int = 0
    cpu_s: float = 0.0
    losses: list[float] = field(default_factory=list[float])


def measure_loss(net: FeelNet, table: WordTable, batch: dict[str, Tensor]) -> Tensor:
    """Sound and sentence: do they fit? And which of all styles is it?"""
    device = batch["mel"].device
    with half(device):
        heard = net(batch["mel"])
    heard = heard.float()
    single = table.judge(heard, torch.eye(len(vocabulary()), device=device))
    said = table.judge(heard, batch["said"])
    weight = torch.tensor(3.0, device=device)
    loss = (
        binary_cross_entropy_with_logits(single, batch["fit"], reduction="none", pos_weight=weight) * batch["known"]
    ).mean()
    spoken = binary_cross_entropy_with_logits(said, batch["said_fit"], reduction="none", pos_weight=weight)
    loss = loss + (spoken * batch["said_known"]).mean()
    rows = batch["style"] >= 0
    first = int(columns_of("style")[0])
    return 2 * loss + 0.5 * cross_entropy(
        single[rows, first : first + len(styles.ids())], batch["style"][rows], label_smoothing=0.05
    )


def draw_batch(pieces: list[Piece], size: int, rng: np.random.Generator) -> dict[str, Tensor]:
    """Draw pieces at random, with a sentence about each."""
    own, others = [[p for p in pieces if (p.song >= OTHERS) == other] for other in (False, True)]
    shelves = [(others if others and rng.random() < OTHERS_SHARE else own) for _ in range(size)]
    drawn = [shelf[int(rng.integers(len(shelf)))] for shelf in shelves]
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
    return {name: torch.from_numpy(array) for name, array in arrays.items()} | {
        "style": torch.tensor([p.style for p in drawn])
    }


def begin(recipe: Recipe) -> Run:
    """Make the networks and their optimizer, or load them where an earlier run was killed."""
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    recipe.out.mkdir(parents=True, exist_ok=True)
    device = choose_device(recipe.device)
    net, table = FeelNet().to(device), WordTable(len(vocabulary())).to(device)
    decayed = [p for p in net.parameters() if p.ndim > 1]
    plain = [*(p for p in net.parameters() if p.ndim <= 1), *table.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}], recipe.rate
    )
    run, path = Run(device, net, table, optimizer), recipe.out / "checkpoint.pt"
    if path.exists():
        saved = torch.load(path, weights_only=True, map_location=device)
        net.load_state_dict(saved["net"])
        table.load_state_dict(saved["table"])
        optimizer.load_state_dict(saved["optimizer"])
        run.step, run.cpu_s = saved["step"], saved["cpu_s"]
    return run


def learn(run: Run, drawn: dict[str, Tensor], rate: float) -> None:
    """Take one step on a batch."""
    set_rate(run.optimizer, rate)
    run.net.train()
    loss = measure_loss(run.net, run.table, {name: part.to(run.device) for name, part in drawn.items()})
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_([*run.net.parameters(), *run.table.parameters()], 2.0)
    run.optimizer.step()
    run.losses.append(float(loss.detach()))
    run.step += 1


def check(run: Run, recipe: Recipe, pieces: list[Piece], others: list[Piece]) -> None:
    """Score what is kept out of training, log it, and save the checkpoint."""
    kept, spoken = ([p for p in row if is_kept(p)] for row in (pieces, others))
    line: dict[str, Any] = {
        "step": run.step,
        "cpu_s": round(run.cpu_s),
        "loss": round(float(np.mean(run.losses[-50:])), 4),
        "songs": len({p.song for p in pieces}),
        "validation": validate(run.net, run.table, [p for p in kept if not is_test(p.song)]) if kept else {},
        "others": validate_others(run.net, run.table, spoken) if spoken else {},
    }
    with (recipe.out / "log.jsonl").open("a") as log:
        log.write(json.dumps(line) + "\n")
    print(json.dumps(line), flush=True)
    state = {"net": run.net.state_dict(), "table": run.table.state_dict(), "optimizer": run.optimizer.state_dict()}
    fresh = recipe.out / "checkpoint.new"
    torch.save({**state, "step": run.step, "cpu_s": run.cpu_s, "words": list(vocabulary()), "seed": recipe.seed}, fresh)
    fresh.replace(recipe.out / "checkpoint.pt")


def train(recipe: Recipe) -> None:
    """Train until the minutes or the steps are used up; take in songs that were rendered meanwhile."""
    run = begin(recipe)
    rng = np.random.default_rng([recipe.seed, run.step])
    others = load_others(recipe.others)
    pieces = load_pieces(recipe.pieces, [])
    before_s, began, last_s, budget_s = run.cpu_s, time.process_time(), run.cpu_s, recipe.minutes * 60
    while run.step < recipe.steps and run.cpu_s < budget_s:
        done = max(run.step / recipe.steps, run.cpu_s / budget_s)
        drawn = draw_batch([p for p in (*pieces, *others) if not is_kept(p)], recipe.batch, rng)
        learn(run, drawn, anneal(recipe.rate, run.step, done, warm_steps=WARM_STEPS))
        run.cpu_s = before_s + time.process_time() - began
        if run.step >= recipe.steps or run.cpu_s >= budget_s or run.cpu_s - last_s >= recipe.check_minutes * 60:
            last_s = run.cpu_s
            pieces = load_pieces(recipe.pieces, pieces)
            check(run, recipe, pieces, others)


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
    train(Recipe(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
