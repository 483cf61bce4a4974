"""Sound as frequencies over time, and back."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.domain.errors import InvalidAudio

Spectrogram = NDArray[np.complex64]
"""Shape: (channels, bins, times)."""


@lru_cache(maxsize=16)
def hann(length_frames: int) -> NDArray[np.float32]:
    """The periodic Hann window. Shape: (length_frames,)."""
    phase = 2 * np.pi * np.arange(length_frames) / length_frames
    return (0.5 - 0.5 * np.cos(phase)).astype(np.float32)


def frames_of(
    signal: NDArray[np.float32], length_frames: int, hop_frames: int, *, centred: bool = True
) -> NDArray[np.float32]:
    """A view of overlapping pieces of the last axis; centred ones are padded so that piece k is about frame k * hop.

    Shape: (..., times, length_frames); times is 1 + frames // hop when centred.
    """
    if centred:
        half = length_frames // 2
        times = 1 + signal.shape[-1] // hop_frames
        missing = max(0, (times - 1) * hop_frames + length_frames - half - signal.shape[-1])
        signal = np.pad(signal, [(0, 0)] * (signal.ndim - 1) + [(half, missing)])
    if signal.shape[-1] < length_frames:
        raise InvalidAudio(f"{signal.shape[-1]} frames are fewer than the {length_frames} of one piece")
    return sliding_window_view(signal, length_frames, axis=-1)[..., ::hop_frames, :]


def stft(samples: Samples, fft_frames: int = 2048, hop_frames: int = 512) -> Spectrogram:
    """Short-time spectra through a Hann window, piece k centred on frame k * hop. Shape: (channels, bins, times)."""
    pieces = frames_of(samples, fft_frames, hop_frames) * hann(fft_frames)
    return np.ascontiguousarray(np.asarray(scipy.fft.rfft(pieces, axis=-1)).swapaxes(-1, -2))


def istft(spectrogram: Spectrogram, length_frames: int, hop_frames: int = 512) -> Samples:
    """The sound of the spectra. Law: istft(stft(x), frames of x) is x within 1e-5, for hops up to a quarter of a
    piece.
    """
    fft_frames = 2 * (spectrogram.shape[-2] - 1)
    window = hann(fft_frames)
    pieces = np.asarray(scipy.fft.irfft(spectrogram.swapaxes(-1, -2), fft_frames, axis=-1)) * window
    total = overlap_add(pieces.astype(np.float32, copy=False), hop_frames)
    times = spectrogram.shape[-1]
    weight = overlap_add(np.broadcast_to(window * window, (1, times, fft_frames)), hop_frames)
    half = fft_frames // 2
    out = np.zeros((spectrogram.shape[0], length_frames), np.float32)
    kept = total[:, half : half + length_frames] / np.maximum(weight[:, half : half + length_frames], 1e-3)
    out[:, : kept.shape[1]] = kept
    return out


def overlap_add(pieces: NDArray[np.float32], hop_frames: int) -> Samples:
    """The sum of pieces laid `hop_frames` apart. Shape: (channels, times, length) -> (channels, (times - 1) * hop +
    length).
    """
    channels, times, length = pieces.shape
    parts = -(-length // hop_frames)
    padded = np.zeros((channels, times, parts * hop_frames), np.float32)
    padded[..., :length] = pieces
    out = np.zeros((channels, times + parts - 1, hop_frames), np.float32)
    for part in range(parts):
        out[:, part : part + times] += padded[..., part * hop_frames : (part + 1) * hop_frames]
    return out.reshape(channels, -1)[:, : (times - 1) * hop_frames + length]


def power_spectrum(signal: NDArray[np.float32], fft_frames: int = 2048, hop_frames: int = 512) -> NDArray[np.float32]:
    """Power of a mono signal over bins and times. Shape: (bins, times)."""
    spectra = stft(signal[None, :], fft_frames, hop_frames)[0]
    return spectra.real**2 + spectra.imag**2


def mel_from_hz(frequency_hz: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Source: O'Shaughnessy's formula, as in HTK."""
    return 2595.0 * np.log10(1.0 + np.asarray(frequency_hz, np.float64) / 700.0)


def hz_from_mel(mel: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """The inverse of `mel_from_hz`."""
    return 700.0 * (10.0 ** (np.asarray(mel, np.float64) / 2595.0) - 1.0)


@lru_cache(maxsize=16)
def mel_filterbank(
    sample_rate: int, fft_frames: int, bands: int = 80, low_hz: float = 30.0, high_hz: float | None = None
) -> NDArray[np.float32]:
    """Triangles of unit area over the bins. Shape: (bands, bins)."""
    edges = hz_from_mel(
        np.linspace(float(mel_from_hz(low_hz)), float(mel_from_hz(high_hz or sample_rate / 2)), bands + 2)
    )
    bins = np.arange(fft_frames // 2 + 1) * sample_rate / fft_frames
    rise = (bins[None, :] - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - bins[None, :]) / np.diff(edges)[1:, None]
    triangles = np.maximum(0.0, np.minimum(rise, fall))
    return np.ascontiguousarray(triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None], np.float32)
