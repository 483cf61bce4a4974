"""Tags inside an encoded file: title, artist, source and label, written and read back without touching the sound."""

from __future__ import annotations

from typing import Literal

from remixlab.domain.errors import InvalidAudio
from remixlab.domain.harmless import Harmless
from remixlab.domain.value import Value
from remixlab.seal.id3 import read_id3, write_id3
from remixlab.seal.ogg import read_ogg_comments, write_ogg_comments
from remixlab.seal.riff import read_riff, write_riff
from remixlab.seal.vorbis import Comments, read_flac_comments, write_flac_comments

_NAMES = {
    "title": "TITLE",
    "artist": "ARTIST",
    "source_isrc": "SOURCE_ISRC",
    "source": "SOURCE",
    "remix_id": "REMIXLAB_REMIX_ID",
    "label": "REMIXLAB_LABEL",
    "made_with_ai": "MADE_WITH_AI",
    "comment": "COMMENT",
    "software": "ENCODER",
}
"""Field of `Tags` to its name as a Vorbis comment; ID3 and RIFF have names of their own where their standards give
them.
"""


class Tags(Value):
    """What the tags of a remix say. `source` is the original's title and artist; its ISRC never poses as the remix's
    own.
    """

    title: Harmless
    artist: Harmless
    source: Harmless = ""
    source_isrc: Harmless = ""
    remix_id: Harmless = ""
    label: Harmless = ""
    made_with_ai: bool = False
    comment: Harmless = ""
    software: Harmless = "RemixLab"


def title_remix(kind: str, title: str, artist: str, *, made_with_ai: bool, style: str = "") -> str:
    """The title that travels: `AI remix of … by …` only where a trained model touched the sound."""
    what = " ".join(word for word in (style, kind) if word)
    what = f"AI {what}" if made_with_ai else what[:1].upper() + what[1:]
    return f"{what} of {title} by {artist}"


def write_tags(encoded: bytes, suffix: str, tags: Tags) -> bytes:
    """The same file with these tags in place of those it had. Raises: InvalidAudio when it is not a file of that
    format.
    """
    comments = _to_comments(tags)
    match _family(suffix):
        case "mp3":
            return write_id3(encoded, comments)
        case "flac":
            return write_flac_comments(encoded, comments)
        case "wav":
            return write_riff(encoded, comments)
        case "ogg":
            return write_ogg_comments(encoded, comments)


def read_tags(encoded: bytes, suffix: str) -> Tags | None:
    """The tags of a file, or None when it has no title. Raises: InvalidAudio when it is not a file of that format."""
    match _family(suffix):
        case "mp3":
            comments = read_id3(encoded)
        case "flac":
            comments = read_flac_comments(encoded)
        case "wav":
            comments = read_riff(encoded)
        case "ogg":
            comments = read_ogg_comments(encoded)
    return _from_comments(comments)


def _family(suffix: str) -> Literal["mp3", "flac", "wav", "ogg"]:
    match suffix.lower().lstrip("."):
        case "mp3":
            return "mp3"
        case "flac":
            return "flac"
        case "wav":
            return "wav"
        case "ogg" | "opus":
            return "ogg"
        case other:
            raise InvalidAudio(
                f"tags cannot be written to a .{other} file",
                code="audio.format",
                hint="Use wav, flac, mp3, ogg or opus.",
            )


def _to_comments(tags: Tags) -> Comments:
    values = {name: getattr(tags, field) for field, name in _NAMES.items()}
    values["MADE_WITH_AI"] = "yes" if tags.made_with_ai else "no"
    return {name: text for name, text in values.items() if text}


def _from_comments(comments: Comments) -> Tags | None:
    if "TITLE" not in comments:
        return None
    texts = {field: comments.get(name, "") for field, name in _NAMES.items() if field != "made_with_ai"}
    return Tags(made_with_ai=comments.get("MADE_WITH_AI") == "yes", **texts)
