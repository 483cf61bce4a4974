"""Sound without a mark leaves only where every owner of what is in it allows the export (`stem_export`)."""

from __future__ import annotations

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.music import Analysis
from remixlab.domain.ports.blobs import Content
from remixlab.domain.rights import Decision, Reach, Request, Scope, Use
from remixlab.plan import RemixPlan, reach, recordings_of, uses
from remixlab.rights import decide
from remixlab.usecases.catalogue.shown import must_use, seen_by
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.making.decisions import keep_decision
from remixlab.usecases.making.refusal import refusal


@observed("making.check_export")
def check_export(
    plan: RemixPlan, analysis: Analysis, actor: Actor, context: Records, *, own: bool = False, mine: bool = False,
    topics: tuple[str, ...] = (),
) -> Decision | None:  # fmt: skip
    """Ask whether this may leave without a mark; the answer is kept, and given: whoever works long asks it again.

    With `own` the source is a file of the caller's: only samples are asked for. With `mine` the caller's word
    opens the source.
    Raises: RightsRefused, RecordingNotFound.
    """
    with context.read() as records:
        licensed = [
            records.catalogue.recording(reference).recording_id for reference in recordings_of(plan)[1 if own else 0 :]
        ]
        terms = records.rights.terms(licensed)
    sounding = [name for name in licensed if plan.kind == "remix" or name != plan.source]
    needed = {use for use in uses(plan) if use.recording in licensed} | {
        Use(Scope.STEM_EXPORT, name) for name in sounding
    }
    if not needed:
        return None
    request = Request(
        listener=actor.account,
        at=context.clock.now(),
        territory=actor.territory,
        tier=actor.tier,
        mine=mine,
        topics=topics,
    )
    decision = decide(frozenset(needed), reach(plan, analysis), terms, request)
    with context.write() as records:
        keep_decision(decision, actor, Action.EXPORT_STEMS, records, context)
    if not decision.allowed:
        raise refusal(decision)
    return decision


@observed("making.original_to_take")
def original_to_take(reference: str, actor: Actor, context: Records) -> tuple[Content, str]:
    """The original file of a recording, to be taken apart into files, and its title; the answer is kept.

    What one brought is one's own; of others' it needs the permission to export. Raises: RecordingNotFound, Quarantined,
    RightsRefused, StoreUnavailable.
    """
    must(actor, Action.MAKE)
    with context.read() as records:
        recording = seen_by(records.catalogue.recording(reference), actor, records.catalogue)
        terms = records.rights.terms([recording.recording_id])
    must_use(recording, actor, asked_as=reference)
    request = Request(
        listener=actor.account, at=context.clock.now(), territory=actor.territory, tier=actor.tier,
        mine=recording.attested_by == actor.account,
    )  # fmt: skip
    decision = decide(frozenset({Use(Scope.STEM_EXPORT, recording.recording_id)}), Reach(), terms, request)
    with context.write() as records:
        keep_decision(decision, actor, Action.EXPORT_STEMS, records, context)
    if not decision.allowed:
        raise refusal(decision)
    return context.blobs.open(recording.sha256), recording.title
