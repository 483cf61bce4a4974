"""Commands about permission: say what is allowed, see what was said, take it back, answer a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from remixlab.doors.cli.options import moment
from remixlab.doors.cli.session import Session, command

consent = typer.Typer(help="What artists, writers and labels allow.", no_args_is_help=True)
Recording = Annotated[str, typer.Argument(help="A recording's id or ISRC.", metavar="RECORDING")]
Listed = Annotated[str | None, typer.Option(help="Separated by commas.", show_default=False)]
TempoMax = Annotated[float | None, typer.Option(min=0, help="0.1 means at most 10 % faster or slower.")]
PitchMax = Annotated[float | None, typer.Option(min=0, help="Semitones either way.")]
LengthMax = Annotated[float | None, typer.Option(min=1, help="Seconds of the result.")]
ShareMin = Annotated[int | None, typer.Option(min=0, max=1_000_000, help="The least part of a listen, in ppm.")]
TierMin = Annotated[str | None, typer.Option(help="free, member or creator.", show_default=False)]
PerDayMax = Annotated[int | None, typer.Option("--per-day-max", min=0, help="Remixes of one account a day.")]
Asked = Annotated[bool, typer.Option("--approval", help="Every remix waits for a yes.")]
Also = Annotated[
    bool, typer.Option("--also", help="Beside what you said before about the same, instead of replacing that.")
]


@consent.command("set")
@command
def set_consent(
    subject: Annotated[
        str, typer.Argument(help="A recording's id or ISRC; with --about another subject's id.", metavar="SUBJECT")
    ],
    session: Session,
    about: Annotated[
        str, typer.Option("--about", help="recording, release, work, artist, label or party-default.")
    ] = "recording",
    scopes: Annotated[str, typer.Option("--scopes", help="remix,cover,genre_shift ... or 'all'.")] = "all",
    side: Annotated[str, typer.Option("--side", help="master, artist, work or likeness.")] = "master",
    prohibit: Annotated[bool, typer.Option("--prohibit", help="Close these instead of opening them.")] = False,
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
    credit: Annotated[str | None, typer.Option("--credit")] = None,
    work: Annotated[str | None, typer.Option("--work", help="Which work of a medley.", metavar="ID")] = None,
    valid_from: Annotated[str | None, typer.Option("--from")] = None,
    valid_to: Annotated[str | None, typer.Option("--until")] = None,
    use_text: Annotated[str | None, typer.Option("--use-text", help="For a voice: its use, as it is signed.")] = None,
    signed_by: Annotated[str | None, typer.Option("--signed-by", help="For a voice: who signed.")] = None,
    also: Also = False,
) -> None:
    """Open or close uses of a recording, within limits, in the name of a party that holds it (--as).

    What the same party said before about the same is replaced, in the uses that are named.
    """
    from remixlab.doors.answers.rights import consent_said  # lazy: --help stays instant
    from remixlab.usecases.rights import ConsentForm
    from remixlab.usecases.rights import set_consent as keep

    limits = limits_said(
        territories=territories, territories_excluded=territories_excluded, genres_allowed=genres_allowed,
        genres_forbidden=genres_forbidden, topics_forbidden=topics_forbidden, tempo_change_max=tempo_change_max,
        pitch_change_max_semitones=pitch_change_max, length_max_s=length_max_s, share_min_ppm=share_min_ppm,
        tier_min=tier_min, derivatives_per_day_max=derivatives_per_day_max, approval_required=approval, credit=credit,
    )  # fmt: skip
    named = {"recording": subject} if about == "recording" else {"subject_kind": about, "subject": subject}
    said = {"side": side, "work": work, "scopes": words_of(scopes), "effect": "prohibit" if prohibit else "permit"}
    dates = {"valid_from": _day(valid_from), "valid_to": _day(valid_to)}
    voice = {"use_text": use_text, "signed_by": signed_by}
    form = ConsentForm.parse({**named, **said, **dates, **voice, "also": also, "constraints": limits})
    with session.open() as opened:
        kept = keep(form, opened.actor, opened.context)
    session.answer(consent_said(kept), lambda a: consents_told([a["consent"]]))


@consent.command("show")
@command
def show_consents(recording: Recording, session: Session) -> None:
    """Everything that was said about a recording, its works, its artist and its label."""
    from remixlab.doors.answers.rights import consents_answer  # lazy
    from remixlab.usecases.rights import show_consents as said

    with session.open() as opened:
        shown = said(recording, opened.actor, opened.context)
    session.answer(consents_answer(shown), lambda a: consents_told(a["consents"]))


@consent.command("settle")
@command
def settle_dispute(
    hold: Annotated[str, typer.Argument(metavar="HOLD", help="The id of the dispute.")], session: Session
) -> None:
    """End a dispute between co-owners: as the party that opened it (--as), or as who runs the workspace."""
    from remixlab.usecases.rights import settle_dispute as settle  # lazy

    with session.open() as opened:
        ended = settle(hold, opened.actor, opened.context)
    session.answer(ended.to_dict(), lambda a: iter([f"Settled: {a['subject']} is open again as its consents say."]))


@consent.command("veto")
@command
def set_artist_veto(
    label: Annotated[str, typer.Argument(metavar="LABEL", help="The label's id or name.")],
    session: Session,
    veto: Annotated[bool, typer.Option("--on/--off", help="On: an artist's own no outweighs the label's yes.")],
) -> None:
    """Say, as a label (--as), whether its artists' own no outweighs its yes. It does until the label says otherwise."""
    from remixlab.doors.answers.rights import veto_answer  # lazy
    from remixlab.usecases.rights import set_artist_veto as keep

    with session.open() as opened:
        kept = keep(label, opened.actor, opened.context, veto=veto)
    session.answer(
        veto_answer(kept),
        lambda a: iter([f"An artist's no {'outweighs' if a['artist_veto'] else 'yields to'} the label's yes."]),
    )


