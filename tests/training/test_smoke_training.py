"""In CI: a minute of training, from a pool that the product plays itself, makes a network that hears voices it never
heard.

`make smoke-training` installs torch and runs this. It is counted in steps. A minute is not enough to pass the
untrained masks, ten are
(`test_retraining.py`); it must lift every voice far above what the same network gave out before.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch, which the product does not")
pytest.importorskip("soxr", reason="training resamples with soxr")
sys.path.insert(0, str(Path(__file__).parents[2]))

STEPS = int(os.environ.get("REMIXLAB_SMOKE_STEPS", "100"))
"""What one core does in about a minute; counted in steps, so that a busy machine takes longer and learns the same."""
KEPT_OUT = ("synthpop", "indie-rock", "reggae", "house")
EXCERPT = 12 * 44100
pytestmark = pytest.mark.skipif(
    not os.environ.get("REMIXLAB_SMOKE"), reason="a minute of one core: `make smoke-training` runs it"
)


class Run(NamedTuple):
    """What a minute of training left behind."""

    losses: list[float]
    vocals_db: dict[str, list[float]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Train on songs of the composer; take apart songs that it wrote from other seeds."""
    from remixlab.separation import NetworkSeparator
    from training.material.tiny_pool import make_tiny_pool, sing_song
    from training.separation import train as train_separator
    from training.separation.measure import load_weights, separate
    from training.separation.net import Separator
    from training.separation.scores import measure_sdr

    folder = tmp_path_factory.mktemp("smoke")
    make_tiny_pool(folder / "pool", seed=5, songs=12)
    paths = ["--pool", str(folder / "pool"), "--out", str(folder / "run"), "--device", "cpu"]
    budget = ["--steps", str(STEPS), "--minutes", "15", "--check-minutes", "0.05"]
    sizes = ["--frames", "64", "--batch", "4", "--rate", "4e-3"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["train_separator", *paths, *budget, *sizes])
        train_separator.main()
    torch.manual_seed(1)
    torch.save({"smooth": Separator().state_dict()}, folder / "fresh.pt")
    separators = {
        "trained": NetworkSeparator(load_weights(folder / "run" / "checkpoint.pt")),
        "fresh": NetworkSeparator(load_weights(folder / "fresh.pt")),
    }
    heard: dict[str, list[float]] = {who: [] for who in separators}
    for number, band in enumerate(KEPT_OUT):
        song = sing_song(number, 77, band)
        truth = np.stack([song[stem] for stem in ("vocals", "drums", "bass", "other")])[..., :EXCERPT]
        for who, separator in separators.items():
            heard[who].append(measure_sdr(truth[0], separate(separator, truth)[0]))
    lines = [json.loads(line) for line in (folder / "run" / "log.jsonl").read_text().splitlines()]
    print(heard, lines[-1])
    return Run([line["loss"] for line in lines], heard)


def test_the_loss_falls_while_a_minute_is_trained(run: Run) -> None:
    assert run.losses[-1] < run.losses[0] - 0.15


def test_after_a_minute_every_voice_never_heard_comes_out_better_than_before(run: Run) -> None:
    gains = [trained - fresh for trained, fresh in zip(run.vocals_db["trained"], run.vocals_db["fresh"], strict=True)]
    assert min(gains) > 1.0 and np.mean(gains) > 2.0
