"""What a refused decision becomes at the doors."""

from __future__ import annotations

import registry_strategies as a
from remixlab.domain.errors import RightsRefused, SubscriptionNeeded
from remixlab.domain.rights import Constraints, Scope, Side, Tier
from remixlab.testing import MemoryRegistry
from remixlab.usecases.making.refusal import refusal


def refused(**limits: object) -> RightsRefused:
    registry = MemoryRegistry(currency="EUR")
    with a.writing(registry) as records:
        a.fill(records, consents=False)
        records.rights.set_consent(a.said(Side.MASTER, "label", constraints=Constraints.model_validate(limits)))
        records.rights.set_consent(a.said(Side.ARTIST, "band"))
        records.rights.set_consent(a.said(Side.WORK, "writer"))
    return refusal(a.judge(registry, tier=Tier.FREE))


def test_where_only_the_tier_stands_in_the_way_a_subscription_is_needed() -> None:
    dearer = max(Tier, key=lambda tier: tier.rank)
    error = refused(tier_min=dearer)
    assert isinstance(error, SubscriptionNeeded)
    assert error.stable_code == "rights.refused.tier"


def test_no_subscription_opens_what_a_limit_closes() -> None:
    assert Scope.TEMPO_PITCH in a.SCOPES
    assert type(refused(tempo_change_max=0.01)) is RightsRefused
    both = refused(tempo_change_max=0.01, tier_min=max(Tier, key=lambda tier: tier.rank))
    assert type(both) is RightsRefused
