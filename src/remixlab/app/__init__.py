"""Wiring: settings, the composition root, durable jobs, plug-ins, logs. `open_house` is the way in for every door."""

from remixlab.app.config import Settings, read_settings
from remixlab.app.house import House
from remixlab.app.jobs import Jobs, JobStatus
from remixlab.app.wire import model_cards, open_house

__all__ = ["House", "JobStatus", "Jobs", "Settings", "model_cards", "open_house", "read_settings"]
