"""`Sounds`: `Records` with audio files, decoded sound, and the engines that separate and listen."""

from __future__ import annotations

from dataclasses import dataclass, field

from remixlab.domain.ports.engines import Listener, Separator
from remixlab.domain.ports.files import AudioFiles, SoundCache
from remixlab.domain.ports.process import Meter
from remixlab.identify import IndexInMemory, IndexStore
from remixlab.usecases.context.memory import SoundMemory
from remixlab.usecases.context.records import Records


@dataclass(frozen=True, slots=True)
class Sounds(Records):
    audio_files: AudioFiles
    sounds: SoundCache
    separator: Separator
    listener: Listener
    meter: Meter
    workers: int = field(default=1, kw_only=True)
    memory: SoundMemory = field(default_factory=SoundMemory, kw_only=True)
    index: IndexStore = field(default_factory=IndexInMemory, kw_only=True)
    """Of the catalogue's fingerprints; `usecases.claims.catalogue_index` keeps it up with what is on record."""

    def is_trained(self, separator: str) -> bool:
        """Whether stems made by this separator were touched by a trained model; one that is not known here is taken to
        be.
        """
        return self.separator.trained if separator == self.separator.name else not separator.startswith("mask/")
