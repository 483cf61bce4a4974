"""Taking a mix apart without training: one soft mask per stem, in chunks, so that any length fits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from remixlab.domain.audio import Audio, Samples, Stems
from remixlab.separation.masks import REACH_FRAMES, find_masks
from remixlab.signal.spectrum import istft, stft

Progress = Callable[[str, float], None]

_WINDOW_S = 4096 / 44100
_CHUNK_HOPS = 512


class MaskSeparator:
    """Median harmonic/percussive masks, stereo centre and a low split. No weights, no training, any sample rate."""

    name = "mask/1"
    trained = False

    def separate(self, recording: Audio, *, progress: Progress | None = None) -> Stems:
        """Four stems of the recording's own shape and rate. Law: their sum is the recording within 1e-6."""
        mix = recording.samples
        vocals, drums, bass = (np.zeros_like(mix) for _ in range(3))
        window = _window_frames(recording.sample_rate)
        hop = window // 4
        margin = (REACH_FRAMES + 4) * hop
        for begin in range(0, recording.length_frames, _CHUNK_HOPS * hop):
            end = min(begin + _CHUNK_HOPS * hop, recording.length_frames)
            first, last = max(0, begin - margin), min(recording.length_frames, end + margin)
            parts = _masked(mix[:, first:last], window, hop, recording.sample_rate)
            for whole, part in zip((vocals, drums, bass), parts, strict=True):
                whole[:, begin:end] = part[:, begin - first : end - first]
            if progress:
                progress("separating", end / recording.length_frames)
        return complete_stems(mix, vocals, drums, bass, recording.sample_rate, self.name)


def complete_stems(mix: Samples, vocals: Samples, drums: Samples, bass: Samples, sample_rate: int, name: str) -> Stems:
    """The fourth stem is what the other three leave, so that nothing of the recording is lost."""
    other = mix - vocals
    other -= drums
    other -= bass
    return Stems(*(Audio(s, sample_rate) for s in (vocals, drums, bass, other)), separator=name)


def _window_frames(sample_rate: int) -> int:
    """About 93 ms, a power of two."""
    return max(256, 1 << round(np.log2(_WINDOW_S * sample_rate)))


def _masked(samples: Samples, window: int, hop: int, sample_rate: int) -> list[Samples]:
    spectrum = stft(samples, window, hop)
    masks = find_masks(spectrum[:2], sample_rate)
    return [istft(spectrum * mask, samples.shape[1], hop) for mask in masks]
