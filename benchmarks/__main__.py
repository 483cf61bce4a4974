"""Run the benchmarks: one line of JSON per figure, `python -m benchmarks [name ...]`.

Results also go to benchmarks/results/. A name is that of a file in one of the folders by kind: `joints` is
`benchmarks/sound/joints.py`.
"""

from __future__ import annotations

import importlib
import json
import sys
from types import ModuleType

from benchmarks.measuring.measure import Missing
from benchmarks.measuring.places import RESULTS

KINDS = ("speed", "sound", "reading", "listening", "identify")
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
    "altered",
    "style_identity",
    "fuzz",
)
"""What runs when no name is given."""


def find(name: str) -> ModuleType:
    """Import the benchmark of a name. Raises: SystemExit where there is none that runs by its name."""
    here = RESULTS.parent
    found = [kind for kind in KINDS if (here / kind / f"{name}.py").is_file()]
    module = importlib.import_module(f"benchmarks.{found[0]}.{name}") if found else None
    if module is None or not hasattr(module, "run"):
        raise SystemExit(f"no benchmark is called {name}; there are {', '.join(runnable())}")
    return module


def runnable() -> list[str]:
    """Every name that can be run."""
    here = RESULTS.parent
    files = (file for kind in KINDS for file in sorted((here / kind).glob("*.py")))
    return [file.stem for file in files if "\ndef run(" in file.read_text(encoding="utf-8")]


def main(wanted: list[str]) -> int:
    RESULTS.mkdir(exist_ok=True)
    for name in wanted or NAMES:
        module = find(name)
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
