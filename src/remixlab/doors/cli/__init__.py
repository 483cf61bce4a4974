"""The command line. Commands are grouped by what people come for; nothing heavy is imported before it is needed."""

from remixlab.doors.cli.main import app, main

__all__ = [
    "app",
    "main",
]
