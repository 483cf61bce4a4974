"""A no becomes an error: as `usecases.rights` says it, for everything that is made."""

from remixlab.usecases.rights.refusal import refusal

__all__ = ["refusal"]
