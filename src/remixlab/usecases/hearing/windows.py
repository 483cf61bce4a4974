"""A recording of any length in overlapping windows: heard, recognised and felt in memory that does not grow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil

import numpy as np

from remixlab.domain.audio import ALL_STEMS, SAMPLE_RATE, Audio, Samples
from remixlab.domain.music import Analysis
from remixlab.domain.ports.process import Progress, silent
from remixlab.domain.rights import Recording
from remixlab.identify import WINDOW_GRID_S, Fingerprint, fingerprint, join_fingerprints
from remixlab.listening import Heard, join_analyses
from remixlab.signal import momentary_loudness_lufs
from remixlab.signal.reel import Reel
from remixlab.usecases.context.sounds import Sounds
from remixlab.usecases.hearing.hear import fits_in_memory, hear, keep_analysis, sound_blocks, take_apart_into

WINDOW_S, OVERLAP_S = 300.0, 20.0
"""Long enough for a song's form and tempo; what two windows share decides where they meet."""
EXCERPT_S, EXCERPTS = 10.0, 8


def analyse(recording: Recording, context: Sounds, progress: Progress = silent) -> Analysis:
    """What is heard in a recording of any length, once, and kept by its content."""
    with context.read() as records:
        known = records.hearing.analysis(recording.sha256, context.listener.name)
    if known:
        return known
    if fits_in_memory(recording):
        return hear(recording, context, progress).analysis
    return keep_analysis(recording, _analyse_windows(recording, context, progress), context)


def take_fingerprint(blocks: Iterable[Samples], duration_s: float) -> Fingerprint:
    """The fingerprint of a sound at the engine's rate; of a long one, that of its windows."""
    return join_fingerprints([(start_s, fingerprint(window)) for start_s, window in windows(blocks, duration_s)])


def windows(blocks: Iterable[Samples], duration_s: float) -> Iterator[tuple[float, Audio]]:
    """Equal stretches of at most WINDOW_S that share OVERLAP_S, and where each begins; a short sound is one."""
    count = max(1, ceil((duration_s - OVERLAP_S) / (WINDOW_S - OVERLAP_S)))
    step_s = ceil((duration_s - OVERLAP_S) / count / WINDOW_GRID_S) * WINDOW_GRID_S if count > 1 else 0.0
    reel = Reel(blocks)
    for number in range(count):
        begin, following = (round(n * step_s * SAMPLE_RATE) for n in (number, number + 1))
        end = following + round(OVERLAP_S * SAMPLE_RATE)
        if number + 1 == count:
            while reel.reach(reel.end + 1):
                end = reel.end
        reel.reach(end)
        window = Audio(reel.read(begin, min(end, reel.end)), SAMPLE_RATE)
        reel.forget(following)
        yield number * step_s, window


def excerpts(blocks: Iterable[Samples], duration_s: float) -> Audio:
    """Eight times ten seconds, spread evenly, one after the other: what a long recording is felt by."""
    reel, length = Reel(blocks), round(EXCERPT_S * SAMPLE_RATE)
    parts: list[Samples] = []
    for start_s in np.linspace(0, max(0.0, duration_s - EXCERPT_S), EXCERPTS):
        begin = round(float(start_s) * SAMPLE_RATE)
        reel.forget(begin)
        while not (is_there := reel.end >= begin + length) and reel.reach(reel.end + 1):
            reel.forget(begin)
        parts.append(reel.read(begin, begin + length if is_there else max(begin, reel.end)))
    return Audio(np.concatenate(parts, axis=1), SAMPLE_RATE)


def _analyse_windows(recording: Recording, context: Sounds, progress: Progress) -> Analysis:
    place = f"{recording.sha256}/window/{context.separator.name}"
    heard: list[Heard] = []
    try:
        for start_s, window in windows(sound_blocks(recording, context), recording.duration_s):
            stems = take_apart_into(place, window, context)
            analysis = context.listener.listen(window, stems)
            heard.append(Heard(start_s, analysis, momentary_loudness_lufs(window.samples, window.sample_rate)))
            progress("hearing", min(1.0, (start_s + window.duration_s) / recording.duration_s))
    finally:
        for stem in ALL_STEMS:
            context.sounds.forget(f"{place}/{stem}")
    return join_analyses(heard, recording.duration_s)
