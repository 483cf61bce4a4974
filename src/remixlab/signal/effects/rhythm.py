"""Effects cut to the beat: gate and stutter. Their steps are times of the result, so they follow any change of
tempo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.signal.effects.effect import Process, Still
from remixlab.signal.levels import as_samples, fade_curve

_EDGE_S = 0.003
"""Gates and joints open and shut in 3 ms: quicker is a click, slower takes the attack."""


@dataclass(frozen=True, slots=True)
class Gate(Still):
    """Open for the first share of every step, closed for the rest; untouched before the first and after the last time.

    Unit: steps_s are the borders of the steps, rising; floor_db is what is left when closed.
    """

    steps_s: tuple[float, ...]
    open_share: float = 0.5
    floor_db: float = -80.0

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        steps = np.asarray(self.steps_s) * sample_rate
        floor = 0.0 if self.floor_db <= -80 else 10 ** (self.floor_db / 20)
        edge = _EDGE_S * sample_rate
        at = first_frame

        def process(block: Samples) -> Samples:
            nonlocal at
            frames = np.arange(at, at + block.shape[1])
            at += block.shape[1]
            openness = _openness(frames, steps, self.open_share, edge)
            return as_samples(block * (floor + (1 - floor) * openness).astype(np.float32))

        return process


def _openness(
    frames: NDArray[np.int64], steps: NDArray[np.float64], open_share: float, edge: float
) -> NDArray[np.float64]:
    """1 where the gate is open, 0 where it is closed, smooth between."""
    if steps.size < 2:
        return np.ones(frames.size)
    index = np.clip(np.searchsorted(steps, frames, side="right") - 1, 0, steps.size - 2)
    since = frames - steps[index]
    length = steps[index + 1] - steps[index]
    shuts = np.clip((length * open_share - since) / edge, 0, 1)
    opens = np.clip((since - (length - edge)) / edge, 0, 1)
    openness = 0.5 - 0.5 * np.cos(np.pi * np.maximum(shuts, opens))
    return np.where((frames < steps[0]) | (frames >= steps[-1]), 1.0, openness)


@dataclass(frozen=True, slots=True)
class Stutter:
    """In each span the first slice comes again and again. Unit: spans of (start_s, end_s, slice_s), in order, apart.

    A piece of a wave has a mean that the wave has not, and repeated it would be an offset: what comes again comes
    without it.
    """

    spans: tuple[tuple[float, float, float], ...]

    @property
    def preroll_s(self) -> float:
        return max((end - start for start, end, _ in self.spans), default=0.0)

    @property
    def tail_s(self) -> float:
        return 0.0

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        spans = [tuple(round(time * sample_rate) for time in span) for span in self.spans]
        return _Stuttering(spans, channels, first_frame, max(2, round(_EDGE_S * sample_rate)))


class _Stuttering:
    """A running stutter: keeps the slice of the span it is in."""

    def __init__(self, spans: Sequence[tuple[int, ...]], channels: int, first_frame: int, edge: int) -> None:
        self._spans, self._at, self._edge = spans, first_frame, edge
        self._slices = {
            span[0]: np.zeros((channels, max(1, min(span[2], span[1] - span[0]))), np.float32) for span in spans
        }

    def __call__(self, block: Samples) -> Samples:
        out = as_samples(block).copy()
        begin, end = self._at, self._at + block.shape[1]
        for start, stop, _ in self._spans:
            low, high = max(begin, start), min(end, stop)
            if low < high:
                kept = self._slices[start]
                length = kept.shape[1]
                fresh = min(high, start + length)
                if low < fresh:
                    kept[:, low - start : fresh - start] = block[:, low - begin : fresh - begin]
                frames = np.arange(low, high) - start
                dips, back = self._edges(frames, length, stop - start)
                live = out[:, low - begin : high - begin]
                again = kept[:, frames % length]
                if high - start > length:
                    again -= self._mean(kept) * np.clip((frames - length) / self._edge, 0, 1).astype(np.float32)
                out[:, low - begin : high - begin] = again * (dips * (1 - back)) + live * back
        self._at = end
        return out

    def _mean(self, kept: Samples) -> NDArray[np.float32]:
        """What a slice that comes between two others would add up to, for each frame that sounds of it. Shape:
        (channels, 1).
        """
        length = kept.shape[1]
        dips, _ = self._edges(np.arange(length, 2 * length), length, 1 << 40)
        return ((kept * dips).sum(axis=1, keepdims=True, dtype=np.float64) / dips.sum(dtype=np.float64)).astype(
            np.float32
        )

    def _edges(
        self, frames: NDArray[np.int64], length: int, total: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """A dip at each border of two slices, and how far the sound itself is back at the end of the span: no joint
        clicks.
        """
        edge, last = min(self._edge, length // 4), min(self._edge, total // 4)
        place, until = frames % length, total - 1 - frames
        fall = length - 1 - place
        dips, back = np.ones(frames.size, np.float32), np.zeros(frames.size, np.float32)
        if edge >= 2:
            rise = fade_curve(edge)
            dips = np.where((place < edge) & (frames >= edge), rise[np.minimum(place, edge - 1)], dips)
            dips = np.where((fall < edge) & (until > fall), rise[np.minimum(fall, edge - 1)], dips)
        if last >= 2:
            back = np.where(until < last, fade_curve(last)[::-1][np.minimum(until, last - 1)], back)
        return dips, back
