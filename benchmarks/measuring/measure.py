"""How a figure is taken: at least seven runs, median and 95th percentile, with the machine, its load and the commit
beside it.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable
from typing import Any


class Missing(Exception):
    """A benchmark cannot run here; the reason is printed instead of figures."""


def measure(
    what: str,
    work: Callable[[], Any],
    *,
    count: float = 1,
    unit: str = "runs",
    runs: int = 7,
    warm: int = 1,
    **facts: Any,
) -> dict[str, Any]:
    """Time one piece of work. Unit: milliseconds of the clock and of the processor."""
    for _ in range(warm):
        work()
    clock_ms, cpu_ms = [], []
    for _ in range(runs):
        began, used = time.perf_counter(), time.process_time()
        work()
        clock_ms.append((time.perf_counter() - began) * 1e3)
        cpu_ms.append((time.process_time() - used) * 1e3)
    return {
        "what": what,
        "count": count,
        "unit": unit,
        **spread(clock_ms),
        "cpu_ms": round(statistics.median(cpu_ms), 3),
        **facts,
        **surroundings(),
    }


def side_by_side(
    what: str, ours: Callable[[], Any], rival: Callable[[], Any], *, rival_name: str, runs: int = 7, **facts: Any
) -> dict[str, Any]:
    """Run ours and a rival in turn; the ratio (rival over ours) holds when the machine's speed drifts."""
    for work in (ours, rival):
        work()  # warms
    ours_ms, rival_ms = [], []
    for _ in range(runs):
        ours_ms.append(_clock_ms(ours))
        rival_ms.append(_clock_ms(rival))
    ratios = sorted(theirs / own for own, theirs in zip(ours_ms, rival_ms, strict=True))
    return {
        "what": what,
        **spread(ours_ms),
        "rival": rival_name,
        "rival_median_ms": round(statistics.median(rival_ms), 3),
        "ratio": round(statistics.median(ratios), 2),
        "ratio_min": round(ratios[0], 2),
        "ratio_max": round(ratios[-1], 2),
        **facts,
        **surroundings(),
    }


def spread(values_ms: list[float]) -> dict[str, Any]:
    ordered = sorted(values_ms)
    return {
        "runs": len(ordered),
        "median_ms": round(statistics.median(ordered), 3),
        "p95_ms": round(ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))], 3),
        "min_ms": round(ordered[0], 3),
    }


def surroundings() -> dict[str, Any]:
    return {
        "machine": f"{platform.machine()} x{os.cpu_count()}",
        "load": round(os.getloadavg()[0], 2),
        "commit": _commit(),
    }


def _clock_ms(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"
