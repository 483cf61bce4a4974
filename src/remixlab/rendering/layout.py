"""The tempo map of a result: which bar sounds when, from where in the source, over which beats. `resolve` makes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import SAMPLE_RATE
from remixlab.domain.music import Analysis, Key, Section
from remixlab.plan import Op, find

TAIL_S_MAX = 4.0
"""The result is its bars and at most this much ringing out, faded to silence. A promise of CONTRACT."""


class ResultBar(NamedTuple):
    """One bar of the result and where it stands in the form.

    Unit: `first` and `beats` count beats of the result; `source_s` holds the beats of the source bar and its end.
    `place` counts from 0 inside its section of `length` bars; `occurrence` counts sections of the same label from 1.
    """

    position: int
    source: int
    source_s: tuple[float, ...]
    first: int
    beats: int
    start_s: float
    end_s: float
    ratio: float
    semitones: int
    take: int
    section: int
    label: str
    occurrence: int
    place: int
    length: int
    next_label: str | None
    feel: str
    swing: float

    @property
    def is_last_of_section(self) -> bool:
        return self.place == self.length - 1

    @property
    def progress(self) -> float:
        """0 at the first bar of the section, towards 1 at its last."""
        return self.place / self.length


class PlacedVerb(NamedTuple):
    """A verb of the plan with the bars of the result that it acts on. Shape: bars (bars of the result,), True where
    it acts."""

    op: Op
    bars: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Layout:
    """The tempo map of a result, and where each verb of its plan acts.

    Unit: beats_s in seconds, one more than there are beats. Law: `verbs` holds every verb of the plan, in its order.
    """

    bars: tuple[ResultBar, ...]
    beats_s: NDArray[np.float64]
    meter: str
    key: Key
    source: Analysis
    tail_s: float
    verbs: tuple[PlacedVerb, ...] = ()

    @property
    def length_s(self) -> float:
        return float(self.beats_s[-1])

    @property
    def length_frames(self) -> int:
        """All frames of the result: its bars and its tail."""
        return round((self.length_s + self.tail_s) * SAMPLE_RATE)

    @property
    def tuning_semitones(self) -> float:
        """How much higher than at A = 440 Hz the band plays: as the recording that it plays to."""
        return self.source.tuning_cents / 100

    @cached_property
    def tempo_bpm(self) -> float:
        """Of the result, by the median length of a beat."""
        return 60.0 / float(np.median(np.diff(self.beats_s)))

    def seconds_at(self, beats: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Time of a musical moment; the last beat's pace goes on behind the end."""
        beats = np.asarray(beats, np.float64)
        inside = np.interp(beats, np.arange(self.beats_s.size), self.beats_s)
        beyond = np.maximum(0.0, beats - (self.beats_s.size - 1)) * 60.0 / self.tempo_bpm
        return inside + beyond

    def frames_at(self, beats: NDArray[np.float64] | float) -> NDArray[np.int64]:
        return np.round(self.seconds_at(beats) * SAMPLE_RATE).astype(np.int64)

    def mask_of(self, place: str) -> NDArray[np.bool_]:
        """Which bars of the result play a place of the source. For a verb of the plan, `verbs` knows already."""
        return mask_of(place, self.source, self.bars)

    def spans_of(self, mask: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
        """Frames of each unbroken run of bars; a run that reaches the last bar takes the tail with it."""
        edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
        spans: list[tuple[int, int]] = []
        for start, stop in zip(edges[::2], edges[1::2], strict=True):
            begin = round(self.bars[start].start_s * SAMPLE_RATE)
            end = self.length_frames if stop == len(self.bars) else round(self.bars[stop].start_s * SAMPLE_RATE)
            spans.append((begin, end))
        return tuple(spans)

    def key_at(self, bar: ResultBar) -> Key:
        return self.key.transposed(bar.semitones)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The form of the result."""
        found: list[Section] = []
        for bar in self.bars:
            if bar.place == 0:
                found.append(Section(start_s=bar.start_s, end_s=bar.end_s, label=bar.label))  # pyright: ignore[reportArgumentType]
            else:
                found[-1] = found[-1].model_copy(update={"end_s": bar.end_s})
        return tuple(found)


def mask_of(place: str, source: Analysis, bars: Sequence[ResultBar]) -> NDArray[np.bool_]:
    """Which bars play a place of the source. Shape: (bars,). Raises: UnknownPlace."""
    inside = {number for span in find(place, source) for number in span.bars}
    mask = np.array([bar.source in inside for bar in bars])
    mask.flags.writeable = False
    return mask
