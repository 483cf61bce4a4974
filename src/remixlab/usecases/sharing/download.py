"""A remix as a file to take away: a right of its own (`download`), but for what one made for oneself."""

from __future__ import annotations

from remixlab.accounts import Action
from remixlab.domain.actor import Actor
from remixlab.domain.rights import Exit, Request, Scope, Use
from remixlab.rights import decide
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.making import delivered_as, keep_decision
from remixlab.usecases.sharing.passport import must_be_kept
from remixlab.usecases.sharing.remixes import audible_remix


@observed("sharing.download_remix")
def download_remix(remix_id: str, suffix: str, actor: Actor, context: Making) -> str:
    """The digest of the sealed file in a format. Whether it may be taken away is decided now, and the answer is kept.

    Who made it may also take what its passport promised.

    Raises: RemixNotFound, ConsentWithdrawn, RightsRefused, InvalidAudio for a format that cannot be written.
    """
    remix = audible_remix(remix_id, actor, context, Action.DOWNLOAD_REMIX)
    if remix.listener == actor.account and remix.share == "private":
        return delivered_as(remix, suffix, context)
    with context.read() as records:
        made_on = records.rights.decision(remix.decision_id)
        terms = records.rights.terms(remix.licensed_from)
    request = Request(
        listener=actor.account, at=context.clock.now(), territory=actor.territory, tier=actor.tier,
        topics=made_on.request.topics
    )  # fmt: skip
    covered = {use for use in made_on.uses if use.scope is Scope.COVER}  # of a cover, the song itself is asked
    taken = frozenset({Use(Scope.DOWNLOAD, name) for name in remix.licensed_from} | covered)
    decision = decide(taken, made_on.reach, terms, request)
    with context.write() as records:
        keep_decision(decision, actor, Action.DOWNLOAD_REMIX, records, context)
    if not decision.allowed:
        must_be_kept(remix, Exit.FILE, decision, actor, Action.DOWNLOAD_REMIX, context)
    return delivered_as(remix, suffix, context)
