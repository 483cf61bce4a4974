"""The heart: from an order to a finished remix. Gather, flow, commit.

Everything that it calls is a pure function which you can call yourself, but the two transactions at its
ends. A refusal is kept before it is raised. The same order is the same remix: after a crash, ask again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from remixlab.domain.errors import ScreenRefused
from remixlab.domain.ports import Progress
from remixlab.domain.remix import Remix
from remixlab.identify import Screening, screen
from remixlab.plan import describe, recordings_of
from remixlab.rendering import render
from remixlab.studio.desk import Desk, silent
from remixlab.studio.hear import hear
from remixlab.studio.index import catalogue_index
from remixlab.studio.order import RemixOrder, remix_id_of
from remixlab.studio.permissions import record_judgement
from remixlab.studio.refusing import refusal
from remixlab.studio.sealing import seal
from remixlab.studio.search import hear_feel
from remixlab.studio.soundfonts import open_soundfont
from remixlab.studio.verdict import judge_styles
from remixlab.studio.wish import consider


def remix(order: RemixOrder, desk: Desk, progress: Progress = silent) -> Remix:
    """Make what was ordered, or say why not.

    Raises: RightsRefused, ScreenRefused, ModerationRefused, InvalidPrompt, InvalidPlan, RecordingNotFound, ConsentWithdrawn.
    """
    started, clock = desk.meter.mark(), desk.meter.seconds()

    # ---- gather: what is asked, of which recording, on which terms
    wish = consider(order, desk, progress)
    plan, recording = wish.plan, wish.recording
    remix_id = remix_id_of(order, recording.recording_id, plan)
    record_judgement(wish, desk)
    if not wish.decision.allowed:
        raise refusal(wish.decision)
    with desk.write() as shelf:
        if known := shelf.find_remix(remix_id):
            return known
        mark_id = shelf.reserve_mark(remix_id)
    with desk.read() as shelf:
        index = catalogue_index(shelf, desk)
        others = {reference: shelf.recording(reference) for reference in recordings_of(plan)[1:]}
    song, font = hear(recording, desk, progress), open_soundfont(plan, desk)
    sampled = {reference: hear(other, desk, progress) for reference, other in others.items()}
    heard = desk.meter.seconds()

    # ---- flow: sound, is it clean, whose is it
    progress("render", 0.0)
    mix = render(plan, song, sampled=sampled, soundfont=font, workers=desk.workers, progress=lambda share: progress("render", share))
    rendered = desk.meter.seconds()
    progress("screen", 0.0)
    licensed = frozenset({recording.recording_id, *(s.recording_id for s in sampled.values())})
    before = hear_feel(recording, desk, song.recording)
    with ThreadPoolExecutor(1) as aside:  # while the file is made; nothing of it is kept before the screening has spoken
        screened = aside.submit(screen, mix.audio, index, licensed)
        judged = aside.submit(judge_styles, plan, mix.audio, before)
        progress("seal", 0.0)
        sealed = seal(mix, song, wish, remix_id, mark_id, desk)
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
        screen=screening.to_dict(), became=became, notes=sealed.notes, pays=wish.pays, energy=desk.meter.energy_since(started), audio_sha256=desk.blobs.put(sealed.data),
        duration_s=sealed.sound.duration_s, loudness_lufs=sealed.loudness_lufs, peak_dbtp=sealed.peak_dbtp,
        analysis_s=heard - clock, render_s=rendered - heard, total_s=desk.meter.seconds() - clock,
    )  # fmt: skip
    with desk.write() as shelf:
        return shelf.find_remix(remix_id) or shelf.publish(finished, wish.decision)


def _too_close(screening: Screening, licensed: frozenset[str]) -> ScreenRefused:
    foreign = screening.foreign(licensed)
    first = foreign[0]
    return ScreenRefused(
        f"Part of this take sounds like another recording we know ({first.query_start_s:.0f}-{first.query_end_s:.0f} s).",
        hint="Change that section, or ask a person to listen.",
        matches=[m.to_dict() for m in foreign],
    )
