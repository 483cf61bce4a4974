"""From a prompt to a judged plan: what was understood, what it needs, whether it may be made, who would be paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.errors import EngineUnavailable, InvalidPlan, InvalidPrompt, NotAllowed
from remixlab.domain.material import Material
from remixlab.domain.music import Analysis
from remixlab.domain.ports.process import Progress, silent
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.remix import PayLine
from remixlab.domain.rights import Decision, Passport, Recording, Terms, is_nobody
from remixlab.plan import RemixPlan, SoundFontRef, parse, reach, recordings_of, uses
from remixlab.plan.ops import Sample
from remixlab.prompt import Understanding, ask_model, write_plan
from remixlab.rights import alternatives, decide, passport_of
from remixlab.royalties import Deal, deal_for, pays
from remixlab.usecases.catalogue.shown import must_use, seen_by
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.hearing.hear import hear
from remixlab.usecases.making.instruments import check_soundfont, default_soundfont, instruments_for
from remixlab.usecases.making.order import RemixOrder, remix_id_of, request_of
from remixlab.usecases.making.screening import screen_prompt


@dataclass(frozen=True, slots=True)
class Judged:
    """A plan with its decision: everything a person should know before pressing Make."""

    recording: Recording
    material: Material
    plan: RemixPlan
    decision: Decision
    pays: tuple[PayLine, ...]
    terms: Terms
    samples: tuple[Recording, ...] = ()
    """The other recordings that the plan takes from."""
    understanding: Understanding | None = None
    synthesised: bool = False
    """Whether the order asked for synthesis where sampled instruments are here."""

    @property
    def analysis(self) -> Analysis:
        """What was heard in the source."""
        return self.material.analysis

    @property
    def passport(self) -> Passport:
        """What of it may leave, should it be made now. Of a cover, the master does not sound."""
        samples = [sample.recording_id for sample in self.samples]
        sounding = samples if self.plan.kind == "cover" else [self.recording.recording_id, *samples]
        return passport_of(self.decision, self.terms, sounding)


@observed("making.consider")
def consider(
    order: RemixOrder, actor: Actor, context: Making, progress: Progress = silent, *, paid: bool = True
) -> Judged:
    """Read the prompt, fit it to the recording, judge it. Nothing is made; a no is an answer here, not an error.

    Who would be paid is left out where nobody is told (not `paid`).

    Raises: RecordingNotFound, Quarantined, InvalidPrompt, InvalidPlan, UnknownPlace, ModerationRefused,
    SoundFontNotFound, NotAllowed.
    """
    must(actor, Action.PLAN)
    _must_be_somebody(actor)
    recording = _source_of(order, actor, context)
    order = screen_prompt(order, actor, context)
    material = hear(recording, context, progress)
    plan, understanding = _plan_of(order, recording, material.analysis, context)
    plan = plan.played_on(order.soundfont or _soundfont_of(order) or default_soundfont(context))
    check_soundfont(plan, context)
    with context.read() as records:
        plan = resolve_samples(plan, actor, records)
        samples = tuple(records.catalogue.recording(other) for other in recordings_of(plan)[1:])
        terms = records.rights.terms([recording.recording_id, *(sample.recording_id for sample in samples)])
        pack = instruments_for(plan, context, synthesised=order.synthesised)
        remix_id = remix_id_of(order, actor, recording.recording_id, plan, context.performers, pack)
        made = _made_today(remix_id, terms, actor, records)
        decision = judge(plan, material.analysis, terms, order, actor, context, made=made)
        if understanding and understanding.implied and not decision.allowed:
            # What a style brings along unasked gives way before the prompt does.
            less = understanding.without_implied()
            plainer = resolve_samples(less.plan.played_on(plan.soundfont), actor, records)
            found = judge(plainer, material.analysis, terms, order, actor, context, made=made)
            if found.allowed:
                plan, understanding, decision = plainer, less, found
        lines = _pays_of(plan, recording, samples, terms, actor, records, context) if paid else ()
    return Judged(recording, material, plan, decision, lines, terms, samples, understanding, order.synthesised)


def judge(
    plan: RemixPlan,
    analysis: Analysis,
    terms: Terms,
    order: RemixOrder,
    actor: Actor,
    context: Making,
    *,
    made: Mapping[str, int] | None = None,
) -> Decision:
    """The decision on a plan, with the nearest plans that are open instead when it is a no."""
    deal = deal_of(plan, terms, actor, context)
    request = request_of(order, actor, made=made, deal=deal, plan=plan)
    decision = decide(uses(plan), reach(plan, analysis), terms, request)
    if decision.allowed:
        return decision
    return decision.model_copy(update={"alternatives": alternatives(plan, analysis, terms, request)})


def deal_of(plan: RemixPlan, terms: Terms, actor: Actor, context: Making) -> Deal:
    """The deal that counts for a plan of this recording, made by this actor now."""
    return deal_for(context.deals, plan.kind, terms.by_recording.get(plan.source), actor.territory, actor.at)


def resolve_samples(plan: RemixPlan, actor: Actor, records: ReadTransaction) -> RemixPlan:
    """The plan with what it samples under its own id: an ISRC is an alias that is resolved where it enters.

    What the actor does not see cannot be sampled. Raises: RecordingNotFound, Quarantined.
    """

    def resolved(reference: str) -> str:
        recording = seen_by(records.catalogue.recording(reference), actor, records.catalogue)
        must_use(recording, actor, asked_as=reference)
        return recording.recording_id

    named = (
        op.model_copy(update={"recording": resolved(op.recording)}) if isinstance(op, Sample) else op for op in plan.ops
    )
    return plan.model_copy(update={"ops": tuple(named)}) if len(recordings_of(plan)) > 1 else plan


def refuse_early(prompt: str) -> None:
    """Refuse what can become no plan of any recording, before a file is read for it. Raises: InvalidPrompt."""
    try:
        write_plan(prompt, None, source="none")
    except InvalidPrompt as error:
        if error.stable_code != "prompt.unclear":  # what is unclear may become clear with the recording
            raise


def _source_of(order: RemixOrder, actor: Actor, context: Records) -> Recording:
    """What somebody else brought stays hidden, whatever word (`mine`) is given; what waits for a person, waits."""
    with context.read() as records:
        recording = seen_by(records.catalogue.recording(order.source), actor, records.catalogue)
    must_use(recording, actor, asked_as=order.source)
    return recording


def _must_be_somebody(actor: Actor) -> None:
    """A name that only means an account of ours makes nothing and is paid nothing. Raises: NotAllowed."""
    if is_nobody(actor.account):
        raise NotAllowed(f"'{actor.account}' is nobody's name.", hint="Ask under a name of your own.")


def _plan_of(
    order: RemixOrder, recording: Recording, analysis: Analysis, context: Making
) -> tuple[RemixPlan, Understanding | None]:
    """The plan given, or what the words ask for; with both, the words correct the plan."""
    source = recording.recording_id
    base = parse({**order.plan, "source": source}) if order.plan is not None else None
    words = order.prompt
    if words is None:
        if base is None:
            raise InvalidPrompt(
                "there is neither a wish nor a plan", code="prompt.empty", hint="Say what you would like to hear."
            )
        return base, None
    if context.model is not None:
        try:
            understanding = ask_model(
                context.model, words, analysis, source=source, kind=order.kind, base=base, seed=order.seed
            )
            return understanding.plan, understanding
        except (EngineUnavailable, InvalidPlan):
            pass  # without the model nothing is missing: our own reading answers
    understanding = write_plan(
        words, analysis, source=source, kind=order.kind, base=base, seed=order.seed, meaning=context.meaning
    )
    return understanding.plan, understanding


def _soundfont_of(order: RemixOrder) -> SoundFontRef | None:
    """What the plan that was handed in plays on, also where words correct it."""
    return parse({**order.plan, "source": order.source}).soundfont if order.plan is not None else None


def _made_today(remix_id: str, terms: Terms, actor: Actor, records: ReadTransaction) -> Mapping[str, int]:
    """What the actor made today under each consent that limits it in number; the remix that is asked for apart."""
    counted = [consent for consent in terms.consents if consent.counts_derivatives]
    return records.remixes.made_under(actor.account, actor.at, counted, but=remix_id) if counted else {}


def _pays_of(
    plan: RemixPlan,
    recording: Recording,
    samples: Sequence[Recording],
    terms: Terms,
    actor: Actor,
    records: ReadTransaction,
    context: Making,
) -> tuple[PayLine, ...]:
    return pays(
        deal_of(plan, terms, actor, context),
        records.catalogue.paid_shares(recording.recording_id, at=actor.at),
        remixer=actor.account,
        names=terms.names,
        sampled={
            sample.recording_id: records.catalogue.paid_shares(sample.recording_id, at=actor.at) for sample in samples
        },
        attested_by=recording.confirmed_owner,
    )
