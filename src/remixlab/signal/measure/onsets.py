"""Where things are struck: attacks of drums and of anything that starts suddenly, to the millisecond.

Source: S. Böck and G. Widmer, "Maximum filter vibrato suppression for onset detection" (DAFx 2013) finds them;
the steepest rise of the sound's own energy then places each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from remixlab.domain.audio import Samples
from remixlab.signal.resample import resample
from remixlab.signal.spectrum import frames_of, hann, mel_filterbank

_HOP_S = 0.0058
"""A novelty every 5.8 ms, 128 frames at the slow rate: finer than ears tell two strokes apart."""
_FFT_HOPS = 4
"""Spectra of 23 ms, four hops: as in the paper."""
_LAG = 2
"""A frame is held against the one two before it, so that a stroke's rise lies between them (Böck, Widmer 2013)."""
_APART_S = 0.024
"""Two attacks closer than this are one: flams of 25 ms are still told apart."""
_STEP_S = 0.0005
"""Attacks are placed to half a millisecond."""
_BATCH = 2048
"""Spectra made at once, 12 s of sound, so that memory does not grow with it."""
_SLOW_HZ = 22050
"""Attacks are found at half the rate: nothing above 11 kHz tells one that nothing below does."""

SENSITIVITY = 0.5
"""Strokes that anybody hears; drums are searched with 0.85 before they are stretched (decision 87)."""
_THRESHOLD, _THRESHOLD_MIN = 0.45, 0.02
"""Part of a strong peak that an attack must reach at sensitivity 0, and at 1."""
_BANDS, _LOW_HZ, _HIGH_HZ = 40, 30.0, 16000.0
"""Mel bands that novelty is summed over: so wide that a vibrato stays in its band or the next."""
_NEAR_S, _AROUND_S, _ABOVE_AROUND = 0.018, 0.12, 0.6
"""A peak is the highest within 18 ms, and stands out of six tenths of what 120 ms about it have; set by hand."""
_FLAT_PART = 1e-3
"""The energy that is followed is that of differences, which are sharp, and 30 dB less of the sound itself, for dull
kicks.
"""
_AHEAD, _BEHIND = 4, 12
"""Steps after and before an attack whose energies are compared: 2 ms of stroke against 6 ms of what was there."""
_BACK_S, _FORTH_S = 0.022, 0.016
"""How far an attack may lie before and after its rough place: a spectrum's length, and two thirds of it."""


class Onsets(NamedTuple):
    """Attacks in order of time: frames of the sound, and how strong each is (1 is a typical strong one)."""

    frames: NDArray[np.int64]
    strengths: NDArray[np.float32]


def find_onsets(samples: Samples, sample_rate: int, *, sensitivity: float = SENSITIVITY) -> Onsets:
    """The attacks in a sound. `sensitivity` from 0 (only the clearest) to 1 (faint ones too)."""
    mono = samples.mean(axis=0, dtype=np.float32)
    rate = min(sample_rate, _SLOW_HZ)
    hop = round(_HOP_S * rate)
    if mono.size < 4 * _FFT_HOPS * _HOP_S * sample_rate or not np.any(mono):
        return Onsets(np.zeros(0, np.int64), np.zeros(0, np.float32))
    novelty = onset_strength(resample(mono[None, :], sample_rate, rate)[0], rate, hop)
    rough, scale = _peaks(novelty, _THRESHOLD * (1.0 - sensitivity) + _THRESHOLD_MIN, hop / rate)
    placed = _placed(mono, sample_rate, np.round(rough * (hop * sample_rate / rate)).astype(np.int64))
    order = np.argsort(placed, kind="stable")
    placed, strengths = placed[order], (novelty[rough] / scale)[order]
    return _apart(placed, strengths.astype(np.float32), round(_APART_S * sample_rate))


