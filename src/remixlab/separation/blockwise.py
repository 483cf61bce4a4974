"""Stems block by block: completed to four, gathered into a whole, and from separators that only know wholes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from remixlab.domain.audio import Audio, Samples, Stems, StemsBlock
from remixlab.domain.ports.engines import BlockSeparator, Separator
from remixlab.domain.ports.process import Progress
from remixlab.signal.reel import Reel, blocks_of, measure_rms

WINDOW_S, FADE_S = 180.0, 4.0
"""How a separator that knows only wholes goes through hours: window by window, each faded into the next."""
_LEVEL_FRAMES = 1 << 20


def measure_level(recording: Audio) -> float:
    """What `take_apart` asks as `level_rms`."""
    return measure_rms(blocks_of(recording, _LEVEL_FRAMES))


def take_apart(
    separator: Separator, blocks: Iterable[Samples], sample_rate: int, *, level_rms: float
) -> Iterator[StemsBlock]:
    """The stems of a recording that arrives in blocks, by any separator; memory does not grow with the length."""
    if isinstance(separator, BlockSeparator):
        return separator.take_apart(blocks, sample_rate, level_rms=level_rms)
    mix = Reel()
    return complete_blocks(mix, _window_by_window(separator, Reel(mix.recorded(blocks)), sample_rate))


def gather_stems(separator: BlockSeparator, recording: Audio, progress: Progress | None) -> Stems:
    """The blocks of a recording as whole stems."""
    whole = {stem: np.empty_like(recording.samples) for stem in StemsBlock._fields}
    place = 0
    for block in separator.take_apart(blocks_of(recording), recording.sample_rate, level_rms=measure_level(recording)):
        for stem, samples in block._asdict().items():
            whole[stem][:, place : place + block.length_frames] = samples
        place += block.length_frames
        if progress:
            progress("separating", place / recording.length_frames)
    return Stems(
        **{stem: Audio(samples, recording.sample_rate) for stem, samples in whole.items()}, separator=separator.name
    )


def complete_blocks(mix: Reel, parts: Iterable[Samples]) -> Iterator[StemsBlock]:
    """The fourth stem is what the other three leave of the mix, which the reel keeps meanwhile.

    Shape: parts (3 * channels, frames): vocals, drums, bass. Parts may end a little before or after the mix.
    """
    place = 0
    for part in parts:
        length = min(part.shape[1], mix.end - place)
        if length:
            yield _completed(mix.read(place, place + length), part[:, :length])
        place += length
        mix.forget(place)
    if place < mix.end:
        rest = mix.read(place, mix.end)
        yield _completed(rest, np.zeros((3 * rest.shape[0], rest.shape[1]), np.float32))


def _completed(mix: Samples, part: Samples) -> StemsBlock:
    vocals, drums, bass = part.reshape(3, *mix.shape)
    other = mix - vocals
    other -= drums
    other -= bass
    return StemsBlock(vocals, drums, bass, other)


def _window_by_window(separator: Separator, reel: Reel, sample_rate: int) -> Iterator[Samples]:
    """Vocals, drums and bass; each window fades into the next over the seconds that both know."""
    window, fade = round(WINDOW_S * sample_rate), round(FADE_S * sample_rate)
    rise = np.linspace(0, 1, fade, dtype=np.float32)
    begin, fading = 0, None
    while True:
        goes_on = reel.reach(begin + window + 2 * fade)
        end = begin + window + fade if goes_on else reel.end
        if end <= begin:
            return
        stems = separator.separate(Audio(reel.read(begin, end), sample_rate))
        parts = np.concatenate([stems.vocals.samples, stems.drums.samples, stems.bass.samples])
        if fading is not None:
            parts[:, :fade] = fading * (1 - rise) + parts[:, :fade] * rise
        if not goes_on:
            yield parts
            return
        fading = parts[:, window:].copy()
        yield np.ascontiguousarray(parts[:, :window])
        begin += window
        reel.forget(begin)
