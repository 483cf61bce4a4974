"""Who may see and hear a remix: its maker, and everybody once it is published; to others it does not exist."""

from __future__ import annotations

from remixlab.accounts import Action, Subject, must
from remixlab.domain.actor import Actor
from remixlab.domain.errors import ConsentWithdrawn, Quarantined, RemixNotFound
from remixlab.domain.page import Page
from remixlab.domain.remix import Remix
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records


def subject_of(remix: Remix) -> Subject:
    """A remix as authorisation sees it. What was published and taken down was public: that it is gone may be said."""
    return Subject(
        f"remix:{remix.remix_id}", owner=remix.listener, public=remix.share == "public" and remix.state != "draft"
    )


@observed("sharing.audible_remix")
def audible_remix(remix_id: str, actor: Actor, context: Records, action: Action = Action.READ_REMIX) -> Remix:
    """The remix, for an actor who may do this with it. Raises: RemixNotFound, ConsentWithdrawn, Quarantined."""
    with context.read() as records:
        remix = records.remixes.remix(remix_id)
        sources = [records.catalogue.find_recording(source) for source in remix.licensed_from]
    must(actor, action, subject_of(remix), missing=RemixNotFound(f"there is no remix '{remix_id[:80]}'"))
    if remix.state == "withdrawn":
        raise ConsentWithdrawn("This remix was taken down: a permission it rests on was withdrawn.")
    if any(source is not None and source.quarantined for source in sources):
        raise Quarantined("What this remix is made from waits until a person has listened to it.")
    return remix


@observed("sharing.shown_remixes")
def shown_remixes(
    actor: Actor, context: Records, *, after: str | None = None, limit: int = 100, source_id: str | None = None
) -> Page[Remix]:
    """The actor's own remixes and everybody's published ones, newest first; of one source when it is named."""
    must(actor, Action.READ_CATALOGUE)
    with context.read() as records:
        return records.remixes.remixes(after, limit, source_id=source_id, seen_by=actor.account)
