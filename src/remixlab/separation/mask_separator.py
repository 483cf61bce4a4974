"""Taking a mix apart without training: one soft mask per stem, in chunks, so that any length fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

import numpy as np

from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples, Stems, StemsBlock
from remixlab.domain.ports.process import Progress
from remixlab.separation.blockwise import complete_blocks, gather_stems
from remixlab.separation.masks import REACH_FRAMES, find_masks
from remixlab.signal.reel import Reel
from remixlab.signal.spectrum import istft, stft

_WINDOW_S = 4096 / SAMPLE_RATE
_CHUNK_HOPS = 512


class MaskSeparator:
    """Median harmonic/percussive masks, stereo centre and a low split. No weights, no training, any sample rate."""

    name = "mask/1"
    trained = False

    def separate(self, recording: Audio, *, progress: Progress | None = None) -> Stems:
        """Four stems of the recording's own shape and rate. Law: their sum is the recording within 1e-6."""
        return gather_stems(self, recording, progress)

    def take_apart(self, blocks: Iterable[Samples], sample_rate: int, *, level_rms: float) -> Iterator[StemsBlock]:
        """The stems of a recording that arrives in blocks, in memory that no length makes grow.

        Loud or soft is all the same here.
        """
        mix = Reel()
        return complete_blocks(mix, _masked_blocks(Reel(mix.recorded(blocks)), sample_rate))


def complete_stems(mix: Samples, vocals: Samples, drums: Samples, bass: Samples, sample_rate: int, name: str) -> Stems:
    """The fourth stem is what the other three leave, so that nothing of the recording is lost."""
    other = mix - vocals
    other -= drums
    other -= bass
    return Stems(*(Audio(s, sample_rate) for s in (vocals, drums, bass, other)), separator=name)


def _window_frames(sample_rate: int) -> int:
    """About 93 ms, a power of two."""
    return max(256, 1 << round(np.log2(_WINDOW_S * sample_rate)))


def _masked_blocks(reel: Reel, sample_rate: int) -> Iterator[Samples]:
    """Vocals, drums and bass, the channels of each below those of the one before."""
    window = _window_frames(sample_rate)
    hop = window // 4
    margin = (REACH_FRAMES + 4) * hop
    for begin in count(0, _CHUNK_HOPS * hop):
        reel.reach(begin + _CHUNK_HOPS * hop + margin)
        end = min(begin + _CHUNK_HOPS * hop, reel.end)
        first, last = max(0, begin - margin), min(reel.end, end + margin)
        if begin >= end:
            return
        parts = _masked(reel.read(first, last), window, hop, sample_rate)
        yield np.concatenate([part[:, begin - first : end - first] for part in parts])
        reel.forget(end - margin)


def _masked(samples: Samples, window: int, hop: int, sample_rate: int) -> list[Samples]:
    spectrum = stft(samples, window, hop)
    masks = find_masks(spectrum[:2], sample_rate)
    return [istft(spectrum * mask, samples.shape[1], hop) for mask in masks]
