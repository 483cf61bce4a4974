"""Decisions after the fact: take one apart, make it again from what was stored, count what was asked in vain."""

from __future__ import annotations

from remixlab.accounts import Action, Subject, must
from remixlab.domain.actor import Actor
from remixlab.domain.errors import NotYours
from remixlab.domain.rights import Decision, Demand, Terms
from remixlab.domain.value import Value
from remixlab.rights import Examination, Replay, examine, replay
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.rights.speakers import anybody_meant


@observed("rights.examine_decision")
def examine_decision(decision_id: str, actor: Actor, context: Records) -> Examination:
    """Every candidate of a decision and why it won or lost, for who asked for it and the parties whose terms it saw.

    Raises: DecisionNotFound, NotAllowed.
    """
    return examine(*_decision(decision_id, actor, context))


@observed("rights.replay_decision")
def replay_decision(decision_id: str, actor: Actor, context: Records) -> Replay:
    """A decision made again from the terms that were stored with it. Raises: DecisionNotFound, NotAllowed."""
    return replay(*_decision(decision_id, actor, context))


class Wanted(Value):
    """What fans asked for of a recording and were not allowed; counts alone, never who."""

    recording_id: str
    demand: tuple[Demand, ...]


@observed("rights.read_demand")
def read_demand(reference: str, actor: Actor, context: Records) -> Wanted:
    """What a yes would be worth: for the parties of a recording. Raises: RecordingNotFound, NotYours."""
    with context.read() as records:
        recording = records.catalogue.recording(reference)
        refused = NotYours("Demand is shown to the parties of a recording.", code="party.not_yours")
        must(actor, Action.READ_DEMAND, anybody_meant(recording, records.catalogue), refused=refused)
        return Wanted(recording_id=recording.recording_id, demand=records.rights.demand(recording.recording_id))


def _decision(decision_id: str, actor: Actor, context: Records) -> tuple[Decision, Terms]:
    with context.read() as records:
        decision = records.rights.decision(decision_id)
        terms = records.rights.terms_of(decision)
    parties = {consent.party_id for consent in terms.consents} | {p for asset in terms.assets for p in asset.parties}
    subject = Subject(f"decision:{decision_id}", owner=decision.request.listener, parties=frozenset(parties))
    must(actor, Action.READ_DECISION, subject)
    return decision, terms
