"""The parts of a remix, and sound without a mark: both leave only where every owner of what is in them allows it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from remixlab.domain.audio import Audio
from remixlab.domain.errors import Refused
from remixlab.domain.music import Analysis
from remixlab.domain.ports import Progress
from remixlab.domain.rights import Decision, Scope, Use
from remixlab.domain.song import Mix, Song
from remixlab.plan import RemixPlan, reach, recordings_of, uses
from remixlab.rendering import render
from remixlab.rights import decide
from remixlab.studio.desk import Desk, silent
from remixlab.studio.hear import hear
from remixlab.studio.order import RemixOrder
from remixlab.studio.publishing import audible_remix, rests_on_a_word
from remixlab.studio.refusing import refusal
from remixlab.studio.soundfonts import open_soundfont


class NotYourRemix(Refused):
    """Somebody asked for the parts of what another made."""

    code = "remix.not_yours"


class Exported(NamedTuple):
    """One part as a file: its name, what is true of it, its sound before mastering."""

    file: str
    facts: dict[str, Any]
    sound: Audio


def exported_parts(mix: Mix) -> tuple[Exported, ...]:
    """The parts of a mix that was rendered with them; summed, they are the premaster. What is no instrument is the room, the echo and the bus."""
    known = {part.name: part for part in mix.parts}
    made: list[Exported] = []
    for name, sound in mix.stems_out.items():
        part = known.get(name)
        file = re.sub(r"[^\w() .-]+", "-", name).strip(" .") + ".wav"
        facts = {"name": name, "file": file, "origin": part.origin if part else "bus", "stem": part.stem if part else None,
                 "treated_by": list(part.treated_by) if part else [], "soundfont": part.soundfont if part else ""}  # fmt: skip
        made.append(Exported(file, facts, sound))
    return tuple(made)


def export_stems(remix_id: str, desk: Desk, order: RemixOrder, progress: Progress = silent) -> Mix:
    """Render a remix of one's own once more, with its parts as they enter the mix: they sum to the premaster.

    `order` says who asks, from where, for which moment. Raises: RemixNotFound, ConsentWithdrawn, NotYourRemix, RightsRefused.
    """
    remix = audible_remix(remix_id, desk, user=order.listener)
    if remix.listener != order.listener:
        raise NotYourRemix("Only who made a remix may take its parts.", hint="Make one of your own from the same plan.")
    plan = RemixPlan.model_validate(remix.plan)
    with desk.read() as shelf:
        recording = shelf.recording(remix.source_id)
    song = hear(recording, desk, progress)
    asked = order.model_copy(update={"source": recording.recording_id, "mine": rests_on_a_word(remix, desk)})
    check_export(plan, song.analysis, desk, asked)
    return render(
        plan, song, sampled=hear_samples(plan, desk, progress), soundfont=open_soundfont(plan, desk), workers=desk.workers,
        progress=lambda share: progress("render", share), stems_out=True,
    )  # fmt: skip


def check_export(plan: RemixPlan, analysis: Analysis, desk: Desk, order: RemixOrder, *, own: bool = False) -> None:
    """Ask whether this may leave without a mark; the answer is kept. With `own` the source is a file of the caller's: only samples are asked for.

    Raises: RightsRefused, RecordingNotFound.
    """
    with desk.read() as shelf:
        licensed = [shelf.recording(reference).recording_id for reference in recordings_of(plan)[1 if own else 0 :]]
        terms = shelf.terms(licensed)
    sounding = [name for name in licensed if plan.kind == "remix" or name != plan.source]
    needed = {use for use in uses(plan) if use.recording in licensed} | {Use(Scope.STEM_EXPORT, name) for name in sounding}
    if not needed:
        return
    decision: Decision = decide(frozenset(needed), reach(plan, analysis), terms, order.request())
    with desk.write() as shelf:
        shelf.record_decision(decision)
    if not decision.allowed:
        raise refusal(decision)


def hear_samples(plan: RemixPlan, desk: Desk, progress: Progress = silent) -> dict[str, Song]:
    """The recordings that a plan samples, under the names it gives them. Raises: RecordingNotFound."""
    with desk.read() as shelf:
        others = {reference: shelf.recording(reference) for reference in recordings_of(plan)[1:]}
    return {reference: hear(other, desk, progress) for reference, other in others.items()}
