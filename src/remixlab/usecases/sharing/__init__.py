"""Publish a remix, play it, and let its parts leave where every owner allows it."""

from remixlab.usecases.sharing.export import Exported, check_export, export_stems, exported_parts, hear_samples
from remixlab.usecases.sharing.play import check_token, play, stream_token
from remixlab.usecases.sharing.publish import audible_remix, publish

__all__ = [
    "Exported",
    "audible_remix",
    "check_export",
    "check_token",
    "export_stems",
    "exported_parts",
    "hear_samples",
    "play",
    "publish",
    "stream_token",
]
