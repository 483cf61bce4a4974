"""What somebody orders: a prompt or a plan for one recording. Who orders it, from where and when, is the actor."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from remixlab.domain.actor import Actor
from remixlab.domain.ports.performer import Performer
from remixlab.domain.rights import Request
from remixlab.domain.value import Unless, Value, canonical
from remixlab.plan import RemixPlan, SoundFontRef
from remixlab.royalties import Deal
from remixlab.signal.sounds import SoundPack


class RemixOrder(Value):
    """One order: a prompt, a plan, or a plan with the words that correct it.

    The same order of the same account is the same remix.
    """

    source: str
    prompt: str | None = None
    plan: dict[str, Any] | None = None
    kind: Literal["remix", "cover"] = "remix"
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**32)] = 0
    soundfont: SoundFontRef | None = None
    """What the new parts shall be played on; else what the plan says, else what the workspace was set to."""
    synthesised: Annotated[bool, Unless(False)] = False
    """Whether the new parts shall be played by synthesis though sampled instruments are here."""
    share: Literal["private", "public"] = "private"
    mine: bool = False
    topics: tuple[str, ...] = ()
    """What the words are about, as `screening` found it; of a kept plan, what its words were about."""


def request_of(
    order: RemixOrder,
    actor: Actor,
    *,
    made: Mapping[str, int] | None = None,
    deal: Deal | None = None,
    plan: RemixPlan | None = None,
) -> Request:
    """The order as the rights see it, with the plan that it became, where it became one.

    `made` is what was made today under each consent that limits this in number.
    """
    return Request(
        listener=actor.account,
        at=actor.at,
        territory=actor.territory,
        tier=actor.tier,
        share=order.share,
        mine=order.mine,
        made=dict(made or {}),
        topics=order.topics,
        offered_ppm=deal.offered_ppm if deal else {},
        plan_digest=plan.digest if plan else "",
    )


def remix_id_of(
    order: RemixOrder,
    actor: Actor,
    source_id: str,
    plan: RemixPlan,
    performers: Sequence[Performer] = (),
    pack: SoundPack | None = None,
) -> str:
    """The id of what this order makes: a digest, so that asking again after a crash finds the same remix.

    Played by other performers, or on other sampled instruments, it is another remix.
    """
    named: dict[str, object] = {
        "source": source_id,
        "plan": plan.digest,
        "listener": actor.account,
        "mine": order.mine,
    }
    if performers:
        named["performers"] = [performer.name for performer in performers]
    if pack is not None:
        named["sounds"] = pack.sha256
    return "rmx_" + hashlib.sha256(canonical(named)).hexdigest()[:24]
