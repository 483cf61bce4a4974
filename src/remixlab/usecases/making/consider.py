"""From a wish to a judged plan: what was understood, what it needs, whether it may be made, who would be paid."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from remixlab.community import CatalogueName, moderate
from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.errors import EngineUnavailable, InvalidPlan, InvalidPrompt, Refused
from remixlab.domain.music import Analysis
from remixlab.domain.ports.process import Progress, silent
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.remix import PayLine
from remixlab.domain.rights import Decision, Recording, Scope, Terms
from remixlab.domain.value import canonical
from remixlab.plan import RemixPlan, SoundFontRef, describe, parse, reach, recordings_of, uses
from remixlab.plan.ops import Sample
from remixlab.prompt import Understanding, ask_model, write_plan
from remixlab.rights import alternatives, decide
from remixlab.royalties import pays
from remixlab.usecases.context.making import Making
from remixlab.usecases.hearing.hear import hear
from remixlab.usecases.making.order import RemixOrder
from remixlab.usecases.making.soundfonts import check_soundfont, default_soundfont
from remixlab.usecases.making.style_reference import spell_out

NAMES_MAX = 10_000
"""Recordings whose names moderation looks at."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A plan with its decision: everything a person should know before pressing Make."""

    recording: Recording
    analysis: Analysis
    plan: RemixPlan
    decision: Decision
    pays: tuple[PayLine, ...]
    terms: Terms
    samples: tuple[Recording, ...] = ()
    """The other recordings that the plan takes from."""
    understanding: Understanding | None = None

    def answer(self) -> dict[str, Any]:
        """The shape of `remixlab plan`."""
        understood = self.understanding.understood if self.understanding else ()
        return {
            "source": {"recording_id": self.recording.recording_id, "tempo_bpm": self.analysis.tempo_bpm, "key": self.analysis.key},
            "plan": self.plan.to_dict(),
            "description": list(describe(self.plan)),
            "uses": [{"scope": u.scope.value, "recording": u.recording, "detail": u.detail} for u in sorted(uses(self.plan))],
            "decision": self.decision.answer(),
            "understood": [u.to_dict() for u in understood],
            "skipped": list(self.understanding.skipped) if self.understanding else [],
            "pays": [line.to_dict() for line in self.pays],
        }


def consider(order: RemixOrder, context: Making, progress: Progress = silent, *, paid: bool = True) -> Judged:
    """Read the wish, fit it to the recording, judge it. Nothing is made; a no is an answer here, not an error.

    Who would be paid is left out where nobody is told (not `paid`).

    Raises: RecordingNotFound, InvalidPrompt, InvalidPlan, UnknownPlace, ModerationRefused, SoundFontNotFound.
    """
    with context.read() as records:
        recording = records.recording(order.source)
        names = catalogue_names(records) if order.prompt is not None else ()
    words = order.prompt
    if words is not None:
        try:
            words = spell_out(order, words, context)
            moderate(words, names=names)
        except Refused as refused:
            keep_refused_wish(order, refused, context)
            raise
    analysis = hear(recording, context, progress).analysis
    plan, understanding = _plan_of(order.model_copy(update={"prompt": words}), recording, analysis, context)
    plan = plan.played_on(order.soundfont or _soundfont_of(order) or default_soundfont(context))
    check_soundfont(plan, context)
    with context.read() as records:
        plan = resolve_samples(plan, records)
        samples = tuple(records.recording(other) for other in recordings_of(plan)[1:])
        terms = records.terms([recording.recording_id, *(sample.recording_id for sample in samples)])
        made_today = _made_today(order, records)
        decision = judge(plan, analysis, terms, order, context, made_today=made_today)
        if understanding and understanding.implied and not decision.allowed:
            # What a style brings along unasked gives way before the wish does.
            less = understanding.without_implied()
            plainer = resolve_samples(less.plan.played_on(plan.soundfont), records)
            found = judge(plainer, analysis, terms, order, context, made_today=made_today)
            if found.allowed:
                plan, understanding, decision = plainer, less, found
        lines = _pays_of(plan, order, recording, samples, terms, records, context) if paid else ()
    return Judged(recording, analysis, plan, decision, lines, terms, samples, understanding)


def _pays_of(
    plan: RemixPlan,
    order: RemixOrder,
    recording: Recording,
    samples: Sequence[Recording],
    terms: Terms,
    records: ReadTransaction,
    context: Making,
) -> tuple[PayLine, ...]:
    return pays(
        context.deals[plan.kind],
        records.shares(recording.recording_id),
        remixer=order.listener,
        names=terms.names,
        sampled={sample.recording_id: records.shares(sample.recording_id) for sample in samples},
        attested_by=recording.attested_by,
    )


