"""The index: every known recording's triplets, sorted, as a handful of arrays that never change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remixlab.identify.fingerprint import Fingerprint
from remixlab.identify.harmony import TUNE_STEPS, Harmony
from remixlab.identify.kernels import HASHES, hash_triplets
from remixlab.identify.packing import pack_arrays, unpack_arrays
from remixlab.identify.peaks import Peaks
from remixlab.identify.views import View

_MAGIC = b"RLINDEX4"
"""First bytes of a stored index."""
_FAN_SECOND, _FAN_THIRD = 6, 2
"""Triplets of a recording's peak: .95 of attacked clips of ten seconds were found with 6 and 2, .94 with 3 and 1."""
_BUCKET_BITS = ((1 << 22, 0), (1 << 18, 4), (0, 8))
"""Hashes that differ only in so many of their lowest bits share a bucket, from so many postings on: in a large index
each has its own, so that a look-up touches one place of memory; four hours are 4 million postings.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Fingerprints of many recordings, ready to be searched; read-only, may be a view into a memory map.

    A *take* is one view of a recording: first every recording's mix, then the sides of the `sided` ones.

    Shape: hashes and anchors (postings,), sorted by hash; frames, bins and owners, by take (peaks,); peak_starts (takes
    + 1,). Harmonies are those of the recordings and then the scores of `scored` ones: step_starts (harmonies + 1,),
    beats_s (harmonies,), the periods of their beats. `anchors` points into the peaks, so a posting costs eight bytes.
    """

    ids: tuple[str, ...]
    durations_s: NDArray[np.float64]
    hashes: NDArray[np.uint32]
    anchors: NDArray[np.uint32]
    buckets: NDArray[np.int64]
    frames: NDArray[np.int32]
    bins: NDArray[np.float32]
    owners: NDArray[np.int32]
    peak_starts: NDArray[np.int64]
    chroma: NDArray[np.uint8]
    tune: NDArray[np.uint8]
    beats_s: NDArray[np.float64]
    step_starts: NDArray[np.int64]
    scored: NDArray[np.int32]
    sided: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def takes(self) -> int:
        return len(self.peak_starts) - 1

    @property
    def bucket_bits(self) -> int:
        return _bits_of(len(self.hashes))

    @classmethod
    def build(cls, fingerprints: Mapping[str, Fingerprint] | None = None) -> Index:
        """An index of these recordings by their ids, in this order."""
        named: dict[str, Fingerprint] = dict(fingerprints or {})
        prints = list(named.values())
        scores = {number: p.score for number, p in enumerate(prints) if p.score}
        harmonies = [*(p.harmony for p in prints), *scores.values()]
        sides = {number: p.views["side"] for number, p in enumerate(prints) if "side" in p.views}
        takes = [*(p.peaks for p in prints), *sides.values()]
        sizes = [len(peaks) for peaks in takes]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        pieces = [_hash_peaks(peaks, int(start)) for peaks, start in zip(takes, starts[:-1], strict=True)]
        hashes = np.concatenate([h for h, _ in pieces] or [np.zeros(0, np.uint32)])
        anchors = np.concatenate([a for _, a in pieces] or [np.zeros(0, np.uint32)])
        order = np.argsort(hashes, kind="stable")
        hashes, anchors = hashes[order], anchors[order]
        return cls(
            ids=tuple(named),
            durations_s=np.array([p.duration_s for p in prints], np.float64),
            hashes=hashes,
            anchors=anchors,
            buckets=_lay_buckets(hashes),
            frames=_join([peaks.frames for peaks in takes], np.zeros(0, np.int32)),
            bins=_join([peaks.bins for peaks in takes], np.zeros(0, np.float32)),
            owners=np.repeat(np.arange(len(takes), dtype=np.int32), sizes),
            peak_starts=starts,
            chroma=_join([h.chroma for h in harmonies], np.zeros((0, 24), np.uint8)),
            tune=_join([h.tune for h in harmonies], np.zeros((0, TUNE_STEPS, 12), np.uint8)),
            beats_s=np.array([h.beat_s for h in harmonies], np.float64),
            step_starts=np.concatenate([[0], np.cumsum([len(h) for h in harmonies])]).astype(np.int64),
            scored=np.array(list(scores), np.int32),
            sided=np.array(list(sides), np.int32),
        )

    def fingerprint_at(self, number: int) -> Fingerprint:
        """The fingerprint as far as the index has it: without the channels alone."""
        at = int(np.searchsorted(self.sided, number))
        is_sided = at < len(self.sided) and self.sided[at] == number
        views: dict[View, Peaks] = {"side": self.peaks_of(len(self) + at)} if is_sided else {}
        duration_s = float(self.durations_s[number])
        return Fingerprint(self.peaks_of(number), self.harmony_of(number), duration_s, self.score_of(number), views)

    def recording_of(self, take: int) -> int:
        return take if take < len(self) else int(self.sided[take - len(self)])

    def name_of(self, take: int) -> tuple[str, View]:
        """The recording that a take is of, and which view of it."""
        return self.ids[self.recording_of(take)], "mix" if take < len(self) else "side"

    def peaks_of(self, take: int) -> Peaks:
        part = slice(*self.peak_starts[take : take + 2])
        return Peaks(self.frames[part], self.bins[part])

    def harmony_of(self, number: int) -> Harmony:
        part = slice(*self.step_starts[number : number + 2])
        return Harmony(self.chroma[part], self.tune[part], float(self.beats_s[number]))

    def score_of(self, number: int) -> Harmony | None:
        at = int(np.searchsorted(self.scored, number))
        return self.harmony_of(len(self) + at) if at < len(self.scored) and self.scored[at] == number else None

    def to_bytes(self) -> bytes:
        """One block that `from_bytes` reads without a copy."""
        return pack_arrays(_MAGIC, {"ids": list(self.ids)}, {name: getattr(self, name) for name in _ARRAYS})

    @classmethod
    def from_bytes(cls, packed: bytes | memoryview) -> Index:
        """Views into `packed`, which may be a memory map. Raises: Invalid when the bytes are not an index."""
        facts, arrays = unpack_arrays(_MAGIC, packed)
        return cls(ids=tuple(facts["ids"]), **arrays)


_ARRAYS = tuple(name for name in Index.__slots__ if name != "ids")
"""What is stored, in order."""


def _hash_peaks(peaks: Peaks, first_peak: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    room = len(peaks) * _FAN_SECOND * _FAN_THIRD
    hashes, anchors = np.empty(room, np.uint32), np.empty(room, np.uint32)
    count = hash_triplets(peaks.frames, peaks.bins, _FAN_SECOND, _FAN_THIRD, hashes, anchors)
    return hashes[:count], anchors[:count] + np.uint32(first_peak)


def _bits_of(postings: int) -> int:
    return next(bits for least, bits in _BUCKET_BITS if postings >= least)


def _lay_buckets(hashes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Where each bucket of hashes begins, and where the last ends."""
    bits = _bits_of(len(hashes))
    filled = np.bincount(hashes >> np.uint32(bits), minlength=(HASHES >> bits) + 1)
    return np.concatenate([[0], np.cumsum(filled)]).astype(np.int64)


def _join(parts: list[NDArray[Any]], empty: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([empty, *parts]) if parts else empty
