"""Run the benchmarks: one line of JSON per figure. `python -m benchmarks [name ...]`; results also go to benchmarks/results/."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from benchmarks.measuring.measure import Missing

NAMES = (
    "first_sound",
    "whole_conversion",
    "decision",
    "fingerprint",
    "mark",
    "settlement",
    "remix_quality",
    "precision",
    "strokes",
    "aliasing",
    "joints",
    "soundfont",
    "covers",
    "works",
    "style_identity",
    "fuzz",
)
RESULTS = Path(__file__).parent / "results"


def main(wanted: list[str]) -> int:
    RESULTS.mkdir(exist_ok=True)
    for name in wanted or NAMES:
        module = importlib.import_module(f"benchmarks.{name}")
        lines: list[str] = []
        try:
            for row in module.run():
                lines.append(json.dumps(row))
                print(lines[-1], flush=True)
        except Missing as reason:
            print(json.dumps({"what": name, "skipped": str(reason)}), flush=True)
        finally:  # what was measured before something broke is kept
            if lines:
                (RESULTS / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
