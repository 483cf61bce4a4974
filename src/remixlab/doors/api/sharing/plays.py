"""/plays: a listen, reported by the player."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from remixlab.domain.ledger import Play
from remixlab.doors.api.caller import TheCaller, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.shapes import PlayReport
from remixlab.usecases.sharing import check_token, play

router = APIRouter(tags=["plays"], responses=PROBLEMS)


@router.post("/plays")
def report_play(report: PlayReport, workspace: TheWorkspace, caller: TheCaller) -> dict[str, Any]:
    """Count a listen. Safe to repeat: the same `play_id` is one play."""
    check_token(report.token, report.remix_id, caller.user, workspace.context)
    wish = Play(
        play_id=report.play_id, remix_id=report.remix_id, listener=caller.user, at=caller.at,
        length_ms=round(report.listened_s * 1000), territory=caller.territory,
    )  # fmt: skip
    return play(wish, workspace.context)
