"""Who may hear a remix, and how a private one is shared."""

from __future__ import annotations

from datetime import datetime

from remixlab.domain.errors import ConsentWithdrawn, RemixNotFound
from remixlab.domain.remix import Remix
from remixlab.plan import RemixPlan
from remixlab.usecases.context.making import Making
from remixlab.usecases.making.consider import consider
from remixlab.usecases.making.decisions import record_judgement
from remixlab.usecases.making.order import RemixOrder
from remixlab.usecases.making.refusal import refusal


def audible_remix(remix_id: str, context: Making, *, user: str) -> Remix:
    """The remix, for somebody who may hear it; to others a private one does not exist. Raises: RemixNotFound, ConsentWithdrawn."""
    with context.read() as records:
        remix = records.remix(remix_id)
    if remix.state == "withdrawn":
        raise ConsentWithdrawn("This remix was taken down: a permission it rests on was withdrawn.")
    if remix.listener != user and not (remix.share == "public" and remix.state == "published"):
        raise RemixNotFound(f"there is no remix '{remix_id[:80]}'")
    return remix


def publish(remix_id: str, context: Making, *, user: str, territory: str, at: datetime) -> Remix:
    """Share a remix of one's own; the permission to share is decided now. Raises: RightsRefused, RemixNotFound."""
    remix = audible_remix(remix_id, context, user=user)
    order = RemixOrder(
        source=remix.source_id, plan=RemixPlan.model_validate(remix.plan).to_dict(), share="public", mine=rests_on_a_word(remix, context),
        listener=remix.listener, territory=territory, at=at,
    )  # fmt: skip
    judged = consider(order, context)
    record_judgement(judged, context)
    if not judged.decision.allowed:
        raise refusal(judged.decision)
    with context.write() as records:
        return records.set_remix_state(remix_id, share="public", state="published", pays=judged.pays)


def rests_on_a_word(remix: Remix, context: Making) -> bool:
    """Whether nobody's consent but the maker's own word carries it."""
    with context.read() as records:
        return records.decision(remix.decision_id).request.mine
