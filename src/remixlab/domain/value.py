"""The base of everything that is stored or sent: immutable, closed, strict, finite."""

from __future__ import annotations

from typing import Any

import rfc8785
from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen pydantic model: unknown fields and lax conversions are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form with every default written."""
        return self.model_dump(mode="json", by_alias=True)


def canonical(tree: Any) -> bytes:
    """The one byte string of a JSON tree. Source: RFC 8785 (JSON Canonicalization Scheme)."""
    return rfc8785.dumps(tree)
