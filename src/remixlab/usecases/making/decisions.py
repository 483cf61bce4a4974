"""Every decision is kept, refusals too; one that waits for a yes asks the parties whose yes it waits for.

And it is asked again about now: before the work, before the seal, before anything leaves, whenever it was ordered. An
order may have waited in a queue, been taken up after a crash, or name a moment that is long past; what it may become
depends on the permissions of the moment in which it becomes that.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from remixlab.accounts import Action, Subject, must
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import ConsentWithdrawn, InvalidTerms
from remixlab.domain.ports.records.transaction import ReadTransaction, WriteTransaction
from remixlab.domain.rights import Approval, AskedLine, AskedPlan, Decision, Reach, Request, Scope, Use
from remixlab.domain.value import canonical
from remixlab.plan import describe
from remixlab.rights import decide, decide_stream
from remixlab.usecases.catalogue.shown import must_see, seen_by
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.making.consider import Judged


def keep_decision(
    decision: Decision,
    actor: Actor,
    action: Action,
    records: WriteTransaction,
    context: Records,
    judged: Judged | None = None,
    *,
    asks: bool = True,
) -> None:
    """Append a decision to the chain; where it waits for a yes, ask the parties whose yes it waits for, each once.

    Nobody is asked where somebody only wanted to know (`asks` is false). They are shown what they are asked
    (`judged`): the plan in words, with its split. What was answered and no longer counts is asked anew.
    """
    context.telemetry.count("decisions", outcome=decision.outcome)
    records.rights.record_decision(decision)
    records.accounts.append_audit(entry_of(actor, action.value, f"decision:{decision.decision_id}", after=decision))
    requests = requests_of(decision)
    if not (requests and asks):
        return
    evidence = context.blobs.put(canonical(asked_plan(judged).to_dict())) if judged else ""
    now = context.clock.now()
    asked = {a.approval_id: a for a in records.rights.approval_requests(decision.request_key)}
    for request in requests:
        approval = request.model_copy(update={"evidence": evidence})
        known = asked.get(approval.approval_id)
        if known is None or known.is_over(now):
            records.rights.request_approval(approval, now=now)
            records.accounts.append_audit(
                entry_of(actor, action.value, f"approval:{approval.approval_id}", after=approval)
            )


@observed("making.record_judgement")
def record_judgement(judged: Judged, actor: Actor, context: Records) -> None:
    """Keep the decision on a judged plan, with its requests for approval."""
    must(actor, Action.PLAN)
    with context.write() as records:
        keep_decision(judged.decision, actor, Action.PLAN, records, context, judged)


def asked_plan(judged: Judged) -> AskedPlan:
    """What a party is asked to say yes to, as it reads it."""
    request = judged.decision.request
    return AskedPlan(
        source_id=judged.recording.recording_id, title=judged.recording.title, artist=judged.recording.artist,
        plan=judged.plan.to_dict(), plan_digest=judged.plan.digest, description=describe(judged.plan),
        pays=tuple(AskedLine.model_validate(line.model_dump()) for line in judged.pays),
        listener=request.listener, territory=request.territory, tier=request.tier,
        share=request.share, asked_at=request.at,
        mine=request.mine, topics=request.topics,
    )  # fmt: skip


@observed("making.read_decision")
def read_decision(decision_id: str, actor: Actor, context: Records) -> Decision:
    """A decision, for who asked for it and for the parties whose terms it was made on.

    Raises: DecisionNotFound, NotAllowed.
    """
    with context.read() as records:
        decision = records.rights.decision(decision_id)
        terms = records.rights.terms_of(decision)
    parties = {consent.party_id for consent in terms.consents}
    for asset in terms.assets:
        people = (asset.artist_id, asset.label_id, *asset.voice_ids, *asset.master_ids, *asset.publishing_ids)
        parties |= {party for party in people if party}
    subject = Subject(f"decision:{decision_id}", owner=decision.request.listener, parties=frozenset(parties))
    must(actor, Action.READ_DECISION, subject)
    return decision


@observed("making.ask_scope")
def ask_scope(reference: str, scope: str, actor: Actor, context: Records, *, asks: bool = True) -> Decision:
    """May this recording be used for this, by this actor? Every scope can be asked; the answer is kept.

    Where it waits for a yes the parties are asked for it, unless somebody only wants to know (`asks` is false).
    Raises: RecordingNotFound, InvalidTerms where there is no such scope.
    """
    must(actor, Action.PLAN)
    wanted = _scope_named(scope)
    with context.read() as records:
        recording = seen_by(records.catalogue.recording(reference), actor, records.catalogue)
        must_see(recording, actor, asked_as=reference)
        terms = records.rights.terms([recording.recording_id])
    mine = recording.attested_by == actor.account
    request = Request(listener=actor.account, at=actor.at, territory=actor.territory, tier=actor.tier, mine=mine)
    if wanted is Scope.STREAM and not mine:
        decision = decide_stream(recording.recording_id, terms, request)
    else:
        decision = decide(frozenset({Use(wanted, recording.recording_id)}), Reach(), terms, request)
    with context.write() as records:
        keep_decision(decision, actor, Action.PLAN, records, context, asks=asks)
    return decision


def _scope_named(name: str) -> Scope:
    try:
        return Scope(name)
    except ValueError as error:
        hint = f"One of {', '.join(Scope)}."
        raise InvalidTerms(f"there is no use called '{name[:40]}'", code="terms.scope", hint=hint) from error


def requests_of(decision: Decision) -> tuple[Approval, ...]:
    """The requests that a waiting decision puts to the parties, one for each consent that keeps its yes for itself."""
    if decision.outcome != "needs_approval":
        return ()
    consents = dict.fromkeys(reason.consent_id for reason in decision.reasons if reason.consent_id)
    return tuple(
        Approval(
            approval_id="apr_" + hashlib.sha256(f"{decision.request_key} {consent_id}".encode()).hexdigest()[:20],
            request_key=decision.request_key,
            consent_id=consent_id,
            listener=decision.request.listener,
            decision_id=decision.decision_id,
        )
        for consent_id in consents
    )


def now_for(actor: Actor, context: Records) -> Actor:
    """Whoever asks, at this moment: nothing is given out by the rights of another."""
    return actor.model_copy(update={"at": context.clock.now()})


def decide_again(decision: Decision, records: ReadTransaction, now: datetime) -> Decision:
    """The same question, about now and on what is on record now."""
    terms = records.rights.terms(sorted({use.recording for use in decision.uses}), decision.request.listener)
    asked = decision.request.model_copy(update={"at": now})
    return decide(frozenset(decision.uses), decision.reach, terms, asked)


def must_still_hold(decision: Decision, records: ReadTransaction, now: datetime) -> None:
    """Raises: ConsentWithdrawn when what was allowed is not any more."""
    again = decide_again(decision, records, now)
    if not again.allowed:
        first = again.reasons[0]
        raise ConsentWithdrawn(
            first.message, decided_by=first.decided_by, hint="Nothing was kept; ask again to see what is open."
        )


def must_hold_now(decision: Decision | None, context: Records) -> None:
    """As `must_still_hold`, of what was asked before long work; nothing where nothing had to be asked."""
    if decision is not None:
        with context.read() as records:
            must_still_hold(decision, records, context.clock.now())
