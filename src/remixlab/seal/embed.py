"""Embed: lay a mark into the sound, too quiet to hear and spread too wide to lose."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import SAMPLE_RATE, Audio
from remixlab.domain.errors import InvalidAudio
from remixlab.seal.inform import balance_gains
from remixlab.seal.kernels import add_waves, shape_mark
from remixlab.seal.keys import MarkKeys
from remixlab.seal.pattern import BAND_EDGES_HZ, BANDS, FRAME, PERIOD_SLOTS, SLOT_FRAMES, choose_start, make_pattern
from remixlab.seal.spectrum import transform, transform_back

DEPTH_DB = 1.2
"""How loud the mark is: 10.6 to 11.5 dB under what masks it, and read from 3 s in .92 of cases (robustness page)."""
_INFORMED_PASSES = 2
"""Listening twice and evening out: exact reads of 5 s went from .73 to .93; a third pass was not tried."""
_HOP = FRAME // 2
"""Windows meet in halves: their squares sum to one."""
_PIECE_HOPS = 128
"""Hops laid at once, 3 s, by one thread (decision 86)."""
_REACH_BINS = 6
"""Bins to each side that say how much one stands out: 130 Hz, a critical band at low frequencies."""
_WEIGHT_MIN, _WEIGHT_MAX = np.float32(0.45), np.float32(1.6)
"""Least weight of the mark, on single tones, and most, in valleys that music masks: as the prototype."""
_RISE = np.float32(4)
"""A frame four times stronger than the one before is an attack, and is marked less: the mark would sound before it."""

_window = np.sin(np.pi * (np.arange(FRAME) + 0.5) / FRAME).astype(np.float32)
_bins_hz = np.fft.rfftfreq(FRAME, 1 / SAMPLE_RATE)
_band_of_bin = np.searchsorted(BAND_EDGES_HZ, _bins_hz, "right") - 1
_marked = (_band_of_bin >= 0) & (_band_of_bin < BANDS)
_first_bin = int(np.argmax(_marked))
_band_of_bin = _band_of_bin[_marked].astype(np.int32)


def embed(sound: Audio, mark_id: int, keys: MarkKeys, *, informed: bool = False, workers: int = 2) -> Audio:
    """The sound with the mark in it: same length, same loudness, same channels.

    `informed` listens to the mark twice and evens it out, so that shorter excerpts can be read; it takes five times as
    long.

    Source: patchwork marks in the log spectrum, after Bender et al. (1996) and Tachibana et al. (2002).
    Raises: InvalidAudio when the rate is not 44.1 kHz.
    """
    if sound.sample_rate != SAMPLE_RATE:
        raise InvalidAudio("a mark is laid at 44.1 kHz", hint="Resample the sound first.")
    epoch = keys.newest
    pattern = make_pattern(epoch)
    slots = sound.length_frames // SLOT_FRAMES + 2
    rows = (choose_start(mark_id, epoch) + np.arange(slots)) % PERIOD_SLOTS
    gains_db = pattern.tiles(mark_id, epoch.payload)[rows] * np.float32(DEPTH_DB)
    marked = _lay(sound, gains_db, workers)
    for _ in range(_INFORMED_PASSES if informed else 0):
        gains_db = balance_gains(marked, gains_db, pattern.roles[rows], DEPTH_DB)
        marked = _lay(sound, gains_db, workers)
    return marked


def _lay(sound: Audio, gains_db: NDArray[np.float32], workers: int) -> Audio:
    """The sound with these gains on its tiles, piece by piece, at the level it had. The bits are the same with any
    number of workers.
    """
    samples, marked = sound.samples, np.empty_like(sound.samples)
    hops = range(1, -(-sound.length_frames // _HOP) + 1, _PIECE_HOPS)
    lay = partial(_lay_piece, samples, gains_db, marked)
    with ThreadPoolExecutor(workers) as pool:
        before, after = np.sum(list(pool.map(lay, hops)), axis=0)
        # What little the mark changes in the whole level is undone, so that loudness before is loudness after.
        factor = np.float32(np.sqrt(before / after)) if after > 0 else np.float32(1)
        list(pool.map(partial(_scale_piece, marked, factor), hops))
    return Audio(marked, SAMPLE_RATE)


def _lay_piece(
    samples: NDArray[np.float32], gains_db: NDArray[np.float32], marked: NDArray[np.float32], first: int
) -> tuple[float, float]:
    """Lay the mark into the hops from `first` on; the energy of the piece before and after.

    Hop h counts frames (h - 1) * _HOP to h * _HOP; windows h - 1 and h meet in it. How much a window is marked depends
    on the one before.
    """
    channels, length = samples.shape
    stop = min(first + _PIECE_HOPS, -(-length // _HOP) + 1)
    lead = max(0, first - 2)
    around = np.zeros((channels, (stop - lead + 1) * _HOP), np.float32)
    begin = (lead - 1) * _HOP
    inside = samples[:, max(0, begin) : begin + around.shape[1]]
    around[:, max(0, -begin) : max(0, -begin) + inside.shape[1]] = inside
    windows = np.lib.stride_tricks.sliding_window_view(around, FRAME, axis=1)[:, ::_HOP]
    spectrum = transform(windows * _window, 2)
    slots = np.arange(lead, stop) * _HOP // SLOT_FRAMES
    before = np.zeros(_band_of_bin.size, np.float32)
    shape_mark(
        spectrum, gains_db[slots], _band_of_bin, _first_bin, _REACH_BINS, _WEIGHT_MIN, _WEIGHT_MAX, _RISE, before
    )
    waves = transform_back(spectrum[:, first - 1 - lead :], FRAME, 2)
    return add_waves(waves, _window, samples, first, marked)


def _scale_piece(marked: NDArray[np.float32], factor: np.float32, first: int) -> None:
    marked[:, (first - 1) * _HOP : (first - 1 + _PIECE_HOPS) * _HOP] *= factor
