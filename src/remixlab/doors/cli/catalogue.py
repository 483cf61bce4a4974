"""Commands about the catalogue: bring recordings in, find them by what they feel like, say what one feels like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from remixlab.doors.cli.options import Encoding, Mine, Source
from remixlab.doors.cli.session import Session, command


@command
def ingest(
    files: Annotated[list[Path], typer.Argument(help="Audio files.", metavar="FILE...")],
    session: Session,
    stems: Annotated[
        Path | None, typer.Option("--stems", help="A folder with vocals, drums, bass and other beside the mix.")
    ] = None,
    isrc: Annotated[str | None, typer.Option("--isrc")] = None,
    title: Annotated[str | None, typer.Option("--title")] = None,
    artist: Annotated[str | None, typer.Option("--artist")] = None,
    owners: Annotated[
        Path | None, typer.Option("--owners", help="Parties, shares and consents as TOML, or a table of shares as CSV.")
    ] = None,
    encoding: Encoding = None,
    mine: Mine = False,
) -> None:
    """Bring recordings into the catalogue: read, recognised, taken apart, heard."""
    from remixlab.doors.answers.catalogue import IngestedList, brought_answer  # lazy: --help stays instant
    from remixlab.doors.cli.files import read_delivery
    from remixlab.usecases.catalogue import receive

    deliveries = [
        read_delivery(
            f, stems=stems, title=title, artist=artist, isrc=isrc, owners=owners, encoding=encoding, mine=mine
        )
        for f in files
    ]
    with session.open() as opened:
        jobs, actor, context = opened.workspace.jobs, opened.actor, opened.context
        orders = [receive(delivery, actor, context, opened.progress) for delivery in deliveries]
        started = [jobs.ingest(order, actor, progress=opened.progress) for order in orders]
        done = [jobs.wait(job) for job in started]
        with context.read() as records:
            brought = [
                brought_answer(records.catalogue.recording(d["recording_id"]), d["duplicate_of"], d["notes"])
                for d in done
            ]
    session.answer(IngestedList(recordings=brought), _ingested)


@command
def search(
    session: Session,
    words: Annotated[
        str, typer.Argument(help="What it should be like, or its name.", metavar="WORDS", show_default=False)
    ] = "",
    like: Annotated[
        str | None, typer.Option("--like", help="A recording that they should feel like.", metavar="ID")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 10,
) -> None:
    """Find recordings of the catalogue by words, such as "sunny bossa with a female voice", or by likeness to
    another.
    """
    from remixlab.doors.answers.catalogue import search_answer  # lazy
    from remixlab.usecases.catalogue import find_alike, find_by_words, hear_missing

    with session.open() as opened:
        actor, context = opened.actor, opened.context
        hear_missing(actor, context, opened.progress)
        found = (
            find_alike(like, actor, context, limit=limit) if like else find_by_words(words, actor, context, limit=limit)
        )
    session.answer(search_answer(found), _found)


@command
def tags(source: Source, session: Session) -> None:
    """Say which words fit a recording: style, era, scene, mood, instruments, voice."""
    from remixlab.doors.answers.catalogue import tags_answer  # lazy
    from remixlab.doors.cli.files import find_source
    from remixlab.usecases.catalogue import tags_of

    with session.open() as opened:
        fits = tags_of(find_source(source, opened), opened.context)
    session.answer(tags_answer(fits), _tagged)


def _ingested(answer: Mapping[str, Any]) -> Iterator[str]:
    for r in answer["recordings"]:
        known = f"  [dim]already here as {r['duplicate_of']}[/dim]" if r["duplicate_of"] else ""
        name = f"[bold]{r['title']}[/bold] by {r['artist']}"
        yield f"{name}  {r['duration_s']:.0f} s  [dim]{r['recording_id']}[/dim]{known}"
        yield from (f"  {note}" for note in r["notes"])


def _found(a: Mapping[str, Any]) -> Iterator[str]:
    if a["understood"]:
        yield (
            "[dim]"
            + ", ".join(f"{u['words']} = {u['meaning'].partition(':')[2] or u['meaning']}" for u in a["understood"])
            + "[/dim]"
        )
    if a["skipped"]:
        yield f"[dim]not understood: {', '.join(a['skipped'])}[/dim]"
    for one in a["items"]:
        yield f"{one['fit']:5.2f}  [bold]{one['title']}[/bold] by {one['artist']}  [dim]{one['recording_id']}[/dim]"
    if not a["items"]:
        yield "Nothing in the catalogue fits."


def _tagged(a: Mapping[str, Any]) -> Iterator[str]:
    kinds = dict.fromkeys(t["kind"] for t in a["tags"])
    for kind in kinds:
        yield f"[bold]{kind}[/bold]  " + ", ".join(
            f"{t['value']} {t['fit']:.2f}" for t in a["tags"] if t["kind"] == kind
        )
    if not kinds:
        yield "There is nothing to hear in it."


COMMANDS = (ingest, search, tags)
