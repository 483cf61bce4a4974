"""Quick scores of a run on excerpts that it keeps out, to see that it learns.

`training.separation.measure` takes the scores that are published.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from synthesis.sound_files import RATE
from training.separation.mixing import split_complex, transform
from training.separation.net import STEMS, Separator


def estimate(masks: Tensor, spectra: Tensor) -> tuple[Tensor, Tensor]:
    """Apply masks to the mix, and give the truth, both as mid and side (batch, stems, 2, frames, bins)."""
    left, right = spectra[:, :, 0], spectra[:, :, 1]
    truth = torch.stack((left + right, left - right), 2) * 0.5
    return masks * truth.sum(1, keepdim=True), truth


def _left_right(mid_side: Tensor) -> Tensor:
    return torch.stack((mid_side[:, :, 0] + mid_side[:, :, 1], mid_side[:, :, 0] - mid_side[:, :, 1]), 2)


@torch.no_grad()
def score_excerpt(net: Separator, stems: np.ndarray) -> dict[str, float]:
    """Score one excerpt by SDR over the whole of it; stems (4, 2, frames). Silent stems get no score."""
    mix = stems.sum(0)
    gain = 0.09 / (np.sqrt(np.mean(mix**2)) + 1e-9)
    device = next(net.parameters()).device
    spectra = transform(torch.from_numpy(stems * gain).flatten(0, 1)).unflatten(0, (4, 2))[None].to(device)
    frames = spectra.shape[3] // 8 * 8
    spectra = spectra[:, :, :, :frames]
    masks = net(split_complex(spectra.sum(1)))
    guess, truth = estimate(masks, spectra)
    guess, truth = _left_right(guess), _left_right(truth)
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
        shortest, length = min(map(len, parts.values())), int(length_s * RATE)
        voice = parts["vocals"]
        blocks = [
            np.mean(np.asarray(voice[i : i + length : 16], np.float32) ** 2)
            for i in range(0, shortest - length, length)
        ]
        for rank in np.argsort(blocks)[::-1][1 : 1 + 2 * count : 2]:
            at = int(rank) * length
            stems = np.zeros((4, 2, length), np.float32)
            for number, stem in enumerate(STEMS):
                if stem in parts:
                    stems[number] = np.asarray(parts[stem][at : at + length], np.float32).T / 32768
            out[f"{song}@{at // RATE}"] = stems
    return out


def average(scores: list[dict[str, float]]) -> dict[str, float]:
    """Average each measure over the excerpts that have it."""
    keys = {key for one in scores for key in one}
    return {key: round(float(np.mean([s[key] for s in scores if key in s])), 2) for key in sorted(keys)}


def score_excerpts(net: Separator, excerpts: dict[str, np.ndarray]) -> dict[str, float]:
    """Score every excerpt and average; nothing where there are none."""
    return average([score_excerpt(net, stems) for stems in excerpts.values()]) if excerpts else {}
