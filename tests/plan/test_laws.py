"""The laws of the plan language (DESIGN: the RemixPlan), as properties."""

from __future__ import annotations

import json
import random

from hypothesis import given
from hypothesis import strategies as st

import plan_strategies
from remixlab.domain.rights import Scope
from remixlab.plan import RemixPlan, describe, parse, remix, uses

op_lists = plan_strategies.op_lists
plans = st.builds(
    lambda kept, seed: remix("isrc:QZRLB2600001").without(*kept).seeded(seed),
    st.lists(st.sampled_from(["vocals", "drums", "bass", "other"]), unique=True, max_size=3),
    st.integers(0, 2**32 - 1),
)


@given(plans, op_lists)
def test_a_plan_survives_its_json(plan: RemixPlan, ops: tuple) -> None:
    edited = plan.then(*ops)
    assert parse(edited.to_json()) == edited
    assert parse(edited.to_json()).to_json() == edited.to_json()


@given(plans, op_lists)
def test_adding_nothing_changes_nothing(plan: RemixPlan, ops: tuple) -> None:
    edited = plan.then(*ops)
    assert edited.then() == edited


@given(plans, op_lists, op_lists)
def test_then_is_associative(plan: RemixPlan, first: tuple, second: tuple) -> None:
    assert plan.then(*first).then(*second) == plan.then(*first, *second)


@given(plans, op_lists, op_lists)
def test_uses_of_a_sequence_are_the_union_of_the_uses(plan: RemixPlan, first: tuple, second: tuple) -> None:
    together = uses(plan.then(*first, *second))
    apart = uses(plan.then(*first)) | uses(plan.then(*second))
    assert {u for u in together if u.scope is not Scope.VOCAL_ISOLATION} == {
        u for u in apart if u.scope is not Scope.VOCAL_ISOLATION
    }
    assert apart <= together


@given(plans, op_lists, plan_strategies.any_op)
def test_adding_a_verb_never_needs_less(plan: RemixPlan, ops: tuple, op: object) -> None:
    assert uses(plan.then(*ops)) <= uses(plan.then(*ops, op))


@given(plans, op_lists, st.integers())
def test_the_digest_ignores_key_order_and_the_words_that_asked(plan: RemixPlan, ops: tuple, seed: int) -> None:
    edited = plan.then(*ops)
    dice = random.Random(seed)

    def shuffled(tree: object) -> object:
        if isinstance(tree, dict):
            items = list(tree.items())
            dice.shuffle(items)
            return {k: shuffled(v) for k, v in items}
        return [shuffled(v) for v in tree] if isinstance(tree, list) else tree

    tree = json.loads(edited.to_json())
    for op in tree["ops"]:
        op["because"] = "other words"
    assert parse(shuffled(tree)).digest == edited.digest


@given(plans, op_lists, plan_strategies.any_op)
def test_the_digest_tells_different_plans_apart(plan: RemixPlan, ops: tuple, op: object) -> None:
    assert plan.then(*ops).digest != plan.then(*ops, op).digest


@given(plans, op_lists)
def test_every_verb_is_described_in_one_sentence(plan: RemixPlan, ops: tuple) -> None:
    edited = plan.then(*ops)
    lines = describe(edited)
    assert len(lines) == len(ops) + (len(edited.stems) < 4)
    assert all(not line[0].islower() and line.endswith(".") and len(line) > 5 for line in lines)
