# pyright: basic
"""Which pitch leads, frame by frame: harmonics summed into candidates, one path drawn through them.

Source: Salamon & Gomez, IEEE TASLP 20 (2012), for the harmonic sum; the path is a Viterbi search of our own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.lib.stride_tricks import sliding_window_view
from scipy.fft import rfft

from remixlab.domain.audio import Audio
from remixlab.signal.blocks import resampled_blocks

STEP_SEMITONES = 0.2
"""Candidates a fifth of a semitone apart, refined by a parabola."""

_SIDE_LESS = 1.5
"""How much of what differs between the channels is taken from what they share: lead voices stand in the middle."""
_PEAK_MIN = 0.01
"""Spectral peaks 40 dB under the loudest of their frame are no partials of a leading voice."""
_HARMONIC_DECAY = 0.8
"""Weight of each further harmonic (Salamon and Gómez 2012, who found 0.8 best)."""
_SPREAD = 0.35
"""How far a partial speaks for candidates beside it: e to the minus 0.35 steps squared, a semitone in all."""
_REACH, _STEP_COST = 4, 0.08
"""A path glides by up to four steps a frame (70 semitones a second) and pays for each; farther is a jump."""
_LEAD_WEIGHT, _QUIET_PART, _LOUD_WEIGHT = 1.5, 0.25, 0.5
"""What being the strongest counts, no less than a quarter of the usual strength, and what being strong at all; set
by hand.
"""
_SOUND_COST, _BEGIN_COST, _END_COST = 1.0, 1.5, 1.0
"""What a frame with a pitch, a begin and an end cost against silence, so that breath and reverb stay silent; set by
hand.
"""


class PitchRange(NamedTuple):
    """Where to look: at which rate, through which window, between which MIDI numbers."""

    rate: int
    window: int
    hop: int
    lowest_midi: float
    highest_midi: float
    harmonics: int
    jump_cost: float
    darkening_hz: float = 0.0
    """Above it the sound is made ever quieter, so that the lowest voice leads; 0 leaves it."""

    @property
    def fps(self) -> float:
        return self.rate / self.hop

    @property
    def bins(self) -> int:
        return int((self.highest_midi - self.lowest_midi) / STEP_SEMITONES) + 1


VOICE = PitchRange(rate=11025, window=1024, hop=128, lowest_midi=38, highest_midi=84, harmonics=10, jump_cost=2.5)
"""D2 to C6 at a quarter of the rate, through 93 ms; ten harmonics are summed."""
BASS = PitchRange(
    rate=2756, window=512, hop=32, lowest_midi=23, highest_midi=55, harmonics=5, jump_cost=2.0, darkening_hz=130.0
)
"""B0 to G3 at a sixteenth of the rate, through 186 ms, which tells semitones from 60 Hz on; five harmonics."""


class Contour(NamedTuple):
    """Shape: midi (frames,), 0 where nothing sings; strength (frames,) the salience of the chosen pitch; level
    (frames,) RMS.
    """

    midi: np.ndarray
    strength: np.ndarray
    level: np.ndarray
    fps: float


def follow_pitch(recording: Audio, where: PitchRange, *, centre_only: bool = False) -> Contour:
    """The leading pitch of a recording; `centre_only` attenuates what is panned away from the middle."""
    parts = []
    blocks = resampled_blocks(
        recording,
        where.rate,
        block_frames=where.hop * 4096,
        margin_frames=where.window,
        channels=2 if centre_only else 1,
    )
    for block in blocks:
        magnitude, level = _spectrum(block.samples, block.length, where, centre_only)
        salience = np.zeros((magnitude.shape[0], where.bins), np.float32)
        _sum_harmonics(magnitude, where.rate / where.window, where.lowest_midi, where.harmonics, salience)
        path = _best_path(salience, where.jump_cost)
        chosen = np.take_along_axis(salience, np.maximum(path, 0)[:, None], axis=1)[:, 0]
        fine = _refined(salience, path)
        midi = np.where(path >= 0, where.lowest_midi + STEP_SEMITONES * fine, 0.0)
        parts.append((midi, np.where(path >= 0, chosen, 0.0), level))
    midi, strength, level = (np.concatenate(p) for p in zip(*parts, strict=True))
    return Contour(midi, strength, level, where.fps)


def _spectrum(samples, length, where, centre_only):
    """Magnitudes and RMS per frame, centred. Shape: (frames, window / 2 + 1), (frames,)."""
    count = -(-length // where.hop)
    window = np.hanning(where.window + 1)[:-1].astype(np.float32)
    window *= 2 / window.sum()
    spectra = []
    for row in samples:
        framed = sliding_window_view(row[where.window // 2 :], where.window)[:: where.hop][:count]
        spectra.append(rfft(framed * window, axis=1))
    if centre_only:
        left, right = spectra
        middle = np.abs(left + right) / 2
        side = np.abs(left - right) / 2
        magnitude = np.maximum(middle - _SIDE_LESS * side, 0).astype(np.float32)
    else:
        magnitude = np.abs(spectra[0])
    if where.darkening_hz:
        hz = np.arange(magnitude.shape[1], dtype=np.float32) * (where.rate / where.window)
        magnitude = magnitude / (1 + (hz / np.float32(where.darkening_hz)) ** 2)
    return magnitude, np.sqrt((magnitude**2).sum(axis=1) / 3)


@njit(cache=True, nogil=True)
def _sum_harmonics(magnitude, hz_per_bin, lowest_midi, harmonics, salience):
    frames, size = magnitude.shape
    bins = salience.shape[1]
    for t in range(frames):
        top = 0.0
        for k in range(2, size - 2):
            if magnitude[t, k] > top:
                top = magnitude[t, k]
        if top < 1e-5:
            continue
        for k in range(2, size - 2):
            m = magnitude[t, k]
            if m < _PEAK_MIN * top or m <= magnitude[t, k - 1] or m < magnitude[t, k + 1]:
                continue
            a, b, c = np.log(magnitude[t, k - 1] + 1e-12), np.log(m), np.log(magnitude[t, k + 1] + 1e-12)
            shift = 0.5 * (a - c) / (a - 2 * b + c - 1e-12)
            midi = 69 + 12 * np.log2((k + shift) * hz_per_bin / 440)
            weight = np.sqrt(m)
            for h in range(1, harmonics + 1):
                place = (midi - 12 * np.log2(h) - lowest_midi) / STEP_SEMITONES
                near = int(np.floor(place + 0.5))
                if near < -2:
                    break
                for b in range(near - 2, near + 3):
                    if 0 <= b < bins:
                        salience[t, b] += weight * np.exp(-_SPREAD * (b - place) ** 2)
                weight *= _HARMONIC_DECAY


@njit(cache=True, nogil=True)
def _best_path(salience, jump_cost):
    """States: every pitch bin, and silence. Steps of up to a semitone are cheap, jumps cost, silence pays a fixed
    rate.
    """
    frames, bins = salience.shape
    typical = 0.0
    peaks = np.zeros(frames)
    for t in range(frames):
        peaks[t] = salience[t].max()
    ordered = np.sort(peaks)
    typical = ordered[int(0.9 * (frames - 1))] + 1e-9
    score = np.zeros(bins + 1)
    fresh = np.zeros(bins + 1)
    came = np.zeros((frames, bins + 1), np.int16)
    for t in range(frames):
        loudest = 0
        for b in range(1, bins):
            if score[b] > score[loudest]:
                loudest = b
        silence = score[bins]
        for b in range(bins):
            best, source = score[loudest] - jump_cost, loudest
            if silence - _BEGIN_COST > best:
                best, source = silence - _BEGIN_COST, bins
            for s in range(max(0, b - _REACH), min(bins, b + _REACH + 1)):
                value = score[s] - _STEP_COST * abs(s - b)
                if value > best:
                    best, source = value, s
            leading = _LEAD_WEIGHT * salience[t, b] / max(peaks[t], _QUIET_PART * typical)
            fresh[b] = best + leading + _LOUD_WEIGHT * min(1.0, salience[t, b] / typical) - _SOUND_COST
            came[t, b] = source
        if score[loudest] - _END_COST > silence:
            fresh[bins], came[t, bins] = score[loudest] - _END_COST, loudest
        else:
            fresh[bins], came[t, bins] = silence, bins
        for b in range(bins + 1):
            score[b] = fresh[b]
        high = score.max()
        for b in range(bins + 1):
            score[b] -= high
    path = np.zeros(frames, np.int64)
    here = int(np.argmax(score))
    for t in range(frames - 1, -1, -1):
        path[t] = here if here < bins else -1
        here = came[t, here]
    return path


def _refined(salience, path):
    """Parabola through the three bins round the chosen one."""
    at = np.clip(path, 1, salience.shape[1] - 2)
    rows = np.arange(len(path))
    a, b, c = salience[rows, at - 1], salience[rows, at], salience[rows, at + 1]
    return at + np.clip(0.5 * (a - c) / np.minimum(a - 2 * b + c, -1e-9), -0.5, 0.5)
