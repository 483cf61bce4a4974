"""Pages of measurements are what their writers make of the rows on file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.measuring.places import RESULTS  # noqa: E402
from benchmarks.pages import band_page  # noqa: E402
from benchmarks.pages.listening_page import PAGE, write_page  # noqa: E402


def test_the_page_about_listening_is_that_of_its_rows() -> None:
    rows = [json.loads(line) for line in (RESULTS / "listening_accuracy.jsonl").read_text("utf-8").splitlines()]
    assert PAGE.read_text("utf-8") == write_page(rows)


def test_the_page_about_the_band_is_that_of_its_rows() -> None:
    rows = [
        [json.loads(line) for line in (RESULTS / f"{name}.jsonl").read_text("utf-8").splitlines()]
        for name in ("band", "mixes")
    ]
    assert band_page.PAGE.read_text("utf-8") == band_page.write_page(*rows)