def resolve_samples(plan: RemixPlan, records: ReadTransaction) -> RemixPlan:
    """The plan with what it samples under its own id: an ISRC is an alias that is resolved where it enters. Raises: RecordingNotFound."""
    named = (
        op.model_copy(update={"recording": records.recording(op.recording).recording_id}) if isinstance(op, Sample) else op
        for op in plan.ops
    )
    return plan.model_copy(update={"ops": tuple(named)}) if len(recordings_of(plan)) > 1 else plan


def refuse_early(prompt: str) -> None:
    """Refuse what can become no plan of any recording, before a file is read for it. Raises: InvalidPrompt."""
    try:
        write_plan(prompt, None, source="none")
    except InvalidPrompt as error:
        if error.stable_code != "prompt.unclear":  # what is unclear may become clear with the recording
            raise


def keep_refused_wish(order: RemixOrder, refused: Refused, context: Making) -> None:
    """Keep a refused wish for appeal; its words are forgotten after the days that the house was set to."""
    words = order.prompt or ""
    digest = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
    named = canonical([order.listener, digest, refused.stable_code, order.at.isoformat()])
    wish = RefusedPrompt(
        wish_id="wsh_" + hashlib.sha256(named).hexdigest()[:20], listener=order.listener, at=order.at, code=refused.stable_code,
        digest=digest, words=words[:2000].encode("utf-8", "replace").decode(), forget_at=order.at + context.words_kept,
    )  # fmt: skip
    with context.write() as records:
        records.record_refused_wish(wish)


def judge(plan: RemixPlan, analysis: Analysis, terms: Terms, order: RemixOrder, context: Making, *, made_today: int = 0) -> Decision:
    """The decision on a plan, with the nearest plans that are open instead when it is a no."""
    request = order.request(made_today=made_today, deal=context.deals[plan.kind])
    decision = decide(uses(plan), reach(plan, analysis), terms, request)
    if decision.allowed:
        return decision
    return decision.model_copy(update={"alternatives": alternatives(plan, analysis, terms, request)})


def catalogue_names(records: ReadTransaction) -> tuple[CatalogueName, ...]:
    """Artists and titles of the catalogue, for a moderation that knows whom a wish names."""
    recordings = records.recordings(limit=NAMES_MAX)
    open_styles = _style_references(records, recordings)
    artists = {CatalogueName(r.artist, "artist", r.artist_id in open_styles) for r in recordings}
    return (*sorted(artists), *(CatalogueName(r.title, "title") for r in recordings))


def _style_references(records: ReadTransaction, recordings: Sequence[Recording]) -> frozenset[str | None]:
    """Artists who allow being named as a style."""
    open_to = [c for c in records.consents() if Scope.STYLE_REFERENCE in c.scopes and c.effect == "permit" and c.withdrawn_at is None]
    subjects = {c.subject for c in open_to}
    return frozenset(r.artist_id for r in recordings if r.artist_id and {r.artist_id, r.recording_id} & subjects)


def _plan_of(order: RemixOrder, recording: Recording, analysis: Analysis, context: Making) -> tuple[RemixPlan, Understanding | None]:
    """The plan given, or what the words ask for; with both, the words correct the plan."""
    source = recording.recording_id
    base = parse({**order.plan, "source": source}) if order.plan is not None else None
    if order.prompt is None:
        if base is None:
            raise InvalidPrompt("there is neither a wish nor a plan", code="prompt.empty", hint="Say what you would like to hear.")
        return base, None
    if context.model is not None:
        try:
            understanding = ask_model(context.model, order.prompt, analysis, source=source, kind=order.kind, base=base, seed=order.seed)
            return understanding.plan, understanding
        except (EngineUnavailable, InvalidPlan):
            pass  # without the model nothing is missing: our own reading answers
    understanding = write_plan(order.prompt, analysis, source=source, kind=order.kind, base=base, seed=order.seed, meaning=context.meaning)
    return understanding.plan, understanding


def _soundfont_of(order: RemixOrder) -> SoundFontRef | None:
    """What the plan that was handed in plays on, also where words correct it."""
    return parse({**order.plan, "source": order.source}).soundfont if order.plan is not None else None


def _made_today(order: RemixOrder, records: ReadTransaction) -> int:
    day = order.at.astimezone(UTC)
    return records.made_on(order.listener, datetime(day.year, day.month, day.day, tzinfo=UTC))
