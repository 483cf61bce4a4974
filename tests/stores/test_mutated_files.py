"""No altered file is a traceback: each is read, or refused in a sentence; the benchmark of this name does 20 000."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.reading.mutated_files import SLOW_S, seeds, try_one

SEEDS = seeds()


def test_the_seeds_themselves_are_read() -> None:
    for _, data, read in SEEDS:
        assert read(data) is not None


@pytest.mark.parametrize("part", range(4))
def test_an_altered_file_is_read_or_refused(part: int) -> None:
    for number in range(part * 5 * len(SEEDS), (part + 1) * 5 * len(SEEDS)):
        name, came, took_s = try_one(number, SEEDS)
        assert came and took_s < 10 * SLOW_S, (number, name)
