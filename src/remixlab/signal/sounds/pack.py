"""The house's own sampled instruments: a SoundFont whose presets are called as the instruments that they are."""

from __future__ import annotations

from dataclasses import dataclass, field

from remixlab.signal.soundfont import Preset, SoundFont, read_soundfont
from remixlab.signal.soundfont.font import Decode


@dataclass(frozen=True, slots=True, eq=False)
class SoundPack:
    """Sampled instruments and kits by their ids. Its identity is the SHA-256 of its file."""

    font: SoundFont
    version: str
    _places: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])

    @property
    def name(self) -> str:
        """What the label calls it: name and version."""
        return self.font.name

    @property
    def sha256(self) -> str:
        return self.font.sha256

    @property
    def ids(self) -> tuple[str, ...]:
        """Every instrument and kit there is, in order."""
        return tuple(sorted(self._places))

    def preset(self, wanted: str) -> Preset | None:
        place = self._places.get(wanted)
        return None if place is None else self.font.preset(*place)


def read_pack(data: bytes | memoryview, version: str, *, decode: Decode) -> SoundPack:
    """The pack in these bytes, which it keeps hold of; samples are decoded when they are first played.

    Raises: InvalidSoundFont when it is damaged.
    """
    font = read_soundfont(data, decode=decode)
    return SoundPack(font, version, {name: place for place, name in font.preset_names.items()})
