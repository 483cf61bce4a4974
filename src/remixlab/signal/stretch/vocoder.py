"""Other speeds at the same pitch for chords and everything dense, by frequencies (a phase vocoder).

Source: J. Laroche and M. Dolson, "Improved phase vocoder time-scale modification of audio" (IEEE TSAP 1999),
identity phase locking; one rotation for all channels keeps the stereo image; attacks begin the phases anew inside
an island of slope 1, so they come out as they went in.

The phases run in chains. A chain begins at each attack, and at the latest every 8 s; a result frame depends on
its own chain alone, so any segment has the bits of the whole.
"""

from __future__ import annotations

from itertools import pairwise
from math import log2
from typing import Any, NamedTuple

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.signal.kernels.vocoding import cut_pieces, lay_pieces, lock_phases
from remixlab.signal.spectrum import hann
from remixlab.signal.timemap import ISLAND_BEFORE_S, TimeMap, read_straight

_OVERLAP = 4
"""Hops in a frame: with Hann windows at both ends three quarters overlap sum to a constant."""
_CHAIN_MAX = 344
"""Frames of the longest chain: 8 s at a hop of 23 ms (decision 20)."""
_CHAIN_MIN = 6
"""Attacks closer than 0.14 s share a chain: a shorter one would be mostly its own begin."""
_BLEND = 16
"""Frames over which two chains without an attack between them are blended, 0.37 s (decision 20)."""
_LEAD = 8
"""The walk over the chains starts so many frames before the first attack, where all is still silent."""
_BATCH = 64
"""Frames transformed at once, 1.5 s: stays in the cache of a core."""


class _Begin(NamedTuple):
    """Where a chain begins, over how many frames it is blended with the one before, and whether the two are in phase
    there.
    """

    frame: int
    blend: int = 0
    in_phase: bool = False


class _Link(NamedTuple):
    """Frames `first` to `last` of one chain, and its two ends."""

    first: int
    last: int
    head: _Begin
    foot: _Begin


