"""Commands that make: from a sentence to a plan, a decision, a remix, and the proof of what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from remixlab.doors.cli.options import At, Home, Json, Mine, Share, SoundFontFile, Source, Territory, User, caller, sharing
from remixlab.doors.cli.output import emit, progress_bar

if TYPE_CHECKING:
    from remixlab.app import House
    from remixlab.studio import Exported

Words = Annotated[str, typer.Argument(help='What you want, such as "80s synthwave, keep the vocals".', metavar='"WORDS"')]
Out = Annotated[Path, typer.Option("-o", "--out", help="Where to write; the suffix says the format.")]
Takes = Annotated[int, typer.Option("--takes", min=1, max=9, help="Several different ideas; take 2 is written to OUT-2.")]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**32 - 1, help="Another number, another idea.")]


def plan(
    source: Source, words: Words,
    base: Annotated[Path | None, typer.Option("--base", help="A plan that the words correct.", metavar="PLAN.json")] = None,
    mine: Mine = False, share: Share = "private", seed: Seed = 0, soundfont: SoundFontFile = None, home: Home = None, user: User = "me",
    territory: Territory = None, at: At = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Show what a sentence becomes, whether it may be made, and who would be paid. Makes nothing."""
    from remixlab.app import open_house  # lazy: --help stays instant
    from remixlab.doors.cli.files import read_font, resolve_source
    from remixlab.studio import RemixOrder, consider, refuse_early

    asked = caller(user, territory, at)
    tree = _read_plan(base) if base else None
    if tree is None:
        refuse_early(words)
    with open_house(home) as house, progress_bar(quiet=as_json) as progress:
        order = RemixOrder(
            source=resolve_source(source, house, mine=mine, user=user, progress=progress), prompt=words, plan=tree, seed=seed, share=sharing(share),
            soundfont=read_font(soundfont, house), mine=mine, listener=asked.user, territory=asked.territory or house.settings.territory, at=asked.at,
        )  # fmt: skip
        judged = consider(order, house.desk, progress)
        emit(judged.answer(), as_json=as_json, human=lambda a: _planned(a, judged))