@command
def approve(
    request: Annotated[str, typer.Argument(metavar="REQUEST", help="The request_id of the refusal.")],
    session: Session,
    refuse: Annotated[bool, typer.Option("--refuse", help="Say no instead.")] = False,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take an earlier yes back.")] = False,
) -> None:
    """Answer a request that waits for a yes, in the name of the party that keeps it for itself (--as)."""
    from remixlab.doors.answers.rights import approvals_answer  # lazy
    from remixlab.usecases.rights import answer_request, revoke_request

    with session.open() as opened:
        if revoke:
            answered = revoke_request(request, opened.actor, opened.context)
        else:
            answered = answer_request(request, opened.actor, opened.context, approved=not refuse)
    session.answer(approvals_answer(answered), lambda a: (f"{p['consent_id']}: {p['status']}" for p in a["approvals"]))


@command
def inbox(
    session: Session,
    request: Annotated[
        str | None, typer.Argument(metavar="REQUEST", help="One request, in full.", show_default=False)
    ] = None,
) -> None:
    """What waits for your yes (--as): the plan in words, who would be paid, who asks and from where."""
    from remixlab.doors.answers.rights import RequestAnswer, request_answer  # lazy
    from remixlab.usecases.rights import list_approvals, read_request

    with session.open() as opened:
        actor, context = opened.actor, opened.context
        if request is None:
            waiting = list_approvals(actor, context, limit=1000, status="pending").items
            asked = tuple(dict.fromkeys(approval.request_key for approval in waiting))
        else:
            asked = (request,)
        shown: list[RequestAnswer] = [request_answer(read_request(one, actor, context)) for one in asked]
    session.answer({"requests": [one.to_dict() for one in shown]}, _asked)


def _asked(answer: Mapping[str, Any]) -> Iterator[str]:
    if not answer["requests"]:
        yield "Nothing waits."
    for one in answer["requests"]:
        asked = one["asked"]
        yield f"[bold]{one['request_id']}[/bold]  {', '.join(one['names'].values())}"
        if asked is not None:
            yield f"  {asked['title']} by {asked['artist']}, for {asked['listener']} in {asked['territory']}"
            yield from (f"  {line}" for line in asked["description"])
            yield "  " + ", ".join(f"{line['party']} {line['ppm'] / 10_000:g} %" for line in asked["pays"])


def _day(text: str | None) -> datetime | None:
    return moment(text) if text else None


def limits_said(**options: Any) -> dict[str, Any]:
    """The limits that options say; lists are written with commas."""
    listed = ("territories", "territories_excluded", "genres_allowed", "genres_forbidden", "topics_forbidden")
    return {name: words_of(value) if name in listed else value for name, value in options.items()}


def words_of(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())


def consents_told(consents: list[Mapping[str, Any]]) -> Iterator[str]:
    if not consents:
        yield "Nobody said anything about it: nothing is open."
    for c in consents:
        verb = "[green]open[/green]" if c["effect"] == "permit" else "[red]closed[/red]"
        limits = ", ".join(f"{k}: {v}" for k, v in c["constraints"].items() if v)
        within = f"  [dim]({limits})[/dim]" if limits else ""
        yield f"{c['side']:9} {verb}  {', '.join(c['scopes'])}{within}  [dim]{c['consent_id']}[/dim]"


COMMANDS = (approve, inbox)
