"""Outside CI: ten minutes of retraining, by the clock of the CPU, beat the untrained separator on the voice of songs
that were kept out.

`REMIXLAB_RETRAIN=1 .venv/bin/pytest -n0 tests/training/test_retraining.py` (needs `make -C training pool` and the
licensed recordings).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
torch = pytest.importorskip("torch", reason="training needs torch, which the product does not")
sys.path.insert(0, str(ROOT))

POOL, STEMS = ROOT / "training" / "work" / "pool", ROOT.parent / "shared" / "audio" / "stems"
HELD_OUT = ("hydrogen", "sodium")


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("REMIXLAB_RETRAIN"), reason="ten minutes of one core: set REMIXLAB_RETRAIN=1")
@pytest.mark.skipif(
    not (POOL / "index.json").is_file() or not STEMS.is_dir(), reason="the training pool or the recordings are not here"
)
def test_ten_minutes_of_retraining_beat_the_untrained_separator_on_vocals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from remixlab.separation import MaskSeparator, NetworkSeparator
    from training.separation import train as train_separator
    from training.separation.excerpts import read_stems
    from training.separation.measure import load_weights, separate
    from training.separation.scores import measure_sdr

    minutes = os.environ.get("REMIXLAB_RETRAIN_MINUTES", "10")
    paths = ["--pool", str(POOL), "--out", str(tmp_path), "--held-out", ",".join(HELD_OUT)]
    options = [*paths, "--favour-bass", "--minutes", minutes, "--clock", "cpu"]
    monkeypatch.setattr(sys, "argv", ["train_separator", *options])
    train_separator.main()
    trained = NetworkSeparator(load_weights(tmp_path / "checkpoint.pt"))
    gained: list[float] = []
    for song in HELD_OUT:
        truth = read_stems(STEMS / song, 30.0)
        ours, plain = separate(trained, truth), separate(MaskSeparator(), truth)
        gained.append(measure_sdr(truth[0], ours[0]) - measure_sdr(truth[0], plain[0]))
    print(dict(zip(HELD_OUT, gained, strict=True)))
    assert np.mean(gained) > 0
