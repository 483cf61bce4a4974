"""The parts of a remix (stems): they leave only where every owner of what is in them allows it."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, cast

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.audio import Audio
from remixlab.domain.errors import NotYourRemix, RightsRefused
from remixlab.domain.material import Mix, Origin
from remixlab.domain.ports.process import Progress, silent
from remixlab.domain.rights import Decision, Exit
from remixlab.plan import parse
from remixlab.rendering import render, write_dawproject, write_midi
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.hearing import hear
from remixlab.usecases.making import check_export, hear_sampled, instruments_of, open_soundfont
from remixlab.usecases.making.decisions import must_hold_now
from remixlab.usecases.sharing.passport import must_be_kept, must_still_be_kept
from remixlab.usecases.sharing.remixes import audible_remix, subject_of


class Exported(NamedTuple):
    """One part as a file: its name, what is true of it, its sound before mastering.

    `bus` is what is no instrument: room, echo, sum.
    """

    name: str
    file: str
    origin: Origin | Literal["bus"]
    stem: str | None
    treated_by: tuple[str, ...]
    soundfont: str
    sounds: str
    sound: Audio


def exported_parts(mix: Mix) -> tuple[Exported, ...]:
    """The parts of a mix that was rendered with them; summed, they are the premaster."""
    known = {part.name: part for part in mix.parts}
    made: list[Exported] = []
    for name, sound in mix.stems_out.items():
        file = re.sub(r"[^\w() .-]+", "-", name).strip(" .") + ".wav"
        part = known.get(name)
        if part is None:
            made.append(Exported(name, file, "bus", None, (), "", "", sound))
        else:
            stem = part.stem.value if part.stem else None
            made.append(
                Exported(name, file, part.origin, stem, tuple(part.treated_by), part.soundfont, part.sounds, sound)
            )
    return tuple(made)


def score_files(mix: Mix, title: str) -> dict[str, bytes]:
    """The notes of a mix that was rendered with its parts: as MIDI, and with the parts as a project for a DAW, which
    looks for their files beside it."""
    if not mix.written:
        return {}
    files = {part.name: part.file for part in exported_parts(mix)}
    return {"score.mid": write_midi(mix), "project.dawproject": write_dawproject(mix, files, title)}


@observed("sharing.export_stems")
def export_stems(remix_id: str, actor: Actor, context: Making, progress: Progress = silent) -> Mix:
    """Render a remix of one's own once more, with its parts as they enter the mix: they sum to the premaster.

    Raises: RemixNotFound, ConsentWithdrawn, NotYourRemix, RightsRefused.
    """
    remix = audible_remix(remix_id, actor, context)
    theirs = NotYourRemix("Only who made a remix may take its parts.", hint="Make one of your own from the same plan.")
    must(actor, Action.EXPORT_STEMS, subject_of(remix), refused=theirs)
    plan = parse(remix.plan)
    with context.read() as records:
        recording = records.catalogue.recording(remix.source_id)
        made_on = records.rights.decision(remix.decision_id).request
    material = hear(recording, context, progress)
    asked: Decision | None = None
    closed: Decision | None = None
    try:
        asked = check_export(plan, material.analysis, actor, context, mine=made_on.mine, topics=made_on.topics)
    except RightsRefused as refused:
        closed = cast("Decision", refused.decision)
        must_be_kept(remix, Exit.STEMS, closed, actor, Action.EXPORT_STEMS, context)
    mix = render(
        plan,
        material,
        sampled=hear_sampled(plan, context, progress),
        soundfont=open_soundfont(plan, context),
        sounds=instruments_of(remix.label, context),
        performers=context.performers,
        workers=context.workers,
        progress=lambda done: progress("render", done),
        stems_out=True,
    )
    must_hold_now(asked, context)
    if closed is not None:
        with context.read() as records:
            must_still_be_kept(remix, Exit.STEMS, closed, records)
    return mix
