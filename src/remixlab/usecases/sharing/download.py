"""A remix as a file to take away: a right of its own (`download`), but for what one made for oneself."""

from __future__ import annotations

from remixlab.accounts import Action
from remixlab.domain.actor import Actor
from remixlab.domain.rights import Request, Scope, Use
from remixlab.rights import decide
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.making import deliver, keep_decision
from remixlab.usecases.making.refusal import refusal
from remixlab.usecases.sharing.remixes import audible_remix


@observed("sharing.download_remix")
def download_remix(remix_id: str, suffix: str, actor: Actor, context: Making) -> bytes:
    """The sealed file in a format. Whether it may be taken away is decided now, and the answer is kept.

    Raises: RemixNotFound, ConsentWithdrawn, RightsRefused, InvalidAudio for a format that cannot be written.
    """
    remix = audible_remix(remix_id, actor, context, Action.DOWNLOAD_REMIX)
    if remix.listener == actor.account and remix.share == "private":
        return deliver(remix, suffix, context)
    with context.read() as records:
        made_on = records.rights.decision(remix.decision_id)
        terms = records.rights.terms(remix.licensed_from)
    request = Request(
        listener=actor.account, at=context.clock.now(), territory=actor.territory, tier=actor.tier,
        topics=made_on.request.topics
    )  # fmt: skip
    decision = decide(
        frozenset(Use(Scope.DOWNLOAD, name) for name in remix.licensed_from), made_on.reach, terms, request
    )
    with context.write() as records:
        keep_decision(decision, actor, Action.DOWNLOAD_REMIX, records, context)
    if not decision.allowed:
        raise refusal(decision)
    return deliver(remix, suffix, context)
