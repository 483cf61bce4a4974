"""What people bring at the command line: files and folders of recordings, with stems and owners beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from remixlab.domain.errors import InvalidAudio, InvalidTerms
from remixlab.domain.text import readable
from remixlab.doors.cli.files import check_file, read_text

if TYPE_CHECKING:
    from remixlab.catalogue import Owners
    from remixlab.domain.ports.files import AudioFiles
    from remixlab.usecases.catalogue import Delivery

TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".txt")
"""What spreadsheets call a table of text; everything else is read as TOML."""
_STEM_NAMES = (
    "Name the files after what is in them: vocals, drums, bass and other, or the instruments of a multitrack, such as "
    "'Lead Vox', 'Kick' and 'Gtr L'."
)


@dataclass(frozen=True, slots=True)
class Said:
    """What one command says of the files that it brings."""

    title: str | None = None
    artist: str | None = None
    isrc: str | None = None
    stems: Path | None = None
    mine: bool = False


def files_in(places: Sequence[Path]) -> list[Path]:
    """The files that are meant: a folder means every sound below it, in the order of their names.

    Raises: InvalidAudio where there is none.
    """
    found = list(dict.fromkeys(file for place in places for file in _files_of(place)))
    if not found:
        raise InvalidAudio(f"{_names(places)} holds no sounds", hint="Give audio files, or folders with some.")
    return found


def read_delivery(
    path: Path, said: Said, owners: OwnersBook | None, audio_files: AudioFiles
) -> tuple[Delivery, tuple[str, ...]]:
    """One file with what lies beside it, and a word on what of that was passed over.

    Raises: InvalidAudio, RecordingNotFound, InvalidTerms.
    """
    from remixlab.usecases.catalogue import Delivery  # lazy

    content = check_file(path)
    stems, notes = read_stems(said.stems) if said.stems else ({}, ())
    told = owners.of(path, said.isrc, audio_files) if owners else None
    return Delivery(content, readable(path.name), stems, said.title, said.artist, said.isrc, told, said.mine), notes


def read_stems(folder: Path) -> tuple[dict[str, tuple[Path, ...]], tuple[str, ...]]:
    """The files of each stem in a folder, however they are named, and a word on what was passed over.

    Raises: InvalidAudio where no name says what is in its file.
    """
    from remixlab.catalogue import sort_stems  # lazy

    if not folder.is_dir():
        raise InvalidAudio(f"{folder} is no folder", hint="Give the folder that the stems lie in.")
    found = sort_stems(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    if not found.stems:
        unknown = f"; '{found.unknown[0]}' is not a stem" if found.unknown else ""
        raise InvalidAudio(f"{folder} holds no stems{unknown}", hint=_STEM_NAMES)
    if found.unknown:
        names = ", ".join(f"'{path}'" for path in found.unknown[:5])
        raise InvalidAudio(f"what is in {names} cannot be told by its name: it is not a stem", hint=_STEM_NAMES)
    notes = [f"'{path}' is taken for the mix itself, and is no stem" for path in found.mixes]
    grouped = [
        f"stem '{stem}' is the sum of {len(files)} files: {', '.join(path.stem for path in files[:8])}"
        for stem, files in found.stems.items()
        if len(files) > 1
    ]
    return {stem: tuple(check_file(folder / path) for path in files) for stem, files in found.stems.items()}, (
        *grouped,
        *notes,
    )


class OwnersBook:
    """An owners file (TOML) of one recording, or a table of many."""

    def __init__(self, name: str, owners: Owners | None, table: dict[str, Owners]) -> None:
        self._name, self._owners, self._table = name, owners, table

    @classmethod
    def read(cls, path: Path, encoding: str | None) -> OwnersBook:
        """Raises: InvalidTerms, InvalidIdentifier, Invalid where its encoding is not known."""
        from remixlab.catalogue import read_owners, read_owners_table  # lazy

        text, name = read_text(path, encoding), readable(path.name)
        if path.suffix.lower() in TABLE_SUFFIXES:
            return cls(name, None, read_owners_table(text))
        return cls(name, read_owners(text), {})

    def of(self, path: Path, isrc: str | None, audio_files: AudioFiles) -> Owners:
        """What it says of a file: by the ISRC that is stated, else by that of its tags. Raises: InvalidTerms."""
        from remixlab.domain.ids import ISRC  # lazy

        if self._owners is not None:
            return self._owners
        said = isrc or audio_files.read_tags(check_file(path), path.name).get("isrc")
        wanted = str(ISRC.parse(said)) if said else next(iter(self._table), "") if len(self._table) == 1 else ""
        if wanted not in self._table:
            raise InvalidTerms(
                f"{self._name} has {len(self._table)} recordings; none of them is the one meant",
                hint="Say which one with --isrc.",
            )
        return self._table[wanted]


def _files_of(place: Path) -> Iterator[Path]:
    from remixlab.catalogue import is_sound  # lazy

    if not place.is_dir():
        yield place
        return
    yield from (path for path in sorted(place.rglob("*")) if is_sound(path.relative_to(place)) and path.is_file())


def _names(places: Sequence[Path]) -> str:
    return ", ".join(str(place) for place in places[:3])
