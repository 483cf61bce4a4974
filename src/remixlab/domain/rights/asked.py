"""What a party is asked to say yes to: one plan, in words, with its split, as it stood when it was asked."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime

from remixlab.domain.rights.parties import Ppm, Territory
from remixlab.domain.rights.scopes import Tier
from remixlab.domain.value import Value


class AskedLine(Value):
    """Which part of every listen goes to whom."""

    party: str
    party_id: str
    role: str
    ppm: Ppm


class AskedPlan(Value):
    """Everything that an approver needs to know before answering; an approval is for this plan and no other."""

    source_id: str
    title: str
    artist: str
    plan: dict[str, Any]
    plan_digest: str
    description: tuple[str, ...]
    pays: tuple[AskedLine, ...]
    listener: str
    territory: Territory
    tier: Tier = Tier.FREE
    share: Literal["private", "public"]
    asked_at: AwareDatetime
    mine: bool = False
    topics: tuple[str, ...] = ()
