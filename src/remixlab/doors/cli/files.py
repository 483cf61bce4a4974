"""Files at the command line's door: read whole, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from remixlab.domain.errors import InvalidAudio, InvalidTerms, RecordingNotFound, SoundFontNotFound

if TYPE_CHECKING:
    from remixlab.app import Workspace
    from remixlab.catalogue import Owners
    from remixlab.domain.material import Song
    from remixlab.domain.ports.blobs import Content
    from remixlab.domain.ports.process import Progress
    from remixlab.domain.rights import Recording
    from remixlab.plan import SoundFontRef
    from remixlab.usecases.catalogue import Delivery

SIZE_MAX = 4 * 2**30
SUFFIXES = ("wav", "flac", "mp3", "ogg", "opus")


def read_file(path: Path) -> bytes:
    """Raises: InvalidAudio in one clear sentence."""
    return check_file(path).read_bytes()


def check_file(path: Path) -> Path:
    """A file that can be read, and is not empty. Raises: InvalidAudio, RecordingNotFound in one clear sentence."""
    try:
        if path.is_dir():
            raise InvalidAudio(f"{path} is a folder, not a file")
        if path.stat().st_size > SIZE_MAX:
            raise InvalidAudio(f"{path.name} is larger than {SIZE_MAX // 2**30} GiB")
        with path.open("rb") as file:
            is_empty = not file.read(1)
    except OSError as error:
        raise RecordingNotFound(f"{path} cannot be read: {error.strerror}.", hint="Give a file, a recording's id or its ISRC.") from error
    if is_empty:
        raise InvalidAudio(f"{path.name} is empty")
    return path


def read_font(path: Path | None, workspace: Workspace) -> SoundFontRef | None:
    """Bring a SoundFont in. Raises: SoundFontNotFound, InvalidSoundFont."""
    from remixlab.usecases.making import keep_soundfont  # lazy

    if path is None:
        return None
    try:
        return keep_soundfont(path.read_bytes(), workspace.context)
    except OSError as error:
        raise SoundFontNotFound(f"{path} cannot be read: {error.strerror}.", hint="Give an SF2 or SF3 file.") from error


def write_whole(path: Path, data: bytes) -> None:
    """Write beside, then rename: a reader sees the whole file or none. Raises: InvalidAudio."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InvalidAudio(f"{path} cannot be written: {error.strerror}", code="output.unwritable") from error


def suffix_of(path: Path) -> str:
    """Raises: InvalidAudio."""
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in SUFFIXES:
        raise InvalidAudio(
            f"'{path.name}' has no suffix that can be written", code="output.format", hint=f"Use one of {', '.join(SUFFIXES)}."
        )
    return suffix


def check_writable(path: Path) -> None:
    """Find out before the work that the result can be kept. Raises: InvalidAudio."""
    suffix_of(path)
    folder = path.parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise InvalidAudio(f"{path} cannot be written: there is no such folder, or it is closed", code="output.unwritable")


def read_delivery(
    path: Path, *, stems: Path | None = None, title: str | None = None, artist: str | None = None, isrc: str | None = None,
    owners: Path | None = None, mine: bool = False, user: str = "me",
) -> Delivery:  # fmt: skip
    """One file with what lies beside it. Raises: InvalidAudio, RecordingNotFound."""
    from remixlab.usecases.catalogue import Delivery

    found = {p.stem: check_file(p) for p in sorted(stems.iterdir()) if p.is_file()} if stems and stems.is_dir() else {}
    if stems and not found:
        raise InvalidAudio(f"{stems} holds no stems", hint="Name the files vocals, drums, bass and other.")
    said = _read_owners(owners, isrc) if owners else None
    return Delivery(check_file(path), path.name, found, title, artist, isrc, said, mine, user)


def _read_owners(path: Path, isrc: str | None) -> Owners:
    """What a TOML file says of one recording, or the rows that a table (CSV) has for it. Raises: InvalidTerms, InvalidIdentifier."""
    from remixlab.catalogue import read_owners, read_owners_table  # lazy
    from remixlab.domain.ids import ISRC

    text = read_file(path).decode("utf-8", "replace")
    if path.suffix.lower() != ".csv":
        return read_owners(text)
    table = read_owners_table(text)
    wanted = str(ISRC.parse(isrc)) if isrc else next(iter(table), "") if len(table) == 1 else ""
    if wanted not in table:
        raise InvalidTerms(f"{path.name} has {len(table)} recordings; none of them is the one meant", hint="Say which one with --isrc.")
    return table[wanted]


def resolve_source(source: str, workspace: Workspace, *, mine: bool = False, user: str = "me", progress: Progress | None = None) -> str:
    """The recording that FILE|ID means; a file that is not in the catalogue yet is brought in, with nobody's consent but the bringer's word.

    Raises: InvalidAudio, also where it is too long to be remixed: that is found out before it is heard.
    """
    from remixlab.usecases.catalogue import receive  # lazy
    from remixlab.usecases.hearing import check_length

    path = Path(source)
    if not path.exists():
        with workspace.context.read() as records:
            return records.recording(source).recording_id
    delivery = read_delivery(path, mine=mine, user=user)
    known = workspace.recording_of(delivery.data)
    if known and (known.attested_by == user or not mine):
        return known.recording_id
    order = receive(delivery, workspace.context, *([progress] if progress else []))
    check_length(order.recording)
    return str(workspace.jobs.wait(workspace.jobs.ingest(order, progress=progress))["recording_id"])


def content_of(source: str, workspace: Workspace) -> tuple[Content, str]:
    """What is in FILE|ID, and what it is called."""
    path = Path(source)
    if path.exists():
        return check_file(path), path.name
    with workspace.context.read() as records:
        recording = records.recording(source)
    return workspace.context.blobs.open(recording.sha256), recording.title


def find_source(source: str, workspace: Workspace) -> Recording:
    """FILE|ID as a recording; a loose file does not enter the catalogue."""
    from remixlab.usecases.catalogue import loose_recording  # lazy

    path = Path(source)
    if path.exists():
        return loose_recording(check_file(path), path.name, workspace.context)
    with workspace.context.read() as records:
        return records.recording(source)


def hear_source(source: str, workspace: Workspace, progress: Progress) -> Song:
    """FILE|ID as a song. Raises: InvalidAudio where it is too long for one."""
    from remixlab.usecases.hearing import hear  # lazy

    return hear(find_source(source, workspace), workspace.context, progress)
