"""What a long-lived process keeps between requests; losing it costs time, never truth."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, NamedTuple

from remixlab.domain.material import Material
from remixlab.domain.music import Embedding
from remixlab.plan import SoundFontRef
from remixlab.rendering import Timeline
from remixlab.signal.soundfont import SoundFont

MATERIALS_IN_MEMORY: Final = 3
"""Recordings kept decoded in a long-lived process: about 0.3 GB each for a three-minute song with its stems."""

TIMELINES_IN_MEMORY: Final = 4
"""Results that were just listened to: seeking in one of them makes only the sound that is asked for."""


class HeardRecording(NamedTuple):
    """What searching needs of a recording: its names, who may see it, its embedding (None until it was heard, and for
    silence).
    """

    recording_id: str
    sha256: str
    title: str
    artist: str
    attested_by: str | None
    feel: Embedding | None


class Embeddings(NamedTuple):
    """The recordings that can be searched, up to a cursor of `fingerprints`, as one encoder hears them."""

    encoder: str
    cursor: str | None
    recordings: Mapping[str, HeardRecording]


@dataclass(slots=True)
class SoundMemory:
    """An LRU cache of decoded recordings and timelines, and the SoundFont that was used last."""

    materials: OrderedDict[str, Material] = field(default_factory=OrderedDict[str, Material])
    timelines: OrderedDict[str, Timeline] = field(default_factory=OrderedDict[str, Timeline])
    embeddings: Embeddings | None = None
    default_font: SoundFontRef | None = None
    last_font: SoundFont | None = None
    lock: Lock = field(default_factory=Lock)

    def material(self, key: str) -> Material | None:
        with self.lock:
            found = self.materials.get(key)
            if found:
                self.materials.move_to_end(key)
            return found

    def keep(self, key: str, material: Material) -> None:
        with self.lock:
            self.materials[key] = material
            while len(self.materials) > MATERIALS_IN_MEMORY:
                _, gone = self.materials.popitem(last=False)
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
