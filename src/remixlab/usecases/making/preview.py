"""First sound: a stretch of a judged plan, played at once; and the plans that are kept to be made later."""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic import ValidationError

from remixlab.accounts import Action, Subject, must
from remixlab.community import topics_of
from remixlab.domain.actor import Actor
from remixlab.domain.audio import SAMPLE_RATE, Audio
from remixlab.domain.errors import ApprovalNotFound, NotYours, PlanNotFound, StoreUnavailable
from remixlab.domain.rights import Scope, Use
from remixlab.domain.value import canonical
from remixlab.identify import screen
from remixlab.plan import RemixPlan
from remixlab.rendering import Timeline
from remixlab.rights import decide
from remixlab.usecases.claims import catalogue_index
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.hearing.hear import hear
from remixlab.usecases.making.consider import Judged, consider
from remixlab.usecases.making.decisions import now_for
from remixlab.usecases.making.instruments import instruments_for, open_soundfont
from remixlab.usecases.making.order import RemixOrder
from remixlab.usecases.making.refusal import refusal
from remixlab.usecases.making.too_close import refuse_foreign
from remixlab.usecases.rights import read_request

PLAN_PREFIX: Final = "pln_"


@observed("making.keep_order")
def keep_order(order: RemixOrder, actor: Actor, plan: RemixPlan, context: Records) -> str:
    """Keep a judged plan with who asked; its id is the digest of what is kept."""
    must(actor, Action.PLAN)
    kept = order.model_copy(update={"plan": plan.to_dict(), "prompt": None}).model_dump(mode="json", exclude={"topics"})
    asked = {"listener": actor.account, "territory": actor.territory, "tier": actor.tier.value, "words": order.prompt}
    return PLAN_PREFIX + context.blobs.put(canonical({**kept, **asked}))


@observed("making.read_order")
def read_order(plan_id: str, actor: Actor, context: Records) -> RemixOrder:
    """A kept plan, for who asked for it; to others it does not exist. Raises: PlanNotFound."""
    missing = PlanNotFound(f"there is no plan '{plan_id[:80]}'")
    try:
        tree: dict[str, Any] = json.loads(context.blobs.get(plan_id.removeprefix(PLAN_PREFIX)))
        listener, words = str(tree.pop("listener")), tree.pop("words")
        # Where and at which tier it was asked for then does not count: the actor's do, now.
        asked = {name: value for name, value in tree.items() if name not in ("territory", "tier")}
        order = RemixOrder.model_validate({**asked, "topics": topics_of(str(words or ""))})
    except (StoreUnavailable, ValidationError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise missing from error
    must(actor, Action.PREVIEW, Subject(f"plan:{plan_id}", owner=listener), missing=missing)
    return order


@observed("making.preview")
def preview(order: RemixOrder, actor: Actor, context: Making, *, start_s: float, length_s: float) -> bytes:
    """A stretch of the result as WAV. It leaves unmarked, so it needs the permission to stream inside the service.

    Raises: RightsRefused, ScreenRefused.
    """
    must(actor, Action.PREVIEW, Subject(f"recording:{order.source}", owner=actor.account))
    actor = now_for(actor, context)
    judged = consider(order, actor, context, paid=False)
    if not judged.decision.allowed:
        raise refusal(judged.decision)
    licensed = (judged.recording, *judged.samples)
    streaming = frozenset(Use(Scope.STEM_STREAM, r.recording_id) for r in licensed)
    asked = judged.decision.request.model_copy(
        update={"made_today": 0, "made": {}, "offered_ppm": {}}
    )  # nothing is made by it, and nobody paid
    decision = decide(frozenset(judged.decision.uses) | streaming, judged.decision.reach, judged.terms, asked)
    if not decision.allowed:
        raise refusal(decision)
    return _played(judged, context, start_s, length_s)


@observed("making.preview_request")
def preview_request(request_id: str, actor: Actor, context: Making, *, start_s: float, length_s: float) -> bytes:
    """A stretch of what a party is asked to say yes to, for whoever answers in its name.

    It is heard only while nothing but their answers stands in its way.

    Raises: ApprovalNotFound, NotYours, RightsRefused,
    Quarantined.
    """
    shown = read_request(request_id, actor, context)
    asked = shown.asked
    with context.read() as records:
        parties = frozenset(records.rights.consent(a.consent_id).party_id for a in shown.approvals)
    refused = NotYours(f"this request does not wait for {actor.account}.", code="approval.not_yours")
    must(actor, Action.ANSWER_APPROVAL, Subject(f"request:{shown.request_id}", parties=parties), refused=refused)
    if asked is None:
        raise ApprovalNotFound("what this request asks was not kept: it is from before that was done")
    order = RemixOrder(source=asked.source_id, plan=asked.plan, share=asked.share, mine=asked.mine, topics=asked.topics)
    fan = Actor(account=asked.listener, tier=asked.tier, territory=asked.territory, at=context.clock.now())
    judged = consider(order, fan, context, paid=False)
    if judged.decision.outcome == "deny":
        raise refusal(judged.decision)
    return _played(judged, context, start_s, length_s)


def _played(judged: Judged, context: Making, start_s: float, length_s: float) -> bytes:
    """Raises: ScreenRefused, as for the whole."""
    sampled = {other.recording_id: hear(other, context) for other in judged.samples}
    font = open_soundfont(judged.plan, context)
    pack = instruments_for(judged.plan, context, synthesised=judged.synthesised)
    line = context.memory.timeline(
        Timeline(judged.plan, judged.material, sampled, font, context.workers, context.performers, pack)
    )
    first = round(start_s * SAMPLE_RATE)
    sound = line.render(first, min(line.length_frames, first + round(length_s * SAMPLE_RATE)))
    played = Audio(sound, SAMPLE_RATE)
    licensed = frozenset({judged.recording.recording_id, *sampled})
    screening = screen(played, catalogue_index(context), licensed)
    if not screening.clean:
        refuse_foreign(screening, licensed, context)
    return context.audio_files.encode(played, "wav")
