"""Which of the four stems a file holds, by its name as people write it: "01 - Lead Vox", "drum bus", "Gtr L", "MUSIC".

Multitracks are grouped: kick, snare and overheads are drums. A name that says nothing is passed to its folder's name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import PurePath
from typing import Final


def _read_names() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("remixlab.catalogue") / "stem_names.toml").read_text(encoding="utf-8"))


_NAMES: Final = _read_names()
_ORDER: Final = ("vocals", "drums", "bass", "other")
"""Who wins where several are named: "Vocal Guitar Harmony" sings, "Bass Synth Lead" is a bass."""
_WORDS: Final = {stem: frozenset(_NAMES[stem]["words"]) for stem in _ORDER}
_MIXES: Final = frozenset(_NAMES["mix"]["words"])
_SOUNDS: Final = frozenset(_NAMES["sounds"]["suffixes"])


@dataclass(frozen=True, slots=True)
class StemFiles:
    """The files of each stem, those whose names say nothing, and those that are the mix itself."""

    stems: Mapping[str, tuple[PurePath, ...]]
    unknown: tuple[PurePath, ...] = ()
    mixes: tuple[PurePath, ...] = ()


def is_sound(path: PurePath) -> bool:
    """Whether a name is that of a sound: not hidden, not what systems leave beside files, with a suffix of one."""
    return path.suffix.lower() in _SOUNDS and not any(
        part.startswith(".") or part == "__MACOSX" for part in path.parts if part not in ("/", "..", ".")
    )


def sort_stems(paths: Iterable[PurePath]) -> StemFiles:
    """Sort the files of a folder into the four stems; paths are below it, so that a folder's name counts too."""
    stems: dict[str, list[PurePath]] = {}
    unknown: list[PurePath] = []
    mixes: list[PurePath] = []
    sounds = sorted(path for path in paths if is_sound(path))
    shared = _shared(sounds)
    for path in sounds:
        stem = stem_named(path, shared)
        if stem is not None:
            stems.setdefault(stem, []).append(path)
        else:
            (mixes if _MIXES & set(_words(path.stem)) else unknown).append(path)
    return StemFiles({name: tuple(files) for name, files in stems.items()}, tuple(unknown), tuple(mixes))


def stem_named(path: PurePath, shared: int = 0) -> str | None:
    """The stem that a file's name means, else that its nearest folder means; None where none says it.

    So many words that all names `shared` at their beginning are the music's name.
    """
    for words in (_words(path.stem)[shared:], *(_words(folder) for folder in reversed(path.parent.parts))):
        found = _stem_of(words)
        if found:
            return found
    return None


def _shared(sounds: list[PurePath]) -> int:
    """How many words all names begin with, where every name goes on behind them."""
    names = [_words(path.stem) for path in sounds]
    if len(names) < 2:
        return 0
    same = 0
    while all(len(words) > same + 1 for words in names) and len({words[same] for words in names}) == 1:
        same += 1
    return same


def _stem_of(words: list[str]) -> str | None:
    line = f" {' '.join(words)} "
    for stem in ("other", "drums", "bass", "vocals"):  # "steel drum" is none, "bass drum" is no bass
        if any(f" {phrase} " in line for phrase in _NAMES[stem]["phrases"]):
            return stem
    return next((stem for stem in _ORDER if not _WORDS[stem].isdisjoint(words)), None)


def _words(name: str) -> list[str]:
    """Lower-case words of a name: `01-LeadVox_dry2` is lead, vox, dry; numbers count only in `808`."""
    apart = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z]{2})", " ", name)
    found = re.findall(r"808s?|[^\W\d_]+", apart)
    return [word.lower() for word in found]
