"""Ten thousand random plans on short songs: all render whole and clean, or are refused in one clear sentence.

Plans are drawn by number from the whole language (`remixlab.testing.PlanDice`), checks are those of
`tests/plan_fuzz.py`.
`python -m benchmarks.sound.fuzz FIRST STOP [WORKERS]` does a range and keeps one row for each hundred of it; what the
file already has
for the sound and the checks as they are in this checkout is not done again, so ten thousand may be made in many
sittings, and in several
processes beside each other. `python -m benchmarks fuzz` makes what is still missing, leaves out rows of other code, and
adds the sum.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from benchmarks.measuring.measure import surroundings
from benchmarks.measuring.places import ROOT
from benchmarks.measuring.sittings import Row, Sittings

PLANS, STEP = 10_000, 100
FAULTS_SHOWN = 8
SITTINGS = Sittings(
    "fuzz", (*(f"src/remixlab/{room}" for room in ("signal", "plan", "rendering", "testing")), "tests/plan_fuzz.py")
)


def run() -> Iterator[Row]:
    """What was kept, what is missing, and the sum."""
    rows = {row["first"]: row for row in SITTINGS.kept()}
    rows |= {row["first"]: row for row in SITTINGS.keep(_made([k for k in range(0, PLANS, STEP) if k not in rows]))}
    yield from (rows[first] for first in sorted(rows))
    yield summary(list(rows.values()))


def attempt_range(first: int, stop: int) -> Row:
    """The plans of one range: how many rendered, how many were refused and why, and every fault by its number."""
    bench = _checks().workbench()
    began, counts, refusals, faults = time.process_time(), Counter[str](), Counter[str](), dict[str, str]()
    sound_s, off_target = 0.0, 0
    for number in range(first, stop):
        try:
            outcome = bench.attempt(number)
        except Exception as crash:  # noqa: BLE001 a crash is what is looked for: it is counted with its plan
            faults[str(number)] = f"{type(crash).__name__}: {crash}"
            continue
        counts["refused" if outcome.refused else "rendered"] += 1
        counts.update(outcome.checked)
        refusals.update([outcome.code] if outcome.code else [])
        sound_s, off_target = sound_s + outcome.length_s, off_target + (not outcome.on_target)
        if outcome.faults:
            faults[str(number)] = "; ".join(outcome.faults)
    return {
        "what": "fuzzed plans",
        "first": first,
        "plans": stop - first,
        "rendered": counts["rendered"],
        "refused": counts["refused"],
        "refusals": dict(refusals.most_common()),
        "off_target_and_said_so": off_target,
        "rendered_again": counts["again"],
        "stems_summed": counts["stems"],
        "seconds_alone": counts["alone"],
        "sound_s": round(sound_s),
        "cpu_s": round(time.process_time() - began, 1),
        "faults": len(faults),
        "fault_of": dict(list(faults.items())[:FAULTS_SHOWN]),
        **surroundings(),
    }


def summary(rows: list[Row]) -> Row:
    total = {
        name: sum(row[name] for row in rows)
        for name in ("plans", "rendered", "refused", "rendered_again", "stems_summed", "seconds_alone", "faults")
    }
    cpu_s, sound_s = sum(row["cpu_s"] for row in rows), sum(row["sound_s"] for row in rows)
    refusals: Counter[str] = Counter()
    for row in rows:
        refusals.update(row["refusals"])
    return {
        "what": "fuzzed plans, all",
        "wanted": PLANS,
        **total,
        "refusals": dict(refusals.most_common()),
        "hours_of_sound": round(sound_s / 3600, 1),
        "cpu_s_per_plan": round(cpu_s / max(1, total["plans"]), 3),
        **surroundings(),
    }


def _checks() -> Any:
    if str(ROOT / "tests") not in sys.path:
        sys.path.insert(0, str(ROOT / "tests"))
    return importlib.import_module("plan_fuzz")  # lazy: the tests' own folder


def _made(firsts: list[int], workers: int = 1) -> Iterator[Row]:
    if workers == 1:
        yield from map(_attempt_step, firsts)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_attempt_step, firsts)


def _attempt_step(first: int) -> Row:
    return attempt_range(first, first + STEP)


def main(first: int, stop: int, workers: int = 1) -> None:
    """Do what is missing of a range and add it to the file, row by row."""
    done = {row["first"] for row in SITTINGS.kept()}
    for row in SITTINGS.keep(_made([k for k in range(first, stop, STEP) if k not in done], workers)):
        print(
            json.dumps({k: row[k] for k in ("first", "plans", "rendered", "refused", "faults", "fault_of", "cpu_s")}),
            flush=True,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
