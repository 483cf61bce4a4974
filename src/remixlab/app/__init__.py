"""Wiring: settings, the composition root, durable jobs, plug-ins, logs. `open_house` is the way in for every door."""

from remixlab.app.jobs.queue import Jobs, JobStatus
from remixlab.app.settings import Settings, read_settings
from remixlab.app.wire import model_cards, open_workspace
from remixlab.app.workspace import Workspace

__all__ = [
    "JobStatus",
    "Jobs",
    "Settings",
    "Workspace",
    "model_cards",
    "open_workspace",
    "read_settings",
]
