"""The base of everything that is sent."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Sent(BaseModel):
    """A closed model: a field that is not known is a mistake, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)
