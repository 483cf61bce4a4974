"""A settlement's root: every party proves its own lines, and a changed line, party or sum leads elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings

import royalties_strategies as a
from remixlab.domain.errors import InvalidProof
from remixlab.domain.ledger import Play
from remixlab.domain.settlement import Facts, Pool
from remixlab.royalties import StatementProof, prove, root_of, settle, statement

MONTH = "2026-11"


@settings(max_examples=40, deadline=None)
@given(a.many_plays, a.pools, a.all_facts)
def test_every_party_recomputes_its_own_part_of_the_published_root(
    plays: list[Play], pool: Pool, facts: Mapping[str, Facts]
) -> None:
    settled = settle(MONTH, plays, pool, facts)
    root = root_of(settled)
    for party, micro in settled.parties.items():
        proof = StatementProof.parse(prove(settled, party).model_dump_json())
        assert (proof.root(), proof.micro) == (root, micro)
        assert proof.micro == statement(settled, party).total.micro
        others = {line.remix_id for line in settled.lines if line.party_id != party} - {x.remix_id for x in proof.lines}
        assert not any(f'"{remix}"' in proof.model_dump_json() for remix in others if remix), "nobody else's plays"


def settled_month() -> tuple[str, StatementProof]:
    plays = [a.play(n, f"r{n % 3}", f"u{n}") for n in range(7)]
    settled = settle(MONTH, plays, Pool(currency="EUR"), {f"r{n}": a.facts(f"r{n}") for n in range(3)})
    return root_of(settled), prove(settled, "p0")


def test_whatever_is_changed_leads_to_another_root() -> None:
    root, proof = settled_month()
    first, step = proof.lines[0], proof.path[0]
    changed = [
        {"lines": (first._replace(micro=first.micro + 1), *proof.lines[1:])},
        {"lines": (first._replace(plays=first.plays + 1), *proof.lines[1:])},
        {"lines": proof.lines[1:]},
        {"period": "2026-12"}, {"pool": "other"}, {"currency": "USD"}, {"path": proof.path[1:]},
        {"path": (step.model_copy(update={"micro": step.micro + 1}), *proof.path[1:])},
        {"path": (step.model_copy(update={"is_left": not step.is_left}), *proof.path[1:])},
    ]  # fmt: skip
    assert proof.root() == root
    for change in changed:
        assert proof.model_copy(update=change).root() != root, change


def test_what_cannot_be_a_proof_is_refused() -> None:
    root, proof = settled_month()
    theirs = proof.lines[0]._replace(party_id="p1")
    with pytest.raises(InvalidProof):
        proof.model_copy(update={"lines": (theirs,)}).root()
    with pytest.raises(InvalidProof):
        huge = proof.path[0].model_copy(update={"micro": 2**53 - 1})
        proof.model_copy(update={"path": (huge, *proof.path)}).root()
    for text in ("", "{}", "[]", proof.model_dump_json().replace(proof.path[0].digest, "x")):
        with pytest.raises(InvalidProof):
            StatementProof.parse(text)
    with pytest.raises(InvalidProof, match="got nothing"):
        prove(settle(MONTH, [], Pool(currency="EUR"), {}), "p0")
    assert len(root) == 64
