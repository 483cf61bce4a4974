"""Who may hear a remix, and how a private one is shared."""

from __future__ import annotations

from datetime import datetime

from remixlab.domain.errors import ConsentWithdrawn, RemixNotFound
from remixlab.domain.remix import Remix
from remixlab.plan import RemixPlan
from remixlab.studio.desk import Desk
from remixlab.studio.order import RemixOrder
from remixlab.studio.permissions import record_judgement
from remixlab.studio.refusing import refusal
from remixlab.studio.wish import consider


def audible_remix(remix_id: str, desk: Desk, *, user: str) -> Remix:
    """The remix, for somebody who may hear it; to others a private one does not exist. Raises: RemixNotFound, ConsentWithdrawn."""
    with desk.read() as shelf:
        remix = shelf.remix(remix_id)
    if remix.state == "withdrawn":
        raise ConsentWithdrawn("This remix was taken down: a permission it rests on was withdrawn.")
    if remix.listener != user and not (remix.share == "public" and remix.state == "published"):
        raise RemixNotFound(f"there is no remix '{remix_id[:80]}'")
    return remix


def publish(remix_id: str, desk: Desk, *, user: str, territory: str, at: datetime) -> Remix:
    """Share a remix of one's own; the permission to share is decided now. Raises: RightsRefused, RemixNotFound."""
    remix = audible_remix(remix_id, desk, user=user)
    order = RemixOrder(
        source=remix.source_id, plan=RemixPlan.model_validate(remix.plan).to_dict(), share="public", mine=rests_on_a_word(remix, desk),
        listener=remix.listener, territory=territory, at=at,
    )  # fmt: skip
    judged = consider(order, desk)
    record_judgement(judged, desk)
    if not judged.decision.allowed:
        raise refusal(judged.decision)
    with desk.write() as shelf:
        return shelf.set_remix_state(remix_id, share="public", state="published", pays=judged.pays)


def rests_on_a_word(remix: Remix, desk: Desk) -> bool:
    """Whether nobody's consent but the maker's own word carries it."""
    with desk.read() as shelf:
        return shelf.decision(remix.decision_id).request.mine
