"""Train the separator: `python -m training.train_separator --minutes 30 --held-out francium,sodium`.

The run stops by its clock or its steps, saves a checkpoint every two minutes, and goes on from it when started
again. Without a GPU it runs in bfloat16 on as many cores as it is given.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from training.machine import add_device, choose_device, half
from training.mixing import Joined, Library, Mixer, split_complex, transform
from training.separator_net import BINS, CELL, MIDDLE, STEMS, Separator

STEM_WEIGHTS = torch.tensor([[2.0, 1.0, 1.6, 1.0], [2.8, 0.0, 0.0, 1.7], [2.0, 1.0, 0.0, 1.3]]) / 5.6
"""What a stem's error costs, a row for each of `Joined`."""
QUIET = 1e-3


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


def estimate(masks: Tensor, spectra: Tensor) -> tuple[Tensor, Tensor]:
    """Apply masks to the mix, and give the truth, both as mid and side (batch, stems, 2, frames, bins)."""
    left, right = spectra[:, :, 0], spectra[:, :, 1]
    truth = torch.stack((left + right, left - right), 2) * 0.5
    return masks * truth.sum(1, keepdim=True), truth


def measure_loss(masks: Tensor, spectra: Tensor, joined: Tensor, *, favour_bass: bool = False) -> Tensor:
    """Average the absolute error of every cell and the logarithm of the error's energy.

    Above the highest zone border one bin stands for its cell. Stems that are known only together (`Joined`) count as one.
    `favour_bass` lets the lowest bins weigh more: a bass fills thirty of two thousand
    bins, and without it a network that leaves the bass out loses next to nothing; vocals lose a little by it.
    """
    device = masks.device
    pick = torch.cat((torch.arange(MIDDLE), torch.arange(MIDDLE + int(torch.randint(CELL, (1,))), BINS, CELL))).to(device)
    left, right = torch.view_as_real(spectra).unbind(2)
    real, imaginary = torch.stack((left + right, left - right), 2)[..., pick, :].mul_(0.5).movedim(-1, 0).contiguous()
    mix_real, mix_imaginary = real.sum(1, keepdim=True), imaginary.sum(1, keepdim=True)
    mix_power = mix_real.square() + mix_imaginary.square()
    truth_power = real.square() + imaginary.square()
    cross = real * mix_real + imaginary * mix_imaginary
    kind = joined[:, None, None, None, None]
    drums, bass, other = masks[:, 1:2], masks[:, 2:3], masks[:, 3:]
    other = other + bass * (kind != Joined.NONE) + drums * (kind == Joined.REST)
    masks = torch.cat((masks[:, :3], other), 1)
    weights = STEM_WEIGHTS.to(device)[joined]
    power = (masks * (masks * mix_power - 2 * cross) + truth_power).clamp(min=0)
    zones = torch.ones(len(pick), device=device)
    zones[MIDDLE:] = CELL
    scale = (mix_power + 1e-10).sqrt().mean((2, 3, 4))
    ear = torch.ones(len(pick), device=device)
    if favour_bass:
        ear[:256], ear[:32] = 2.0, 8.0
    absolute = ((power + 1e-9).sqrt() * ear).mean((2, 3, 4)) / (scale + 1e-5)
    total = (mix_power.sum((2, 3)) * zones).sum(2)
    energy = torch.log10((power.sum((2, 3)) * zones).sum(2) / (total + 1e-6) + QUIET)
    return ((absolute * 2.0 + energy * 0.5) * weights).sum(1).mean()


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


def reshuffle(spectra: Tensor, joined: Tensor, turn: int) -> Tensor:
    """Make other mixes of a drawn batch: every stem moves on to another example, each by its own stride.

    Drawing costs half as much as a training step; a second use with strange company costs nothing. What arrives
    where it is not known apart joins `other`.
    """
    strides = (turn, 2 * turn + 1, 3 * turn, 0)
    vocals, drums, bass, other = (spectra[:, stem].roll(stride, 0) for stem, stride in enumerate(strides))
    kind = joined[:, None, None, None]
    own_drums, own_bass = drums * (kind != Joined.REST), bass * (kind == Joined.NONE)
    return torch.stack((vocals, own_drums, own_bass, other + (drums - own_drums) + (bass - own_bass)), 1)


