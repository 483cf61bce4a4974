"""Publish a remix, play it, and let it and its parts leave where every owner allows it."""

from remixlab.usecases.making import check_export, render_loose
from remixlab.usecases.sharing.download import download_remix
from remixlab.usecases.sharing.export import Exported, export_stems, exported_parts
from remixlab.usecases.sharing.play import Played, check_token, play, stream_token
from remixlab.usecases.sharing.publish import publish
from remixlab.usecases.sharing.remixes import audible_remix, shown_remixes
from remixlab.usecases.sharing.stretch import remix_stretch

__all__ = [
    "Exported",
    "Played",
    "audible_remix",
    "check_export",
    "check_token",
    "download_remix",
    "export_stems",
    "exported_parts",
    "play",
    "publish",
    "remix_stretch",
    "render_loose",
    "shown_remixes",
    "stream_token",
]
