"""The desk: everything a use case works with, introduced once by `app.wire`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

from remixlab.domain.material import Song
from remixlab.domain.ports.engines import Listener, Separator
from remixlab.domain.ports.files import AudioFiles, Blobs, SoundCache
from remixlab.domain.ports.process import Clock, Meter
from remixlab.domain.ports.records import ReadTransaction, Registry, Settler, WriteTransaction
from remixlab.identify import Index
from remixlab.plan import SoundFontRef
from remixlab.prompt import LanguageModel, Meaning
from remixlab.rendering import Timeline
from remixlab.royalties import Deal, settle
from remixlab.seal import Credentials, MarkKeys
from remixlab.signal.soundfont import SoundFont


@dataclass(frozen=True, slots=True, repr=False)
class SealKeys:
    """The secrets that marks are laid with, the certificate that manifests are signed with, the key of stream tokens."""

    marks: MarkKeys
    credentials: Credentials
    stream: bytes

    def __repr__(self) -> str:
        return f"SealKeys({self.marks!r}, {self.credentials!r}, <secret>)"


SONGS_IN_MEMORY = 3
"""Recordings kept decoded in a long-lived process: about 0.3 GB each for a three-minute song with its stems."""


TIMELINES_IN_MEMORY = 4
"""Results that were just listened to: seeking in one of them makes only the sound that is asked for."""


@dataclass(slots=True)
class Memory:
    """What a long-lived process remembers between requests; losing it costs time, never truth."""

    songs: OrderedDict[str, Song] = field(default_factory=OrderedDict[str, Song])
    timelines: OrderedDict[str, Timeline] = field(default_factory=OrderedDict[str, Timeline])
    index: tuple[frozenset[tuple[str, str]], Index] | None = None
    default_font: SoundFontRef | None = None
    last_font: SoundFont | None = None
    lock: Lock = field(default_factory=Lock)

    def song(self, key: str) -> Song | None:
        with self.lock:
            found = self.songs.get(key)
            if found:
                self.songs.move_to_end(key)
            return found

    def keep(self, key: str, song: Song) -> None:
        with self.lock:
            self.songs[key] = song
            while len(self.songs) > SONGS_IN_MEMORY:
                _, gone = self.songs.popitem(last=False)
                for digest in [digest for digest, line in self.timelines.items() if line.rests_on(gone)]:
                    del self.timelines[digest]

    def timeline(self, line: Timeline) -> Timeline:
        """The timeline that was kept for the same plan of the same sounds; else this one, which is kept."""
        with self.lock:
            known = self.timelines.get(line.plan.digest)
            kept = known if known is not None and known.is_made_of(line) else line
            self.timelines[line.plan.digest] = kept
            self.timelines.move_to_end(line.plan.digest)
            while len(self.timelines) > TIMELINES_IN_MEMORY:
                self.timelines.popitem(last=False)
            return kept

    def font(self, sha256: str) -> SoundFont | None:
        font = self.last_font
        return font if font is not None and font.sha256 == sha256 else None

    def keep_font(self, font: SoundFont) -> None:
        """One at a time: they are large."""
        self.last_font = font


@dataclass(frozen=True, slots=True)
class Making:
    registry: Registry
    blobs: Blobs
    audio_files: AudioFiles
    sounds: SoundCache
    separator: Separator
    listener: Listener
    clock: Clock
    meter: Meter
    keys: SealKeys
    deals: Mapping[str, Deal]
    territory: str
    settler: Settler = settle
    workers: int = 1
    informed_marks: bool = False
    """Whether a mark is laid twice more where the music hides it, so that shorter excerpts can be read."""
    model: LanguageModel | None = None
    meaning: Meaning | None = None
    """Likeness of words that no list holds; without it nothing is missing."""
    words_kept: timedelta = timedelta(days=30)
    """How long the words of a refused wish are kept for appeal."""
    soundfont_file: Callable[[], bytes] | None = None
    """Reads the SoundFont that the house was set to play on."""
    memory: Memory = field(default_factory=Memory)

    def is_trained(self, separator: str) -> bool:
        """Whether stems made by this separator were touched by a trained model; one that is not known here is taken to be."""
        return self.separator.trained if separator == self.separator.name else not separator.startswith("mask/")

    def read(self) -> AbstractContextManager[ReadTransaction]:
        return self.registry.read()

    def write(self) -> AbstractContextManager[WriteTransaction]:
        return self.registry.write()


def silent(_stage: str, _share: float) -> None:
    """The progress nobody looks at."""
