"""Cut recorded speech into syllables: a consonant, a vowel that can be held, and what closes it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.fft import irfft, rfft
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

FFT, HOP, RATE = 1024, 256, 44100
_LIFTER_S = 0.0018
"""What repeats more slowly than this in a spectrum is the mouth; the rest is the pitch."""
_LOWEST_HZ, _HIGHEST_HZ = 70.0, 420.0
_ONSET_FRAMES, _CODA_FRAMES = 19, 14
_QUIET_DB = -42.0
"""Below the loudest frame of a recording by so much nothing is said."""


class Syllable(NamedTuple):
    """Places in a mouth's frames: consonant from `begin`, vowel from `vowel`, held between `steady` and `held`, closed
    until `end`.
    """

    begin: int
    vowel: int
    steady: int
    held: int
    end: int
    seam_db: float
    """How far the voice falls in the consonant, against the vowel."""
    stopped: bool
    """Whether it is silent before the consonant."""


class Mouth(NamedTuple):
    """How somebody speaks, frame by frame; every vowel at 0 dB.

    Shape: log_envelope (frames, FFT / 2 + 1), natural logarithm; voiced (frames,) from 0 to 1.
    """

    log_envelope: np.ndarray
    voiced: np.ndarray
    syllables: tuple[Syllable, ...]


def read_mouth(speech: np.ndarray) -> Mouth:
    """Analyse speech at 44100 Hz. Shape: speech (frames,)."""
    views = np.lib.stride_tricks.sliding_window_view(np.pad(speech.astype(np.float32), FFT), 2 * FFT)[::HOP]
    wide = np.hanning(2 * FFT).astype(np.float32)
    voiced = np.clip((_measure_period(views * wide, wide) - 0.35) / 0.25, 0, 1)
    narrow = views[:, FFT // 2 : FFT // 2 + FFT] * np.hanning(FFT).astype(np.float32)
    log = np.log(np.abs(np.asarray(rfft(narrow, axis=1))) + np.float32(1e-5))
    cepstrum = np.asarray(irfft(log, axis=1))
    keep = int(RATE * _LIFTER_S)
    cepstrum[:, keep + 1 : -keep] = 0.0
    envelope = np.asarray(np.real(np.asarray(rfft(cepstrum, axis=1))), np.float32)
    return _level_vowels(Mouth(envelope, voiced.astype(np.float32), _find_syllables(_measure_level(envelope), voiced)))


def _measure_period(frames: np.ndarray, window: np.ndarray) -> np.ndarray:
    """How well each frame repeats itself at the period of a speaking voice, 0 to 1."""
    power = np.abs(np.asarray(rfft(frames, 4 * FFT, axis=1))) ** 2
    alike = np.asarray(irfft(power, axis=1))[:, : int(RATE / _LOWEST_HZ)]
    own = np.asarray(irfft(np.abs(np.asarray(rfft(window, 4 * FFT))) ** 2))[: alike.shape[1]]
    alike = alike / (own / own[0]) / (alike[:, :1] + 1e-6)
    return alike[:, int(RATE / _HIGHEST_HZ) :].max(axis=1)


def _measure_level(envelope: np.ndarray) -> np.ndarray:
    """Level of each frame between 100 Hz and 8 kHz in dB."""
    low, high = int(100 * FFT / RATE), int(8000 * FFT / RATE)
    return 10 * np.log10(np.exp(2 * envelope[:, low:high]).sum(axis=1) + 1e-9)


def _find_syllables(level_db: np.ndarray, voiced: np.ndarray) -> tuple[Syllable, ...]:
    """Vowels are voiced hills of loudness; what lies between two of them belongs to the second, and some of it to the
    first.
    """
    smooth = gaussian_filter1d(np.where(voiced > 0.3, level_db, level_db - 12), 3)
    top = float(level_db.max())
    peaks, _ = find_peaks(smooth, height=top - 24, prominence=3, distance=14)
    peaks = [int(p) for p in peaks if voiced[p] > 0.5]
    found: list[Syllable] = []
    for number, peak in enumerate(peaks):
        before = peaks[number - 1] if number else 0
        after = peaks[number + 1] if number + 1 < len(peaks) else len(level_db) - 1
        left, right = (
            before + int(np.argmin(smooth[before : peak + 1])),
            peak + int(np.argmin(smooth[peak : after + 1])),
        )
        vowel, held = _span_of(peak, (smooth > smooth[peak] - 5) & (voiced > 0.4), left, right)
        if held - vowel < 6:
            continue
        said = np.flatnonzero(level_db[max(left, vowel - _ONSET_FRAMES) : vowel] > top + _QUIET_DB)
        begin = vowel if not len(said) else max(left, vowel - _ONSET_FRAMES) + int(said[0])
        closed = np.flatnonzero(level_db[held : min(right, held + _CODA_FRAMES)] <= top + _QUIET_DB)
        end = held + int(closed[0]) if len(closed) else min(right, held + _CODA_FRAMES)
        rim = (held - vowel) // 4
        core = float(level_db[vowel + rim : held - rim].mean())
        seam = core - float(level_db[begin:vowel].min(initial=core))
        stopped = begin > max(left, vowel - _ONSET_FRAMES)
        found.append(Syllable(begin, vowel, vowel + rim, held - rim, end, seam, stopped))
    return tuple(found)


def _span_of(peak: int, inside: np.ndarray, left: int, right: int) -> tuple[int, int]:
    a = b = peak
    while a > left and inside[a - 1]:
        a -= 1
    while b < right and inside[b]:
        b += 1
    return a, b


def _level_vowels(mouth: Mouth) -> Mouth:
    """Bring every vowel to 0 dB and even out most of its inner rise and fall; hiss stays below."""
    level = _measure_level(mouth.log_envelope)
    wanted = np.full_like(level, -60.0)
    for s in mouth.syllables:
        core = level[s.steady : s.held].mean()
        part = level[s.begin : s.end] - core
        part[s.vowel - s.begin : s.steady - s.begin] *= 0.6
        part[s.steady - s.begin : s.held - s.begin] *= 0.2
        wanted[s.begin : s.end] = np.minimum(part, np.where(mouth.voiced[s.begin : s.end] > 0.5, 2.0, -5.0))
    moved = mouth.log_envelope + ((wanted - level) * np.log(10) / 20)[:, None].astype(np.float32)
    return mouth._replace(log_envelope=moved)
