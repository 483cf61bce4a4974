"""Taking apart and hearing a song of three minutes: processor seconds, and the memory at its peak."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.measure import surroundings
from benchmarks.songs import LENGTH_S, three_minutes
from remixlab.domain.audio import Audio
from remixlab.listening import listen
from remixlab.separation import separate


def run() -> Iterator[dict[str, Any]]:
    mix, _ = three_minutes()
    listen(Audio(np.ascontiguousarray(mix.samples[:, : 10 * mix.sample_rate]), mix.sample_rate))  # everything is compiled and loaded
    before_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began, used = time.perf_counter(), time.process_time()
    stems = separate(mix)
    apart = time.process_time() - used
    listen(mix, stems)
    yield {
        "what": "separate and listen, three minutes", "audio_s": LENGTH_S, "separate_cpu_s": round(apart, 2),
        "listen_cpu_s": round(time.process_time() - used - apart, 2), "clock_s": round(time.perf_counter() - began, 2),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), "before_mib": round(before_mib), **surroundings(),
    }  # fmt: skip
