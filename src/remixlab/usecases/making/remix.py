"""The heart: from an order to a finished remix. Gather, flow, commit.

Everything that it calls is a pure function which you can call yourself, but the two transactions at its
ends. A refusal is kept before it is raised. The same order is the same remix: after a crash, ask again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from remixlab.domain.errors import ScreenRefused
from remixlab.domain.ports.process import Progress, silent
from remixlab.domain.remix import Remix
from remixlab.identify import Screening, screen
from remixlab.plan import describe, recordings_of
from remixlab.rendering import render
from remixlab.usecases.catalogue.index import catalogue_index
from remixlab.usecases.catalogue.search import hear_feel
from remixlab.usecases.context.making import Making
from remixlab.usecases.hearing.hear import hear
from remixlab.usecases.making.consider import consider
from remixlab.usecases.making.decisions import record_judgement
from remixlab.usecases.making.order import RemixOrder, remix_id_of
from remixlab.usecases.making.refusal import refusal
from remixlab.usecases.making.seal import seal
from remixlab.usecases.making.soundfonts import open_soundfont
from remixlab.usecases.making.style_check import judge_styles


def remix(order: RemixOrder, context: Making, progress: Progress = silent) -> Remix:
    """Make what was ordered, or say why not.

    Raises: RightsRefused, ScreenRefused, ModerationRefused, InvalidPrompt, InvalidPlan, RecordingNotFound, ConsentWithdrawn.
    """
    started, clock = context.meter.mark(), context.meter.seconds()

    # ---- gather: what is asked, of which recording, on which terms
    wish = consider(order, context, progress)
    plan, recording = wish.plan, wish.recording
    remix_id = remix_id_of(order, recording.recording_id, plan)
    record_judgement(wish, context)
    if not wish.decision.allowed:
        raise refusal(wish.decision)
    with context.write() as records:
        if known := records.find_remix(remix_id):
            return known
        mark_id = records.reserve_mark(remix_id)
    with context.read() as records:
        index = catalogue_index(records, context)
        others = {reference: records.recording(reference) for reference in recordings_of(plan)[1:]}
    song, font = hear(recording, context, progress), open_soundfont(plan, context)
    sampled = {reference: hear(other, context, progress) for reference, other in others.items()}
    heard = context.meter.seconds()

    # ---- flow: sound, is it clean, whose is it
    progress("render", 0.0)
    mix = render(plan, song, samples=sampled, soundfont=font, workers=context.workers, progress=lambda share: progress("render", share))
    rendered = context.meter.seconds()
    progress("screen", 0.0)
    licensed = frozenset({recording.recording_id, *(s.recording_id for s in sampled.values())})
    before = hear_feel(recording, context, song.recording)
    with ThreadPoolExecutor(1) as aside:  # while the file is made; nothing of it is kept before the screening has spoken
        screened = aside.submit(screen, mix.audio, index, licensed)
        judged = aside.submit(judge_styles, plan, mix.audio, before)
        progress("seal", 0.0)
        sealed = seal(mix, song, wish, remix_id, mark_id, context)
    screening, became = screened.result(), judged.result()
    if not screening.clean:
        raise _too_close(screening, licensed)

    # ---- commit: the file first (harmless if alone), then everything else together, or nothing
    progress("publish", 0.0)
    finished = Remix(
        remix_id=remix_id, source_id=recording.recording_id, licensed_from=tuple(sorted(licensed)), title=sealed.title,
        plan=plan.to_dict(), plan_digest=plan.digest, prompt=order.prompt, description=describe(plan),
        decision_id=wish.decision.decision_id, listener=order.listener, share=order.share,
        state="published" if order.share == "public" else "draft", created_at=order.at, seal=sealed.seal, label=sealed.label.to_dict(),
        screen=screening.to_dict(), became=became, notes=sealed.notes, pays=wish.pays, energy=context.meter.energy_since(started), audio_sha256=context.blobs.put(sealed.data),
        duration_s=sealed.sound.duration_s, loudness_lufs=sealed.loudness_lufs, peak_dbtp=sealed.peak_dbtp,
        analysis_s=heard - clock, render_s=rendered - heard, total_s=context.meter.seconds() - clock,
    )  # fmt: skip
    with context.write() as records:
        return records.find_remix(remix_id) or records.publish(finished, wish.decision)


def _too_close(screening: Screening, licensed: frozenset[str]) -> ScreenRefused:
    foreign = screening.foreign(licensed)
    first = foreign[0]
    return ScreenRefused(
        f"Part of this take sounds like another recording we know ({first.query_start_s:.0f}-{first.query_end_s:.0f} s).",
        hint="Change that section, or ask a person to listen.",
        matches=[m.to_dict() for m in foreign],
    )
