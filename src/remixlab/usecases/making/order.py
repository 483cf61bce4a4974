"""What somebody orders: a wish or a plan for one recording, and who asks from where."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from remixlab.domain.rights import Request, Tier
from remixlab.domain.value import Value, canonical
from remixlab.plan import RemixPlan, SoundFontRef
from remixlab.royalties import Deal


class RemixOrder(Value):
    """One order: a wish, a plan, or a plan with the words that correct it. The same order is the same remix."""

    source: str
    prompt: str | None = None
    plan: dict[str, Any] | None = None
    kind: Literal["remix", "cover"] = "remix"
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**32)] = 0
    soundfont: SoundFontRef | None = None
    """What the new parts shall be played on; else what the plan says, else what the house was set to."""
    share: Literal["private", "public"] = "private"
    mine: bool = False
    listener: str = "me"
    territory: str = "US"
    tier: Tier = Tier.FREE
    at: AwareDatetime

    def request(self, *, made_today: int = 0, deal: Deal | None = None) -> Request:
        """The order as the rights see it."""
        return Request(
            listener=self.listener, at=self.at, territory=self.territory, tier=self.tier,
            share=self.share, mine=self.mine, made_today=made_today, offered_ppm=deal.offered_ppm if deal else {},
        )  # fmt: skip


def remix_id_of(order: RemixOrder, source_id: str, plan: RemixPlan) -> str:
    """The id of what this order makes: a digest, so that asking again after a crash finds the same remix."""
    named = {"source": source_id, "plan": plan.digest, "listener": order.listener, "mine": order.mine}
    return "rmx_" + hashlib.sha256(canonical(named)).hexdigest()[:24]
