"""Pages: the built studio or the plain one in its place, the share page, the reference of the API."""

from fastapi import APIRouter

from remixlab.doors.pages.built import FILES, static_files
from remixlab.doors.pages.routes import router as _places
from remixlab.doors.pages.share import router as _share
from remixlab.doors.pages.transparency import router as _transparency

router = APIRouter()
router.include_router(_places)
router.include_router(_share)
router.include_router(_transparency)

__all__ = ["FILES", "router", "static_files"]
