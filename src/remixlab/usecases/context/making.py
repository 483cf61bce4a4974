"""`Making`: `Sounds` with what a finished remix needs: keys, deals, fonts, and the models that read prompts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from remixlab.domain.ports.performer import Performer
from remixlab.prompt import LanguageModel, Meaning
from remixlab.royalties import Deal
from remixlab.seal import Credentials, MarkKeys
from remixlab.signal.sounds import SoundPack
from remixlab.usecases.context.sounds import Sounds


def _synthesised() -> SoundPack | None:
    return None


@dataclass(frozen=True, slots=True, repr=False)
class SealKeys:
    """The secrets that marks are laid with, the certificate that manifests are signed with, the key of stream
    tokens.
    """

    marks: MarkKeys
    credentials: Credentials
    stream: bytes

    def __repr__(self) -> str:
        return f"SealKeys({self.marks!r}, {self.credentials!r}, <secret>)"


@dataclass(frozen=True, slots=True)
class Making(Sounds):
    keys: SealKeys
    deals: Mapping[str, Deal]
    informed_marks: bool = field(default=False, kw_only=True)
    """Whether a mark is laid twice more where the music hides it, so that shorter excerpts can be read."""
    model: LanguageModel | None = field(default=None, kw_only=True)
    meaning: Meaning | None = field(default=None, kw_only=True)
    """Likeness of words that no list holds; without it nothing is missing."""
    performers: tuple[Performer, ...] = field(default=(), kw_only=True)
    """Plug-ins that may play new parts; the first that takes a part plays it."""
    instruments: Callable[[], SoundPack | None] = field(default=_synthesised, kw_only=True)
    """The sampled instruments of the house, opened at first need; None where they are not installed or switched off."""
    soundfont_file: Callable[[], bytes] | None = field(default=None, kw_only=True)
    """Reads the SoundFont that the workspace was set to play on."""
