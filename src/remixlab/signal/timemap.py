"""Which moment of a source sounds at which moment of the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.domain.errors import InvalidAudio

ISLAND_BEFORE_S = 0.030
"""With islands from 30 ms before to 60 ms after, stretched strokes were 0.00 ms off in the median, 0.02 at most."""
ISLAND_AFTER_S = 0.060
"""Measured on 78 strokes at five speeds, isolated drums of known onsets; real stems since (decision 87)."""

_ROOM_BEFORE, _ROOM_AFTER = 0.3, 0.5
"""What islands of close onsets take of the room between them: a fifth is left in which time can bend."""


@dataclass(frozen=True, slots=True, eq=False)
class TimeMap:
    """Straight lines from result frames to source frames; the first and the last go on for ever.

    Slope 1.25 plays a quarter faster. Unit: frames (fractions allowed), both axes rising.
    Raises: InvalidAudio when there are fewer than two points or an axis does not rise.
    """

    result_frames: NDArray[np.float64]
    source_frames: NDArray[np.float64]

    def __post_init__(self) -> None:
        result = np.asarray(self.result_frames, np.float64)
        source = np.asarray(self.source_frames, np.float64)
        if result.ndim != 1 or result.shape != source.shape or result.size < 2:
            raise InvalidAudio("a time map needs two points or more, each with its source and its result")
        if not (np.all(np.diff(result) > 0) and np.all(np.diff(source) > 0)):
            raise InvalidAudio("the points of a time map must rise in both times")
        object.__setattr__(self, "result_frames", result)
        object.__setattr__(self, "source_frames", source)

    @classmethod
    def uniform(cls, ratio: float, source_frames: float, *, source_start: float = 0.0) -> TimeMap:
        """One speed: ratio 1.1 is a tenth faster. The result starts at 0 and lasts source_frames / ratio."""
        if ratio <= 0 or source_frames <= 0:
            raise InvalidAudio("a speed and a length must be positive")
        return cls(np.array([0.0, source_frames / ratio]), np.array([source_start, source_start + source_frames]))

    def source_at(self, result_frames: NDArray[Any] | float) -> NDArray[np.float64]:
        """Source frames that sound at these result frames."""
        return _interpolate(np.asarray(result_frames, np.float64), self.result_frames, self.source_frames)

    def source_of(self, n0: int, n1: int) -> NDArray[np.float64]:
        """`source_at` each result frame from n0 to n1, bit for bit, faster."""
        out = np.empty(max(0, n1 - n0))
        inner = np.clip(np.ceil(self.result_frames[1:-1]).astype(np.int64), n0, max(n0, n1))
        borders = np.concatenate(([n0], inner, [max(n0, n1)]))
        slopes = self.slopes
        for k in range(slopes.size):
            low, high = int(borders[k]), int(borders[k + 1])
            if low < high:
                out[low - n0 : high - n0] = (
                    self.source_frames[k] + (np.arange(low, high) - self.result_frames[k]) * slopes[k]
                )
        return out

    def result_at(self, source_frames: NDArray[Any] | float) -> NDArray[np.float64]:
        """Result frames at which these source frames sound."""
        return _interpolate(np.asarray(source_frames, np.float64), self.source_frames, self.result_frames)

    @property
    def length_frames(self) -> int:
        """Result frames from 0 to the last point."""
        return round(float(self.result_frames[-1]))

    @property
    def slopes(self) -> NDArray[np.float64]:
        """Source frames per result frame, of each line."""
        return np.diff(self.source_frames) / np.diff(self.result_frames)

    @property
    def is_shift(self) -> bool:
        """Whether time runs at the speed of the source throughout, from a whole frame on."""
        offset = float(self.source_frames[0] - self.result_frames[0])
        return bool(np.all(np.abs(self.slopes - 1.0) < 1e-9)) and abs(offset - round(offset)) < 1e-6

    def inverse(self) -> TimeMap:
        """From source to result. Law: m.then(m.inverse()) is the identity."""
        return TimeMap(self.source_frames, self.result_frames)

    def then(self, other: TimeMap) -> TimeMap:
        """This map's source read through another: result -> here -> there. Law: associative."""
        inner = other.result_frames
        result = np.union1d(self.result_frames, self.result_at(inner))
        return _rising(result, other.source_at(self.source_at(result)))

    def shifted(self, result_frames: float = 0.0, source_frames: float = 0.0) -> TimeMap:
        """Moved along either axis."""
        return TimeMap(self.result_frames + result_frames, self.source_frames + source_frames)

    def with_islands(self, onsets: NDArray[Any], sample_rate: int) -> TimeMap:
        """The map with slope 1 from 30 ms before to 60 ms after each source onset, so that attacks sound as they are.

        Each onset stays where the map puts it; islands of close onsets share the room between them.
        """
        places = np.unique(np.asarray(onsets, np.float64))
        places = places[(places >= self.source_frames[0]) & (places <= self.source_frames[-1])]
        if places.size == 0:
            return self
        targets = self.result_at(places)
        ends = (
            np.array([self.result_frames[0], self.result_frames[-1]]),
            np.array([self.source_frames[0], self.source_frames[-1]]),
        )
        room = np.minimum(np.diff(targets), np.diff(places))
        first = min(targets[0] - ends[0][0], places[0] - ends[1][0])
        final = min(ends[0][1] - targets[-1], ends[1][1] - places[-1])
        before = np.minimum(ISLAND_BEFORE_S * sample_rate, _ROOM_BEFORE * np.concatenate(([first], room)))
        after = np.minimum(ISLAND_AFTER_S * sample_rate, _ROOM_AFTER * np.concatenate((room, [final])))
        outside = ~_covered(self.result_frames, targets - before, targets + after)
        result = np.concatenate((self.result_frames[outside], targets - before, targets + after))
        source = np.concatenate((self.source_frames[outside], places - before, places + after))
        order = np.argsort(result, kind="stable")
        return _rising(result[order], source[order])


