"""Share a private remix: whether it may be shared is decided now, and again where a permission changed meanwhile."""

from __future__ import annotations

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import NotYourRemix
from remixlab.domain.remix import Remix
from remixlab.domain.rights import Exit
from remixlab.plan import parse
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.making import RemixOrder, consider, record_judgement
from remixlab.usecases.making.decisions import must_still_hold, now_for
from remixlab.usecases.sharing.passport import must_be_kept, must_still_be_kept
from remixlab.usecases.sharing.remixes import audible_remix, subject_of


@observed("sharing.publish")
def publish(remix_id: str, actor: Actor, context: Making) -> Remix:
    """Share a remix of one's own, by the rights of this moment, or by what its passport promised.

    Raises: RightsRefused, RemixNotFound, NotYourRemix, ConsentWithdrawn, Quarantined.
    """
    remix = audible_remix(remix_id, actor, context)
    must(actor, Action.PUBLISH, subject_of(remix), refused=NotYourRemix("Only who made a remix may publish it."))
    with context.read() as records:
        made_on = records.rights.decision(remix.decision_id).request
    order = RemixOrder(
        source=remix.source_id,
        plan=parse(remix.plan).to_dict(),
        share="public",
        mine=made_on.mine,
        topics=made_on.topics,
    )
    judged = consider(order, now_for(actor, context), context)
    record_judgement(judged, actor, context)
    by_now = judged.decision.allowed
    if not by_now:
        must_be_kept(remix, Exit.LINK, judged.decision, actor, Action.PUBLISH, context)
    with context.write() as records:
        records.rights.hold_epoch()
        if by_now:
            must_still_hold(judged.decision, records, context.clock.now())
        else:
            must_still_be_kept(remix, Exit.LINK, judged.decision, records)
        published = records.remixes.set_remix_state(
            remix_id,
            share="public",
            state="published",
            pays=judged.pays,
            decision_id=judged.decision.decision_id if by_now else None,
        )
        records.accounts.append_audit(
            entry_of(actor, Action.PUBLISH.value, f"remix:{remix_id}", before=remix, after=published)
        )
        return published
