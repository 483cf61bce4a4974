"""A plan as it is sent: described verb by verb, and read by the plan language itself."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainValidator

from remixlab.plan import RemixPlan


def _as_it_comes(tree: Any) -> dict[str, Any]:
    if not isinstance(tree, dict):
        raise ValueError("a plan is a JSON object")
    return tree


PlanTree = Annotated[dict[str, Any], PlainValidator(_as_it_comes, json_schema_input_type=RemixPlan)]
"""A plan that somebody sends: described as a `RemixPlan`, taken as it comes.

The plan language reads it in the use case, so that older schemas are lifted and every mistake is told at once.
"""
