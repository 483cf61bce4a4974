"""Publish a remix, play it, and let it and its parts leave where every owner allows it."""

from remixlab.usecases.making import check_export, render_loose
from remixlab.usecases.sharing.disclose import read_disclosure
from remixlab.usecases.sharing.download import download_remix
from remixlab.usecases.sharing.export import Exported, export_stems, exported_parts, score_files
from remixlab.usecases.sharing.passport import read_passport
from remixlab.usecases.sharing.play import Played, Stream, note_served, open_stream, play, stream_token
from remixlab.usecases.sharing.publish import publish
from remixlab.usecases.sharing.remixes import audible_remix, shown_remixes
from remixlab.usecases.sharing.stretch import remix_stretch

__all__ = [
    "Exported",
    "Played",
    "Stream",
    "audible_remix",
    "check_export",
    "download_remix",
    "export_stems",
    "exported_parts",
    "note_served",
    "open_stream",
    "play",
    "publish",
    "read_disclosure",
    "read_passport",
    "remix_stretch",
    "render_loose",
    "score_files",
    "shown_remixes",
    "stream_token",
]
