"""The product: from an order to a finished remix. Gather, flow, commit.

Everything that it calls is a pure function which you can call yourself, but the two transactions at its
ends. A refusal is kept before it is raised. The same order is the same remix: after a crash, ask again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.material import Material
from remixlab.domain.music import Embedding
from remixlab.domain.ports.process import Progress, silent
from remixlab.domain.provenance import KeptManifest
from remixlab.domain.remix import Became, Remix
from remixlab.identify import Screening, screen
from remixlab.plan import describe
from remixlab.rendering import render
from remixlab.signal.soundfont import SoundFont
from remixlab.usecases.claims import catalogue_index
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.hearing import hear, hear_feel
from remixlab.usecases.making.consider import Judged, consider, deal_of
from remixlab.usecases.making.decisions import keep_decision, must_hold_now
from remixlab.usecases.making.instruments import instruments_for, open_soundfont
from remixlab.usecases.making.mend import Mending, mend
from remixlab.usecases.making.order import RemixOrder, remix_id_of
from remixlab.usecases.making.refusal import refusal
from remixlab.usecases.making.seal import LOSSLESS, Sealed, seal
from remixlab.usecases.making.style_check import judge_styles


@observed("making.remix")
def remix(order: RemixOrder, actor: Actor, context: Making, progress: Progress = silent) -> Remix:
    """Make what was ordered, or say why not.

    Raises: RightsRefused, ScreenRefused, ModerationRefused, InvalidPrompt, InvalidPlan, RecordingNotFound,
    ConsentWithdrawn.
    """
    must(actor, Action.MAKE)
    started, began_s = context.meter.mark(), context.meter.seconds()

    # ---- gather: what is asked, whether it may be made, and the sound that it is made of
    judged = consider(order, actor, context, progress)
    pack = instruments_for(judged.plan, context, synthesised=judged.synthesised)
    remix_id = remix_id_of(order, actor, judged.recording.recording_id, judged.plan, context.performers, pack)
    begun = _begin(remix_id, judged, actor, context)
    if isinstance(begun, Remix):
        return begun
    ingredients = _gather(judged, context, progress)
    heard_s = context.meter.seconds()
    _must_be_open(judged, context)

    # ---- flow: make the sound, seal it; meanwhile, is it clean, and did it become what was asked?
    progress("render", 0.0)
    mix = render(
        judged.plan,
        ingredients.material,
        sampled=ingredients.sampled,
        soundfont=ingredients.font,
        sounds=pack,
        performers=context.performers,
        workers=context.workers,
        progress=lambda done: progress("render", done),
    )
    context.telemetry.count("renders", kind=judged.plan.kind)
    rendered_s = context.meter.seconds()
    progress("screen", 0.0)
    index = catalogue_index(context)
    # Screening and the style check take as long as sealing does, and all of them need nothing but the mix: a
    # thread of their own halves
    # the wait. Nothing of the sealed file is kept before the screening has spoken.
    _must_be_open(judged, context)
    with ThreadPoolExecutor(1) as aside:
        screened = aside.submit(screen, mix.audio, index, ingredients.licensed)
        styles = aside.submit(judge_styles, judged.plan, mix.audio, ingredients.feel)
        progress("seal", 0.0)
        sealed = seal(mix, ingredients.material, judged, remix_id, begun, context)
    screening, changes = screened.result(), tuple[Mending, ...]()
    if not screening.clean:
        progress("mend", 0.0)
        licensed = ingredients.licensed
        mended = mend(mix, screening, judged, licensed, lambda sound: screen(sound, index, licensed), context)
        mix, screening, changes = mended
        if changes:
            sealed = seal(mix, ingredients.material, judged, remix_id, begun, context)
            sealed = replace(sealed, notes=(*sealed.notes, *(change.told() for change in changes)))

    # ---- commit: the file first (harmless if alone), then everything else together, or nothing
    progress("publish", 0.0)
    took = Took(began_s, heard_s, rendered_s, started)
    heard = Heard(screening, changes, styles.result())
    finished = _finished(remix_id, order, judged, ingredients, sealed, heard, took, actor, context)
    manifest = _put_away(sealed, remix_id, context)
    with context.write() as records:
        if known := records.remixes.find_remix(remix_id):
            return known
        published = records.remixes.publish(finished, judged.decision, now=context.clock.now())
        records.provenance.keep_manifest(manifest)
        records.accounts.append_audit(entry_of(actor, Action.MAKE.value, f"remix:{remix_id}", after=finished))
        return published


def _put_away(sealed: Sealed, remix_id: str, context: Making) -> KeptManifest:
    """The manifest by itself, so that a copy that lost its own is led back to it by the mark."""
    return KeptManifest(
        manifest_id=sealed.manifest_id,
        handle=sealed.handle,
        remix_id=remix_id,
        suffix=LOSSLESS,
        blob_sha256=context.blobs.put(sealed.manifest),
    )


class Ingredients(NamedTuple):
    """The sound that a remix is made of, what its source feels like, and every recording that it is licensed from."""

    material: Material
    sampled: dict[str, Material]
    font: SoundFont | None
    feel: Embedding | None
    licensed: frozenset[str]


class Heard(NamedTuple):
    """What was heard in the take: recordings, what was changed because of them, and the style that it became."""

    screening: Screening
    changes: tuple[Mending, ...]
    became: tuple[Became, ...]

    def told(self) -> dict[str, Any]:
        changed = {"mended": [change.to_dict() for change in self.changes]} if self.changes else {}
        return self.screening.to_dict() | changed


class Took(NamedTuple):
    """When each part began. Unit: seconds of the stopwatch; `mark` is where its count of energy began."""

    began_s: float
    heard_s: float
    rendered_s: float
    mark: float


def _must_be_open(judged: Judged, context: Making) -> None:
    """Work that nobody may have begins not, and ends before it is sealed. Raises: ConsentWithdrawn."""
    must_hold_now(judged.decision, context)


def _begin(remix_id: str, judged: Judged, actor: Actor, context: Making) -> Remix | int:
    """Keep the decision; then the remix, where it was made before, else the mark that it will carry.

    Raises: RightsRefused.
    """
    with context.write() as records:
        keep_decision(judged.decision, actor, Action.MAKE, records, context, judged)
        if judged.decision.allowed:
            return records.remixes.find_remix(remix_id) or records.remixes.reserve_mark(remix_id)
    raise refusal(judged.decision)


def _gather(judged: Judged, context: Making, progress: Progress) -> Ingredients:
    sampled = {other.recording_id: hear(other, context, progress) for other in judged.samples}
    licensed = frozenset({judged.recording.recording_id, *sampled})
    feel = hear_feel(judged.recording, context, judged.material.master)
    return Ingredients(judged.material, sampled, open_soundfont(judged.plan, context), feel, licensed)


def _finished(
    remix_id: str,
    order: RemixOrder,
    judged: Judged,
    ingredients: Ingredients,
    sealed: Sealed,
    heard: Heard,
    took: Took,
    actor: Actor,
    context: Making,
) -> Remix:
    """The remix as it is kept. Its file is put away here; all that is known of it follows in one transaction."""
    audio_sha256 = context.blobs.put(sealed.data)
    return Remix(
        remix_id=remix_id,
        source_id=judged.recording.recording_id,
        licensed_from=tuple(sorted(ingredients.licensed)),
        title=sealed.title,
        plan=judged.plan.to_dict(),
        plan_digest=judged.plan.digest,
        prompt=order.prompt,
        description=describe(judged.plan),
        decision_id=judged.decision.decision_id,
        listener=actor.account,
        share=order.share,
        state="published" if order.share == "public" else "draft",
        created_at=actor.at,
        seal=sealed.seal,
        label=sealed.label.to_dict(),
        screen=heard.told(),
        became=heard.became,
        notes=sealed.notes,
        pays=judged.pays,
        sample_ppm=deal_of(judged.plan, judged.terms, actor, context).sample,
        passport=judged.passport.to_dict(),
        energy=context.meter.energy_since(took.mark),
        audio_sha256=audio_sha256,
        duration_s=sealed.sound.duration_s,
        loudness_lufs=sealed.loudness_lufs,
        peak_dbtp=sealed.peak_dbtp,
        analysis_s=took.heard_s - took.began_s,
        render_s=took.rendered_s - took.heard_s,
        total_s=context.meter.seconds() - took.began_s,
    )
