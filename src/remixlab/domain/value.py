"""The base of everything that is stored or sent: immutable, closed, strict, finite."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import rfc8785
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field


class Value(BaseModel):
    """A frozen pydantic model: unknown fields and lax conversions are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form with every default written."""
        return self.model_dump(mode="json", by_alias=True)


def Unless(default: Any) -> Any:
    """A field that came later: its default is not written, so that what was stored before keeps its digest."""
    return Field(exclude_if=lambda value: value == default)


def _kept_in_utc(moment: datetime) -> datetime:
    try:
        moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("in UTC this moment lies outside of the years 1 to 9999") from error
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_kept_in_utc)]
"""A moment that somebody wrote down, with its zone. Law: it can be stored in UTC and read again."""


def canonical(tree: Any) -> bytes:
    """The one byte string of a JSON tree. Source: RFC 8785 (JSON Canonicalization Scheme)."""
    return rfc8785.dumps(tree)
