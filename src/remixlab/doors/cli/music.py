"""Commands about recordings: bring them, hear them, take them apart, recognise them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from remixlab.doors.cli.options import At, Home, Json, Mine, Source, Territory, User, caller
from remixlab.doors.cli.output import emit, progress_bar


def ingest(
    files: Annotated[list[Path], typer.Argument(help="Audio files.", metavar="FILE...")],
    stems: Annotated[Path | None, typer.Option("--stems", help="A folder with vocals, drums, bass and other beside the mix.")] = None,
    isrc: Annotated[str | None, typer.Option("--isrc")] = None,
    title: Annotated[str | None, typer.Option("--title")] = None,
    artist: Annotated[str | None, typer.Option("--artist")] = None,
    owners: Annotated[
        Path | None, typer.Option("--owners", help="Parties, shares and consents as TOML, or a table of shares as CSV.")
    ] = None,
    mine: Mine = False,
    home: Home = None,
    user: User = "me",
    territory: Territory = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Bring recordings into the catalogue: read, recognised, taken apart, heard."""
    from remixlab.app import open_house  # lazy: --help stays instant
    from remixlab.doors.cli.files import read_delivery
    from remixlab.studio import receive

    caller(user, territory, at)
    deliveries = [read_delivery(f, stems=stems, title=title, artist=artist, isrc=isrc, owners=owners, mine=mine, user=user) for f in files]
    with open_house(home) as house, progress_bar(quiet=as_json) as progress:
        orders = [receive(d, house.desk, progress) for d in deliveries]
        jobs = [house.jobs.ingest(order, progress=progress) for order in orders]
        answer = {"recordings": [house.jobs.wait(job) for job in jobs]}
    emit(answer, as_json=as_json, human=_ingested)


def listen(
    source: Source,
    picture: Annotated[Path | None, typer.Option("--picture", help="Write waveform, beats, chords, sections and melody as PNG.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Hear tempo, beats, key, chords, form, melody, bass and drums."""
    from remixlab.app import open_house  # lazy
    from remixlab.doors.cli.files import find_source, write_whole
    from remixlab.listening import draw
    from remixlab.studio import analyse, hear_sound, is_song, sound_blocks

    with open_house(home) as house, progress_bar(quiet=as_json) as progress:
        recording = find_source(source, house)
        analysis = analyse(recording, house.desk, progress)
        if picture:
            sung = hear_sound(recording, house.desk) if is_song(recording) else None
            write_whole(picture, draw(sound_blocks(recording, house.desk), analysis, sung=sung))
    emit(analysis.to_answer(), as_json=as_json, human=_heard)


def separate(
    source: Source,
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for vocals, drums, bass and other.", metavar="DIR")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Take a recording apart into four stems that sum to it."""
    from remixlab.app import open_house  # lazy
    from remixlab.doors.cli.files import content_of
    from remixlab.studio import separate_file

    with open_house(home) as house, progress_bar(quiet=as_json) as progress:
        content, name = content_of(source, house)
        stems = separate_file(content, name, out, house.desk, progress)
    answer = {"stems": {stem: str(path) for stem, path in stems.items()}, "separator": house.desk.separator.name}
    emit(answer, as_json=as_json, human=lambda a: iter([f"[bold]{p}[/bold]" for p in a["stems"].values()]))


def identify(file: Annotated[Path, typer.Argument(metavar="FILE")], home: Home = None, as_json: Json = False) -> None:
    """Say which recordings of the catalogue are in a file, and where."""
    from remixlab.app import open_house  # lazy
    from remixlab.doors.cli.files import check_file
    from remixlab.studio import identify_file

    with open_house(home) as house:
        answer = identify_file(check_file(file), file.name, house.desk)
    emit(answer, as_json=as_json, human=_identified)


def _ingested(answer: Mapping[str, Any]) -> Iterator[str]:
    from rich.markup import escape  # lazy: only when a person reads

    for r in answer["recordings"]:
        known = f"  [dim]already here as {r['duplicate_of']}[/dim]" if r["duplicate_of"] else ""
        yield f"[bold]{r['title']}[/bold] by {r['artist']}  {r['duration_s']:.0f} s  [dim]{r['recording_id']}[/dim]{known}"
        yield from (f"  {escape(note)}" for note in r.get("notes", ()))


def _heard(a: Mapping[str, Any]) -> Iterator[str]:
    others = ", ".join(f"{t:g}" for t in a["tempo_alternatives"])
    yield f"[bold]{a['tempo_bpm']:.1f} bpm[/bold]{f' (or {others})' if others else ''}, {a['meter']}, [bold]{a['key']}[/bold], {a['loudness_lufs']:.1f} LUFS"
    for s in a["sections"]:
        yield f"  {s['start_s']:7.1f} s  {s['label']}"


def _identified(a: Mapping[str, Any]) -> Iterator[str]:
    if not a["matches"]:
        yield "Nothing of the catalogue is in it."
    for m in a["matches"]:
        yield f"[bold]{m['kind'].replace('_', ' ')}[/bold] {m['recording_id']}  {m['query_start_s']:.1f}-{m['query_end_s']:.1f} s  score {m['score']:.2f}"


COMMANDS = (ingest, listen, separate, identify)
