"""Blend runs that differ by their seed alone: `python -m training.separation.blend --runs sep_a_6,sep_a_8 --out sep_a`.

Two last rounds from the same first one lie up to 0.6 dB apart on one song by their seed alone (experiment 105); the
mean
of their weights scores between them (experiment 106). The result is a run like any other, for the export and the table.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training.separation.net import Separator
from training.separation.validate import load_excerpts, score_excerpts

Checkpoint = dict[str, Any]
ALIKE = ("held_out", "with_weak", "rounds")
"""What runs must share to be blended."""


def blend_weights(states: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Give the mean of the weights; what only counts is taken from the first."""
    first = states[0]
    return {
        name: torch.stack([state[name] for state in states]).mean(0) if value.is_floating_point() else value
        for name, value in first.items()
    }


def blend(runs: list[Checkpoint]) -> Checkpoint:
    """Make one checkpoint of several whose last rounds began at the same weights.

    Raises: SystemExit where they do not: other songs held out, other sounds, another round before.
    """
    first = runs[0]
    strange = [name for name in ALIKE if any(run[name] != first[name] for run in runs)]
    if strange:
        raise SystemExit(f"these runs differ in {', '.join(strange)}: only runs of one recipe can be blended")
    *earlier, last = [run["progress"] for run in runs]
    return {
        "smooth": blend_weights([run["smooth"] for run in runs]),
        "progress": last,
        "rounds": [*first["rounds"], *earlier],
        "seed": [run["seed"] for run in runs],
        "held_out": first["held_out"],
        "with_weak": first["with_weak"],
    }


def blend_runs(runs: list[Path], out: Path, pool: Path) -> dict[str, float]:
    """Blend the checkpoints of some runs into a run of its own, and score it on the songs that they held out."""
    made = blend([torch.load(run / "checkpoint.pt", weights_only=True, map_location="cpu") for run in runs])
    net = Separator().eval()
    net.load_state_dict(made["smooth"])
    scores = score_excerpts(net, load_excerpts(pool, tuple(made["held_out"]), 3, 12.0))
    out.mkdir(parents=True, exist_ok=True)
    torch.save(made, out / "checkpoint.pt")
    (out / "log.jsonl").write_text(json.dumps({**made["progress"], "held_out": scores}) + "\n")
    return scores


def main() -> None:
    """Blend from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", required=True, help="folders of the work folder, by comma")
    parser.add_argument("--out", required=True, help="the folder of the blend, likewise")
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--pool", type=Path, default=Path("training/work/pool"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    runs = [options.work / run for run in options.runs.split(",")]
    print(json.dumps(blend_runs(runs, options.work / options.out, options.pool)), flush=True)


if __name__ == "__main__":
    main()
