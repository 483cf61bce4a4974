"""Sleeping under libfaketime, for `make clocks` alone: that folder stands on its PYTHONPATH, and so children obey too.

Python sleeps with `clock_nanosleep` until a moment of the monotonic clock. libfaketime 0.9.10 answers that with EINVAL
where the
monotonic clock is left alone, and where it is not, waiting for an event never ends. `select` waits by duration and is
not touched.
"""

from __future__ import annotations

import select
import time


def sleep(seconds: float) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select((), (), (), seconds)


time.sleep = sleep
