"""The base of every answer, and of every list that is read by pages."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")


class Answer(BaseModel):
    """A closed model: it has exactly the fields that are described."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON."""
        return self.model_dump(mode="json", by_alias=True)


class ListAnswer(Answer, Generic[T]):
    """A page of a list, in a fixed order."""

    items: list[T]
    next: Annotated[
        str | None, Field(description="The cursor of the page that follows, for `after`; null on the last.")
    ] = None