@torch.no_grad()
def score(net: Separator, stems: np.ndarray) -> dict[str, float]:
    """Score one excerpt by SDR over the whole of it; stems (4, 2, frames). Silent stems get no score."""
    mix = stems.sum(0)
    gain = 0.09 / (np.sqrt(np.mean(mix**2)) + 1e-9)
    device = next(net.parameters()).device
    spectra = transform(torch.from_numpy(stems * gain).flatten(0, 1)).unflatten(0, (4, 2))[None].to(device)
    frames = spectra.shape[3] // 8 * 8
    spectra = spectra[:, :, :, :frames]
    masks = net(split_complex(spectra.sum(1)))
    guess, truth = estimate(masks, spectra)
    left_right = lambda x: torch.stack((x[:, :, 0] + x[:, :, 1], x[:, :, 0] - x[:, :, 1]), 2)  # noqa: E731
    guess, truth = left_right(guess), left_right(truth)
    out: dict[str, float] = {}
    for number, stem in enumerate(STEMS):
        power = truth[0, number].abs().square().sum()
        if power > 1e-4 * truth.sum(1).abs().square().sum():
            out[stem] = float(10 * torch.log10(power / (guess - truth)[0, number].abs().square().sum()))
    rest, rest_guess = truth[0, 1:].sum(0), guess[0, 1:].sum(0)
    out["accompaniment"] = float(10 * torch.log10(rest.abs().square().sum() / (rest - rest_guess).abs().square().sum()))
    return out


def load_excerpts(pool: Path, songs: tuple[str, ...], count: int, length_s: float) -> dict[str, np.ndarray]:
    """Cut a few excerpts with singing out of each song."""
    index = json.loads((pool / "index.json").read_text())
    out: dict[str, np.ndarray] = {}
    for song in songs:
        parts = {e["kind"]: np.load(pool / e["file"], mmap_mode="r") for e in index if e["song"] == song}
        shortest, length = min(map(len, parts.values())), int(length_s * 44100)
        voice = parts["vocals"]
        blocks = [np.mean(np.asarray(voice[i : i + length : 16], np.float32) ** 2) for i in range(0, shortest - length, length)]
        for rank in np.argsort(blocks)[::-1][1 : 1 + 2 * count : 2]:
            at = int(rank) * length
            stems = np.zeros((4, 2, length), np.float32)
            for number, stem in enumerate(STEMS):
                if stem in parts:
                    stems[number] = np.asarray(parts[stem][at : at + length], np.float32).T / 32768
            out[f"{song}@{at // 44100}"] = stems
    return out


def average(scores: list[dict[str, float]]) -> dict[str, float]:
    """Average each measure over the excerpts that have it."""
    keys = {key for one in scores for key in one}
    return {key: round(float(np.mean([s[key] for s in scores if key in s])), 2) for key in sorted(keys)}


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", type=Path, default=Path("training/work/pool"))
    parser.add_argument("--out", type=Path, default=Path("training/work/separator"))
    parser.add_argument("--start-from", type=Path, help="weights of another run to begin with")
    parser.add_argument("--held-out", default="", help="stem songs kept for validation, by comma")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument(
        "--clock", choices=("wall", "cpu"), default="wall", help="whether minutes are those on the wall or those of the CPU"
    )
    parser.add_argument("--steps", type=int, default=10**9)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--frames", type=int, default=160)
    parser.add_argument("--workers", type=int, default=0, help="processes that draw mixes; a GPU needs ten or more, a CPU none")
    parser.add_argument("--songs", type=float, default=0.35, help="share of mixes that are a song's own stems")
    parser.add_argument("--sung", type=float, default=0.65, help="share of those that are sung by a human voice")
    parser.add_argument("--uses", type=int, default=2, help="mixes made of one drawn batch")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--patience", type=int, default=1000, help="validations without gain before stopping")
    parser.add_argument("--check-minutes", type=float, default=4.0)
    parser.add_argument("--favour-bass", action="store_true", help="weigh the lowest bins more (the shipped weights were made without)")
    parser.add_argument("--with-weak-provenance", action=argparse.BooleanOptionalAction, default=False)
    parser.add_argument("--without-weak-provenance", dest="with_weak_provenance", action="store_false")
    add_device(parser)
    train(parser.parse_args())


