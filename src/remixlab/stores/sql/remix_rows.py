"""A remix as a row: its canonical JSON, and beside it the columns that are looked up."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remixlab.domain.remix import Remix
from remixlab.domain.value import canonical


def columns_of(remix: Remix) -> dict[str, Any]:
    return {
        "listener": remix.listener,
        "share": remix.share,
        "state": remix.state,
        "decision_id": remix.decision_id,
        "plan_digest": remix.plan_digest,
        "audio_sha256": remix.audio_sha256,
        "body": canonical(remix.to_dict()).decode(),
    }


def remix_of(row: sa.Row[Any]) -> Remix:
    """The row's own state counts: a hold changes it in many remixes at once."""
    remix = Remix.model_validate_json(row.body)
    return remix if row.state == remix.state else remix.model_copy(update={"state": row.state})
