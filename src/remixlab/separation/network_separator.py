"""Taking a mix apart with the trained network: masks for mid and side, chunk by chunk, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from remixlab.domain.audio import Audio, Samples, Stems
from remixlab.separation.mask_separator import complete_stems
from remixlab.separation.refine import refine_masks
from remixlab.signal.network import Network, load_network
from remixlab.signal.resample import resample
from remixlab.signal.spectrum import frames_of, hann, overlap_add

Floats = NDArray[np.float32]
Spectrum = NDArray[np.complex64]

ROOM = "remixlab.separation"
RATE, WINDOW, HOP = 44100, 4096, 1024
"""What the network was trained on; `training/README.md` says it in full."""

_BINS = WINDOW // 2
_TARGET_RMS = 0.09
_CHUNK, _OVERLAP, _MULTIPLE = 384, 48, 8
_STEMS = 3


class NetworkSeparator:
    """The network that ships with the package; any rate and number of channels. `refined` lets `refine_masks` have its masks first."""

    name = "network/2"
    trained = True

    def __init__(self, network: Network | None = None, *, refined: bool = True) -> None:
        self._network = network or load_network(ROOM, "separator")
        self._refined = refined

    def separate(self, recording: Audio, *, progress: Callable[[str, float], None] | None = None) -> Stems:
        """Four stems of the recording's own shape and rate. Law: their sum is the recording within 1e-6."""
        mix = recording.samples
        here = mix if recording.sample_rate == RATE else resample(mix, recording.sample_rate, RATE)
        parts = self._take_apart(here, progress)
        if recording.sample_rate != RATE:
            parts = [_fitted(resample(p, RATE, recording.sample_rate), mix.shape[1]) for p in parts]
        vocals, drums, bass = parts
        return complete_stems(mix, vocals, drums, bass, recording.sample_rate, self.name)

    def _take_apart(self, samples: Samples, progress: Callable[[str, float], None] | None) -> list[Samples]:
        """Vocals, drums and bass at the network's rate."""
        length = samples.shape[1]
        times = 1 + length // HOP
        gain = _TARGET_RMS / max(_rms(samples), 1e-6)
        results = [np.zeros((samples.shape[0], (times - 1) * HOP + WINDOW), np.float32) for _ in range(_STEMS)]
        for piece in self._masks(samples, times, gain):
            first, last = piece.first, piece.first + piece.masks.shape[2]
            spectrum = _spectra(samples, first, last)
            for stem, whole in enumerate(results):
                sound = np.asarray(irfft(_masked(spectrum, piece.masks[stem]), WINDOW, axis=-1)) * hann(WINDOW)
                laid = overlap_add(sound.astype(np.float32, copy=False), HOP)
                whole[:, first * HOP : first * HOP + laid.shape[1]] += laid
            if progress:
                progress("separating", last / times)
        for whole in results:
            _even_out(whole, times)
        return [np.ascontiguousarray(whole[:, WINDOW // 2 : WINDOW // 2 + length]) for whole in results]

    def _masks(self, samples: Samples, times: int, gain: float) -> Iterator[_Piece]:
        """Masks of consecutive frames; neighbouring chunks fade into each other over their overlap."""
        fading: Floats | None = None
        for first in range(0, times, _CHUNK - _OVERLAP):
            last = min(first + _CHUNK, times)
            masks = self._run(_spectra(_stereo_part(samples), first, last) * np.float32(gain))
            if fading is not None:
                width = min(_OVERLAP, masks.shape[2])
                rise = (np.arange(1, width + 1, dtype=np.float32) / (width + 1))[:, None]
                masks[:, :, :width] = fading[:, :, :width] * (1 - rise) + masks[:, :, :width] * rise
            if last == times:
                yield _Piece(first, masks)
                return
            fading = masks[:, :, -_OVERLAP:]
            yield _Piece(first, masks[:, :, :-_OVERLAP])

    def _run(self, spectrum: Spectrum) -> Floats:
        """Shape: (2, frames, 2049) -> (3 stems, mid and side, frames, 2049)."""
        frames = spectrum.shape[1]
        filled = frames + -frames % _MULTIPLE
        given = np.zeros((1, 4, filled, _BINS), np.float32)
        given[0, 0::2, :frames] = spectrum.real[..., :_BINS]
        given[0, 1::2, :frames] = spectrum.imag[..., :_BINS]
        masks = self._network(given)["masks"][0, :, :, :frames]
        if self._refined:
            loudness = np.abs(spectrum[0, :, :_BINS] + spectrum[1, :, :_BINS])
            masks = refine_masks(masks, loudness, RATE / WINDOW)
        masks = masks[:_STEMS]
        return np.concatenate([masks, masks[..., -1:]], axis=-1)


class _Piece(NamedTuple):
    first: int
    masks: Floats


def _stereo_part(samples: Samples) -> Samples:
    """What the network listens to: the stereo pair, or the mean on both sides."""
    if samples.shape[0] == 2:
        return samples
    return np.broadcast_to(samples.mean(axis=0, keepdims=True, dtype=np.float32), (2, samples.shape[1]))


def _spectra(samples: Samples, first: int, last: int) -> Spectrum:
    """Frames first..last-1, frame k centred on sample k * hop, in the network's scale. Shape: (channels, frames, 2049)."""
    begin, end = first * HOP - WINDOW // 2, (last - 1) * HOP + WINDOW // 2
    inside = samples[:, max(0, begin) : max(0, end)]
    before = max(0, -begin)
    padded = np.zeros((samples.shape[0], end - begin), np.float32)
    padded[:, before : before + inside.shape[1]] = inside
    pieces = frames_of(padded, WINDOW, HOP, centred=False) * hann(WINDOW)
    return np.asarray(rfft(pieces, axis=-1)).astype(np.complex64) / np.float32(HOP)


def _masked(spectrum: Spectrum, masks: Floats) -> Spectrum:
    """One stem of the recording's own channels. Shape: (channels, frames, 2049), (2, frames, 2049)."""
    if spectrum.shape[0] != 2:
        return spectrum * masks[0]
    middle, side = (spectrum[0] + spectrum[1]) / 2 * masks[0], (spectrum[0] - spectrum[1]) / 2 * masks[1]
    return np.stack([middle + side, middle - side])


def _even_out(sound: Samples, times: int) -> None:
    """Undo the two windows and the network's scale, in place; at both ends fewer frames overlap."""
    power = np.square(hann(WINDOW))
    few = min(times, 2 * WINDOW // HOP)
    ends = overlap_add(np.broadcast_to(power, (1, few, WINDOW)), HOP)[0]
    weight = np.full(sound.shape[1], ends[ends.size // 2], np.float32)
    weight[:WINDOW], weight[-WINDOW:] = ends[:WINDOW], ends[-WINDOW:]
    sound *= HOP / np.maximum(weight, np.float32(1e-3))


def _fitted(samples: Samples, length: int) -> Samples:
    fitted = np.zeros((samples.shape[0], length), np.float32)
    shared = min(length, samples.shape[1])
    fitted[:, :shared] = samples[:, :shared]
    return fitted


def _rms(samples: Samples) -> float:
    """Over all samples, without a copy of them."""
    step = 1 << 20
    power = sum(float(np.vdot(p, p)) for p in (samples[:, b : b + step] for b in range(0, samples.shape[1], step)))
    return (power / max(1, samples.size)) ** 0.5
