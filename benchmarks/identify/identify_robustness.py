"""How much handling a recording survives before it is not recognised, what is named wrongly, and what it costs.

python -m benchmarks.identify.identify_robustness [--lengths 5,10] [--handlings mp3-64,mixed-6] [--clips 1]

Three of four recordings are in the index; the fourth are strangers: other music on top, and whatever they match is
wrong.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from benchmarks.measuring.handling import HANDLINGS, RATE, cut, excerpts, list_recordings, tell
from remixlab.domain.audio import Audio
from remixlab.identify import Library, fingerprint, identify, screen

SHORT = (
    "none",
    "mp3-64",
    "noise-0",
    "reverb-0.5",
    "reverb-1.2",
    "mixed-0",
    "mixed-6",
    "pitch+1",
    "pitch+3",
    "tempo+10",
    "tempo-20",
    "speed+5",
)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--lengths", default="5,10")
    words.add_argument("--handlings", default=",".join(SHORT), help="names, or 'all'")
    words.add_argument("--clips", type=int, default=1, help="excerpts of each recording")
    chosen = words.parse_args()
    names = list(HANDLINGS) if chosen.handlings == "all" else chosen.handlings.split(",")
    recordings = list_recordings()
    cohort = recordings[3::4]
    known = [r for r in recordings if r not in cohort]
    index = measure_index(known)
    for length in chosen.lengths.split(","):
        for name in names:
            measure_handling(name, float(length), known, cohort, index, chosen.clips)
        measure_cohort(float(length), cohort, index)
    for level_db in (6.0, 0.0, -6.0):
        measure_borrowed(level_db, known, cohort, index)
    measure_screening(known, index)


def measure_index(known: list[tuple[str, Audio]]) -> Library:
    fingerprint(cut(known[0][1], 0, 5))
    began = time.process_time()
    prints = {name: fingerprint(audio) for name, audio in known}
    used = time.process_time() - began
    index = Library.build(prints)
    hours = sum(audio.duration_s for _, audio in known) / 3600
    tell(
        what="recordings indexed",
        recordings=len(index),
        hours=round(float(hours), 2),
        times_realtime_cpu=round(hours * 3600 / used),
        index_mb_per_hour=round(sum(len(part.index.to_bytes()) for part in index.segments) / 1e6 / hours, 2),
        print_mb_per_hour=round(sum(len(p.to_bytes()) for p in prints.values()) / 1e6 / hours, 2),
    )
    return index


def measure_handling(
    name: str,
    length_s: float,
    known: list[tuple[str, Audio]],
    cohort: list[tuple[str, Audio]],
    index: Library,
    each: int,
) -> None:
    hits, wrong, millis, margins = [], 0, [], []
    for number, clip, start_s in excerpts(known, length_s, each):
        dice = np.random.default_rng(number)
        other = cut(cohort[number % len(cohort)][1], 12 + number, length_s)
        handled = HANDLINGS[name](clip, other, dice)
        began = time.process_time()
        matches = identify(handled, index, works=False)
        millis.append((time.process_time() - began) * 1e3)
        right = [m for m in matches if m.recording_id == known[number][0]]
        hits.append(bool(right))
        wrong += len(matches) - len(right)
        if right:
            place = right[0].reference_start_s - right[0].query_start_s * right[0].tempo_ratio
            margins.append(abs(place - start_s))
    tell(
        what="recording recognised",
        handling=name,
        length_s=length_s,
        clips=len(hits),
        recognised=round(float(np.mean(hits)), 3),
        wrong=wrong,
        place_error_s=round(statistics.median(margins), 2) if margins else None,
        query_cpu_ms=round(statistics.median(millis), 1),
    )


def measure_cohort(length_s: float, cohort: list[tuple[str, Audio]], index: Library) -> None:
    clips = [clip for _, clip, _ in excerpts(cohort, length_s, 12)]
    wrong = [m for clip in clips for m in identify(clip, index, works=False)]
    tell(
        what="strangers named wrongly",
        length_s=length_s,
        clips=len(clips),
        wrong=len(wrong),
        of=sorted({m.recording_id for m in wrong}),
    )


def measure_borrowed(
    level_db: float, known: list[tuple[str, Audio]], cohort: list[tuple[str, Audio]], index: Library
) -> None:
    """Six seconds of a known recording over a minute of a stranger."""
    found, wrong, tried = 0, 0, 0
    for number, (name, audio) in enumerate(known):
        bed = cut(cohort[number % len(cohort)][1], 3, 60).samples.copy()
        if bed.shape[1] < 40 * RATE:
            continue
        passage = cut(audio, audio.duration_s * 0.4, 6).samples
        part = bed[:, 20 * RATE : 20 * RATE + passage.shape[1]]
        part += passage * float(np.sqrt(np.mean(part**2) / np.mean(passage**2))) * 10 ** (level_db / 20)
        told = screen(Audio.checked(bed, RATE), index, frozenset()).matches
        tried += 1
        found += any(m.recording_id == name and m.query_start_s < 26 and m.query_end_s > 20 for m in told)
        wrong += sum(m.recording_id != name for m in told)
    tell(what="borrowed six seconds found", level_db=level_db, mixes=tried, found=round(found / tried, 3), wrong=wrong)


def measure_screening(known: list[tuple[str, Audio]], index: Library) -> None:
    name, audio = max(known, key=lambda r: r[1].duration_s)
    song = Audio.checked(np.tile(audio.samples, (1, 3))[:, : 180 * RATE], RATE)
    screen(song, index, frozenset({name}))
    runs = []
    for _ in range(7):
        began = time.process_time()
        screen(song, index, frozenset({name}))
        runs.append(time.process_time() - began)
    tell(
        what="three minutes screened",
        runs=7,
        median_cpu_s=round(statistics.median(runs), 3),
        p95_cpu_s=round(max(runs), 3),
    )


if __name__ == "__main__":
    main()
