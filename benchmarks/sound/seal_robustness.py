"""How much handling the mark survives, how audible it is, and what it costs. One line of JSON per row.

python -m benchmarks.sound.seal_robustness [--clips N] [--lengths 10,30] [--handlings mp3-64,opus-32] [--unmarked N]
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from benchmarks.measuring.handling import HANDLINGS, cut, excerpts, list_recordings, tell
from remixlab.domain.audio import Audio
from remixlab.seal import MarkKeys, detect, embed
from remixlab.seal.audibility import measure_audibility

KEYS = MarkKeys.from_secrets({1: bytes(range(32))})
SHORT = ("none", "mp3-64", "opus-32", "white-20", "beside-6", "re-recorded", "tempo+5", "pitch+1", "speed+5")
LONG = tuple(h for h in HANDLINGS if h not in ("noise-0", "pitch+3", "tempo+20", "tempo-20", "speed+10"))


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--clips", type=int, default=6)
    words.add_argument("--lengths", default="10")
    words.add_argument("--handlings", default=",".join(SHORT), help="names, or 'all'")
    words.add_argument("--unmarked", type=int, default=20, help="excerpts without a mark, each read without search")
    words.add_argument("--informed", action="store_true")
    chosen = words.parse_args()
    names = LONG if chosen.handlings == "all" else chosen.handlings.split(",")
    recordings = [(n, cut(a, 5, 45)) for n, a in list_recordings(chosen.clips)]
    marked = embed_all(recordings, informed=chosen.informed)
    for length in chosen.lengths.split(","):
        for name in names:
            measure_handling(name, float(length), marked, recordings)
    measure_unmarked(recordings, chosen.unmarked)


def embed_all(recordings: list[tuple[str, Audio]], *, informed: bool) -> list[tuple[str, Audio]]:
    marked, audible, speeds = [], [], []
    for number, (name, audio) in enumerate(recordings):
        began = time.process_time()
        marked.append((name, embed(audio, 1000 + number, KEYS, informed=informed)))
        speeds.append(audio.duration_s / (time.process_time() - began))
        audible.append(measure_audibility(audio, marked[-1][1]))
    tell(
        what="mark laid",
        clips=len(marked),
        informed=informed,
        nmr_db=round(statistics.mean(a.noise_to_mask_db for a in audible), 2),
        nmr_db_worst=round(max(a.noise_to_mask_db for a in audible), 2),
        disturbed=round(statistics.mean(a.disturbed_share for a in audible), 3),
        times_realtime_cpu=round(statistics.median(speeds)),
    )
    return marked


def measure_handling(
    name: str, length_s: float, marked: list[tuple[str, Audio]], plain: list[tuple[str, Audio]]
) -> None:
    found, known, speeds, strengths = [], [], [], []
    for number, clip, _ in excerpts(marked, length_s, 1):
        other = plain[(number + 1) % len(plain)][1]
        handled = HANDLINGS[name](clip, other, np.random.default_rng(number))
        began = time.process_time()
        read = detect(handled, KEYS)
        speeds.append(length_s / (time.process_time() - began))
        found.append(read.mark_id == 1000 + number)
        strengths.append(read.strength)
        known.append(detect(handled, KEYS, expect=[1000 + number], search=False).found)
    tell(
        what="mark read",
        handling=name,
        length_s=length_s,
        clips=len(found),
        read=round(float(np.mean(found)), 3),
        known=round(float(np.mean(known)), 3),
        strength=round(statistics.median(strengths), 1),
        times_realtime_cpu=round(statistics.median(speeds), 1),
    )


def measure_unmarked(recordings: list[tuple[str, Audio]], count: int) -> None:
    each = max(1, count // max(1, len(recordings)))
    dice = np.random.default_rng(5)
    reads = [
        detect(clip, MarkKeys.from_secrets({1: dice.bytes(32)}), search=False).found
        for _, clip, _ in excerpts(recordings, 10, each)
    ]
    tell(what="unmarked music believed", length_s=10, clips=len(reads), believed=int(sum(reads)))


if __name__ == "__main__":
    main()