def train(options: argparse.Namespace) -> None:
    """Run, validate, save."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    held = tuple(f"evr_{name}" for name in options.held_out.split(",") if name)
    library = Library(options.pool, held, with_weak=options.with_weak_provenance)
    excerpts = load_excerpts(options.pool, held, 3, 12.0)
    device = choose_device(options.device)
    net = Separator().to(device, memory_format=torch.channels_last)
    rounds: list[dict[str, float]] = []
    if options.start_from:
        earlier = torch.load(options.start_from, weights_only=True, map_location=device)
        net.load_state_dict(earlier["smooth"])
        rounds = [*earlier.get("rounds", []), earlier["progress"]]
    smooth = Separator().to(device)
    smooth.load_state_dict(net.state_dict())
    optimizer = torch.optim.AdamW(net.parameters(), options.rate, weight_decay=1e-2, betas=(0.9, 0.98))
    progress, path = Progress(), options.out / "checkpoint.pt"
    if path.exists():
        saved = torch.load(path, weights_only=True, map_location=device)
        net.load_state_dict(saved["net"])
        smooth.load_state_dict(saved["smooth"])
        optimizer.load_state_dict(saved["optimizer"])
        progress, rounds = Progress(**saved["progress"]), saved.get("rounds", [])
    mixer = Mixer(library, options.seed + 1000 * progress.step, options.frames, songs=options.songs, sung=options.sung)
    mixes = iter(DataLoader(Mixes(mixer, options.batch), batch_size=None, num_workers=options.workers))
    kept = (progress.seconds, progress.cpu_s)
    began, began_cpu = time.perf_counter(), time.process_time()
    last_save = last_check = progress.seconds
    losses: list[float] = []
    worse = 0
    drawn: tuple[Tensor, Tensor] | None = None
    print(f"{sum(p.numel() for p in net.parameters())} parameters, {len(library.entries)} sounds", flush=True)
    while progress.step < options.steps and progress.spent_s(options.clock) < options.minutes * 60 and worse < options.patience:
        done = max(progress.step / options.steps, progress.spent_s(options.clock) / (options.minutes * 60))
        rate = options.rate * min(1.0, (progress.step + 1) / 60) * (0.5 * (1 + math.cos(math.pi * done)) * 0.98 + 0.02)
        for group in optimizer.param_groups:
            group["lr"] = rate
        turn = progress.step % options.uses
        if turn == 0 or drawn is None:
            drawn = tuple(part.to(device) for part in next(mixes))
        spectra, joined = drawn if turn == 0 else (reshuffle(*drawn, turn), drawn[1])
        planes = split_complex(spectra.sum(1))
        net.train()
        with half(device):
            masks = net.share_cells(planes, 2, progress.step % 2)
        loss = measure_loss(masks.float(), spectra[:, :, :, progress.step % 2 :: 2], joined, favour_bass=options.favour_bass)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        length = torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        if not torch.isfinite(length):
            optimizer.zero_grad(set_to_none=True)
        optimizer.step()
        keep = min(0.997, progress.step / (progress.step + 30))
        with torch.no_grad():
            for old, new in zip(smooth.state_dict().values(), net.state_dict().values(), strict=True):
                if old.dtype.is_floating_point:
                    old.lerp_(new, 1 - keep)
                else:
                    old.copy_(new)
        losses += [float(loss.detach())] if torch.isfinite(loss) else []
        progress.step += 1
        progress.audio_s += options.batch * mixer.length / 44100
        progress.seconds = kept[0] + time.perf_counter() - began
        progress.cpu_s = kept[1] + time.process_time() - began_cpu
        final = progress.step >= options.steps or progress.spent_s(options.clock) >= options.minutes * 60
        if final or progress.seconds - last_check > options.check_minutes * 60:
            last_check = progress.seconds
            smooth.eval()
            scores = average([score(smooth, stems) for stems in excerpts.values()]) if excerpts else {}
            line = {**asdict(progress), "loss": round(float(np.mean(losses[-200:])), 4), "held_out": scores}
            line["training_stems"] = score_batch(smooth, mixer)
            with (options.out / "log.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            print(json.dumps(line), flush=True)
            gained = scores.get("vocals", -line["loss"]) > progress.best
            progress.best = max(progress.best, scores.get("vocals", -line["loss"]))
            worse = 0 if gained else worse + 1
        if final or progress.seconds - last_save > 120:
            last_save = progress.seconds
            fresh = path.with_suffix(".new")
            torch.save(
                {
                    "net": net.state_dict(),
                    "smooth": smooth.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "progress": asdict(progress),
                    "rounds": rounds,
                    "seed": options.seed,
                    "held_out": list(held),
                    "with_weak": options.with_weak_provenance,
                },
                fresh,
            )
            fresh.replace(path)


@torch.no_grad()
def score_batch(net: Separator, mixer: Mixer) -> float:
    """Give the loss of the smoothed weights on fresh training mixes, a check that learning goes on."""
    device = next(net.parameters()).device
    spectra, joined = (part.to(device) for part in mixer.draw_batch(4))
    return round(float(measure_loss(net.share_cells(split_complex(spectra.sum(1))), spectra, joined)), 4)


if __name__ == "__main__":
    main()
