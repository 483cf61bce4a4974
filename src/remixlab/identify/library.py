"""Many indexes searched as one: segments that never change, of which single recordings may be gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from remixlab.identify.fingerprint import Fingerprint
from remixlab.identify.harmony import Harmony
from remixlab.identify.index import Index
from remixlab.identify.peaks import Peaks
from remixlab.identify.views import View


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """An index, and the numbers of its recordings that are gone, or newer in a later segment."""

    index: Index
    gone: frozenset[int] = frozenset()

    def without(self, ids: Collection[str]) -> Segment:
        """The segment with these recordings gone."""
        leaving = {number for number, known in enumerate(self.index.ids) if known in ids}
        return self if leaving <= self.gone else Segment(self.index, self.gone | leaving)

    def living(self) -> Iterable[int]:
        return (number for number in range(len(self.index)) if number not in self.gone)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A place to search: an index, the number of its first take among all, and which of its takes count.

    Shape: lives (takes,).
    """

    index: Index
    first_take: int
    lives: NDArray[np.bool_]


@dataclass(frozen=True)
class Library:
    """Segments as one index. Of a recording that is in several the newest counts; numbers have no gaps."""

    segments: tuple[Segment, ...] = ()

    @classmethod
    def build(cls, fingerprints: Mapping[str, Fingerprint] | None = None) -> Library:
        """A library of one segment."""
        return cls().extended(fingerprints or {})

    def __len__(self) -> int:
        return len(self._places)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(index.ids[number] for index, number in self._places)

    def extended(self, fingerprints: Mapping[str, Fingerprint], gone: Collection[str] = ()) -> Library:
        """With these recordings, newer than what was known of them, and without those that are gone."""
        leaving = frozenset((*fingerprints, *gone))
        kept = tuple(segment.without(leaving) for segment in self.segments)
        return Library((*kept, Segment(Index.build(fingerprints)))) if fingerprints else Library(kept)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Where to search."""
        parts: list[Part] = []
        first_take = 0
        for segment in self.segments:
            index, gone = segment.index, segment.gone
            recordings = np.concatenate([np.arange(len(index)), index.sided])
            lives = ~np.isin(recordings, np.fromiter(gone, np.int64, len(gone)))
            parts.append(Part(index, first_take, lives))
            first_take += index.takes
        return tuple(parts)

    @cached_property
    def _places(self) -> tuple[tuple[Index, int], ...]:
        return tuple((segment.index, number) for segment in self.segments for number in segment.living())

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {known: number for number, known in enumerate(self.ids)}

    def peaks_of(self, take: int) -> Peaks:
        index, own = self._part_of(take)
        return index.peaks_of(own)

    def name_of(self, take: int) -> tuple[str, View]:
        """The recording that a take is of, and which view of it."""
        index, own = self._part_of(take)
        return index.name_of(own)

    def harmony_of(self, number: int) -> Harmony:
        index, own = self._places[number]
        return index.harmony_of(own)

    def score_of(self, number: int) -> Harmony | None:
        index, own = self._places[number]
        return index.score_of(own)

    def fingerprint_of(self, recording_id: str) -> Fingerprint:
        """Raises: KeyError when it is not known."""
        index, own = self._places[self._numbers[recording_id]]
        return index.fingerprint_at(own)

    def _part_of(self, take: int) -> tuple[Index, int]:
        part = next(part for part in reversed(self.parts) if part.first_take <= take)
        return part.index, take - part.first_take


def merge_segments(segments: Iterable[Segment]) -> Segment:
    """One segment of what lives in several."""
    living = {
        segment.index.ids[number]: segment.index.fingerprint_at(number)
        for segment in segments
        for number in segment.living()
    }
    return Segment(Index.build(living))


class IndexStore(Protocol):
    """Where a house keeps its index: one for all of its processes, made from the fingerprints on record."""

    def open(self) -> tuple[Cursor, Library]:
        """What is indexed, and up to where on record."""
        ...

    def extend(
        self, begun: Cursor, reached: Cursor, fingerprints: Mapping[str, Fingerprint], gone: Collection[str]
    ) -> bool:
        """Take up what is on record after `begun`, up to `reached`; False where somebody was first: open it again."""
        ...

    def reset(self, begun: Cursor) -> None:
        """Begin anew: what was indexed is of another registry."""
        ...


class Cursor(NamedTuple):
    """The newest fingerprint that is indexed: its number on record, and its content's digest."""

    number: int = 0
    blob_sha256: str = ""


class IndexInMemory:
    """An index of one process, which goes with it."""

    def __init__(self) -> None:
        self._kept: tuple[Cursor, Library] = (Cursor(), Library())
        self._lock = Lock()

    def open(self) -> tuple[Cursor, Library]:
        return self._kept

    def extend(
        self, begun: Cursor, reached: Cursor, fingerprints: Mapping[str, Fingerprint], gone: Collection[str]
    ) -> bool:
        with self._lock:
            if self._kept[0] != begun:
                return False
            library = self._kept[1].extended(fingerprints, gone)
            self._kept = (reached, Library(merge_due(library.segments)))
            return True

    def reset(self, begun: Cursor) -> None:
        with self._lock:
            if self._kept[0] == begun:
                self._kept = (Cursor(), Library())


GROWS = 3
"""A segment is merged with the one before it while that is less than three times as large: few segments, and each
recording is merged a few times in its life.
"""


def choose_due(sizes: list[int]) -> int:
    """How many of the last segments should be one."""
    due, total = 1, sizes[-1] if sizes else 0
    while due < len(sizes) and sizes[-due - 1] < GROWS * total:
        due += 1
        total += sizes[-due]
    return due


def merge_due(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """The segments with those merged that are due."""
    due = choose_due([len(segment.index.frames) for segment in segments])
    return (*segments[:-due], merge_segments(segments[-due:])) if due > 1 else segments
