"""A text of a value that leaves the house: it does nothing where it is shown."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from remixlab.domain.text import harmless

Harmless = Annotated[str, AfterValidator(harmless)]
"""What would move a cursor or turn the direction of writing is written out instead."""
