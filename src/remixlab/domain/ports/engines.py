"""Engines that others may bring: separators and listeners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, runtime_checkable

from remixlab.domain.audio import Audio, Samples, Stems, StemsBlock
from remixlab.domain.music import Analysis
from remixlab.domain.ports.process import Progress


class Separator(Protocol):
    """Takes a recording apart. The four stems sum to it within 1e-6."""

    @property
    def name(self) -> str: ...

    @property
    def trained(self) -> bool:
        """Whether a trained model does it: then the label says AI."""
        ...

    def separate(self, recording: Audio, *, progress: Progress | None = None) -> Stems: ...


@runtime_checkable
class BlockSeparator(Separator, Protocol):
    """A separator that can take a recording apart while it arrives, so that its length costs no memory."""

    def take_apart(self, blocks: Iterable[Samples], sample_rate: int, *, level_rms: float) -> Iterator[StemsBlock]:
        """`level_rms` is the level of the whole recording.

        Law: joined, the blocks are what `separate` gives, within 1e-6.
        """
        ...


class Listener(Protocol):
    """Hears beats, key, chords, form and notes in a recording."""

    @property
    def name(self) -> str: ...

    def listen(self, recording: Audio, stems: Stems | None, *, progress: Progress | None = None) -> Analysis: ...
