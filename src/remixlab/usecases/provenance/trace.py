"""Trace a modified song that was found elsewhere: what it is made of, how it was changed, whose that is, and either the
claim that its owners may make or the licence that would make it legal.
"""

from __future__ import annotations

from typing import Final, Literal

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.ports.blobs import Content
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.rights import Reach, Request, Right, Scope, Use
from remixlab.domain.value import Value
from remixlab.identify import Match, MatchKind
from remixlab.rights import decide
from remixlab.usecases.catalogue import is_shown
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.provenance.examine import find_mark, heard_in, read_sound
from remixlab.usecases.provenance.verify import sounds_as

AS_IT_IS_RATIO: Final = 0.004
AS_IT_IS_SEMITONES: Final = 0.08
"""Closer to its speed and pitch nobody meant to change them: clocks differ so much, and tapes."""


class Owner(Value):
    """A party with a share of what was found. Unit: ppm."""

    party_id: str
    name: str
    right: Right
    ppm: int


class TracedSource(Value):
    """A recording that was found, from when to when in both, how it was changed, and what follows. Unit: seconds.

    `needs` are the permissions that would make it legal, `missing` those that are not open to everybody now; with
    nothing missing `outcome` is `allow`. `may_claim` says whether whoever asks acts for one of the owners.
    """

    recording_id: str
    title: str
    artist: str
    isrc: str | None
    kind: MatchKind
    score: float
    start_s: float
    end_s: float
    source_start_s: float
    source_end_s: float
    tempo_ratio: float
    pitch_semitones: float
    view: str
    backwards: bool
    needs: tuple[Scope, ...]
    outcome: Literal["allow", "needs_approval", "deny"]
    missing: tuple[Scope, ...]
    owners: tuple[Owner, ...]
    may_claim: bool


class Trace(Value):
    """What a found file is made of, in the order of its time.

    `remix_id` names the remix of ours that it is, by mark and sound.
    """

    duration_s: float
    remix_id: str | None
    sources: tuple[TracedSource, ...]

    @property
    def is_licensed(self) -> bool:
        """Whether it is a remix that was made here, or nothing of the catalogue is in it."""
        return self.remix_id is not None or not self.sources


@observed("provenance.trace")
def trace(content: Content, name: str, actor: Actor, context: Making) -> Trace:
    """Say what a file is made of and what would make it legal. Nothing of it is kept. Raises: InvalidAudio."""
    must(actor, Action.IDENTIFY)
    sound = read_sound(content, name, context)
    examined = find_mark(sound, context)
    matches = examined.matches or tuple(heard_in(sound, context))
    with context.read() as records:
        mark = examined.mark.mark_id
        remix_id = None if mark is None else records.remixes.remix_of_mark(mark)
        remix = records.remixes.find_remix(remix_id) if remix_id else None
        found = [
            _traced(match, actor, records)
            for match in matches
            if is_shown(records.catalogue.recording(match.recording_id), actor)
        ]
    # A mark that was copied onto a stranger's song makes it no remix of ours.
    is_ours = remix is not None and (not examined.is_read or sounds_as(remix, sound, context) is not False)
    return Trace(
        duration_s=sound.duration_s,
        remix_id=remix_id if is_ours else None,
        sources=tuple(sorted(found, key=lambda one: (one.start_s, one.recording_id))),
    )


def _traced(match: Match, actor: Actor, records: ReadTransaction) -> TracedSource:
    recording = records.catalogue.recording(match.recording_id)
    needs = scopes_needed(match)
    # Asked for everybody, and not for whoever found it: the file is out there for all to hear.
    request = Request(listener="anybody", at=actor.at, territory=actor.territory, share="public")
    reach = Reach(match.tempo_ratio, match.tempo_ratio, match.pitch_semitones, match.pitch_semitones)
    terms = records.rights.terms([recording.recording_id])
    asked = {scope: decide(frozenset({Use(scope, recording.recording_id)}), reach, terms, request) for scope in needs}
    closed = {scope: decision.outcome for scope, decision in asked.items() if not decision.allowed}
    owners = _owners(recording.recording_id, records)
    return TracedSource(
        recording_id=recording.recording_id,
        title=recording.title,
        artist=recording.artist,
        isrc=recording.isrc,
        kind=match.kind,
        score=match.score,
        start_s=match.query_start_s,
        end_s=match.query_end_s,
        source_start_s=match.reference_start_s,
        source_end_s=match.reference_end_s,
        tempo_ratio=match.tempo_ratio,
        pitch_semitones=match.pitch_semitones,
        view=match.view,
        backwards=match.backwards,
        needs=needs,
        outcome="deny" if "deny" in closed.values() else "needs_approval" if closed else "allow",
        missing=tuple(closed),
        owners=owners,
        may_claim=any(owner.party_id in actor.acts_for for owner in owners),
    )


def scopes_needed(match: Match) -> tuple[Scope, ...]:
    """The permissions that what was done to a recording needs, were it done here."""
    if match.kind == "same_work":
        return (Scope.COVER,)
    first = Scope.SAMPLING if match.kind == "contains" else Scope.REMIX
    is_changed = abs(match.tempo_ratio - 1) > AS_IT_IS_RATIO or abs(match.pitch_semitones) > AS_IT_IS_SEMITONES
    is_treated = match.backwards or match.view != "mix"
    more = ((Scope.TEMPO_PITCH, is_changed), (Scope.EFFECTS, is_treated))
    return (first, *(scope for scope, applies in more if applies))


def _owners(recording_id: str, records: ReadTransaction) -> tuple[Owner, ...]:
    """Those of the master, of the works in it, and of the voices."""
    shares = records.catalogue.shares(recording_id)
    names = records.catalogue.party_names({share.party_id for share in shares})
    return tuple(
        Owner(party_id=s.party_id, name=names.get(s.party_id, s.party_id), right=s.right, ppm=s.ppm) for s in shares
    )
