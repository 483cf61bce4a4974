"""Commands about what becomes of a word: narrow a permission, lift a no, take one back, read the history of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from remixlab.doors.cli.options import moment
from remixlab.doors.cli.rights import (
    Asked,
    LengthMax,
    Listed,
    PerDayMax,
    PitchMax,
    ShareMin,
    TempoMax,
    TierMin,
    consent,
    consents_told,
    limits_said,
    words_of,
)
from remixlab.doors.cli.session import Session, command

ConsentId = Annotated[str, typer.Argument(metavar="CONSENT", help="A consent's id, as `consent show` names it.")]
FromDay = Annotated[
    str | None, typer.Option("--from", help="From this moment on, ISO 8601; at once without it.", show_default=False)
]
Kind = Annotated[
    str | None,
    typer.Option(
        "--kind",
        help="stop-new, keep-playing (drafts are closed, too), stop-plays or delete.",
        show_default="stop-plays for a recording, stop-new for one consent",
    ),
]


@consent.command("narrow")
@command
def narrow(
    consent_id: ConsentId,
    session: Session,
    scopes: Annotated[str | None, typer.Option("--scopes", help="The uses that go on; all without it.")] = None,
    territories: Listed = None,
    territories_excluded: Listed = None,
    genres_allowed: Listed = None,
    genres_forbidden: Listed = None,
    topics_forbidden: Listed = None,
    tempo_change_max: TempoMax = None,
    pitch_change_max: PitchMax = None,
    length_max_s: LengthMax = None,
    share_min_ppm: ShareMin = None,
    tier_min: TierMin = None,
    derivatives_per_day_max: PerDayMax = None,
    approval: Asked = False,
    valid_to: Annotated[str | None, typer.Option("--until")] = None,
) -> None:
    """Add limits to a permission of yours. It never opens anything; what was made before stays as it is."""
    from remixlab.doors.answers.rights import consent_said  # lazy: --help stays instant
    from remixlab.usecases.rights import limits_of, narrow_consent, scopes_of

    limits = limits_of(
        limits_said(
            territories=territories,
            territories_excluded=territories_excluded,
            genres_allowed=genres_allowed,
            genres_forbidden=genres_forbidden,
            topics_forbidden=topics_forbidden,
            tempo_change_max=tempo_change_max,
            pitch_change_max_semitones=pitch_change_max,
            length_max_s=length_max_s,
            share_min_ppm=share_min_ppm,
            tier_min=tier_min,
            derivatives_per_day_max=derivatives_per_day_max,
            approval_required=approval,
        )
    )
    kept = scopes_of(words_of(scopes)) if scopes else None
    until = moment(valid_to) if valid_to else None
    with session.open() as opened:
        narrowed = narrow_consent(consent_id, limits, opened.actor, opened.context, scopes=kept, valid_to=until)
    session.answer(consent_said(narrowed), lambda a: consents_told([a["consent"]]))


@consent.command("lift")
@command
def lift(
    word: Annotated[str, typer.Argument(metavar="CONSENT|HOLD", help="A prohibition, or the hold of a withdrawal.")],
    session: Session,
    since: FromDay = None,
) -> None:
    """Take back a no of yours: a prohibition, or the withdrawal of a recording. What was taken down stays down."""
    from remixlab.doors.answers.rights import lifted_answer  # lazy
    from remixlab.usecases.rights import lift as take_back_no

    with session.open() as opened:
        lifted = take_back_no(word, opened.actor, opened.context, since=moment(since) if since else None)
    session.answer(lifted_answer(lifted), lambda a: iter(["Lifted. What was said before counts again."]))


@consent.command("withdraw")
@command
def withdraw(
    session: Session,
    recording: Annotated[
        str | None, typer.Argument(metavar="[RECORDING]", help="A recording's id or ISRC, to stop every use of it.")
    ] = None,
    consent_id: Annotated[str | None, typer.Option("--consent", help="Take back this one permission.")] = None,
    kind: Kind = None,
    since: FromDay = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with it.")] = "",
) -> None:
    """Stop every use of a recording, or take one permission back; --kind says how far, --from on which day."""
    from remixlab.doors.answers.rights import taken_back_answer, withdrawn_answer  # lazy
    from remixlab.usecases.rights import withdraw as stop
    from remixlab.usecases.rights import withdraw_consent, withdrawal_named

    if (recording is None) == (consent_id is None):
        raise typer.BadParameter("Name either a recording, or --consent and its id.")
    day = moment(since) if since else None
    how = withdrawal_named(kind) if kind else None
    with session.open() as opened:
        if recording is not None:
            stopped = stop(recording, opened.actor, opened.context, since=day, **({"kind": how} if how else {}))
            session.answer(withdrawn_answer(stopped), _withdrawn)
            return
        taken = withdraw_consent(
            consent_id or "", opened.actor, opened.context, since=day, reason=reason, **({"kind": how} if how else {})
        )
        session.answer(taken_back_answer(taken), _taken_back)


@consent.command("history")
@command
def history(consent_id: ConsentId, session: Session) -> None:
    """Everything that a party said about the same subject and side, oldest first, and what became of it."""
    from remixlab.doors.answers.rights import history_answer  # lazy
    from remixlab.usecases.rights import consent_history

    with session.open() as opened:
        found = consent_history(consent_id, opened.actor, opened.context)
    session.answer(history_answer(found), _history)


def _withdrawn(answer: Mapping[str, Any]) -> Iterator[str]:
    hold = answer["hold"]
    yield f"Withdrawn from {hold['since']} on. {len(answer['remixes'])} remixes were taken down."
    yield f"[dim]To open it again: remixlab consent lift {hold['hold_id']}[/dim]"


def _taken_back(answer: Mapping[str, Any]) -> Iterator[str]:
    yield f"Taken back. {len(answer['remixes'])} remixes were taken down."
    if answer["still_open"]:
        yield "You opened the same in other ways, too, and these still stand:"
        yield from consents_told(answer["still_open"])


def _history(answer: Mapping[str, Any]) -> Iterator[str]:
    for said in answer["consents"]:
        yield f"{said['said_at'] or said['valid_from'] or 'before all':20}"
        yield from consents_told([said])
        for ending in said["endings"]:
            what = f"{ending['kind']} {ending['withdrawal'] or ''}".strip()
            uses = f" for {', '.join(ending['scopes'])}" if ending["scopes"] else ""
            by = f" by {ending['replaced_by']}" if ending["replaced_by"] else ""
            why = f": {ending['reason']}" if ending["reason"] else ""
            yield f"    {ending['since']}  {what}{by}{uses}{why}"
