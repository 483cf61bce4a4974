"""Commands about the catalogue: bring recordings in, find them by what they feel like, say what one feels like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from remixlab.domain.errors import RemixLabError
from remixlab.domain.text import readable
from remixlab.doors.cli.options import Encoding, Mine, Source
from remixlab.doors.cli.session import Opened, Session, command
from remixlab.doors.errors import error_answer, exit_code

if TYPE_CHECKING:
    from remixlab.doors.answers.catalogue import FailedAnswer, IngestedAnswer
    from remixlab.doors.cli.deliveries import OwnersBook, Said


@command
def ingest(
    files: Annotated[list[Path], typer.Argument(help="Audio files, or folders of them.", metavar="FILE...")],
    session: Session,
    stems: Annotated[
        Path | None,
        typer.Option("--stems", help="The folder of the stems beside the mix, or of the tracks they are made of."),
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
    """Bring recordings into the catalogue: read, recognised, taken apart, heard.

    A file that cannot be brought is named, and the others come in.
    """
    from remixlab.doors.answers.catalogue import IngestedList  # lazy: --help stays instant
    from remixlab.doors.cli.deliveries import OwnersBook, Said, files_in

    found = files_in(files)
    if len(found) > 1 and (isrc or title or stems):
        raise typer.BadParameter("--isrc, --title and --stems say something of one file; bring it alone")
    book = OwnersBook.read(owners, encoding) if owners else None
    with session.open() as opened:
        batch = bring_all(found, Said(title, artist, isrc, stems, mine), book, opened)
    if len(found) == 1 and batch.errors:
        raise batch.errors[0]
    session.answer(IngestedList(recordings=batch.brought, failed=batch.failed), _ingested)
    if batch.errors:
        raise typer.Exit(exit_code(batch.errors[0]))


@dataclass(slots=True)
class Batch:
    """What came of the files of one command, in their order."""

    brought: list[IngestedAnswer] = field(default_factory=list["IngestedAnswer"])
    failed: list[FailedAnswer] = field(default_factory=list["FailedAnswer"])
    errors: list[RemixLabError] = field(default_factory=list[RemixLabError])

    def fail(self, path: Path, error: RemixLabError) -> None:
        from remixlab.doors.answers.catalogue import FailedAnswer  # lazy

        told = {name: str(error_answer(error).get(name) or "") for name in ("code", "message", "hint")}
        self.failed.append(FailedAnswer(file=readable(str(path)), **told))
        self.errors.append(error)


def bring_all(files: Sequence[Path], said: Said, owners: OwnersBook | None, opened: Opened) -> Batch:
    """Bring files one by one; what goes wrong with one is kept beside those that came in."""
    from remixlab.doors.answers.catalogue import brought_answer  # lazy
    from remixlab.doors.cli.deliveries import read_delivery
    from remixlab.usecases.catalogue import receive, seen_by

    jobs, actor, context, batch = opened.workspace.jobs, opened.actor, opened.context, Batch()
    started: list[tuple[Path, str, tuple[str, ...]]] = []
    for path in files:
        try:
            delivery, notes = read_delivery(path, said, owners, context.audio_files)
            order = receive(delivery, actor, context, opened.progress)
            started.append((path, jobs.ingest(order, actor, progress=opened.progress), notes))
        except RemixLabError as error:
            batch.fail(path, error)
    for path, job, notes in started:
        try:
            done = jobs.wait(job)
            with context.read() as records:
                recording = seen_by(records.catalogue.recording(done["recording_id"]), actor, records.catalogue)
            batch.brought.append(brought_answer(recording, done["duplicate_of"], [*notes, *done["notes"]]))
        except RemixLabError as error:
            batch.fail(path, error)
    return batch


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
        if r["quarantined"]:
            yield "  [yellow]It is like something that is here: it waits until a person has listened to it.[/yellow]"
        yield from (f"  {note}" for note in r["notes"])
    for one in answer["failed"]:
        yield f"[red]✕ {one['file']}[/red]  {one['message']}  [dim]{one['hint']}[/dim]"
    if len(answer["recordings"]) + len(answer["failed"]) > 1:
        known = sum(r["duplicate_of"] is not None for r in answer["recordings"])
        brought, failed = len(answer["recordings"]) - known, len(answer["failed"])
        yield f"[bold]{brought} brought, {known} here already, {failed} failed[/bold]"


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
