"""First sound: a stretch of a judged plan, played at once and kept nowhere."""

from __future__ import annotations

import json

from remixlab.domain.audio import SAMPLE_RATE, Audio
from remixlab.domain.errors import NotFound, StoreUnavailable
from remixlab.domain.rights import Scope, Use
from remixlab.domain.value import canonical
from remixlab.plan import RemixPlan
from remixlab.rendering import Timeline
from remixlab.rights import decide
from remixlab.usecases.context.making import Making
from remixlab.usecases.hearing.hear import hear
from remixlab.usecases.making.consider import consider
from remixlab.usecases.making.order import RemixOrder
from remixlab.usecases.making.refusal import refusal
from remixlab.usecases.making.soundfonts import open_soundfont

PLAN_PREFIX = "pln_"


def keep_order(order: RemixOrder, plan: RemixPlan, context: Making) -> str:
    """Keep a judged plan with who asked; its id is the digest of what is kept."""
    kept = order.model_copy(update={"plan": plan.to_dict(), "prompt": None}).model_dump(mode="json", exclude={"at"})
    return PLAN_PREFIX + context.blobs.put(canonical({**kept, "words": order.prompt}))


def read_order(plan_id: str, context: Making) -> RemixOrder:
    """Raises: NotFound."""
    try:
        tree = json.loads(context.blobs.get(plan_id.removeprefix(PLAN_PREFIX)))
        tree.pop("words")
        return RemixOrder.model_validate({**tree, "at": context.clock.now()})
    except (StoreUnavailable, ValueError, KeyError, AttributeError) as error:
        raise NotFound(f"there is no plan '{plan_id[:80]}'", code="plan.not_found") from error


def preview(order: RemixOrder, context: Making, *, start_s: float, length_s: float) -> bytes:
    """A stretch of the result as WAV. It leaves unmarked, so it needs the permission to stream inside the service.

    Raises: RightsRefused.
    """
    judged = consider(order, context, paid=False)
    if not judged.decision.allowed:
        raise refusal(judged.decision)
    licensed = (judged.recording, *judged.samples)
    streaming = frozenset(Use(Scope.STEM_STREAM, r.recording_id) for r in licensed)
    decision = decide(frozenset(judged.decision.uses) | streaming, judged.decision.reach, judged.terms, order.request())
    if not decision.allowed:
        raise refusal(decision)
    song, font = hear(judged.recording, context), open_soundfont(judged.plan, context)
    samples = {other.recording_id: hear(other, context) for other in judged.samples}
    line = context.memory.timeline(Timeline(judged.plan, song, samples, font, context.workers))
    first = round(start_s * SAMPLE_RATE)
    sound = line.render(first, min(line.length_frames, first + round(length_s * SAMPLE_RATE)))
    return context.audio_files.encode(Audio(sound, SAMPLE_RATE), "wav")