def read_straight(samples: Samples, start: int, length_frames: int) -> Samples:
    """Frames of a sound from `start` on as they are, silence outside."""
    out = np.zeros((samples.shape[0], length_frames), np.float32)
    low, high = max(0, start), min(samples.shape[1], start + length_frames)
    if low < high:
        out[:, low - start : high - start] = samples[:, low:high]
    return out


def _covered(points: NDArray[np.float64], starts: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points lie strictly inside one of the spans; the outer two always stay."""
    index = np.searchsorted(starts, points, side="right") - 1
    inside = (index >= 0) & (points < ends[np.maximum(index, 0)])
    inside[[0, -1]] = False
    return inside


def _interpolate(at: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Straight lines through the points, the outer ones going on."""
    index = np.clip(np.searchsorted(x, at, side="right") - 1, 0, x.size - 2)
    slope = (y[index + 1] - y[index]) / (x[index + 1] - x[index])
    return y[index] + (at - x[index]) * slope


def _rising(result: NDArray[np.float64], source: NDArray[np.float64]) -> TimeMap:
    """A map through the points, without those that are too close to the one before (a thousandth of a frame)."""
    kept = np.ones(result.size, np.bool_)
    checked = 0
    # Only where two neighbours are close, and behind a point that is left out, is there anything to decide.
    for i in (np.flatnonzero((np.diff(result) <= 1e-3) | (np.diff(source) <= 1e-3)) + 1).tolist():
        before = i - 1
        while checked < i < result.size:
            checked = i
            kept[i] = result[i] - result[before] > 1e-3 and source[i] - source[before] > 1e-3
            if kept[i]:
                break
            i += 1
    if not kept[-1] and np.count_nonzero(kept) > 1:
        kept[np.flatnonzero(kept)[-1]] = False
        kept[-1] = True
    return TimeMap(result[kept], source[kept])