def onset_strength(mono: NDArray[np.float32], sample_rate: int, hop_frames: int) -> NDArray[np.float32]:
    """How much louder the sound gets in its bands, at each multiple of the hop. Shape: (1 + frames // hop,)."""
    size = _FFT_HOPS * hop_frames
    bank = mel_filterbank(sample_rate, size, _BANDS, _LOW_HZ, min(_HIGH_HZ, 0.45 * sample_rate))
    bank = (bank / np.maximum(bank.sum(axis=1, keepdims=True), 1e-9)).T
    pieces, window = frames_of(mono, size, hop_frames), hann(size)
    bands = np.empty((pieces.shape[0], bank.shape[1]), np.float32)
    for k in range(0, pieces.shape[0], _BATCH):
        spectra = np.asarray(scipy.fft.rfft(pieces[k : k + _BATCH] * window, axis=-1), np.complex64)
        bands[k : k + _BATCH] = np.sqrt(spectra.real**2 + spectra.imag**2) @ bank
    floor = max(float(np.percentile(bands.max(axis=1), 95)) * 1e-2, 1e-9)
    levels = np.log1p(bands * np.float32(1 / floor))
    wider = np.pad(levels, ((0, 0), (1, 1)))
    before = np.maximum(np.maximum(wider[:, :-2], wider[:, 2:]), levels)
    rise = levels.copy()
    rise[_LAG:] = np.maximum(np.float32(0.0), levels[_LAG:] - before[:-_LAG])
    return rise.mean(axis=1, dtype=np.float32)


def _peaks(novelty: NDArray[np.float32], threshold: float, hop_s: float) -> tuple[NDArray[np.int64], float]:
    """Places where the novelty stands out, and what a strong peak measures; tempo must not change what counts."""
    near = max(1, round(_NEAR_S / hop_s))
    highest = (novelty == maximum_filter1d(novelty, 2 * near + 1)) & (novelty > 0)
    heights = novelty[highest]
    if heights.size == 0:
        return np.zeros(0, np.int64), 1.0
    scale = float(np.percentile(heights[heights > 0.2 * heights.max()], 75))
    level = uniform_filter1d(novelty, max(3, round(_AROUND_S / hop_s)))
    return np.flatnonzero(highest & (novelty > threshold * scale + _ABOVE_AROUND * level)), scale


def _placed(mono: NDArray[np.float32], sample_rate: int, rough: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each rough place moved to the steepest rise of energy near it, in steps of half a millisecond."""
    step = max(1, round(_STEP_S * sample_rate))
    sharp = np.diff(mono, prepend=mono[:1])
    power = np.square(sharp, dtype=np.float64) + _FLAT_PART * np.square(mono, dtype=np.float64)
    count = power.size // step
    total = np.concatenate(([0.0], np.cumsum(power[: count * step].reshape(count, step).sum(axis=1))))
    ahead, behind = _AHEAD, _BEHIND
    index = np.arange(count)
    after = (total[np.minimum(index + ahead, count)] - total[index]) / ahead
    past = (total[index] - total[np.maximum(index - behind, 0)]) / behind
    loud = float(np.percentile(after, 99)) if count else 1.0
    steep = np.log((after + 1e-5 * loud + 1e-14) / (past + 1e-5 * loud + 1e-14))
    back, forth = round(_BACK_S / _STEP_S), round(_FORTH_S / _STEP_S)
    window = np.clip(rough[:, None] // step + np.arange(-back, forth + 1)[None, :], 0, count - 1)
    best = np.take_along_axis(window, np.argmax(steep[window], axis=1)[:, None], axis=1)[:, 0] if rough.size else rough
    return (best * step).astype(np.int64)


def _apart(frames: NDArray[np.int64], strengths: NDArray[np.float32], distance: int) -> Onsets:
    """Of attacks that are closer than the distance, the strongest."""
    kept: list[int] = []
    for i in range(frames.size):
        if kept and frames[i] - frames[kept[-1]] < distance:
            if strengths[i] > strengths[kept[-1]]:
                kept[-1] = i
        else:
            kept.append(i)
    return Onsets(frames[kept], strengths[kept])
