"""Rights decisions as they are answered: the short form that comes with a plan, and the record that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from remixlab.domain.rights import Attestation, Decision, Duty, Outcome, Reason, Request, Scope
from remixlab.doors.answers.answer import Answer
from remixlab.plan import RemixPlan, parse


class AlternativeAnswer(Answer):
    """What is open instead: a plan that was judged by the same rules and is allowed."""

    plan: RemixPlan
    message: str
    share: Literal["private", "public"] = "private"


class DecisionAnswer(Answer):
    """Whether something may be made, why not, and what is open instead."""

    outcome: Outcome
    reasons: list[Reason]
    alternatives: list[AlternativeAnswer]
    decision_id: str
    duties: list[Duty]
    consent_ids: Annotated[list[str], Field(description="The permissions that it rests on.")]
    attestation: Attestation | None
    epoch: int


class DecisionRecord(DecisionAnswer):
    """A decision as it is kept, with everything it rested on."""

    uses: Annotated[list[tuple[Scope, str, str]], Field(description="What the plan needs: scope, recording, detail.")]
    reach: Annotated[
        tuple[float, float, float, float, float],
        Field(description="Tempo ratio from and to, semitones from and to, length of the result in seconds."),
    ]
    request: Request
    evaluator: str
    terms_digest: str


class AskAnswer(Answer):
    """The answer of `remixlab ask`, and of asking about one scope."""

    decision: DecisionAnswer


def decision_answer(decision: Decision) -> DecisionAnswer:
    return decision_of(decision.to_dict())


def decision_of(tree: Mapping[str, Any]) -> DecisionAnswer:
    """The answer that a stored decision is; a refusal that was kept with a job carries one."""
    return DecisionAnswer.model_validate(
        {name: _kept(tree, name) for name in DecisionAnswer.model_fields if name in tree}
    )


def ask_answer(decision: Decision) -> AskAnswer:
    return AskAnswer(decision=decision_answer(decision))


def decision_record(decision: Decision) -> DecisionRecord:
    tree = decision.to_dict()
    return DecisionRecord.model_validate({name: _kept(tree, name) for name in tree})


def _kept(tree: Mapping[str, Any], name: str) -> Any:
    if name != "alternatives":
        return tree[name]
    return [{**alternative, "plan": parse(alternative["plan"])} for alternative in tree[name]]
