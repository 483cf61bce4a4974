"""Commands for whoever looks after the workspace: what waits for a person, and whose word is confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from remixlab.doors.cli.session import Session, command

quarantine = typer.Typer(help="What is like something that was here before, and waits.", no_args_is_help=True)
attestation = typer.Typer(help="Whose word that a recording is theirs is confirmed.", no_args_is_help=True)
Recording = Annotated[str, typer.Argument(help="A recording's id.", metavar="RECORDING")]
Note = Annotated[str, typer.Option("--note", help="Why.")]


@quarantine.command("list")
@command
def list_quarantine(
    session: Session,
    every: Annotated[bool, typer.Option("--all", help="Also what was decided.")] = False,
) -> None:
    """What waits until a person has listened to it, and what it is like."""
    from remixlab.doors.answers.claims import QuarantineList  # lazy: --help stays instant
    from remixlab.usecases.claims import list_quarantine as listed

    with session.open() as opened:
        page = listed(opened.actor, opened.context, limit=1000, waiting=not every)
    session.answer(QuarantineList(items=list(page.items), next=page.next), _waiting)


@quarantine.command("release")
@command
def release(recording: Recording, session: Session, note: Note = "") -> None:
    """Let a recording go: you listened to it, and it is not what it seemed to be."""
    _judge(recording, session, "released", note)


@quarantine.command("reject")
@command
def reject(recording: Recording, session: Session, note: Note = "") -> None:
    """Keep a recording stopped: it is a copy, or not theirs who brought it."""
    _judge(recording, session, "rejected", note)


@quarantine.command("hold")
@command
def hold(recording: Recording, session: Session, note: Note = "") -> None:
    """Stop a recording until somebody has listened to it (again)."""
    _judge(recording, session, "hold", note)


@attestation.command("confirm")
@command
def confirm(
    recording: Recording,
    session: Session,
    title: Annotated[str | None, typer.Option("--title", help="As others shall read it.")] = None,
    artist: Annotated[str | None, typer.Option("--artist", help="As others shall read it.")] = None,
) -> None:
    """Confirm that a recording is whose who brought it says: they may then consent, share and be paid."""
    _attest(recording, session, "confirmed", title, artist)


@attestation.command("reject")
@command
def refuse(recording: Recording, session: Session) -> None:
    """Say that a recording is not whose who brought it says: their word opens nothing more."""
    _attest(recording, session, "rejected", None, None)


def _judge(recording: str, session: Session, verdict: str, note: str) -> None:
    from remixlab.usecases.claims import hold_recording, judge_quarantine  # lazy

    with session.open() as opened:
        actor, context = opened.actor, opened.context
        if verdict == "hold":
            kept = hold_recording(recording, actor, context, note=note)
        else:
            said = "released" if verdict == "released" else "rejected"
            kept = judge_quarantine(recording, said, actor, context, note=note)
    session.answer(kept.to_dict(), lambda a: iter([f"{a['recording_id']}: {a['verdict'] or 'waits'}"]))


def _attest(recording: str, session: Session, state: str, title: str | None, artist: str | None) -> None:
    from remixlab.doors.answers.claims import attestation_answer  # lazy
    from remixlab.usecases.catalogue import confirm_attestation

    with session.open() as opened:
        said = "confirmed" if state == "confirmed" else "rejected"
        done = confirm_attestation(recording, said, opened.actor, opened.context, title=title, artist=artist)
    session.answer(
        attestation_answer(done),
        lambda a: iter([f"[bold]{a['title']}[/bold] of {a['attested_by']}: {a['attestation']}"]),
    )


def _waiting(answer: Mapping[str, Any]) -> Iterator[str]:
    if not answer["items"]:
        yield "Nothing waits."
    for q in answer["items"]:
        like = ", ".join(f"{m['recording_id']} ({m['kind']})" for m in q["matches"]) or q["note"]
        state = f"{q['verdict'] or 'waits'}  {q['cause']} of {like}"
        yield f"[bold]{q['recording_id']}[/bold]  {state}  [dim]{q['brought_by']}[/dim]"
