"""Whether stretched drums keep every stroke: real drum stems at other speeds, stroke by stroke along the known map.

How strokes are counted. The strokes of the recording are those that `find_onsets` hears in it. Finding them anew in the
result and comparing two
totals would count the detector's doubt: its threshold follows what is about a stroke, and that changes with the speed
(79 found for 80 that are
all there). So each stroke is looked up where the time map says that it must sound. A stroke's *rise* is the highest
value of the onset function
(louder bands, 23 ms windows) within 12 ms of its place.
- *kept*: the result rises within 17 ms of the mapped place at least half as much as the recording does at the stroke;
  else *lost*;
- *doubled*: a stroke that `find_onsets` hears in the result more than 12 ms from every mapped stroke, at a moment where
  the recording itself does
  not rise half as much within 17 ms: a copy, or a cut that sounds like a stroke;
- *same*: the stroke's first 25 ms (less where the next stroke is nearer) come out as they went in, correlation above
  0.98.
Goal: of all strokes at most 1 % wrong (lost or doubled), and none doubled. On the recording itself (speed 1) the
method counts every stroke and no double by its definition; that it can fail is shown by the row `without islands`, the
same stretcher
that is not told where the strokes are, and by `planted`: the result with every tenth stroke wiped out and every tenth
written twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring.measure import Missing, surroundings
from benchmarks.sound.precision import RATE, STEMS, loudest
from remixlab.domain.audio import Samples
from remixlab.rendering.mixer.stems import STROKES
from remixlab.signal import DRUM_GRAIN, TimeMap, find_onsets, wsola
from remixlab.signal.measure.onsets import onset_strength

DRUMS = ("francium", "sodium", "mdn_multitrack", "hydrogen", "lithium", "rubidium")
RATIOS = (0.67, 0.8, 0.9, 1.1, 1.25, 1.5)
LOUDEST_S = 30
HOP = 256
EDGE_S = 0.06
KEPT = 0.5


def run() -> Iterator[dict[str, Any]]:
    if not STEMS.exists():
        raise Missing("no recordings beside this checkout")
    rows: list[dict[str, Any]] = []
    for name in DRUMS:
        drums = loudest(next((STEMS / name).glob("drums.*")), LOUDEST_S)
        for how in ("drums", "drums without islands", "drums planted"):
            row = {"what": "strokes of stretched drums", "how": how, "song": name, **strokes(drums, how)}
            rows.append(row)
            yield {**row, **surroundings()}
    ours = [row for row in rows if row["how"] == "drums"]
    yield {
        "what": "strokes of stretched drums, all", "strokes": sum(r["strokes"] for r in ours) * len(RATIOS),
        "lost": sum(sum(r["lost"]) for r in ours), "doubled": sum(sum(r["doubled"]) for r in ours),
        "wrong_max": max(r["wrong_max"] for r in ours), "goal": 0.01,
        "passed": all(r["wrong_max"] <= 0.01 and not any(r["doubled"]) for r in ours), **surroundings(),
    }  # fmt: skip


def strokes(drums: Samples, how: str = "drums") -> dict[str, Any]:
    """One row: what became of each stroke at every speed. Lists go by `RATIOS`."""
    known = find_onsets(drums, RATE, sensitivity=STROKES).frames
    counts = [_at_speed(drums, known, ratio, how) for ratio in RATIOS]
    return {
        "speeds": RATIOS,
        "strokes": counts[0].strokes,
        "lost": [c.lost for c in counts],
        "doubled": [c.doubled for c in counts],
        "wrong_max": round(max((c.doubled + c.lost) / c.strokes for c in counts), 4),
        "same": [c.same for c in counts],
        "off_median_ms": [c.off_median_ms for c in counts],
        "off_p95_ms": [c.off_p95_ms for c in counts],
    }


@dataclass(frozen=True)
class Count:
    strokes: int
    lost: int
    doubled: int
    same: float
    off_median_ms: float
    off_p95_ms: float


def _at_speed(drums: Samples, known: NDArray[np.int64], ratio: float, how: str) -> Count:
    path = TimeMap.uniform(ratio, drums.shape[1])
    blind = how.endswith("without islands")
    made = wsola(drums, path, sample_rate=RATE, onsets=None if blind else known, grain=DRUM_GRAIN)
    truth = inside(find_onsets(drums, RATE).frames, drums)
    wanted = path.result_at(truth.astype(np.float64))
    if how.endswith("planted"):
        made = _planted(made, wanted)
    return count(drums, made, truth, path, path if blind else path.with_islands(known, RATE))


def count(drums: Samples, made: Samples, truth: NDArray[np.int64], path: TimeMap, taken: TimeMap) -> Count:
    """Each stroke looked up where the map puts it, and each that is heard traced back along the map that was taken."""
    wanted = path.result_at(truth.astype(np.float64))
    before, after = _rises(drums), _rises(made)
    lost = _highest(after, wanted, 3) < KEPT * _highest(before, truth, 2)
    heard = inside(find_onsets(made, RATE).frames, made, 2 * EDGE_S)
    off_s = np.abs(heard[:, None] - wanted[None]).min(axis=1) / RATE
    extra = heard[off_s > 0.012]
    doubled = _highest(before, taken.source_at(extra.astype(np.float64)), 3) < KEPT * _highest(after, extra, 2)
    room = np.minimum(np.diff(truth, append=1 << 40), np.diff(wanted, append=float(1 << 40)))
    same = [_same(drums, int(a), made, round(float(b)), int(r)) for a, b, r in zip(truth, wanted, room, strict=True)]
    near_ms = np.abs(wanted[:, None] - find_onsets(made, RATE, sensitivity=0.9).frames[None]).min(axis=1) / RATE * 1000
    return Count(
        int(truth.size), int(lost.sum()), int(doubled.sum()), round(float(np.mean(same)), 3),
        round(float(np.median(near_ms)), 2), round(float(np.percentile(near_ms, 95)), 2),
    )  # fmt: skip


def inside(frames: NDArray[np.int64], sound: Samples, edge_s: float = EDGE_S) -> NDArray[np.int64]:
    """Strokes that are not cut by the ends of the excerpt."""
    return frames[(frames > edge_s * RATE) & (frames < sound.shape[1] - edge_s * RATE)]


def _planted(made: Samples, wanted: NDArray[np.float64]) -> Samples:
    """A result that is spoilt on purpose: of every ten strokes one is wiped out and one is heard again 70 ms later."""
    spoilt = made.copy()
    length = round(0.05 * RATE)
    for k, place in enumerate(np.round(wanted).astype(np.int64).tolist()):
        begin = place - 400
        if k % 10 == 3:
            spoilt[:, begin : begin + 2 * length] = 0.0
        if k % 10 == 7:
            later = begin + round(0.07 * RATE)
            spoilt[:, later : later + length] += made[:, begin : begin + length][:, : max(0, spoilt.shape[1] - later)]
    return spoilt


def _rises(sound: Samples) -> NDArray[np.float32]:
    return onset_strength(sound.mean(axis=0, dtype=np.float32), RATE, HOP)


def _highest(rises: NDArray[np.float32], frames: NDArray[Any], reach: int) -> NDArray[np.float32]:
    """The highest rise within `reach` hops (5.8 ms) of each place."""
    index = np.round(np.asarray(frames) / HOP).astype(np.int64)[:, None] + np.arange(-reach, reach + 1)
    return rises[np.clip(index, 0, rises.size - 1)].max(axis=1)


def _same(source: Samples, at: int, result: Samples, to: int, room: int, lead: int = 110) -> bool:
    """Whether a stroke is found again with its wave, within a frame or two of where it should be."""
    stroke = source[:, at - lead : at + max(lead, min(1100, room - 130))].ravel()
    best = 0.0
    for slip in range(-2, 3):
        there = result[:, to - lead + slip : to - lead + slip + stroke.size // source.shape[0]].ravel()
        if there.size == stroke.size and there.any():
            best = max(best, float(np.corrcoef(stroke, there)[0, 1]))
    return best > 0.98
