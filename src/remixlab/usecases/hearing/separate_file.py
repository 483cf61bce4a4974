"""Source separation of a file into files, block after block: hours take no more memory than minutes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from remixlab.domain.audio import ALL_STEMS, Samples, StemsBlock
from remixlab.domain.ports.blobs import Content
from remixlab.domain.ports.process import Progress, silent
from remixlab.separation import take_apart
from remixlab.signal.reel import measure_rms
from remixlab.usecases.context.sounds import Sounds


def separate_file(
    content: Content, name: str, folder: Path, context: Sounds, progress: Progress = silent
) -> dict[str, Path]:
    """Four float WAV files in a folder, at the file's own rate and channels, that sum to it; where each lies.

    The file is read twice: how loud it is as a whole is known only at its end. Raises: InvalidAudio, EngineUnavailable.
    """
    progress("decode", 0.0)
    first = context.audio_files.stream(content, name)
    frames = 0

    def counted() -> Iterator[Samples]:
        nonlocal frames
        for block in first.blocks:
            frames += block.shape[1]
            yield block

    level_rms = measure_rms(counted())
    progress("decode", 1.0)
    stream = context.audio_files.stream(content, name)
    paths = {stem.value: folder / f"{stem.value}.wav" for stem in ALL_STEMS}
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        appends = [
            files.enter_context(context.audio_files.writing(paths[stem], stream.sample_rate, stream.channels, frames))
            for stem in StemsBlock._fields
        ]
        done = 0
        for block in take_apart(context.separator, stream.blocks, stream.sample_rate, level_rms=level_rms):
            for append, samples in zip(appends, block, strict=True):
                append(samples)
            done += block.length_frames
            progress("separating", done / frames)
    return paths
