"""Train a listening network: `python -m training.listening.train beats --minutes 6`.

A run saves a checkpoint at every validation and goes on from it when started again.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from training.listening.nets import BeatNet, ChordNet, NoteNet
from training.listening.scores import validate
from training.listening.windows import Batch, Shelf, fill_shelf, load_songs
from training.machine import add_device, choose_device, half
from training.schedule import anneal, set_rate

NETS: dict[str, type[nn.Module]] = {"beats": BeatNet, "chords": ChordNet, "notes": NoteNet}
BATCH = {"beats": 6, "chords": 10, "notes": 4}
WARM_STEPS = 50


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of. `again` lets the rate fall from its height once more, over what is left of the minutes."""

    net: str
    truth: Path = Path("training/work/truth")
    lines: Path = Path("training/work/lines")
    out: Path = Path("training/work/listening")
    minutes: float = 8.0
    steps: int = 10**9
    rate: float = 3e-3
    again: bool = False
    seed: int = 3
    threads: int = 1
    patience: int = 100
    check_minutes: float = 1.5
    device: str = "auto"


@dataclass(slots=True)
class Run:
    """Where a run stands: the network and its optimizer, what was used of the time, and what was gained."""

    folder: Path
    model: nn.Module
    optimizer: torch.optim.Optimizer
    device: torch.device
    step: int = 0
    cpu_s: float = 0.0
    best: float = math.inf
    worse: int = 0
    losses: list[float] = field(default_factory=list[float])

    @property
    def checkpoint(self) -> Path:
        """Where the run goes on from."""
        return self.folder / "checkpoint.pt"


def measure_loss(net: str, out: tuple[Tensor, ...], truth: dict[str, Tensor]) -> Tensor:
    """Give the training loss of one network."""
    if net == "beats":
        events, meter, drums = out
        weight = torch.tensor([4.0, 8.0, 20.0], device=events.device)
        loss = binary_cross_entropy_with_logits(events, truth["events"][..., :3], pos_weight=weight)
        loss = loss + 0.5 * binary_cross_entropy_with_logits(drums, truth["events"][..., 3:], pos_weight=weight[0])
        return loss + 0.15 * cross_entropy(
            meter.flatten(0, 1), truth["meter"][:, None].expand(meter.shape[:2]).flatten()
        )
    if net == "chords":
        root, bass, notes, key = out
        loss = cross_entropy(root.flatten(0, 1), truth["root"].flatten(), label_smoothing=0.03)
        loss = loss + 0.7 * cross_entropy(bass.flatten(0, 1), truth["bass"].flatten(), label_smoothing=0.03)
        loss = loss + 1.5 * binary_cross_entropy_with_logits(notes, truth["notes"])
        return loss + 0.4 * cross_entropy(key.flatten(0, 1), truth["key"][:, None].expand(key.shape[:2]).flatten())
    frame, onset = out
    held, struck = torch.tensor([2.0, 4.0], device=frame.device)
    loss = binary_cross_entropy_with_logits(frame, truth["frame"], pos_weight=held)
    return 20 * (loss + binary_cross_entropy_with_logits(onset, truth["onset"], pos_weight=struck))


def begin(recipe: Recipe) -> Run:
    """Make the network and its optimizer, or load them where an earlier run was killed."""
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    folder, device = recipe.out / recipe.net, choose_device(recipe.device)
    folder.mkdir(parents=True, exist_ok=True)
    model = NETS[recipe.net]().to(device)
    run = Run(folder, model, torch.optim.AdamW(model.parameters(), recipe.rate, weight_decay=1e-2), device)
    if run.checkpoint.exists():
        saved = torch.load(run.checkpoint, weights_only=True, map_location=device)
        model.load_state_dict(saved["net"])
        run.optimizer.load_state_dict(saved["optimizer"])
        run.step, run.cpu_s = saved["step"], saved["cpu_s"]
    return run


def learn(run: Run, net: str, drawn: list[Batch], rate: float) -> None:
    """Take one step on some windows."""
    set_rate(run.optimizer, rate)
    batch = {name: torch.from_numpy(np.stack([window[name] for window in drawn])).to(run.device) for name in drawn[0]}
    run.model.train()
    with half(run.device, wanted=net == "notes"):
        out = run.model(batch.pop("x"))
    loss = measure_loss(net, tuple(o.float() for o in out), batch)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(run.model.parameters(), 2.0)
    run.optimizer.step()
    run.losses.append(float(loss.detach()))
    run.step += 1


def check(run: Run, recipe: Recipe, kept: list[Batch]) -> None:
    """Score the network on the songs that are kept out, log it, and save the checkpoint."""
    scores = validate(recipe.net, run.model, kept) if kept else {}
    loss = round(float(np.mean(run.losses[-200:])), 4)
    run.worse = 0 if loss < run.best else run.worse + 1
    run.best = min(run.best, loss)
    line = json.dumps({"step": run.step, "cpu_s": round(run.cpu_s), "loss": loss, "validation": scores})
    with (run.folder / "log.jsonl").open("a") as log:
        log.write(line + "\n")
    print(line, flush=True)
    state = {
        "net": run.model.state_dict(),
        "optimizer": run.optimizer.state_dict(),
        "step": run.step,
        "cpu_s": run.cpu_s,
    }
    fresh = run.checkpoint.with_suffix(".new")
    torch.save({**state, "seed": recipe.seed, "scores": scores}, fresh)
    fresh.replace(run.checkpoint)


def train(recipe: Recipe) -> None:
    """Train until the minutes or the steps are used up, or patience is."""
    songs, kept = load_songs(recipe.truth, recipe.net)
    run = begin(recipe)
    rng = np.random.default_rng(recipe.seed + 1000 * run.step)
    shelf: Shelf = fill_shelf(recipe.net, songs, recipe.lines)
    print(f"{sum(p.numel() for p in run.model.parameters())} parameters, {len(songs)} + {len(kept)} songs", flush=True)
    began, before_s, last_s, budget_s = time.process_time(), run.cpu_s, run.cpu_s, recipe.minutes * 60
    origin_s = before_s if recipe.again else 0.0
    while run.step < recipe.steps and run.cpu_s < budget_s and run.worse < recipe.patience:
        done = max(run.step / recipe.steps, (run.cpu_s - origin_s) / (budget_s - origin_s))
        drawn = [shelf.draw(recipe.net, rng) for _ in range(BATCH[recipe.net])]
        learn(run, recipe.net, drawn, anneal(recipe.rate, run.step, done, warm_steps=WARM_STEPS))
        run.cpu_s = before_s + time.process_time() - began
        final = run.step >= recipe.steps or run.cpu_s >= budget_s
        if final or run.cpu_s - last_s > recipe.check_minutes * 60:
            last_s = run.cpu_s
            check(run, recipe, kept)


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("net", choices=sorted(NETS))
    parser.add_argument("--truth", type=Path, default=Path("training/work/truth"))
    parser.add_argument("--lines", type=Path, default=Path("training/work/lines"))
    parser.add_argument("--out", type=Path, default=Path("training/work/listening"))
    parser.add_argument("--minutes", type=float, default=8.0, help="of processor time")
    parser.add_argument("--steps", type=int, default=10**9)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument(
        "--again",
        action="store_true",
        help="let the rate fall from its height once more, over what is left of the minutes",
    )
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--patience", type=int, default=100)
    parser.add_argument("--check-minutes", type=float, default=1.5)
    add_device(parser)
    train(Recipe(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
