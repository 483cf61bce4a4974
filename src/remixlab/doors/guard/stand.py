"""The guard put together, in the order in which a request meets it."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from starlette.middleware import Middleware

from remixlab.doors.guard.addresses import AddressGuard
from remixlab.doors.guard.bodies import BodyGuard
from remixlab.doors.guard.heads import HeadOfGet
from remixlab.doors.guard.mishaps import Mishaps

GUARD: Final = (Mishaps, HeadOfGet, AddressGuard, BodyGuard)


def stand_guard(site: FastAPI) -> None:
    """Set the guard inside whatever else stands before the site, so that its answers carry the same headers."""
    site.user_middleware.extend(Middleware(part) for part in GUARD)
