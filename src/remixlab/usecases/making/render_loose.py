"""Render a plan to sound alone, unmarked: over one's own file, or where every owner allows the export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.errors import ScreenRefused
from remixlab.domain.material import Material, Mix
from remixlab.domain.ports.process import Progress, silent
from remixlab.domain.remix import Energy
from remixlab.domain.rights import Recording
from remixlab.identify import fingerprint
from remixlab.plan import RemixPlan, SoundFontRef, parse, recordings_of
from remixlab.rendering import Timeline, render, timeline
from remixlab.usecases.catalogue.shown import must_use, seen_by
from remixlab.usecases.claims import Upload, foreign_matches, screen_upload
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.sounds import Sounds
from remixlab.usecases.hearing.hear import check_length, hear, hear_sound
from remixlab.usecases.making.consider import resolve_samples
from remixlab.usecases.making.decisions import must_hold_now
from remixlab.usecases.making.export_check import check_export
from remixlab.usecases.making.instruments import default_soundfont, instruments_for, open_soundfont


@dataclass(frozen=True, slots=True)
class Rendered:
    """A plan as it was played, with its mix, its parts where they were asked for, and what it cost."""

    plan: RemixPlan
    mix: Mix
    energy: Energy
    timeline: Timeline
    """What can be drawn of it."""


@observed("making.render_loose")
def render_loose(
    recording: Recording,
    tree: Mapping[str, Any],
    actor: Actor,
    context: Making,
    *,
    own: bool,
    soundfont: SoundFontRef | None = None,
    synthesised: bool = False,
    stems_out: bool = False,
    loop: bool = False,
    progress: Progress = silent,
) -> Rendered:
    """Play a plan (as JSON brings it) over a recording.

    `own`: it is a loose file of the caller's, and not in the catalogue. It is screened as an upload is: what is like
    something that others brought or own is not played.

    `stems_out` keeps what each part sounds like before mastering. A `loop` is whole bars to the frame.
    Raises: InvalidPlan, RightsRefused, Quarantined, ScreenRefused, RecordingNotFound, SoundFontNotFound, InvalidAudio.
    """
    must(actor, Action.MAKE)
    if own:
        _must_be_unlike(recording, actor, context, progress)
    else:
        must_use(recording, actor)
    material = hear(recording, context, progress)
    wanted = parse({**tree, "source": material.recording_id})
    wanted = wanted.played_on(soundfont or wanted.soundfont or default_soundfont(context))
    with context.read() as records:
        wanted = resolve_samples(wanted, actor, records)
    mine = not own and recording.attested_by == actor.account
    asked = check_export(wanted, material.analysis, actor, context, own=own, mine=mine)
    font, sampled = open_soundfont(wanted, context), hear_sampled(wanted, context, progress)
    pack = instruments_for(wanted, context, synthesised=synthesised)
    started = context.meter.mark()
    mix = render(
        wanted,
        material,
        sampled=sampled,
        soundfont=font,
        sounds=pack,
        performers=context.performers,
        workers=context.workers,
        progress=lambda done: progress("render", done),
        stems_out=stems_out,
        loop=loop,
    )
    energy = context.meter.energy_since(started)
    must_hold_now(asked, context)
    line = timeline(wanted, material, sampled=sampled, soundfont=font, sounds=pack, performers=context.performers)
    return Rendered(wanted, mix, energy, line)


def _must_be_unlike(recording: Recording, actor: Actor, context: Making, progress: Progress) -> None:
    """Raises: ScreenRefused where a loose file is a copy or a version of what is not the caller's."""
    check_length(recording)
    sound = hear_sound(recording, context, progress)
    matches = screen_upload(Upload(recording, fingerprint(sound), lambda: sound), context)
    with context.read() as records:
        known = records.catalogue.find_recording(recording.sha256)
        theirs = seen_by(known, actor, records.catalogue) if known else None
        foreign = foreign_matches(matches, actor, records, attested=True)
    if theirs is not None and theirs.attested_by != actor.account:
        raise ScreenRefused("This file is in the catalogue.", hint="Name the recording instead of the file.")
    if theirs is not None:
        must_use(theirs, actor)
    elif foreign:
        raise ScreenRefused(
            "This file sounds like a recording that is here already.",
            hint="Bring it in: a person listens to it and decides.",
        )


def hear_sampled(plan: RemixPlan, context: Sounds, progress: Progress = silent) -> dict[str, Material]:
    """The recordings that a plan samples, under the names it gives them. Raises: RecordingNotFound."""
    with context.read() as records:
        others = {reference: records.catalogue.recording(reference) for reference in recordings_of(plan)[1:]}
    return {reference: hear(other, context, progress) for reference, other in others.items()}
