"""The features of the networks by the formulas of docs/networks.md, in plain numpy: an oracle for the product."""

from __future__ import annotations

import numpy as np

RATE = 22050
TARGET_RMS = 0.1
BEAT_FFT, BEAT_HOP, MEL_BANDS = 2048, 441, 81
CHORD_FFT, CHORD_HOP, CHORD_FIRST, CHORD_BANDS = 8192, 2205, 24, 252
NOTE_FFT, NOTE_HOP, NOTE_FIRST, NOTE_BANDS = 4096, 441, 21, 264
FEEL_HOP = 882


def make_mel_bands(n_fft: int, bands: int, low_hz: float = 30.0, high_hz: float = 11000.0) -> np.ndarray:
    """Make triangles equally spaced in mel.

    Shape: (bands, n_fft / 2 + 1).
    """
    frequency = np.fft.rfftfreq(n_fft, 1 / RATE)
    mel = np.linspace(2595 * np.log10(1 + low_hz / 700), 2595 * np.log10(1 + high_hz / 700), bands + 2)
    points = 700 * (10 ** (mel / 2595) - 1)
    rise = (frequency - points[:-2, None]) / (points[1:-1] - points[:-2])[:, None]
    fall = (points[2:, None] - frequency) / (points[2:] - points[1:-1])[:, None]
    weights = np.maximum(0.0, np.minimum(rise, fall))
    for band in np.flatnonzero(weights.sum(1) == 0):
        weights[band, np.argmin(np.abs(frequency - points[band + 1]))] = 1.0
    return weights.astype(np.float32)


def make_pitch_bands(n_fft: int, first: int, bands: int) -> np.ndarray:
    """Make triangles three to the semitone, never narrower than a bin.

    Shape: (bands, n_fft / 2 + 1).
    """
    frequency = np.fft.rfftfreq(n_fft, 1 / RATE)
    centre = 440 * 2 ** ((first + (np.arange(bands) - 1) / 3 - 69) / 12)
    width = np.maximum(centre * (2 ** (1 / 36) - 1), RATE / n_fft)
    weights = np.maximum(0.0, 1 - np.abs(frequency - centre[:, None]) / width[:, None])
    return weights.astype(np.float32)


def measure_magnitude(sound: np.ndarray, n_fft: int, hop: int) -> np.ndarray:
    """Take centred magnitudes of (frames,) sound.

    Shape: (frames, n_fft / 2 + 1).
    """
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)).astype(np.float32)
    padded = np.pad(sound.astype(np.float32), n_fft // 2)
    count = 1 + len(sound) // hop
    views = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop][:count]
    out = np.empty((len(views), n_fft // 2 + 1), np.float32)
    for start in range(0, len(views), 512):
        out[start : start + 512] = np.abs(np.fft.rfft(views[start : start + 512] * window, axis=1))
    return out * (2.0 / n_fft)


def set_loudness(sound: np.ndarray) -> np.ndarray:
    """Bring a recording to the level the networks know."""
    return sound * (TARGET_RMS / (np.sqrt(np.mean(np.square(sound))) + 1e-9))


def hear_beats(sound: np.ndarray) -> np.ndarray:
    """Give the mel spectrum for the beat network.

    Shape: (frames at 50 Hz, 81).
    """
    return np.log1p(1000 * measure_magnitude(sound, BEAT_FFT, BEAT_HOP) @ make_mel_bands(BEAT_FFT, MEL_BANDS).T)


def hear_feel(sound: np.ndarray) -> np.ndarray:
    """Give the mel spectrum for the feel network.

    Shape: (frames at 25 Hz, 81).
    """
    return np.log1p(1000 * measure_magnitude(sound, BEAT_FFT, FEEL_HOP) @ make_mel_bands(BEAT_FFT, MEL_BANDS).T)


def hear_chords(sound: np.ndarray) -> np.ndarray:
    """Give the log-frequency spectrum for the chord network.

    Shape: (frames at 10 Hz, 252).
    """
    bands = make_pitch_bands(CHORD_FFT, CHORD_FIRST, CHORD_BANDS)
    return np.log1p(1000 * measure_magnitude(sound, CHORD_FFT, CHORD_HOP) @ bands.T)


def hear_notes(sound: np.ndarray) -> np.ndarray:
    """Give the log-frequency spectrum for the note network.

    Shape: (frames at 50 Hz, 264).
    """
    bands = make_pitch_bands(NOTE_FFT, NOTE_FIRST, NOTE_BANDS)
    return np.log1p(1000 * measure_magnitude(sound, NOTE_FFT, NOTE_HOP) @ bands.T)
