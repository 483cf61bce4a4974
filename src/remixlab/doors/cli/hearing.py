"""Commands that hear a recording and take it apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from remixlab.doors.cli.options import Source
from remixlab.doors.cli.session import Session, command


@command
def listen(
    source: Source,
    session: Session,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="Write waveform, beats, chords, sections and melody as PNG.")
    ] = None,
) -> None:
    """Hear tempo, beats, key, chords, form, melody, bass and drums."""
    from remixlab.doors.answers.catalogue import analysis_answer  # lazy: --help stays instant
    from remixlab.doors.cli.files import find_source, write_whole
    from remixlab.listening import draw
    from remixlab.usecases.hearing import analyse, fits_in_memory, hear_sound, sound_blocks

    with session.open() as opened:
        recording = find_source(source, opened)
        analysis = analyse(recording, opened.context, opened.progress)
        if picture:
            sung = hear_sound(recording, opened.context) if fits_in_memory(recording) else None
            write_whole(picture, draw(sound_blocks(recording, opened.context), analysis, sung=sung))
    session.answer(analysis_answer(analysis), _heard)


@command
def separate(
    source: Source,
    session: Session,
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for vocals, drums, bass and other.", metavar="DIR")],
) -> None:
    """Take a recording apart into four stems that sum to it."""
    from remixlab.doors.answers.catalogue import separated_answer  # lazy
    from remixlab.doors.cli.files import content_of
    from remixlab.usecases.hearing import separate_file

    with session.open() as opened:
        content, name = content_of(source, opened)
        stems = separate_file(content, name, out, opened.context, opened.progress)
        separator = opened.context.separator.name
    session.answer(
        separated_answer(stems, separator), lambda a: iter([f"[bold]{p}[/bold]" for p in a["stems"].values()])
    )


def _heard(a: Mapping[str, Any]) -> Iterator[str]:
    others = ", ".join(f"{t:g}" for t in a["tempo_alternatives"])
    tempo = f"[bold]{a['tempo_bpm']:.1f} bpm[/bold]{f' (or {others})' if others else ''}"
    pulse = f"{tempo}, {a['meter']}" if a["beats"] else "no pulse heard"
    key = f"[bold]{a['key']}[/bold]" if a["key"] else "no key heard"
    tuning = f", A = {440 * 2 ** (a['tuning_cents'] / 1200):.1f} Hz" if a["tuning_cents"] else ""
    yield f"{pulse}, {key}{tuning}, {a['loudness_lufs']:.1f} LUFS"
    for s in a["sections"]:
        yield f"  {s['start_s']:7.1f} s  {s['label']}"


COMMANDS = (listen, separate)
