"""Train the separator: `python -m training.separation.train --minutes 30 --held-out francium,sodium`.

The run stops by its clock or its steps, saves a checkpoint every two minutes, and goes on from it when started
again. Without a GPU it runs in bfloat16 on as many cores as it is given.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from synthesis.sound_files import RATE
from training.machine import add_device, choose_device, half
from training.schedule import anneal, set_rate
from training.separation.loss import measure_loss, reshuffle
from training.separation.mixing import Library, Mixer, split_complex
from training.separation.net import Separator
from training.separation.validate import load_excerpts, score_excerpts

WARM_STEPS = 60
SAVE_S = 120.0
"""How often a run is saved."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of; the command line says each field in words."""

    pool: Path = Path("training/work/pool")
    out: Path = Path("training/work/separator")
    start_from: Path | None = None
    held_out: tuple[str, ...] = ()
    minutes: float = 60.0
    clock: Literal["wall", "cpu"] = "wall"
    steps: int = 10**9
    batch: int = 4
    frames: int = 160
    workers: int = 0
    songs: float = 0.35
    sung: float = 0.65
    uses: int = 2
    rate: float = 2e-3
    seed: int = 1
    threads: int = 1
    patience: int = 1000
    check_minutes: float = 4.0
    favour_bass: bool = False
    with_weak_provenance: bool = False
    device: str = "auto"

    @property
    def held(self) -> tuple[str, ...]:
        """The songs held out, as the pool names them."""
        return tuple(f"evr_{name}" for name in self.held_out)


@dataclass
class Progress:
    """Where a run stands, kept in the checkpoint."""

    step: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    audio_s: float = 0.0
    best: float = -99.0

    def spent_s(self, clock: str) -> float:
        """What the run has used of its time: on a busy machine the CPU's clock is the fair one."""
        return self.cpu_s if clock == "cpu" else self.seconds


