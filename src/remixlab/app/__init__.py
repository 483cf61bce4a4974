"""Wiring: settings, the composition root, durable jobs, plug-ins, telemetry.

`open_workspace` is the way in for every door.
"""

from remixlab.app.jobs.queue import Jobs, JobStatus
from remixlab.app.settings import Settings, read_settings, variables
from remixlab.app.wire import open_workspace
from remixlab.app.workspace import Workspace

__all__ = ["JobStatus", "Jobs", "Settings", "Workspace", "open_workspace", "read_settings", "variables"]
