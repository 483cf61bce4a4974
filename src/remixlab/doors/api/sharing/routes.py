"""/remixes and /plays: list, read, publish, and count a listen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from remixlab.domain.dial import Dial
from remixlab.domain.ledger import Play
from remixlab.domain.remix import Remix
from remixlab.domain.value import canonical
from remixlab.doors.answers.making import RemixAnswer, RemixList, remix_answer
from remixlab.doors.answers.passports import PassportAnswer
from remixlab.doors.answers.sharing import PlayedAnswer, played_answer
from remixlab.doors.api.caller import AnyActor, TheActor, TheWorkspace
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.request import Sent
from remixlab.usecases.sharing import audible_remix, open_stream, play, publish, read_passport, shown_remixes

if TYPE_CHECKING:
    from remixlab.usecases.context.records import Records

router = APIRouter(responses=PROBLEMS)


class PlayReport(Sent):
    """One listen. The same `play_id` twice is one play."""

    play_id: Annotated[str, Field(min_length=8, max_length=100, pattern=r"^[A-Za-z0-9_.:-]+$")]
    remix_id: Annotated[str, Field(max_length=128)]
    listened_s: Annotated[float, Field(ge=0, le=86_400)]
    token: Annotated[str, Field(max_length=512, description="The stream token that came with the audio.")]


@router.get("/remixes", tags=["remixes"])
def list_remixes(
    workspace: TheWorkspace,
    actor: AnyActor,
    source_id: Annotated[str | None, Query(max_length=128)] = None,
    ai: Annotated[
        Dial,
        Query(description="How much a trained model may have touched: `all`, `band` (never the voice), `none`."),
    ] = "all",
    after: After = None,
    limit: Limit = 50,
) -> RemixList:
    """Your own remixes, and everybody's published ones, newest first."""
    page = shown_remixes(actor, workspace.context, after=after, limit=limit, source_id=source_id, ai=ai)
    return RemixList(items=_answers(page.items, workspace.context), next=page.next)


@router.get("/remixes/{remix_id}", tags=["remixes"])
def read_remix(remix_id: str, workspace: TheWorkspace, actor: AnyActor) -> RemixAnswer:
    return _answers([audible_remix(remix_id, actor, workspace.context)], workspace.context)[0]


@router.post("/remixes/{remix_id}/publish", tags=["remixes"])
def publish_remix(remix_id: str, workspace: TheWorkspace, actor: TheActor) -> RemixAnswer:
    """Share a private remix; the permission to share is decided now."""
    return _answers([publish(remix_id, actor, workspace.context)], workspace.context)[0]


@router.get(
    "/remixes/{remix_id}/passport",
    tags=["remixes"],
    responses={200: {"model": PassportAnswer, "description": "The document, in canonical JSON."}},
    response_class=Response,
)
def read_remix_passport(remix_id: str, workspace: TheWorkspace, actor: TheActor) -> Response:
    """What of your remix may leave, as you were shown it before it was made; signed. `/receipts/verify` checks it."""
    document = read_passport(remix_id, actor, workspace.context)
    headers = {"Content-Disposition": f'attachment; filename="{remix_id}-passport.json"'}
    return Response(canonical(document), media_type="application/json", headers=headers)


@router.post("/plays", tags=["plays"])
def report_play(report: PlayReport, workspace: TheWorkspace, actor: TheActor) -> PlayedAnswer:
    """Count a listen when it is over. Safe to repeat: the same `play_id` is one play, and so is the same stream.

    What was not sent, or not long enough ago, cannot have been heard.
    """
    stream = open_stream(report.token, report.remix_id, actor.account, actor.at, workspace.context)
    listened = Play(
        play_id=report.play_id, remix_id=report.remix_id, listener=actor.account, at=actor.at,
        length_ms=round(report.listened_s * 1000), territory=actor.territory, stream=stream.stream,
    )  # fmt: skip
    return played_answer(play(listened, actor, workspace.context, stream=stream))


def _answers(remixes: Iterable[Remix], context: Records) -> list[RemixAnswer]:
    """Each with the recording that it was made from."""
    with context.read() as records:
        return [remix_answer(remix, records.catalogue.recording(remix.source_id)) for remix in remixes]