class Mixes(IterableDataset[tuple[Tensor, Tensor]]):
    """Batches without end, drawn in as many processes as the loader is given, each with dice of its own."""

    def __init__(self, mixer: Mixer, batch: int) -> None:
        """Keep the mixer."""
        self.mixer, self.batch = mixer, batch

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Draw batch after batch."""
        worker = get_worker_info()
        if worker is not None:
            self.mixer.rng = np.random.default_rng([*self.mixer.rng.integers(0, 2**31, 4), worker.id])
        while True:
            yield self.mixer.draw_batch(self.batch)


@dataclass(slots=True)
class Run:
    """Where a run stands: the network, its smoothed weights and its optimizer, and the rounds before this one."""

    device: torch.device
    net: Separator
    smooth: Separator
    optimizer: torch.optim.Optimizer
    progress: Progress
    rounds: list[dict[str, float]]
    worse: int = 0
    losses: list[float] = field(default_factory=list[float])

    def is_final(self, recipe: Recipe) -> bool:
        """Whether the steps or the minutes are used up."""
        return self.progress.step >= recipe.steps or self.progress.spent_s(recipe.clock) >= recipe.minutes * 60

    def done(self, recipe: Recipe) -> float:
        """The share of the run that is over."""
        return max(self.progress.step / recipe.steps, self.progress.spent_s(recipe.clock) / (recipe.minutes * 60))


def begin(recipe: Recipe) -> Run:
    """Make the network anew, start it from another run, or load it where an earlier run was killed."""
    device = choose_device(recipe.device)
    net = Separator().to(device, memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    rounds: list[dict[str, float]] = []
    if recipe.start_from:
        earlier = torch.load(recipe.start_from, weights_only=True, map_location=device)
        net.load_state_dict(earlier["smooth"])
        rounds = [*earlier.get("rounds", []), earlier["progress"]]
    smooth = Separator().to(device)
    smooth.load_state_dict(net.state_dict())
    optimizer = torch.optim.AdamW(net.parameters(), recipe.rate, weight_decay=1e-2, betas=(0.9, 0.98))
    run = Run(device, net, smooth, optimizer, Progress(), rounds)
    path = recipe.out / "checkpoint.pt"
    if path.exists():
        saved = torch.load(path, weights_only=True, map_location=device)
        net.load_state_dict(saved["net"])
        smooth.load_state_dict(saved["smooth"])
        optimizer.load_state_dict(saved["optimizer"])
        run.progress, run.rounds = Progress(**saved["progress"]), saved.get("rounds", [])
    return run


def learn(run: Run, recipe: Recipe, spectra: Tensor, joined: Tensor) -> None:
    """Take one step on a batch of mixes. Every second frame counts, the odd ones and the even ones in turn."""
    first = run.progress.step % 2
    set_rate(run.optimizer, anneal(recipe.rate, run.progress.step, run.done(recipe), warm_steps=WARM_STEPS))
    planes = split_complex(spectra.sum(1))
    run.net.train()
    with half(run.device):
        masks = run.net.share_cells(planes, 2, first)
    loss = measure_loss(masks.float(), spectra[:, :, :, first::2], joined, favour_bass=recipe.favour_bass)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    length = torch.nn.utils.clip_grad_norm_(run.net.parameters(), 2.0)
    if not torch.isfinite(length):
        run.optimizer.zero_grad(set_to_none=True)
    run.optimizer.step()
    smoothe(run)
    run.losses += [float(loss.detach())] if torch.isfinite(loss) else []
    run.progress.step += 1


@torch.no_grad()
def smoothe(run: Run) -> None:
    """Let the smoothed weights follow: an exponential moving average, quicker while the run is young."""
    keep = min(0.997, run.progress.step / (run.progress.step + 30))
    for old, new in zip(run.smooth.state_dict().values(), run.net.state_dict().values(), strict=True):
        if old.dtype.is_floating_point:
            old.lerp_(new, 1 - keep)
        else:
            old.copy_(new)


def check(run: Run, recipe: Recipe, excerpts: dict[str, np.ndarray], mixer: Mixer) -> None:
    """Score the smoothed weights on the songs that are held out, log it, and count how long nothing was gained."""
    run.smooth.eval()
    scores = score_excerpts(run.smooth, excerpts)
    loss = round(float(np.mean(run.losses[-200:])), 4)
    line = {**asdict(run.progress), "loss": loss, "held_out": scores, "training_stems": score_batch(run.smooth, mixer)}
    with (recipe.out / "log.jsonl").open("a") as log:
        log.write(json.dumps(line) + "\n")
    print(json.dumps(line), flush=True)
    gain = scores.get("vocals", -loss)
    run.worse = 0 if gain > run.progress.best else run.worse + 1
    run.progress.best = max(run.progress.best, gain)


def save(run: Run, recipe: Recipe) -> None:
    """Write the checkpoint whole or not at all."""
    path = recipe.out / "checkpoint.pt"
    fresh = path.with_suffix(".new")
    torch.save(
        {
            "net": run.net.state_dict(),
            "smooth": run.smooth.state_dict(),
            "optimizer": run.optimizer.state_dict(),
            "progress": asdict(run.progress),
            "rounds": run.rounds,
            "seed": recipe.seed,
            "held_out": list(recipe.held),
            "with_weak": recipe.with_weak_provenance,
        },
        fresh,
    )
    fresh.replace(path)


def draw_mixes(run: Run, recipe: Recipe, mixer: Mixer) -> Iterator[tuple[Tensor, Tensor]]:
    """Give batches without end; each drawn one comes again in other company until it has had its uses."""
    mixes = iter(DataLoader(Mixes(mixer, recipe.batch), batch_size=None, num_workers=recipe.workers))
    drawn: tuple[Tensor, Tensor] | None = None
    while True:
        turn = run.progress.step % recipe.uses
        if turn == 0 or drawn is None:
            spectra, joined = next(mixes)
            drawn = spectra.to(run.device), joined.to(run.device)
        yield drawn if turn == 0 else (reshuffle(*drawn, turn), drawn[1])


def train(recipe: Recipe) -> None:
    """Train until the minutes or the steps are used up, or patience is; validate and save on the way."""
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    recipe.out.mkdir(parents=True, exist_ok=True)
    library = Library(recipe.pool, recipe.held, with_weak=recipe.with_weak_provenance)
    excerpts = load_excerpts(recipe.pool, recipe.held, 3, 12.0)
    run = begin(recipe)
    progress = run.progress
    mixer = Mixer(library, recipe.seed + 1000 * progress.step, recipe.frames, songs=recipe.songs, sung=recipe.sung)
    mixes = draw_mixes(run, recipe, mixer)
    before_s, before_cpu_s = progress.seconds, progress.cpu_s
    began, began_cpu = time.perf_counter(), time.process_time()
    last_save = last_check = progress.seconds
    print(f"{sum(p.numel() for p in run.net.parameters())} parameters, {len(library.entries)} sounds", flush=True)
    while not run.is_final(recipe) and run.worse < recipe.patience:
        learn(run, recipe, *next(mixes))
        progress.audio_s += recipe.batch * mixer.length / RATE
        progress.seconds = before_s + time.perf_counter() - began
        progress.cpu_s = before_cpu_s + time.process_time() - began_cpu
        final = run.is_final(recipe)
        if final or progress.seconds - last_check > recipe.check_minutes * 60:
            last_check = progress.seconds
            check(run, recipe, excerpts, mixer)
        if final or progress.seconds - last_save > SAVE_S:
            last_save = progress.seconds
            save(run, recipe)


@torch.no_grad()
def score_batch(net: Separator, mixer: Mixer) -> float:
    """Give the loss of the smoothed weights on fresh training mixes, a check that learning goes on."""
    device = next(net.parameters()).device
    spectra, joined = (part.to(device) for part in mixer.draw_batch(4))
    return round(float(measure_loss(net.share_cells(split_complex(spectra.sum(1))), spectra, joined)), 4)


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", type=Path, default=Path("training/work/pool"))
    parser.add_argument("--out", type=Path, default=Path("training/work/separator"))
    parser.add_argument("--start-from", type=Path, help="weights of another run to begin with")
    parser.add_argument("--held-out", default="", help="stem songs kept for validation, by comma")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument(
        "--clock",
        choices=("wall", "cpu"),
        default="wall",
        help="whether minutes are those on the wall or those of the CPU",
    )
    parser.add_argument("--steps", type=int, default=10**9)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--frames", type=int, default=160)
    parser.add_argument(
        "--workers", type=int, default=0, help="processes that draw mixes; a GPU needs ten or more, a CPU none"
    )
    parser.add_argument("--songs", type=float, default=0.35, help="share of mixes that are a song's own stems")
    parser.add_argument("--sung", type=float, default=0.65, help="share of those that are sung by a human voice")
    parser.add_argument("--uses", type=int, default=2, help="mixes made of one drawn batch")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--patience", type=int, default=1000, help="validations without gain before stopping")
    parser.add_argument("--check-minutes", type=float, default=4.0)
    parser.add_argument(
        "--favour-bass", action="store_true", help="weigh the lowest bins more (the shipped weights were made without)"
    )
    parser.add_argument("--with-weak-provenance", action=argparse.BooleanOptionalAction, default=False)
    parser.add_argument("--without-weak-provenance", dest="with_weak_provenance", action="store_false")
    add_device(parser)
    options = parser.parse_args()
    options.held_out = tuple(name for name in options.held_out.split(",") if name)
    train(Recipe(**vars(options)))


if __name__ == "__main__":
    main()