def ask(
    recording: Annotated[str, typer.Argument(metavar="ID")], plan_file: Annotated[Path, typer.Argument(metavar="PLAN.json")],
    mine: Mine = False, share: Share = "private", home: Home = None, user: User = "me", territory: Territory = None, at: At = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Decide whether a plan may be made, with reasons and what is open instead."""
    from remixlab.app import open_house  # lazy
    from remixlab.doors.cli.files import resolve_source
    from remixlab.studio import RemixOrder, consider, record_judgement

    asked = caller(user, territory, at)
    tree = _read_plan(plan_file)
    with open_house(home) as house, progress_bar(quiet=as_json) as progress:
        order = RemixOrder(
            source=resolve_source(recording, house, mine=mine, user=user, progress=progress), plan=tree, share=sharing(share), mine=mine,
            listener=asked.user, territory=asked.territory or house.settings.territory, at=asked.at,
        )  # fmt: skip
        judged = consider(order, house.desk, progress)
        record_judgement(judged, house.desk)
        emit({"decision": judged.decision.answer()}, as_json=as_json, human=lambda a: _decided(a["decision"]))


def render(
    source: Source, plan_file: Annotated[Path, typer.Argument(metavar="PLAN.json")], out: Out,
    picture: Annotated[Path | None, typer.Option("--picture", help="Write waveform, spectrogram and arrangement as PNG.")] = None,
    stems: Annotated[Path | None, typer.Option("--stems", help="Also write the parts before mastering into this folder.", metavar="DIR")] = None,
    soundfont: SoundFontFile = None, home: Home = None, user: User = "me", territory: Territory = None, at: At = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Play a plan over what you own: sound only, no mark, no signature. Of others' recordings it needs the permission to export."""
    from remixlab.app import open_house  # lazy
    from remixlab.doors.cli.files import check_writable, hear_source, read_font, suffix_of, write_whole
    from remixlab.plan import parse
    from remixlab.rendering import draw, timeline
    from remixlab.rendering import render as play
    from remixlab.studio import RemixOrder, check_export, exported_parts, hear_samples, house_soundfont, open_soundfont, resolve_samples

    check_writable(out)
    tree, asked = _read_plan(plan_file), caller(user, territory, at)
    with open_house(home) as house, progress_bar(quiet=as_json) as progress:
        song = hear_source(source, house, progress)
        wanted = parse({**tree, "source": song.recording_id})
        wanted = wanted.played_on(read_font(soundfont, house) or wanted.soundfont or house_soundfont(house.desk))
        with house.desk.read() as shelf:
            wanted = resolve_samples(wanted, shelf)
        loose = Path(source).exists()
        order = RemixOrder(
            source=song.recording_id, mine=not loose and house.is_of(song.recording_id, asked.user), listener=asked.user,
            territory=asked.territory or house.settings.territory, at=asked.at,
        )  # fmt: skip
        check_export(wanted, song.analysis, house.desk, order, own=loose)
        font, others = open_soundfont(wanted, house.desk), hear_samples(wanted, house.desk, progress)
        started = house.desk.meter.mark()
        mix = play(
            wanted, song, sampled=others, soundfont=font, workers=house.desk.workers, progress=lambda share: progress("render", share),
            stems_out=stems is not None,
        )  # fmt: skip
        energy = house.desk.meter.energy_since(started)
        write_whole(out, house.desk.audio_files.encode(mix.audio, suffix_of(out)))
        if picture:
            write_whole(picture, draw(timeline(wanted, song, sampled=others, soundfont=font), mix))
        parts = exported_parts(mix)
        _write_parts(parts, stems, house)
    answer = {
        "output": str(out), "plan": wanted.to_dict(), "duration_s": mix.audio.duration_s, "loudness_lufs": round(mix.loudness_lufs, 2),
        "peak_dbtp": round(mix.peak_dbtp, 2), "on_target": mix.on_target, "premaster_gain_db": round(mix.premaster_gain_db, 3),
        "energy": energy.to_dict(), "stems": [part.facts for part in parts],
    }  # fmt: skip
    emit(answer, as_json=as_json, human=lambda a: iter([f"[bold]{a['output']}[/bold]  {a['duration_s']:.0f} s  {a['loudness_lufs']} LUFS"]))


def stems(
    remix_id: Annotated[str, typer.Argument(metavar="REMIX_ID")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder to write the parts into.", metavar="DIR")],
    home: Home = None, user: User = "me", territory: Territory = None, at: At = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Take a remix of yours apart into its parts before mastering, where every owner allows the export."""
    from remixlab.app import open_house  # lazy
    from remixlab.studio import RemixOrder, export_stems, exported_parts

    asked = caller(user, territory, at)
    with open_house(home) as house, progress_bar(quiet=as_json) as progress:
        order = RemixOrder(source=remix_id, listener=asked.user, territory=asked.territory or house.settings.territory, at=asked.at)
        mix = export_stems(remix_id, house.desk, order, progress)
        parts = exported_parts(mix)
        _write_parts(parts, out, house)
    told = [part.facts for part in parts]
    answer = {"remix_id": remix_id, "output": str(out), "premaster_gain_db": round(mix.premaster_gain_db, 3), "stems": told}
    emit(answer, as_json=as_json, human=lambda a: (f"[bold]{one['file']}[/bold]  {one['origin']}" for one in a["stems"]))


def _write_parts(parts: Sequence[Exported], folder: Path | None, house: House) -> None:
    """32-bit float files, so that a sum of them is the premaster to the last bit that counts. Raises: InvalidAudio."""
    from remixlab.domain.errors import InvalidAudio
    from remixlab.doors.cli.files import write_whole

    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidAudio(f"{folder} cannot be made: {error.strerror}", code="output.unwritable") from error
    for part in parts:
        write_whole(folder / part.file, house.desk.audio_files.encode(part.sound, "wav32"))


def remix(
    source: Source, words: Words, out: Out, mine: Mine = False, share: Share = "private", takes: Takes = 1, seed: Seed = 0,
    soundfont: SoundFontFile = None, home: Home = None, user: User = "me", territory: Territory = None, at: At = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Make a remix: decided, rendered, screened, marked, signed, labelled; and say who is paid."""
    _make("remix", source, words, out, mine, share, takes, seed, soundfont, home, user, territory, at, as_json)


def cover(
    source: Source, words: Words, out: Out, mine: Mine = False, share: Share = "private", takes: Takes = 1, seed: Seed = 0,
    soundfont: SoundFontFile = None, home: Home = None, user: User = "me", territory: Territory = None, at: At = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Make a cover: tune and chords performed anew; nothing of the master sounds."""
    _make("cover", source, words, out, mine, share, takes, seed, soundfont, home, user, territory, at, as_json)


def verify(file: Annotated[Path, typer.Argument(metavar="FILE")], home: Home = None, as_json: Json = False) -> None:
    """Say whether a file is ours, what it is made from, and whether a trained model touched it."""
    from remixlab.app import open_house  # lazy
    from remixlab.doors.cli.files import check_file
    from remixlab.studio import verify as check

    with open_house(home) as house:
        answer = check(check_file(file), file.name, house.desk)
    emit(answer, as_json=as_json, human=_verified)


def publish(
    remix_id: Annotated[str, typer.Argument(metavar="REMIX_ID")], home: Home = None, user: User = "me", territory: Territory = None,
    at: At = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Share a private remix; the permission to share is decided now."""
    from remixlab.app import open_house  # lazy
    from remixlab.studio import publish as share_it

    asked = caller(user, territory, at)
    with open_house(home) as house:
        done = share_it(remix_id, house.desk, user=asked.user, territory=asked.territory or house.settings.territory, at=asked.at)
    emit(done.to_dict(), as_json=as_json, human=lambda a: iter([f"[bold]{a['title']}[/bold] is {a['state']}: every play now pays."]))


def _make(
    kind: Literal["remix", "cover"], source: str, words: str, out: Path, mine: bool, share: str, takes: int, seed: int,
    soundfont: Path | None, home: Path | None, user: str, territory: str | None, at: str | None, as_json: bool,
) -> None:  # fmt: skip
    from remixlab.app import open_house  # lazy
    from remixlab.doors.cli.files import check_writable, read_font, resolve_source, suffix_of, write_whole
    from remixlab.studio import RemixOrder, deliver, refuse_early

    asked = caller(user, territory, at)
    check_writable(out)
    refuse_early(words)
    with open_house(home) as house, progress_bar(quiet=as_json) as progress:
        recording_id = resolve_source(source, house, mine=mine, user=user, progress=progress)
        answers: list[dict[str, Any]] = []
        font = read_font(soundfont, house)
        for take in range(takes):
            order = RemixOrder(
                source=recording_id, prompt=words, kind=kind, seed=seed + take, soundfont=font, share=sharing(share), mine=mine,
                listener=asked.user, territory=asked.territory or house.settings.territory, at=asked.at,
            )  # fmt: skip
            made = house.make(order, progress)
            path = out if take == 0 else out.with_stem(f"{out.stem}-{take + 1}")
            write_whole(path, deliver(made, suffix_of(out), house.desk))
            answers.append(house.answer(made, str(path)))
    answer = {**answers[0], **({"takes": answers} if takes > 1 else {})}
    emit(answer, as_json=as_json, human=_made)


def _read_plan(path: Path) -> dict[str, Any]:
    from remixlab.domain.errors import InvalidPlan
    from remixlab.doors.cli.files import read_file

    try:
        tree = json.loads(read_file(path))
    except ValueError as error:
        raise InvalidPlan([f"{path.name} is not JSON ({error})"]) from error
    if not isinstance(tree, dict):
        raise InvalidPlan(["a plan is a JSON object"])
    return tree


def _planned(answer: Mapping[str, Any], judged: Any) -> Iterator[str]:
    from rich.markup import escape  # lazy: only when a person reads

    from remixlab.doors.cli.ruler import draw_ruler

    heard = judged.analysis
    yield f"[bold]{escape(judged.recording.title)}[/bold]  {heard.tempo_bpm:.0f} bpm, {heard.key}, {judged.plan.kind}"
    yield from draw_ruler(judged.plan, heard, judged.understanding.understood if judged.understanding else ())
    for words in answer["skipped"]:
        yield f"[yellow]Not understood or not possible here: {escape(words)}[/yellow]"
    yield from _decided(answer["decision"])
    yield from _paid(answer["pays"])


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
        f"[dim]heard as {', '.join(b['heard_first'])}: {b['style']} in place {b['place']} of {b['of']}[/dim]" for b in answer["became"]
    )
    yield from (f"[yellow]{note}[/yellow]" for note in answer["notes"])
    yield from _paid(answer["pays"])
    yield f"[dim]heard {answer['analysis_s']:.1f} s, played {answer['render_s']:.1f} s, all {answer['total_s']:.1f} s, {answer['energy']['wh']:.3f} Wh[/dim]"


def _paid(lines: list[Mapping[str, Any]]) -> Iterator[str]:
    if lines:
        yield "Every play pays:"
    for line in lines:
        yield f"  {line['ppm'] // 10_000:3d}.{line['ppm'] % 10_000:04d} %  {line['party']} [dim]({line['role']})[/dim]"


def _verified(a: Mapping[str, Any]) -> Iterator[str]:
    if not a["ours"]:
        yield "Not ours: no mark and no manifest of this service. That says nothing about other services."
        return
    source = a["source"]
    yield f"[green]✓ Ours:[/green] made from [bold]{source['title']}[/bold] by {source['artist']}  [dim]{a['remix_id']}[/dim]"
    yield "A trained model touched the sound." if a["made_with_ai"] else "No trained model touched the sound."
    yield f"[dim]mark {'found' if a['watermark']['found'] else 'not found'}, manifest {a['manifest']['state']}[/dim]"


COMMANDS = (plan, ask, render, remix, cover, stems, verify, publish)
