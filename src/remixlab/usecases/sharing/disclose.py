"""Disclose how a remix was made, to every standard and law at once."""

from __future__ import annotations

from remixlab.accounts import Action
from remixlab.domain.actor import Actor
from remixlab.domain.errors import RemixNotFound
from remixlab.domain.naming import PRODUCT
from remixlab.domain.rights import Scope
from remixlab.seal import Disclosure, Label, Maker, disclose
from remixlab.seal.signing import GENERATOR_VERSION
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.sharing.remixes import audible_remix


@observed("sharing.read_disclosure")
def read_disclosure(remix_id: str, actor: Actor, context: Records, *, provider: str = PRODUCT) -> Disclosure:
    """What is told of a remix to everybody who must be told; `provider` is whoever runs the service.

    Raises: RemixNotFound, ConsentWithdrawn, Quarantined.
    """
    remix = audible_remix(remix_id, actor, context, Action.READ_REMIX)
    if not remix.label:
        raise RemixNotFound(f"nothing was kept of how '{remix_id[:80]}' was made")
    with context.read() as records:
        uses = records.rights.decision(remix.decision_id).uses
    return disclose(
        Label.model_validate(remix.label),
        remix.remix_id,
        Maker(provider=provider, system=PRODUCT, version=GENERATOR_VERSION),
        remix.created_at,
        has_voice_likeness=any(use.scope == Scope.VOICE_LIKENESS for use in uses),
    )
