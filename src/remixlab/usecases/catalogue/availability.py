"""What is open on a recording, in one sentence, before anybody wishes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from remixlab.domain.errors import RecordingNotFound
from remixlab.domain.music import Analysis
from remixlab.domain.rights import Decision, Reach, Recording, Request, Scope, Use
from remixlab.prompt import suggest
from remixlab.rights import decide
from remixlab.usecases.context.making import Making


def is_shown_to(recording: Recording, user: str) -> bool:
    """What somebody brought as their own is nobody else's business; the catalogue is everybody's."""
    return recording.attested_by in (None, user)


def shown_recording(reference: str, context: Making, *, user: str) -> Recording:
    """Raises: RecordingNotFound, also for what is shown to others only."""
    with context.read() as records:
        recording = records.recording(reference)
    if not is_shown_to(recording, user):
        raise RecordingNotFound(f"there is no recording '{reference[:80]}'")
    return recording


def shown_recordings(context: Making, *, user: str, after: str | None = None, limit: int = 100) -> tuple[list[Recording], str | None]:
    """A page of the catalogue as this user sees it, and the cursor of the next."""
    shown: list[Recording] = []
    with context.read() as records:
        while len(shown) <= limit:
            found = records.recordings(after, limit + 1)
            if not found:
                return shown, None
            shown += [r for r in found if is_shown_to(r, user)]
            after = found[-1].recording_id
    return shown[:limit], shown[limit - 1].recording_id


@dataclass(frozen=True, slots=True)
class Standing:
    open: bool
    sentence: str
    scopes: frozenset[Scope]


def what_is_open(recording: Recording, context: Making, *, user: str, territory: str) -> Standing:
    """Judge the plainest remix, the plainest cover and every other scope for this listener."""
    with context.read() as records:
        terms = records.terms([recording.recording_id])
    request = Request(listener=user, at=context.clock.now(), territory=territory, mine=recording.attested_by == user)

    def judged(scope: Scope) -> Decision:
        return decide(frozenset({Use(scope, recording.recording_id)}), Reach(), terms, request)

    open_scopes = frozenset(scope for scope in Scope if judged(scope).allowed)
    remix, cover = judged(Scope.REMIX), judged(Scope.COVER)
    if remix.allowed:
        sentence = "yours" if recording.attested_by == user else "open to remix"
    elif "needs_approval" in (remix.outcome, cover.outcome):
        sentence = "asks first"
    else:
        sentence = "open to covers" if cover.allowed else "closed"
    return Standing(remix.allowed or cover.allowed or sentence == "asks first", sentence, open_scopes)


def remembered_analysis(recording: Recording, context: Making) -> Analysis | None:
    """What was heard before, without hearing it now."""
    with context.read() as records:
        return records.analysis(recording.sha256, context.listener.name)


def suggestions_for(recording: Recording, context: Making, *, user: str, territory: str, seed: int = 0) -> dict[str, Any]:
    """Presets, three sentences and a surprise that suit this recording and are open on it."""
    standing = what_is_open(recording, context, user=user, territory=territory)
    offered = suggest(remembered_analysis(recording, context), allowed=standing.scopes, seed=seed)
    presets = [{"name": p.title, "prompt": p.prompt, "kind": "cover" if Scope.COVER in p.needs else "remix"} for p in offered.presets]
    return {"presets": presets, "sentences": list(offered.sentences), "surprise": offered.surprise}
