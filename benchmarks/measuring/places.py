"""Where things lie: this checkout, the rows that were measured, and the recordings beside it."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results"
SHARED = ROOT.parent / "shared"
AUDIO = SHARED / "audio"
"""Openly licensed recordings; whatever needs them is left out where they are absent."""
