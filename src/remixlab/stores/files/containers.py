"""What libsndfile does not read: m4a, aac, webm, wma, WavPack and more, with the extra `[formats]` (PyAV, which carries
FFmpeg).

The answers are the same as for any other file: the file's own rate, channels and layout, every frame that is there, one
sentence
where something is wrong. How many frames there are is never asked, only counted.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np

from remixlab.domain.audio import Samples, SoundStream
from remixlab.domain.errors import InvalidAudio
from remixlab.domain.ports.blobs import Content
from remixlab.domain.speakers import Layout, layout_of_names
from remixlab.signal.downmix import to_stereo
from remixlab.stores.files.formats.pieces import PieceReader
from remixlab.stores.files.formats.unreadable import (
    check_shape,
    damaged,
    needs_formats,
    no_frames,
    not_finite,
    shown,
    too_long,
)

_DEMUXERS: Final = {
    "mp4": "mp4",
    "webm": "matroska",
    "asf": "asf",
    "aac": "aac",
    "ac3": None,
    "dts": "dts",
    "wavpack": "wv",
    "ape": "ape",
    "tta": "tta",
    "tak": "tak",
    "dsf": "dsf",
    "dff": "iff",
    "shorten": "shn",
    "amr": "amr",
    "flv": "flv",
    "avi": "avi",
    "mpegps": "mpeg",
    "mpegts": "mpegts",
    "ogg": "ogg",
    "wav": "wav",
    "caf": "caf",
    "aiff": "aiff",
    "flac": "flac",
}
"""What FFmpeg calls a kind. It is told, so that no file is taken for a playlist and makes it open others."""


def has_formats() -> bool:
    """Whether the extra is installed."""
    try:
        import_module("av")
    except ImportError:
        return False
    return True


def stream_container(content: Content, name: str, length_max_s: int, kind: str, start: int = 0) -> SoundStream:
    """Decode what libsndfile does not know, from where it begins in the file.

    Raises: InvalidAudio; without the extra it names what the file is and the command that installs it.
    """
    try:
        av: Any = import_module("av")  # lazy: an optional extra
    except ImportError as missing:
        raise needs_formats(kind, name) from missing
    reader = _Reader(av, content, name, kind, start)
    with reader.opened() as stream:
        rate, layout = int(stream.rate), _layout(stream.layout)
    check_shape(rate, len(layout), name)
    return SoundStream(rate, len(layout), reader.read(rate, layout, length_max_s * rate), layout)


class _Reader:
    """One file, opened once to be asked and once to be read."""

    def __init__(self, av: Any, content: Content, name: str, kind: str, start: int) -> None:
        self._av, self._content, self._name, self._kind, self._start = av, content, name, kind, start

    @contextmanager
    def opened(self) -> Generator[Any]:
        """The stream of the file that is best to hear. Raises: InvalidAudio."""
        with (
            self._translated(),
            self._source() as source,
            self._av.open(source, format=_DEMUXERS.get(self._kind)) as container,
        ):
            stream = container.streams.best("audio")
            if stream is None:
                raise no_frames(self._name)
            if stream.codec_context is None or not stream.rate:
                raise InvalidAudio(
                    f"the sound in {shown(self._name)} is protected, or in a codec that is not known",
                    code="audio.format",
                    hint="Bring it without protection, as wav, flac, ogg, mp3, opus or aiff.",
                )
            yield stream

    def read(self, rate: int, layout: Layout, length_max: int) -> Iterator[Samples]:
        frames = 0
        with self.opened() as stream:
            for samples in self._resampled(stream, rate, layout):
                frames += samples.shape[1]
                if frames > length_max:
                    raise too_long(self._name)
                if samples.shape[0] != len(layout) or not np.isfinite(samples).all():
                    raise not_finite(self._name)
                if samples.shape[1]:
                    yield samples
        if not frames:
            raise no_frames(self._name)

    def _resampled(self, stream: Any, rate: int, layout: Layout) -> Iterator[Samples]:
        """Floats at one rate and layout, whatever each frame has."""
        shape, resampler, place = None, None, layout
        for frame in self._decoded(stream):
            found = (frame.format.name, frame.layout.name, frame.sample_rate)
            if resampler is None or found != shape:
                if resampler is not None:
                    yield from (_placed(made, place, layout) for made in resampler.resample(None))
                shape, place = found, _layout(frame.layout)
                resampler = self._av.AudioResampler(format="flt", layout=frame.layout, rate=rate)
            frame.pts = None  # gaps between time stamps are no sound
            yield from (_placed(made, place, layout) for made in resampler.resample(frame))
        if resampler is not None:
            yield from (_placed(made, place, layout) for made in resampler.resample(None))

    def _decoded(self, stream: Any) -> Iterator[Any]:
        """Every frame; packets before the first that can be decoded belong to a beginning that is not there."""
        has_begun = False
        for packet in stream.container.demux(stream):
            try:
                frames = packet.decode()
            except self._av.error.InvalidDataError:
                if has_begun:
                    raise
                continue
            has_begun = has_begun or bool(frames)
            yield from frames

    def _source(self) -> PieceReader:
        content = self._content
        size = content.stat().st_size if isinstance(content, Path) else len(content)
        return PieceReader(content, [(self._start, size)])

    @contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except (self._av.FFmpegError, ValueError) as wrong:
            raise damaged(self._name, (getattr(wrong, "strerror", None) or str(wrong)).lower()) from wrong


def _placed(frame: Any, place: Layout, wanted: Layout) -> Samples:
    """The samples of a frame, on as many channels as the first frame had."""
    # Interleaved: PyAV 18 reads planes beyond the first few where there are none.
    samples = np.ascontiguousarray(frame.to_ndarray().reshape(-1, len(place)).T, np.float32)
    if place == wanted or samples.shape[0] == len(wanted):
        return samples
    stereo = to_stereo(samples, place)
    if len(wanted) == 1:
        return stereo.mean(axis=0, keepdims=True, dtype=np.float32)
    return np.concatenate([stereo, np.zeros((len(wanted) - 2, stereo.shape[1]), np.float32)])


def _layout(layout: Any) -> Layout:
    return layout_of_names(tuple(channel.name for channel in layout.channels))