def phase_vocoder(
    samples: Samples,
    time_map: TimeMap,
    n0: int = 0,
    n1: int | None = None,
    *,
    sample_rate: int = SAMPLE_RATE,
    onsets: NDArray[Any] | None = None,
    frame_s: float = 0.0929,
) -> Samples:
    """Result frames n0 to n1 (all by default) of the sound played along the map, pitch unchanged.

    `onsets` (source frames) are attacks that must stay sharp.
    Law: phase_vocoder(..., a, c) equals phase_vocoder(..., a, b) followed by phase_vocoder(..., b, c), bit for bit.
    """
    stop = time_map.length_frames if n1 is None else n1
    attacks = np.zeros(0) if onsets is None else np.sort(np.asarray(onsets, np.float64))
    if time_map.is_shift:
        return read_straight(samples, round(float(time_map.source_at(n0))), max(0, stop - n0))
    path = time_map.with_islands(attacks, sample_rate)
    size = 1 << round(log2(frame_s * sample_rate))
    hop = size // _OVERLAP
    if stop <= n0:
        return np.zeros((samples.shape[0], 0), np.float32)
    first, last = (n0 - size // 2) // hop, -(-(stop + size // 2) // hop) + 1
    out = np.zeros((samples.shape[0], (last - first) * hop + size), np.float32)
    begins = _chain_begins(path, attacks, sample_rate, hop, first, last)
    for link in _links(begins, first, last):
        _render_link(samples, path, link, max(first, link.first), min(last, link.last), first, size, out)
    begin = n0 - (first * hop - size // 2)
    return np.ascontiguousarray(out[:, begin : begin + stop - n0])


def _chain_begins(
    path: TimeMap, attacks: NDArray[np.float64], sample_rate: int, hop: int, first: int, last: int
) -> list[_Begin]:
    """The beginnings of the chains that reach into frames `first` to `last`, and of the one after them.

    The walk starts at an origin that does not depend on the frames asked for.
    """
    places = np.ceil((path.result_at(attacks) - ISLAND_BEFORE_S * sample_rate) / hop).astype(np.int64)
    marks: list[int] = []
    for place in places.tolist():
        if not marks or place - marks[-1] >= _CHAIN_MIN:
            marks.append(place)
    origin = min(0, marks[0] if marks else 0) - _LEAD
    begins: list[_Begin] = []
    for mark, following in zip([origin, *marks], [*marks, last + 2 * _CHAIN_MAX], strict=True):
        if following + _BLEND <= first:
            continue
        begins.append(_Begin(mark))
        if mark > last:
            break
        at = mark + _CHAIN_MAX
        while at + _CHAIN_MAX // 4 < following:
            ends = np.array([at - _CHAIN_MAX, at + _BLEND]) * hop
            drift = float(np.diff(path.source_at(ends))[0] - (ends[1] - ends[0]))
            begins.append(_Begin(at, _BLEND, abs(drift) < 0.5))
            at += _CHAIN_MAX
    return begins


def _links(begins: list[_Begin], first: int, last: int) -> list[_Link]:
    """The chains that reach into frames `first` to `last`."""
    links = (_Link(head.frame, foot.frame + foot.blend, head, foot) for head, foot in pairwise(begins))
    return [link for link in links if link.last > first and link.first < last]


def _blend_weights(link: _Link, frames: NDArray[np.int64]) -> NDArray[np.float32]:
    """Weights of a chain's frames where it overlaps its neighbours: of constant sum in phase, else of constant
    power.
    """
    weights = np.ones(frames.size)
    for end, inside in ((link.head, frames - link.first + 0.5), (link.foot, link.last - frames - 0.5)):
        if end.blend:
            ramp = np.clip(inside / end.blend, 0, 1)
            weights *= ramp if end.in_phase else np.sin(0.5 * np.pi * ramp)
    return weights.astype(np.float32)


def _render_link(
    samples: Samples, path: TimeMap, link: _Link, low: int, high: int, origin: int, size: int, out: Samples
) -> None:
    """Add frames `low` to `high` of a chain to the result, which begins with frame `origin`."""
    hop = size // _OVERLAP
    window = hann(size)
    fade = window * np.float32(2.0 / 3.0)
    last = np.zeros((samples.shape[0], size + 2), np.float32)
    for batch in range(link.first, high, _BATCH):
        frames = np.arange(batch, min(batch + _BATCH, high))
        starts = np.round(path.source_at(frames * hop)).astype(np.int64) - size // 2
        places, index = np.unique(np.concatenate((starts, starts - hop)), return_inverse=True)
        spectra = _spectra(samples, places, window).view(np.float32)
        turned = np.empty((frames.size, *spectra.shape[1:]), np.float32)
        lock_phases(spectra, index[: frames.size], index[frames.size :], _blend_weights(link, frames), last, turned)
        wanted = frames[(frames >= low) & (frames < high)]
        if wanted.size:
            turned = turned[wanted[0] - batch : wanted[-1] - batch + 1].view(np.complex64)
            pieces = np.ascontiguousarray(scipy.fft.irfft(turned, size, axis=-1))
            lay_pieces(pieces, fade, (int(wanted[0]) - origin) * hop, hop, out)


def _spectra(samples: Samples, places: NDArray[np.int64], window: NDArray[np.float32]) -> NDArray[np.complex64]:
    """Windowed spectra of the pieces that begin at these places, silence outside. Shape: (places, channels, bins)."""
    size = window.size
    low, high = max(0, int(places[0])), max(0, int(places[-1]) + size)
    local = np.array(samples[:, low:high], np.float32, order="C")
    pieces = np.empty((places.size, samples.shape[0], size), np.float32)
    cut_pieces(local, places - low, window, pieces)
    return np.asarray(scipy.fft.rfft(pieces, axis=-1))
