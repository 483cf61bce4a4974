"""Who may see and hear a remix: its maker, and everybody once it is published; to others it does not exist."""

from __future__ import annotations

from typing import Final

from remixlab.accounts import Action, Subject, must
from remixlab.domain.actor import Actor
from remixlab.domain.dial import Dial, passes
from remixlab.domain.errors import ConsentWithdrawn, Quarantined, RemixNotFound
from remixlab.domain.page import Page
from remixlab.domain.remix import Remix
from remixlab.domain.rights import Reached
from remixlab.rights import stopped
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records

PAGES_MAX: Final = 50
"""Pages that one question looks through for something that the dial lets pass; the next question goes on."""


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
        reached = stopped(
            records.rights.decision(remix.decision_id), records.rights.terms(remix.licensed_from), actor.at
        )
    must(actor, action, subject_of(remix), missing=RemixNotFound(f"there is no remix '{remix_id[:80]}'"))
    if (
        remix.state == "withdrawn"
        or Reached.PLAYS in reached
        or (Reached.DRAFTS in reached and remix.share == "private")
    ):
        raise ConsentWithdrawn("This remix was taken down: a permission it rests on was withdrawn.")
    if any(source is not None and source.quarantined for source in sources):
        raise Quarantined("What this remix is made from waits until a person has listened to it.")
    return remix


@observed("sharing.shown_remixes")
def shown_remixes(
    actor: Actor,
    context: Records,
    *,
    after: str | None = None,
    limit: int = 100,
    source_id: str | None = None,
    ai: Dial = "all",
) -> Page[Remix]:
    """The actor's own remixes and everybody's published ones, newest first; of one source when it is named.

    What the AI dial leaves out makes a page shorter.
    """
    must(actor, Action.READ_CATALOGUE)
    with context.read() as records:
        for _ in range(PAGES_MAX):
            page = records.remixes.remixes(after, limit, source_id=source_id, seen_by=actor.account)
            kept = tuple(remix for remix in page.items if passes(remix, ai))
            if kept or page.next is None:
                return Page(kept, page.next)
            after = page.next
    return Page((), after)
