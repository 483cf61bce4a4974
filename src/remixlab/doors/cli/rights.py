"""Commands about permission: say what is allowed, see what was said, take it back, answer a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from remixlab.doors.cli.options import At, Home, Json, Territory, User, caller, moment
from remixlab.doors.cli.output import emit

consent = typer.Typer(help="What artists, writers and labels allow.", no_args_is_help=True)
Subject = Annotated[str, typer.Argument(help="A recording's id or ISRC.", metavar="RECORDING")]
Listed = Annotated[str | None, typer.Option(help="Separated by commas.", show_default=False)]


@consent.command("set")
def set_consent(
    recording: Subject,
    scopes: Annotated[str, typer.Option("--scopes", help="remix,cover,genre_shift ... or 'all'.")] = "all",
    side: Annotated[str, typer.Option("--side", help="master, artist, work or likeness.")] = "master",
    prohibit: Annotated[bool, typer.Option("--prohibit", help="Close these instead of opening them.")] = False,
    territories: Listed = None,
    genres_allowed: Listed = None,
    genres_forbidden: Listed = None,
    tempo_change_max: Annotated[float | None, typer.Option(min=0, help="0.1 means at most 10 % faster or slower.")] = None,
    pitch_change_max: Annotated[float | None, typer.Option(min=0, help="Semitones either way.")] = None,
    length_max_s: Annotated[float | None, typer.Option(min=1)] = None,
    approval: Annotated[bool, typer.Option("--approval", help="Every remix waits for a yes.")] = False,
    credit: Annotated[str | None, typer.Option("--credit")] = None,
    valid_from: Annotated[str | None, typer.Option("--from")] = None,
    valid_to: Annotated[str | None, typer.Option("--until")] = None,
    home: Home = None,
    user: User = "me",
    at: At = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Open or close uses of a recording, within limits, in the name of a party that holds it (--as)."""
    from remixlab.app import open_workspace  # lazy
    from remixlab.usecases.rights import ConsentWish
    from remixlab.usecases.rights import set_consent as keep

    wish = ConsentWish(
        recording=recording, side=side, scopes=_words(scopes), effect="prohibit" if prohibit else "permit",
        territories=_words(territories), genres_allowed=_words(genres_allowed), genres_forbidden=_words(genres_forbidden),
        tempo_change_max=tempo_change_max, pitch_change_max_semitones=pitch_change_max, length_max_s=length_max_s, approval_required=approval,
        credit=credit, valid_from=moment(valid_from) if valid_from else None, valid_to=moment(valid_to) if valid_to else None,
    )  # fmt: skip
    with open_workspace(home) as workspace:
        kept = keep(wish, workspace.context, party=user, at=moment(at))
    emit({"consent": kept.to_dict()}, as_json=as_json, human=lambda a: _consents([a["consent"]]))


@consent.command("show")
def show_consents(recording: Subject, home: Home = None, as_json: Json = False) -> None:
    """Everything that was said about a recording, its works, its artist and its label."""
    from remixlab.app import open_workspace  # lazy
    from remixlab.usecases.rights import show_consents as said

    with open_workspace(home) as workspace:
        answer = said(recording, workspace.context)
    emit(answer, as_json=as_json, human=lambda a: _consents(a["consents"]))


@consent.command("withdraw")
def withdraw(recording: Subject, home: Home = None, user: User = "me", at: At = None, as_json: Json = False) -> None:
    """Stop every use of a recording now; remixes made from it can no longer be played."""
    from remixlab.app import open_workspace  # lazy
    from remixlab.usecases.rights import withdraw as take_back

    with open_workspace(home) as workspace:
        answer = take_back(recording, workspace.context, party=user, at=moment(at))
    emit(answer, as_json=as_json, human=lambda a: iter([f"Withdrawn. {len(a['remixes'])} remixes were taken down."]))


@consent.command("veto")
def set_artist_veto(
    label: Annotated[str, typer.Argument(metavar="LABEL", help="The label's id or name.")],
    veto: Annotated[bool, typer.Option("--on/--off", help="On: an artist's own no outweighs the label's yes.")],
    home: Home = None,
    user: User = "me",
    as_json: Json = False,
) -> None:
    """Say, as a label (--as), whether its artists' own no outweighs its yes. It does until the label says otherwise."""
    from remixlab.app import open_workspace  # lazy
    from remixlab.usecases.rights import set_artist_veto as keep

    with open_workspace(home) as workspace:
        answer = keep(label, workspace.context, veto=veto, party=user)
    emit(
        answer,
        as_json=as_json,
        human=lambda a: iter([f"An artist's no {'outweighs' if a['artist_veto'] else 'yields to'} the label's yes."]),
    )


def approve(
    request: Annotated[str, typer.Argument(metavar="REQUEST", help="The request_id of the refusal.")],
    refuse: Annotated[bool, typer.Option("--refuse", help="Say no instead.")] = False,
    home: Home = None,
    user: User = "me",
    territory: Territory = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Answer a request that waits for a yes, in the name of the party that keeps it for itself (--as)."""
    from remixlab.app import open_workspace  # lazy
    from remixlab.usecases.rights import answer_request

    asked = caller(user, territory, at)
    with open_workspace(home) as workspace:
        answer = answer_request(request, workspace.context, party=asked.user, approved=not refuse, at=asked.at)
    emit(answer, as_json=as_json, human=lambda a: (f"{p['consent_id']}: {p['status']}" for p in a["approvals"]))


def refused(
    home: Home = None,
    user: Annotated[str | None, typer.Option("--as", help="Only of this user.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """List refused wishes for appeal; their words are forgotten after the configured days."""
    from remixlab.app import open_workspace  # lazy

    with open_workspace(home) as workspace:
        with workspace.registry.write() as records:
            records.forget_wishes(workspace.context.clock.now())
        with workspace.context.read() as records:
            answer = {"wishes": [wish.to_dict() for wish in records.refused_wishes(user)]}
    emit(
        answer,
        as_json=as_json,
        human=lambda a: (f"{w['at']}  {w['code']}  {w['listener']}  {w['words'] or '(forgotten)'}" for w in a["wishes"]),
    )


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())


def _consents(consents: list[Mapping[str, Any]]) -> Iterator[str]:
    if not consents:
        yield "Nobody said anything about it: nothing is open."
    for c in consents:
        verb = "[green]open[/green]" if c["effect"] == "permit" else "[red]closed[/red]"
        limits = ", ".join(f"{k}: {v}" for k, v in c["constraints"].items() if v)
        yield f"{c['side']:9} {verb}  {', '.join(c['scopes'])}{f'  [dim]({limits})[/dim]' if limits else ''}  [dim]{c['consent_id']}[/dim]"


COMMANDS = (approve, refused)
