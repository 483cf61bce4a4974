"""The HTTP door: routes by area, errors as RFC 9457 problems."""

from remixlab.doors.api.app import create_api, create_schema

__all__ = ["create_api", "create_schema"]
