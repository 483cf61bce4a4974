"""What is open on a recording, in one sentence, before anybody asks for anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from remixlab.domain.actor import Actor
from remixlab.domain.music import Analysis
from remixlab.domain.rights import Decision, Reach, Recording, Request, Scope, Terms, Use
from remixlab.domain.value import Value
from remixlab.prompt import suggest
from remixlab.rights import decide, with_streaming
from remixlab.usecases.catalogue.shown import must_see
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.context.sounds import Sounds

Sentence = Literal["yours", "open to remix", "open to covers", "asks first", "closed", "waits for a person"]


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether something can be made of a recording, the sentence that says so, and every scope that is open."""

    open: bool
    sentence: Sentence
    scopes: frozenset[Scope]


class SuggestedPreset(Value):
    """A button: its name, the prompt behind it, and which kind of remix it makes."""

    name: str
    prompt: str
    kind: str


class Suggested(Value):
    """What to offer for one recording: presets, three sentences and a surprise."""

    presets: tuple[SuggestedPreset, ...]
    sentences: tuple[str, ...]
    surprise: str


@observed("catalogue.what_is_open")
def what_is_open(recording: Recording, actor: Actor, context: Records) -> Availability:
    """Judge the plainest remix, the plainest cover and every other scope for this actor. Raises: RecordingNotFound."""
    return what_is_open_on((recording,), actor, context)[0]


@observed("catalogue.what_is_open_on")
def what_is_open_on(recordings: Iterable[Recording], actor: Actor, context: Records) -> tuple[Availability, ...]:
    """As `what_is_open`, for a page of recordings at once: what was said about them is read once."""
    asked = tuple(recordings)
    for recording in asked:
        must_see(recording, actor)
    with context.read() as records:
        terms = records.rights.terms([recording.recording_id for recording in asked], actor.account)
    return tuple(_availability(recording, terms, actor) for recording in asked)


def remembered_analysis(recording: Recording, context: Sounds) -> Analysis | None:
    """What was heard before, without hearing it now."""
    with context.read() as records:
        return records.hearing.analysis(recording.sha256, context.listener.name)


@observed("catalogue.suggestions_for")
def suggestions_for(recording: Recording, actor: Actor, context: Sounds, *, seed: int = 0) -> Suggested:
    """Presets, three sentences and a surprise that suit this recording and are open on it.

    Raises: RecordingNotFound.
    """
    available = what_is_open(recording, actor, context)
    offered = suggest(remembered_analysis(recording, context), allowed=available.scopes, seed=seed)
    presets = (
        SuggestedPreset(
            name=preset.title, prompt=preset.prompt, kind="cover" if Scope.COVER in preset.needs else "remix"
        )
        for preset in offered.presets
    )
    return Suggested(presets=tuple(presets), sentences=tuple(offered.sentences), surprise=offered.surprise)


def _availability(recording: Recording, terms: Terms, actor: Actor) -> Availability:
    if recording.quarantined:
        return Availability(False, "waits for a person", frozenset())
    own = recording.attested_by == actor.account
    request = Request(listener=actor.account, at=actor.at, territory=actor.territory, tier=actor.tier, mine=own)

    heard = terms if own else with_streaming(terms)

    def judged(scope: Scope) -> Decision:
        if scope is Scope.STREAM:
            return decide(frozenset({Use(scope, recording.recording_id)}), Reach(), heard, request)
        return decide(frozenset({Use(scope, recording.recording_id)}), Reach(), terms, request)

    decisions = {scope: judged(scope) for scope in Scope}
    remix, cover = decisions[Scope.REMIX], decisions[Scope.COVER]
    if remix.allowed:
        sentence: Sentence = "yours" if own else "open to remix"
    elif "needs_approval" in (remix.outcome, cover.outcome):
        sentence = "asks first"
    else:
        sentence = "open to covers" if cover.allowed else "closed"
    open_scopes = frozenset(scope for scope, decision in decisions.items() if decision.allowed)
    return Availability(remix.allowed or cover.allowed or sentence == "asks first", sentence, open_scopes)
