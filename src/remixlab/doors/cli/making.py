"""Commands that make: from a sentence to a plan, a decision and a remix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from remixlab.doors.cli.options import Mine, Share, SoundFontFile, Source, Synthesised, is_there, sharing
from remixlab.doors.cli.session import Session, command

Prompt = Annotated[
    str, typer.Argument(help='What you want, such as "80s synthwave, keep the vocals".', metavar='"WORDS"')
]
PlanFile = Annotated[Path, typer.Argument(metavar="PLAN.json")]
Out = Annotated[Path, typer.Option("-o", "--out", help="Where to write; the suffix says the format.")]
Takes = Annotated[
    int, typer.Option("--takes", min=1, max=9, help="Several different ideas; take 2 is written to OUT-2.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**32 - 1, help="Another number, another idea.")]


@command
def plan(
    source: Source,
    words: Prompt,
    session: Session,
    base: Annotated[
        Path | None, typer.Option("--base", help="A plan that the words correct.", metavar="PLAN.json")
    ] = None,
    mine: Mine = False,
    share: Share = "private",
    seed: Seed = 0,
    soundfont: SoundFontFile = None,
    synthesised: Synthesised = False,
) -> None:
    """Show what a sentence becomes, whether it may be made, and who would be paid. Makes nothing."""
    from remixlab.doors.answers.making import plan_answer  # lazy: --help stays instant
    from remixlab.doors.cli.files import read_font, read_plan, resolve_source
    from remixlab.usecases.making import RemixOrder, consider, refuse_early

    tree = read_plan(base) if base else None
    if tree is None:
        refuse_early(words)
    with session.open() as opened:
        recording_id = resolve_source(source, opened, mine=mine)
        font = read_font(soundfont, opened)
        order = RemixOrder(
            source=recording_id,
            prompt=words,
            plan=tree,
            seed=seed,
            share=sharing(share),
            soundfont=font,
            mine=mine,
            synthesised=synthesised,
        )
        judged = consider(order, opened.actor, opened.context, opened.progress)
        session.answer(plan_answer(judged), lambda a: _planned(a, judged))


@command
def ask(
    recording: Annotated[str, typer.Argument(metavar="ID")],
    session: Session,
    plan_file: Annotated[Path | None, typer.Argument(metavar="PLAN.json", show_default=False)] = None,
    scope: Annotated[
        str | None,
        typer.Option("--for", help="Ask for one use instead of a plan, such as training or download.", metavar="SCOPE"),
    ] = None,
    mine: Mine = False,
    share: Share = "private",
) -> None:
    """Decide whether a plan may be made, or a recording be used for one thing, with reasons and what is open
    instead.
    """
    from remixlab.doors.answers.decisions import ask_answer  # lazy
    from remixlab.doors.cli.files import read_plan, resolve_source
    from remixlab.usecases.making import RemixOrder, ask_scope, consider, record_judgement

    if (plan_file is None) == (scope is None):
        raise typer.BadParameter("give a plan, or a use with --for")
    tree = read_plan(plan_file) if plan_file else None
    with session.open() as opened:
        actor, context = opened.actor, opened.context
        recording_id = resolve_source(recording, opened, mine=mine)
        if scope is not None:
            decision = ask_scope(recording_id, scope, actor, context)
        else:
            order = RemixOrder(source=recording_id, plan=tree, share=sharing(share), mine=mine)
            judged = consider(order, actor, context, opened.progress)
            record_judgement(judged, actor, context)
            decision = judged.decision
        session.answer(ask_answer(decision), lambda a: _decided(a["decision"]))


@command
def render(
    source: Source,
    plan_file: PlanFile,
    session: Session,
    out: Out,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="Write waveform, spectrogram and arrangement as PNG.")
    ] = None,
    stems: Annotated[
        Path | None,
        typer.Option(
            "--stems",
            help="Also write the parts before mastering, their notes (MIDI) and a DAWproject into this folder.",
            metavar="DIR",
        ),
    ] = None,
    soundfont: SoundFontFile = None,
    synthesised: Synthesised = False,
    loop: Annotated[
        bool, typer.Option("--loop", help="End with the last bar, to the frame: whole bars without a tail.")
    ] = False,
) -> None:
    """Play a plan over what you own: sound only, no mark, no signature.

    Of others' recordings it needs the permission to export.
    """
    from remixlab.doors.answers.sharing import rendered_answer  # lazy
    from remixlab.doors.cli.files import (
        check_writable,
        find_source,
        read_font,
        read_plan,
        suffix_of,
        write_parts,
        write_whole,
    )
    from remixlab.rendering import draw
    from remixlab.usecases.making import render_loose
    from remixlab.usecases.sharing import exported_parts, score_files

    check_writable(out)
    tree = read_plan(plan_file)
    with session.open() as opened:
        recording, font, loose = find_source(source, opened), read_font(soundfont, opened), is_there(source)
        made = render_loose(
            recording,
            tree,
            opened.actor,
            opened.context,
            own=loose,
            soundfont=font,
            synthesised=synthesised,
            stems_out=stems is not None,
            loop=loop,
            progress=opened.progress,
        )
        mix = made.mix
        write_whole(out, opened.context.audio_files.encode(mix.audio, suffix_of(out)))
        if picture:
            write_whole(picture, draw(made.timeline, mix))
        parts = exported_parts(mix)
        write_parts(parts, stems, opened)
        if stems is not None:
            for file, content in score_files(mix, made.plan.source).items():
                write_whole(stems / file, content)
    answer = rendered_answer(str(out), made.plan, mix, made.energy, parts)
    session.answer(
        answer, lambda a: iter([f"[bold]{a['output']}[/bold]  {a['duration_s']:.0f} s  {a['loudness_lufs']} LUFS"])
    )


@command
def remix(
    source: Source,
    words: Prompt,
    session: Session,
    out: Out,
    mine: Mine = False,
    share: Share = "private",
    takes: Takes = 1,
    seed: Seed = 0,
    soundfont: SoundFontFile = None,
    synthesised: Synthesised = False,
) -> None:
    """Make a remix: decided, rendered, screened, marked, signed, labelled; and say who is paid."""
    _make(
        "remix",
        source,
        words,
        session,
        out,
        mine=mine,
        share=share,
        takes=takes,
        seed=seed,
        soundfont=soundfont,
        synthesised=synthesised,
    )


@command
def cover(
    source: Source,
    words: Prompt,
    session: Session,
    out: Out,
    mine: Mine = False,
    share: Share = "private",
    takes: Takes = 1,
    seed: Seed = 0,
    soundfont: SoundFontFile = None,
    synthesised: Synthesised = False,
) -> None:
    """Make a cover: tune and chords performed anew; nothing of the master sounds."""
    _make(
        "cover",
        source,
        words,
        session,
        out,
        mine=mine,
        share=share,
        takes=takes,
        seed=seed,
        soundfont=soundfont,
        synthesised=synthesised,
    )


def _make(
    kind: Literal["remix", "cover"],
    source: str,
    words: str,
    session: Session,
    out: Path,
    *,
    mine: bool,
    share: str,
    takes: int,
    seed: int,
    soundfont: Path | None,
    synthesised: bool,
) -> None:
    from remixlab.doors.answers.making import MadeAnswer, made_answer, takes_answer  # lazy
    from remixlab.doors.cli.files import check_writable, read_font, resolve_source, suffix_of, write_whole
    from remixlab.seal import SIDECAR_SUFFIXES
    from remixlab.usecases.making import RemixOrder, deliver, read_decision, refuse_early

    check_writable(out)
    refuse_early(words)
    with session.open() as opened:
        actor, context = opened.actor, opened.context
        recording_id, font = resolve_source(source, opened, mine=mine), read_font(soundfont, opened)
        first = RemixOrder(
            source=recording_id,
            prompt=words,
            kind=kind,
            soundfont=font,
            synthesised=synthesised,
            share=sharing(share),
            mine=mine,
        )
        answers: list[MadeAnswer] = []
        for take in range(takes):
            made = opened.workspace.make(first.model_copy(update={"seed": seed + take}), actor, opened.progress)
            path = out if take == 0 else out.with_stem(f"{out.stem}-{take + 1}")
            write_whole(path, deliver(made, suffix_of(out), context))
            decision = read_decision(made.decision_id, actor, context)
            answers.append(made_answer(made, decision, str(path), sidecar=suffix_of(out) in SIDECAR_SUFFIXES))
    session.answer(takes_answer(answers), _made)


def _planned(answer: Mapping[str, Any], judged: Any) -> Iterator[str]:
    from remixlab.doors.cli.output import shown
    from remixlab.doors.cli.ruler import draw_ruler

    heard = judged.analysis
    yield f"[bold]{shown(judged.recording.title)}[/bold]  {heard.tempo_bpm:.0f} bpm, {heard.key}, {judged.plan.kind}"
    yield from draw_ruler(judged.plan, heard, judged.understanding.understood if judged.understanding else ())
    for words in answer["skipped"]:
        yield f"[yellow]Not understood or not possible here: {words}[/yellow]"
    yield from _decided(answer["decision"])
    yield from _paid(answer["pays"])
    if judged.decision.allowed:
        yield f"You make it under {answer['licence']} [dim](remixlab licence)[/dim]. What may leave of it:"
        yield from (f"  {line}" for line in answer["passport"]["says"])


def _decided(decision: Mapping[str, Any]) -> Iterator[str]:
    if decision["outcome"].startswith("allow"):
        yield "[green]✓ Allowed.[/green]"
        yield from (f"  {duty['message']}" for duty in decision["duties"])
        return
    for reason in decision["reasons"]:
        yield f"[red]✕ {reason['message']}[/red]  [dim]Decided by {reason['decided_by']}. {reason['code']}[/dim]"
    for way in decision["alternatives"]:
        yield f"[green]  Open instead:[/green] {way['message']}"


def _made(answer: Mapping[str, Any]) -> Iterator[str]:
    for one in answer.get("takes", [answer]):
        yield f"[bold]{one['output']}[/bold]  {one['remix_id']}"
    yield from (f"  {line}" for line in answer["description"])
    yield answer["seal"]["label"]
    yield from (
        f"[dim]heard as {', '.join(b['heard_first'])}: {b['style']} in place {b['place']} of {b['of']}[/dim]"
        for b in answer["became"]
    )
    yield from (f"[yellow]{note}[/yellow]" for note in answer["notes"])
    yield from _paid(answer["pays"])
    took = f"heard {answer['analysis_s']:.1f} s, played {answer['render_s']:.1f} s, all {answer['total_s']:.1f} s"
    yield f"[dim]{took}, {answer['energy']['wh']:.3f} Wh[/dim]"


def _paid(lines: list[Mapping[str, Any]]) -> Iterator[str]:
    if lines:
        yield "Every play pays:"
    for line in lines:
        yield f"  {line['ppm'] // 10_000:3d}.{line['ppm'] % 10_000:04d} %  {line['party']} [dim]({line['role']})[/dim]"


COMMANDS = (plan, ask, render, remix, cover)
