"""What identification remembers of a recording: its spectral peaks, its harmony and tune as they sound, and its
score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio
from remixlab.identify.harmony import STEP_S, TUNE_STEPS, Harmony, measure_harmony, name_tune, spell_tune
from remixlab.identify.packing import pack_arrays, unpack_arrays
from remixlab.identify.peaks import FRAMES_PER_SECOND, Peaks, measure_channel, measure_spectrogram, pick_peaks
from remixlab.identify.views import VIEWS, View, other_views

_MAGIC, _MAGIC_UNVIEWED, _MAGIC_UNSCORED, _MAGIC_OF_BEATS = b"RLPRINT4", b"RLPRINT3", b"RLPRINT2", b"RLPRINT1"
"""First bytes of a stored fingerprint: with views, without, without a score, and of before decision 99, counted in
beats.
"""
_BIN_STEPS = 256
"""Bins are kept to a 256th, 0.13 cents, in two bytes a peak."""

Array = NDArray[Any]
WINDOW_GRID_S = 0.08
"""Five frames, which are a whole number of samples at 44.1 kHz too."""


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """The peaks and the harmony of one recording, and its score where it was listened to; the sound cannot be heard
    again from it.

    `views` are the peaks of what the mix does not tell: the side, and either channel where they differ.
    """

    peaks: Peaks
    harmony: Harmony
    duration_s: float
    score: Harmony | None = None
    views: Mapping[View, Peaks] = field(default_factory=dict[View, Peaks])

    def heard_as(self) -> Mapping[View, Peaks]:
        """Every view with its peaks, the mix first."""
        return {"mix": self.peaks, **self.views}

    def to_bytes(self) -> bytes:
        """About 2.3 MB an hour."""
        arrays = {
            "frames": self.peaks.frames,
            "bins": np.round(self.peaks.bins * _BIN_STEPS).astype(np.uint16),
            "chroma": self.harmony.chroma,
            "tune": self.harmony.tune,
        }
        for view, peaks in self.views.items():
            arrays |= {
                f"{view}_frames": peaks.frames,
                f"{view}_bins": np.round(peaks.bins * _BIN_STEPS).astype(np.uint16),
            }
        facts = {"duration_s": self.duration_s, "beat_s": self.harmony.beat_s}
        if self.score:
            arrays |= {"score_chroma": self.score.chroma, "score_tune": name_tune(self.score.tune)}
            facts["score_beat_s"] = self.score.beat_s
        return pack_arrays(_MAGIC, facts, arrays)

    @classmethod
    def from_bytes(cls, packed: bytes | memoryview) -> Fingerprint:
        """Raises: Invalid when the bytes are not a fingerprint."""
        magic = bytes(packed[: len(_MAGIC)])
        before = (_MAGIC_UNVIEWED, _MAGIC_UNSCORED, _MAGIC_OF_BEATS)
        facts, arrays = unpack_arrays(magic if magic in before else _MAGIC, packed)
        peaks = _unpack_peaks(arrays, "")
        views: dict[View, Peaks] = {
            view: _unpack_peaks(arrays, f"{view}_") for view in VIEWS if f"{view}_frames" in arrays
        }
        duration_s = float(facts["duration_s"])
        if magic == _MAGIC_OF_BEATS:
            return cls(peaks, _even_out(arrays["chroma"], arrays["beats_s"], duration_s), duration_s)
        tune = spell_tune(arrays["tune"]) if magic == _MAGIC_UNSCORED else arrays["tune"]
        harmony = Harmony(arrays["chroma"], tune, float(facts["beat_s"]))
        if "score_chroma" not in arrays:
            return cls(peaks, harmony, duration_s, views=views)
        score = Harmony(arrays["score_chroma"], spell_tune(arrays["score_tune"]), float(facts["score_beat_s"]))
        return cls(peaks, harmony, duration_s, score, views)


def _unpack_peaks(arrays: Mapping[str, Array], view: str) -> Peaks:
    return Peaks(arrays[f"{view}frames"], (arrays[f"{view}bins"] / _BIN_STEPS).astype(np.float32))


def fingerprint(recording: Audio) -> Fingerprint:
    """Take the fingerprint of a recording of any length, rate and number of channels.

    Source: peak triplets after Sonnleitner and Widmer (2014) and Six and Leman (2014), without absolute pitch in the
    hash.
    """
    spectrogram = measure_spectrogram(recording)
    peaks, harmony = _stored(pick_peaks(spectrogram)), measure_harmony(spectrogram)
    return Fingerprint(peaks, harmony, recording.duration_s, views=_measure_views(recording))


def fingerprint_views(recording: Audio) -> dict[View, Peaks]:
    """The peaks of the fingerprint alone, for who asks for no works."""
    return {"mix": _stored(pick_peaks(measure_spectrogram(recording))), **_measure_views(recording)}


def _measure_views(recording: Audio) -> dict[View, Peaks]:
    return {
        view: _stored(pick_peaks(measure_channel(samples, recording.sample_rate)))
        for view, samples in other_views(recording)
    }


def _stored(peaks: Peaks) -> Peaks:
    """Stored bins have 1/256 of a bin; rounding fresh ones too makes a stored fingerprint match exactly as a fresh
    one.
    """
    return Peaks(peaks.frames, (np.round(peaks.bins * _BIN_STEPS) / _BIN_STEPS).astype(np.float32))


def join_fingerprints(parts: Sequence[tuple[float, Fingerprint]]) -> Fingerprint:
    """The fingerprint of a long recording from those of overlapping windows, given with where each begins; they meet
    half-way.

    Windows that begin on a multiple of WINDOW_GRID_S have the peaks of the whole; their
    steps of harmony are laid on the whole's nearest. Shape: at least one part, in order of time.
    """
    middles = [(start_s + before_s + before.duration_s) / 2 for (before_s, before), (start_s, _) in pairwise(parts)]
    chroma, tune = list[Array](), list[Array]()
    found: dict[View, list[Peaks]] = {}
    for (start_s, part), (begin_s, end_s) in zip(parts, pairwise((-1.0, *middles, np.inf)), strict=True):
        for view, peaks in part.heard_as().items():
            found.setdefault(view, []).append(_move_within(peaks, start_s, begin_s, end_s))
        starts_s = (np.arange(len(part.harmony)) + round(start_s / STEP_S)) * STEP_S
        inside = (starts_s >= begin_s) & (starts_s < end_s)
        chroma.append(part.harmony.chroma[inside])
        tune.append(part.harmony.tune[inside])
    beat_s = float(np.median([part.harmony.beat_s for _, part in parts]))
    harmony = Harmony(np.concatenate(chroma), np.concatenate(tune), beat_s)
    last_s, last = parts[-1]
    views: dict[View, Peaks] = {
        view: Peaks(np.concatenate([p.frames for p in peaks]), np.concatenate([p.bins for p in peaks]))
        for view, peaks in found.items()
    }
    return Fingerprint(views.pop("mix"), harmony, last_s + last.duration_s, views=views)


def _move_within(peaks: Peaks, start_s: float, begin_s: float, end_s: float) -> Peaks:
    """The peaks of a window that begins at `start_s`, in frames of the whole, between two of its places."""
    frames = peaks.frames + np.int32(round(start_s * FRAMES_PER_SECOND))
    own = (frames >= begin_s * FRAMES_PER_SECOND) & (frames < end_s * FRAMES_PER_SECOND)
    return Peaks(frames[own], peaks.bins[own])


def _even_out(chroma: Array, beats_s: Array, duration_s: float) -> Harmony:
    """The harmony of a fingerprint of before, which was counted in beats and knew no tune."""
    steps = int(duration_s / STEP_S) if beats_s.size > 1 else 0
    beat = np.searchsorted(beats_s, np.arange(steps) * STEP_S, side="right") - 1
    beat_s = float(np.median(np.diff(beats_s))) if steps else 0.5
    return Harmony(chroma[np.maximum(beat, 0)], np.zeros((steps, TUNE_STEPS, 12), np.uint8), beat_s)
