"""The stopwatch: seconds that passed, processor seconds that were used, and the energy they cost."""

from __future__ import annotations

import resource
import time
from datetime import UTC, datetime
from pathlib import Path

from remixlab.domain.remix import Energy

WATTS_PER_BUSY_CORE = 6.0
"""Package power above idle of one busy core of a current server or laptop chip; the documented model where no counter
can be read.
"""

_COUNTER = Path("/sys/class/powercap/intel-rapl:0/energy_uj")


class SystemClock:
    """The only real clock of the product: nothing else reads one, so that tests can set it."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemMeter:
    """Counts all threads and finished children of this process. Unit: seconds; watt-hours."""

    def seconds(self) -> float:
        return time.perf_counter()

    def mark(self) -> float:
        return _processor_s()

    def energy_since(self, mark: float) -> Energy:
        cpu_s = max(0.0, _processor_s() - mark)
        return Energy(
            cpu_s=round(cpu_s, 3),
            wh=round(cpu_s * WATTS_PER_BUSY_CORE / 3600, 6),
            method=f"model: {WATTS_PER_BUSY_CORE:g} W per busy core",
        )


class CountingMeter(SystemMeter):
    """Reads the processor's own energy counter where the kernel lets us; it counts everything that runs on the
    package.
    """

    def __init__(self) -> None:
        self._started: dict[float, int] = {}

    def mark(self) -> float:
        mark = super().mark()
        self._started[mark] = int(_COUNTER.read_text())
        return mark

    def energy_since(self, mark: float) -> Energy:
        modelled = super().energy_since(mark)
        joules = (int(_COUNTER.read_text()) - self._started.pop(mark, 0)) / 1e6
        if joules <= 0:  # the counter wrapped around
            return modelled
        return Energy(
            cpu_s=modelled.cpu_s, wh=round(joules / 3600, 6), method="counter: RAPL package, everything that ran"
        )


def open_meter() -> SystemMeter:
    try:
        _COUNTER.read_text()
    except OSError:
        return SystemMeter()
    return CountingMeter()


def _processor_s() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
