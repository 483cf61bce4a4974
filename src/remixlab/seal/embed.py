"""Embed: lay a mark into the sound, too quiet to hear and spread too wide to lose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio
from remixlab.domain.errors import InvalidAudio
from remixlab.seal.inform import balance_gains
from remixlab.seal.kernels import shape_mark
from remixlab.seal.keys import MarkKeys
from remixlab.seal.pattern import BAND_EDGES_HZ, BANDS, FRAME, PERIOD_SLOTS, RATE_HZ, SLOT_FRAMES, choose_start, make_pattern
from remixlab.seal.spectrum import transform, transform_back

DEPTH_DB = 1.2
_INFORMED_PASSES = 2
_HOP = FRAME // 2
_BLOCK_FRAMES = 512
_REACH_BINS = 6
_WEIGHT_MIN, _WEIGHT_MAX = np.float32(0.45), np.float32(1.6)
_RISE = np.float32(4)

_window = np.sin(np.pi * (np.arange(FRAME) + 0.5) / FRAME).astype(np.float32)
_bins_hz = np.fft.rfftfreq(FRAME, 1 / RATE_HZ)
_band_of_bin = np.searchsorted(BAND_EDGES_HZ, _bins_hz, "right") - 1
_marked = (_band_of_bin >= 0) & (_band_of_bin < BANDS)
_first_bin = int(np.argmax(_marked))
_band_of_bin = _band_of_bin[_marked].astype(np.int32)


def embed(sound: Audio, mark_id: int, keys: MarkKeys, *, informed: bool = False, workers: int = 2) -> Audio:
    """The sound with the mark in it: same length, same loudness, same channels.

    `informed` listens to the mark twice and evens it out, so that shorter excerpts can be read; it takes five times as long.

    Source: patchwork marks in the log spectrum, after Bender et al. (1996) and Tachibana et al. (2002).
    Raises: InvalidAudio when the rate is not 44.1 kHz.
    """
    if sound.sample_rate != RATE_HZ:
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
    marked = sound.samples + _shape_gains(sound.samples, gains_db, workers)
    return Audio(_keep_level(sound.samples, marked), RATE_HZ)


def _shape_gains(samples: NDArray[np.float32], gains_db: NDArray[np.float32], workers: int) -> NDArray[np.float32]:
    """What the gains add to the samples. Shape: as the samples."""
    channels, length = samples.shape
    frames = -(-length // _HOP) + 1
    padded = np.zeros((channels, (frames + 1) * _HOP), np.float32)
    padded[:, _HOP : _HOP + length] = samples
    windows = np.lib.stride_tricks.sliding_window_view(padded, FRAME, axis=1)[:, ::_HOP]
    added = np.zeros((channels, frames + 1, _HOP), np.float32)
    before = np.zeros(_band_of_bin.size, np.float32)
    slot_of_frame = np.arange(frames) * _HOP // SLOT_FRAMES
    for start in range(0, frames, _BLOCK_FRAMES):
        part = slice(start, min(start + _BLOCK_FRAMES, frames))
        spectrum = transform(windows[:, part] * _window, 2, workers=workers)
        shape_mark(spectrum, gains_db[slot_of_frame[part]], _band_of_bin, _first_bin, _REACH_BINS, _WEIGHT_MIN, _WEIGHT_MAX, _RISE, before)
        waves = transform_back(spectrum, FRAME, 2, workers=workers)
        waves *= _window
        added[:, part] += waves[:, :, :_HOP]
        added[:, part.start + 1 : part.stop + 1] += waves[:, :, _HOP:]
    return added.reshape(channels, -1)[:, _HOP : _HOP + length]


def _keep_level(before: NDArray[np.float32], after: NDArray[np.float32]) -> NDArray[np.float32]:
    """Undo what little the mark changes in the whole level, so that loudness before is loudness after."""
    energy_before = float(np.vdot(before, before))
    energy_after = float(np.vdot(after, after))
    if energy_after <= 0:
        return before.copy()
    after *= np.float32(np.sqrt(energy_before / energy_after))
    return after
