"""Engines and sound files in memory: nothing is separated and nothing heard, in milliseconds."""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from remixlab.domain.audio import Audio, Samples, SoundStream, Stems
from remixlab.domain.errors import InvalidAudio
from remixlab.domain.music import Analysis
from remixlab.domain.ports.blobs import Content
from remixlab.domain.ports.process import Progress
from remixlab.domain.remix import Energy

_MAGIC = b"RLSOUND1"
_HEAD = struct.Struct("<8sII")


class SilentSeparator:
    """Leaves the recording whole in `other`; the three other stems are silence. They sum to it."""

    name = "silent/1"
    trained = False

    def separate(self, recording: Audio, *, progress: Progress | None = None) -> Stems:
        nothing = Audio(np.zeros_like(recording.samples), recording.sample_rate)
        return Stems(vocals=nothing, drums=nothing, bass=nothing, other=recording, separator=self.name)


class FixedListener:
    """Hears the same in every recording, and counts how often it was asked."""

    name = "fixed/1"

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.asked = 0

    def listen(self, recording: Audio, stems: Stems | None, *, progress: Progress | None = None) -> Analysis:
        self.asked += 1
        return self.analysis


class MemorySounds:
    """A cache of decoded sound that loses nothing."""

    def __init__(self) -> None:
        self.kept: dict[str, Audio] = {}

    def load(self, key: str) -> Audio | None:
        return self.kept.get(key)

    def save(self, key: str, audio: Audio) -> None:
        self.kept[key] = audio

    @contextmanager
    def writing(self, key: str, sample_rate: int) -> Generator[Callable[[Samples], None]]:
        blocks: list[Samples] = []
        yield lambda block: blocks.append(np.array(block, np.float32))
        self.kept[key] = Audio(np.concatenate(blocks or [np.zeros((2, 0), np.float32)], axis=1), sample_rate)

    def forget(self, key: str) -> None:
        self.kept.pop(key, None)


class PlainFiles:
    """One format for every suffix: the samples behind a head of sixteen bytes. Law: `decode(encode(x)) == x`."""

    def __init__(self, tags: Mapping[str, str] | None = None) -> None:
        self.tags = dict(tags or {})

    def decode(self, content: Content, name: str) -> Audio:
        data = content.read_bytes() if isinstance(content, Path) else content
        if len(data) < _HEAD.size or not data.startswith(_MAGIC):
            raise InvalidAudio(f"'{name}' is not a sound file")
        _, sample_rate, channels = _HEAD.unpack_from(data)
        samples = np.frombuffer(data, np.float32, offset=_HEAD.size).reshape(channels, -1)
        return Audio.checked(samples, sample_rate)

    def stream(self, content: Content, name: str) -> SoundStream:
        audio = self.decode(content, name)
        return SoundStream(audio.sample_rate, audio.channels, iter([audio.samples]))

    @contextmanager
    def writing(
        self, path: Path, sample_rate: int, channels: int, length_frames: int
    ) -> Generator[Callable[[Samples], None]]:
        blocks: list[Samples] = []
        yield lambda block: blocks.append(np.array(block, np.float32))
        path.write_bytes(self.encode(Audio(np.concatenate(blocks, axis=1), sample_rate), "wav"))

    def encode(self, audio: Audio, suffix: str) -> bytes:
        return _HEAD.pack(_MAGIC, audio.sample_rate, audio.channels) + audio.samples.tobytes()

    def media_type(self, data: bytes) -> str:
        return "audio/plain" if data.startswith(_MAGIC) else "application/octet-stream"

    def read_tags(self, content: Content, name: str) -> Mapping[str, str]:
        return self.tags


class StoppedMeter:
    """A stopwatch on which every look takes a second, and that counts no energy."""

    def __init__(self) -> None:
        self.looks = 0

    def seconds(self) -> float:
        self.looks += 1
        return float(self.looks)

    def mark(self) -> float:
        return 0.0

    def energy_since(self, mark: float) -> Energy:
        return Energy(cpu_s=0.0, wh=0.0, method="none")
