"""Keep what a last round begins with: `python -m training.separation.publish --run sep_base --out
training/rounds/first.pt`.

A run's smoothed weights in half precision (2 MB), with what it heard and for how long: with `--start-from` another run
goes on from them, and the
table scores them like a checkpoint. Without such a file, whoever tries another last round first waits an hour for the
round before it.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch

KEPT = ("progress", "rounds", "seed", "held_out", "with_weak")


def shrink(run: dict[str, Any]) -> dict[str, Any]:
    """Give what a checkpoint needs to be scored and started from; the optimizer and the weights before smoothing go."""
    weights = {name: value.half() if value.is_floating_point() else value for name, value in run["smooth"].items()}
    return {"smooth": weights, **{name: run[name] for name in KEPT}}


def publish(checkpoint: Path, out: Path) -> None:
    """Write what another run needs of a checkpoint."""
    saved = torch.load(checkpoint, weights_only=True, map_location="cpu")
    out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(shrink(saved), out)


def main() -> None:
    """Publish from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True, help="a folder of the work folder")
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--out", type=Path, default=Path("training/rounds/first.pt"))
    options = parser.parse_args()
    publish(options.work / options.run / "checkpoint.pt", options.out)


if __name__ == "__main__":
    main()
