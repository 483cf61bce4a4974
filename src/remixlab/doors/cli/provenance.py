"""Commands that examine a file from outside: is it ours, and what of the catalogue is in it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import typer

from remixlab.domain.text import readable
from remixlab.doors.cli.options import File
from remixlab.doors.cli.session import Session, command

credential = typer.Typer(help="What a recording says of how it was made.", no_args_is_help=True)
Recording = Annotated[str, typer.Argument(help="A recording's id or ISRC.", metavar="RECORDING")]


@command
def verify(file: File, session: Session) -> None:
    """Say whether a file is ours, what it is made from, and whether a trained model touched it."""
    from remixlab.doors.answers.provenance import verification_answer  # lazy: --help stays instant
    from remixlab.doors.cli.files import check_file
    from remixlab.usecases.provenance import verify as examine

    with session.open() as opened:
        found = examine(check_file(file), readable(file.name), opened.context)
    session.answer(verification_answer(found), _verified)


@command
def identify(file: File, session: Session) -> None:
    """Say which recordings of the catalogue are in a file, and where."""
    from remixlab.doors.answers.provenance import identified_answer  # lazy
    from remixlab.doors.cli.files import check_file
    from remixlab.usecases.provenance import identify_file

    with session.open() as opened:
        found = identify_file(check_file(file), readable(file.name), opened.actor, opened.context)
    session.answer(identified_answer(found), _identified)


@command
def trace(file: File, session: Session) -> None:
    """Say what a modified song that was found elsewhere is made of, and the claim or the licence that follows."""
    from remixlab.doors.answers.provenance import trace_answer  # lazy
    from remixlab.doors.cli.files import check_file
    from remixlab.usecases.provenance import trace as traced

    with session.open() as opened:
        found = traced(check_file(file), readable(file.name), opened.actor, opened.context)
    session.answer(trace_answer(found), _traced)


@command
def disclose(remix: Annotated[str, typer.Argument(help="A remix's id.", metavar="REMIX")], session: Session) -> None:
    """Say how a remix was made, as each standard and law that asks for it is told."""
    from remixlab.doors.answers.provenance import disclosure_answer  # lazy
    from remixlab.usecases.sharing import read_disclosure

    with session.open() as opened:
        found = read_disclosure(remix, opened.actor, opened.context, provider=opened.workspace.settings.provider)
    session.answer(disclosure_answer(found), _disclosed)


@credential.command("show")
@command
def show_credential(recording: Recording, session: Session) -> None:
    """Show what speaks for how a recording was made: a manifest, a mark of ours, its owners' word."""
    from remixlab.doors.answers.provenance import credential_answer  # lazy
    from remixlab.usecases.catalogue import read_credential

    with session.open() as opened:
        found = read_credential(recording, opened.actor, opened.context)
    session.answer(credential_answer(found), _credential)


@credential.command("declare")
@command
def declare_credential(
    recording: Recording,
    declared: Annotated[
        Literal["generated", "partly", "none", "undeclared"],
        typer.Argument(help="How much of it trained models made."),
    ],
    session: Session,
) -> None:
    """Say for its owners how much of a recording trained models made."""
    from remixlab.doors.answers.provenance import credential_answer  # lazy
    from remixlab.usecases.catalogue import declare

    with session.open() as opened:
        found = declare(recording, declared, opened.actor, opened.context)
    session.answer(credential_answer(found), _credential)


def _traced(a: Mapping[str, Any]) -> Iterator[str]:
    if a["remix_id"]:
        yield f"[green]It is the remix {a['remix_id']} of this service.[/green]"
    if not a["sources"]:
        yield "Nothing of the catalogue is in it."
    for s in a["sources"]:
        changed = f"{s['tempo_ratio']:.3f} x, {s['pitch_semitones']:+.2f} semitones"
        more = ", backwards" if s["backwards"] else ""
        yield f"[bold]{s['title']}[/bold] by {s['artist']}  {s['kind'].replace('_', ' ')}"
        yield f"  {s['start_s']:.1f}-{s['end_s']:.1f} s is {s['source_start_s']:.1f} s on, {changed}{more}"
        closed = ", ".join(s["missing"])
        yield f"  needs {', '.join(s['needs'])}: " + (f"not open: {closed}" if closed else "open to everybody here")
        if s["may_claim"]:
            yield "  [yellow]You act for an owner, and may claim it.[/yellow]"


def _disclosed(a: Mapping[str, Any]) -> Iterator[str]:
    yield f"[bold]{a['remix_id']}[/bold]: {a['made']}  [dim]{a['digital_source_type'].rpartition('/')[2]}[/dim]"
    yield ", ".join(f"{facet} {made}" for facet, made in a["facets"].items())
    for target, said in a["told"].items():
        yield f"  {target}: {', '.join(f'{k} {v}' for k, v in said.items()) or 'nothing is sent'}"
    if a["spoken"]:
        yield f"To be said aloud: {a['spoken']}"


def _credential(a: Mapping[str, Any]) -> Iterator[str]:
    made = {
        "generated": "made by trained models",
        "partly": "made in part by trained models",
        "none": "made without trained models",
        "undeclared": "undeclared: nobody said how it was made",
    }
    yield f"[bold]{a['recording_id']}[/bold]: {made[a['made']]}"
    if a["state"] != "none":
        stamped = f", signed at {a['signed_at']}" if a["signed_at"] else ""
        yield f"manifest {a['state']}, by {a['issuer'] or 'nobody named'} with {a['generator'] or '?'}{stamped}"
        yield from (f"  {kind}" for kind in a["source_types"])
    if a["mark_of"]:
        yield f"[yellow]It bears the mark of the remix {a['mark_of']}.[/yellow]"


def _verified(a: Mapping[str, Any]) -> Iterator[str]:
    if not a["ours"]:
        yield f"Not ours. {a['told']}"
    else:
        source = a["source"]
        name = f"[bold]{source['title']}[/bold] by {source['artist']}"
        yield f"[green]✓ Ours:[/green] made from {name}  [dim]{a['remix_id']}[/dim]"
        yield a["label"]["sentence"] if a["label"] else _models(a["made_with_ai"])
        if a["plan"] and a["plan"]["does"]:
            yield "It does: " + "; ".join(a["plan"]["does"])
        if a["told"]:
            yield f"[yellow]{a['told']}[/yellow]"
    if a["is_of_catalogue"]:
        what = "a recording of the catalogue" if a["is_of_catalogue"] == "recording" else "a version of a known work"
        yield f"It is {what}."
    yield from (f"{one['title']} by {one['artist']} is heard in it" for one in a["sounds_like"])
    manifest = a["manifest"]
    by = f" by {manifest['issuer']} with {manifest['generator']}" if manifest["issuer"] else ""
    found = "found" if a["watermark"]["found"] else "not found"
    yield f"[dim]mark {found}, manifest {manifest['state']}{by}[/dim]"


def _models(made_with_ai: bool) -> str:
    return "A trained model touched the sound." if made_with_ai else "No trained model touched the sound."


def _identified(a: Mapping[str, Any]) -> Iterator[str]:
    if not a["matches"]:
        yield "Nothing of the catalogue is in it."
    for m in a["matches"]:
        span = f"{m['query_start_s']:.1f}-{m['query_end_s']:.1f} s"
        yield f"[bold]{m['kind'].replace('_', ' ')}[/bold] {m['recording_id']}  {span}  score {m['score']:.2f}"


COMMANDS = (verify, identify, trace, disclose)
