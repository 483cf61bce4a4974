"""Files at the command line's door: read whole, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remixlab.domain.errors import InvalidAudio, InvalidPlan, RecordingNotFound, SoundFontNotFound
from remixlab.domain.text import decode_text, readable
from remixlab.doors.cli.options import is_there

if TYPE_CHECKING:
    from remixlab.domain.ports.blobs import Content
    from remixlab.domain.rights import Recording
    from remixlab.doors.cli.session import Opened
    from remixlab.plan import SoundFontRef
    from remixlab.usecases.sharing import Exported

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
        raise RecordingNotFound(
            f"{path} cannot be read: {error.strerror}.", hint="Give a file, a recording's id or its ISRC."
        ) from error
    if is_empty:
        raise InvalidAudio(f"{path.name} is empty")
    return path


def read_text(path: Path, encoding: str | None = None) -> str:
    """A table or another text file. Raises: Invalid naming the line that cannot be read, InvalidAudio, NotFound."""
    return decode_text(read_file(path), readable(path.name), encoding)


def read_font(path: Path | None, opened: Opened) -> SoundFontRef | None:
    """Bring a SoundFont in. Raises: SoundFontNotFound, InvalidSoundFont."""
    from remixlab.usecases.making import keep_soundfont  # lazy

    if path is None:
        return None
    try:
        return keep_soundfont(path.read_bytes(), opened.actor, opened.context)
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
            f"'{path.name}' has no suffix that can be written",
            code="output.format",
            hint=f"Use one of {', '.join(SUFFIXES)}.",
        )
    return suffix


def check_writable(path: Path) -> None:
    """Find out before the work that the result can be kept. Raises: InvalidAudio."""
    suffix_of(path)
    folder = path.parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise InvalidAudio(
            f"{path} cannot be written: there is no such folder, or it is closed", code="output.unwritable"
        )


def resolve_source(source: str, opened: Opened, *, mine: bool = False) -> str:
    """The recording that FILE|ID means; a file that is not in the catalogue yet is brought in, with nobody's consent
    but the bringer's word.

    Raises: InvalidAudio, also where it is too long to be remixed: that is found out before it is heard.
    """
    from remixlab.usecases.catalogue import Delivery, receive, seen_by, shown_recording  # lazy
    from remixlab.usecases.hearing import check_length

    path, context, actor = Path(source), opened.context, opened.actor
    if not is_there(source):
        return shown_recording(source, actor, context).recording_id
    delivery = Delivery(check_file(path), readable(path.name), mine=mine)
    with context.read() as records:
        found = records.catalogue.find_recording(_digest(path))
        known = seen_by(found, actor, records.catalogue) if found else None
    if known and (known.attested_by == actor.account or not mine):
        return known.recording_id
    order = receive(delivery, actor, context, opened.progress)
    check_length(order.recording)
    return opened.workspace.bring(order, actor, opened.progress).recording_id


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_of(source: str, opened: Opened) -> tuple[Content, str]:
    """What is in FILE|ID, and what it is called; to take a recording of others' apart is a right of its own.

    Raises: RightsRefused, RecordingNotFound, InvalidAudio.
    """
    from remixlab.usecases.making import original_to_take  # lazy

    path = Path(source)
    if is_there(source):
        return check_file(path), readable(path.name)
    return original_to_take(source, opened.actor, opened.context)


def find_source(source: str, opened: Opened) -> Recording:
    """FILE|ID as a recording; a loose file does not enter the catalogue."""
    from remixlab.usecases.catalogue import loose_recording, usable_recording  # lazy

    path = Path(source)
    if is_there(source):
        return loose_recording(check_file(path), readable(path.name), opened.context)
    return usable_recording(source, opened.actor, opened.context)


def write_parts(parts: Sequence[Exported], folder: Path | None, opened: Opened) -> None:
    """32-bit float files, so that a sum of them is the premaster to the last bit that counts. Raises: InvalidAudio."""
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidAudio(f"{folder} cannot be made: {error.strerror}", code="output.unwritable") from error
    for part in parts:
        write_whole(folder / part.file, opened.context.audio_files.encode(part.sound, "wav32"))


def read_plan(path: Path) -> dict[str, Any]:
    """Raises: InvalidPlan."""
    try:
        tree = json.loads(read_text(path))
    except ValueError as error:
        raise InvalidPlan([f"{readable(path.name)} is not JSON ({error})"]) from error
    if not isinstance(tree, dict):
        raise InvalidPlan(["a plan is a JSON object"])
    return tree
