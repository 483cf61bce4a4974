"""GET /rights/epoch: whether anything was opened or closed since one last looked."""

from __future__ import annotations

from fastapi import APIRouter

from remixlab.doors.answers.answer import Answer
from remixlab.doors.api.caller import TheWorkspace
from remixlab.doors.api.problems import PROBLEMS

router = APIRouter(tags=["consents"], responses=PROBLEMS)


class EpochAnswer(Answer):
    """The consent epoch: it moves with every change of what is permitted, and says nothing of what was changed."""

    epoch: int


@router.get("/rights/epoch")
def read_epoch(workspace: TheWorkspace) -> EpochAnswer:
    """Cheap enough to be asked every second by a page that is open; what changed is asked where it is shown."""
    with workspace.context.read() as records:
        return EpochAnswer(epoch=records.rights.epoch())
