"""Pages that are made on the server: the studio, the share page and the detector."""

from remixlab.doors.pages.routes import FILES, router

__all__ = ["FILES", "router"]
