"""Taking a mix apart with the trained network: masks for mid and side, chunk by chunk, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples, Stems, StemsBlock
from remixlab.domain.ports.process import Progress
from remixlab.domain.speakers import usual_layout
from remixlab.networks.load import Network, load_network
from remixlab.separation.blockwise import complete_blocks, gather_stems
from remixlab.separation.places import Places
from remixlab.separation.refine import refine_masks
from remixlab.signal.downmix import stereo_shares
from remixlab.signal.reel import Reel, make_ahead, resample_blocks
from remixlab.signal.spectrum import frames_of, hann, overlap_add

Floats = NDArray[np.float32]
Spectrum = NDArray[np.complex64]

ROOM = "remixlab.separation"
WINDOW, HOP = 4096, 1024
"""What the network was trained on; `docs/networks.md` says it in full."""

_BINS = WINDOW // 2
_TARGET_RMS = 0.09
_CHUNK, _OVERLAP, _MULTIPLE = 384, 48, 8
_STEMS = 3


class NetworkSeparator:
    """The network that ships with the package; any rate and number of channels.

    `refined` lets `refine_masks` have its masks first.
    """

    name = "network/6"
    trained = True

    def __init__(self, network: Network | None = None, *, refined: bool = True) -> None:
        self._network = network or load_network(ROOM, "separator")
        self._refined = refined

    def separate(self, recording: Audio, *, progress: Progress | None = None) -> Stems:
        """Four stems of the recording's own shape and rate. Law: their sum is the recording within 1e-6."""
        return gather_stems(self, recording, progress)

    def take_apart(self, blocks: Iterable[Samples], sample_rate: int, *, level_rms: float) -> Iterator[StemsBlock]:
        """The stems of a recording that arrives in blocks, in memory that no length makes grow; `level_rms` is that of
        the whole.

        Law: joined, they are what `separate` gives.
        """
        mix = Reel()
        heard = Reel(resample_blocks(mix.recorded(blocks), sample_rate, SAMPLE_RATE))
        parts = resample_blocks(self._take_apart(heard, _TARGET_RMS / max(level_rms, 1e-6)), SAMPLE_RATE, sample_rate)
        return complete_blocks(mix, parts)

    def _take_apart(self, reel: Reel, gain: float) -> Iterator[Samples]:
        """Vocals, drums and bass at the network's rate, the channels of each below those of the one before."""
        overlapping = np.zeros((1, 0), np.float32)
        places = Places(_STEMS, _BINS + 1)
        for piece in make_ahead(self._masks(reel, gain)):
            parts = np.stack([_masked(piece.spectrum, masks) for masks in piece.masks])
            if self._refined and len(piece.spectrum) == 2:
                places.share(piece.spectrum, parts)
            laid = np.concatenate([_sound(part) for part in parts])
            laid[:, : overlapping.shape[1]] += overlapping
            begin = piece.first * HOP
            done = laid.shape[1] if piece.is_last else piece.masks.shape[2] * HOP
            overlapping = laid[:, done:].copy()
            even = laid[:, :done] * _evenness(done, reel.end, is_first=begin == 0, is_last=piece.is_last)
            yield np.ascontiguousarray(even[:, max(0, WINDOW // 2 - begin) : reel.end + WINDOW // 2 - begin])

    def _masks(self, reel: Reel, gain: float) -> Iterator[_Piece]:
        """Masks of consecutive frames; neighbouring chunks fade into each other over their overlap."""
        fading: Floats | None = None
        for first in count(0, _CHUNK - _OVERLAP):
            goes_on = reel.reach((first + _CHUNK + 1) * HOP)
            last = first + _CHUNK if goes_on else min(first + _CHUNK, 1 + reel.end // HOP)
            spectrum = _spectra(reel, first, last)
            masks = self._run(_stereo_part(spectrum) * np.float32(gain))
            if fading is not None:
                width = min(_OVERLAP, masks.shape[2])
                rise = (np.arange(1, width + 1, dtype=np.float32) / (width + 1))[:, None]
                masks[:, :, :width] = fading[:, :, :width] * (1 - rise) + masks[:, :, :width] * rise
            if not goes_on and last == 1 + reel.end // HOP:
                yield _Piece(first, masks, spectrum, is_last=True)
                return
            fading = masks[:, :, -_OVERLAP:].copy()
            yield _Piece(first, masks[:, :, :-_OVERLAP], spectrum[:, :-_OVERLAP], is_last=False)
            reel.forget((last - _OVERLAP) * HOP - WINDOW)

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
            masks = refine_masks(masks, loudness, SAMPLE_RATE / WINDOW)
        masks = masks[:_STEMS]
        return np.concatenate([masks, masks[..., -1:]], axis=-1)


class _Piece(NamedTuple):
    first: int
    masks: Floats
    spectrum: Spectrum
    is_last: bool


def _stereo_part(spectrum: Spectrum) -> Spectrum:
    """What the network listens to: the stereo pair, one channel on both sides, more by where they usually stand."""
    if spectrum.shape[0] == 2:
        return spectrum
    if spectrum.shape[0] == 1:
        return np.broadcast_to(spectrum, (2, *spectrum.shape[1:]))
    shares = stereo_shares(usual_layout(len(spectrum)), len(spectrum))
    return np.einsum("sc,cfb->sfb", shares, spectrum)


def _spectra(reel: Reel, first: int, last: int) -> Spectrum:
    """Frames first..last-1, frame k centred on sample k * hop, in the network's scale.

    Shape: (channels, frames, 2049).
    """
    stretch = reel.read(first * HOP - WINDOW // 2, (last - 1) * HOP + WINDOW // 2)
    pieces = frames_of(stretch, WINDOW, HOP, centred=False) * hann(WINDOW)
    return np.asarray(rfft(pieces, axis=-1)).astype(np.complex64, copy=False) / np.float32(HOP)


def _masked(spectrum: Spectrum, masks: Floats) -> Spectrum:
    """One stem of the recording's own channels. Shape: (channels, frames, 2049), (2, frames, 2049)."""
    if spectrum.shape[0] != 2:
        return spectrum * masks[0]
    middle, side = (spectrum[0] + spectrum[1]) / 2 * masks[0], (spectrum[0] - spectrum[1]) / 2 * masks[1]
    return np.stack([middle + side, middle - side])


def _sound(spectrum: Spectrum) -> Samples:
    """The frames laid over each other through a second window."""
    sound = np.asarray(irfft(spectrum, WINDOW, axis=-1)) * hann(WINDOW)
    return overlap_add(sound.astype(np.float32, copy=False), HOP)


def _evenness(length: int, total: int, *, is_first: bool, is_last: bool) -> Floats:
    """What undoes the two windows and the network's scale; at both ends of a recording of `total` samples fewer frames
    overlap.
    """
    power = np.square(hann(WINDOW))
    few = min(1 + total // HOP, 2 * WINDOW // HOP)
    ends = overlap_add(np.broadcast_to(power, (1, few, WINDOW)), HOP)[0]
    weight = np.full(length, ends[ends.size // 2], np.float32)
    if is_first:
        weight[:WINDOW] = ends[:WINDOW]
    if is_last:
        weight[-WINDOW:] = ends[-WINDOW:]
    return np.asarray(HOP / np.maximum(weight, np.float32(1e-3)), np.float32)
