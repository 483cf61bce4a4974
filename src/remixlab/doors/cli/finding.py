"""Commands that find recordings by what they feel like, and say what one feels like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from remixlab.doors.cli.options import Home, Json, Source, User
from remixlab.doors.cli.output import emit, progress_bar


def search(
    words: Annotated[str, typer.Argument(help="What it should be like, or its name.", metavar="WORDS", show_default=False)] = "",
    like: Annotated[str | None, typer.Option("--like", help="A recording that they should feel like.", metavar="ID")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 10,
    home: Home = None,
    user: User = "me",
    as_json: Json = False,
) -> None:
    """Find recordings of the catalogue by words, such as "sunny bossa with a female voice", or by likeness to another."""
    from remixlab.app import open_workspace  # lazy: --help stays instant
    from remixlab.usecases.catalogue import find_alike, find_by_words, hear_missing

    with open_workspace(home) as workspace, progress_bar(quiet=as_json) as progress:
        hear_missing(workspace.context, user=user, progress=progress)
        found = (
            find_alike(like, workspace.context, user=user, limit=limit)
            if like
            else find_by_words(words, workspace.context, user=user, limit=limit)
        )
    emit(found.answer(), as_json=as_json, human=_found)


def tags(source: Source, home: Home = None, as_json: Json = False) -> None:
    """Say which words fit a recording: style, era, scene, mood, instruments, voice."""
    from remixlab.app import open_workspace  # lazy
    from remixlab.doors.cli.files import check_file
    from remixlab.usecases.catalogue import loose_recording, tags_of

    with open_workspace(home) as workspace:
        path = Path(source)
        if path.exists():
            recording = loose_recording(check_file(path), path.name, workspace.context)
        else:
            with workspace.context.read() as records:
                recording = records.recording(source)
        fits = tags_of(recording, workspace.context)
    emit({"tags": [{"kind": t.kind, "value": t.value, "fit": t.fit} for t in fits]}, as_json=as_json, human=_tagged)


def _found(a: Mapping[str, Any]) -> Iterator[str]:
    if a["understood"]:
        yield "[dim]" + ", ".join(f"{u['words']} = {u['meaning'].partition(':')[2] or u['meaning']}" for u in a["understood"]) + "[/dim]"
    if a["skipped"]:
        yield f"[dim]not understood: {', '.join(a['skipped'])}[/dim]"
    for one in a["items"]:
        yield f"{one['fit']:5.2f}  [bold]{one['title']}[/bold] by {one['artist']}  [dim]{one['recording_id']}[/dim]"
    if not a["items"]:
        yield "Nothing in the catalogue fits."


def _tagged(a: Mapping[str, Any]) -> Iterator[str]:
    kinds = dict.fromkeys(t["kind"] for t in a["tags"])
    for kind in kinds:
        yield f"[bold]{kind}[/bold]  " + ", ".join(f"{t['value']} {t['fit']:.2f}" for t in a["tags"] if t["kind"] == kind)
    if not kinds:
        yield "There is nothing to hear in it."


COMMANDS = (search, tags)
