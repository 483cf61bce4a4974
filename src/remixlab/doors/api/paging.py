"""Pagination over HTTP: `after` is the cursor that the page before gave as `next`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

After = Annotated[
    str | None, Query(max_length=512, description="The `next` of the page before; without it, the first page.")
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many items a page has at most.")]
