"""A no becomes an error: as `usecases.catalogue` says it, for everything that is made."""

from remixlab.usecases.catalogue.refusal import refusal

__all__ = ["refusal"]
