"""The fast engine equals the exact one, to the last micro-unit and byte."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings

import royalties_strategies as a
from remixlab.domain.ledger import Play
from remixlab.domain.settlement import Facts, Pool
from remixlab.domain.value import canonical
from remixlab.royalties import settle
from remixlab.stores.sql import DuckSettler

MONTH = "2026-11"


@settings(max_examples=25, deadline=None)
@given(a.many_plays, a.pools, a.all_facts)
def test_duckdb_settles_to_the_same_bytes_as_the_oracle(
    plays: list[Play], pool: Pool, facts: Mapping[str, Facts]
) -> None:
    assert canonical(DuckSettler(threads=1)(MONTH, plays, pool, facts).to_dict()) == canonical(
        settle(MONTH, plays, pool, facts).to_dict()
    )


def test_settling_again_gives_the_same_bytes_with_any_number_of_threads() -> None:
    facts = {r: a.facts(r, pays=a.pay_lines(1, 333_333, 333_333, 333_333)) for r in a.REMIXES}
    plays = [a.play(n, a.REMIXES[n * n % 6], f"u{n % 37}") for n in range(3_000)]
    first = canonical(DuckSettler(threads=1)(MONTH, plays, Pool(currency="EUR", fee_micro=9_999_999), facts).to_dict())
    assert (
        canonical(
            DuckSettler(threads=2)(MONTH, reversed(plays), Pool(currency="EUR", fee_micro=9_999_999), facts).to_dict()
        )
        == first
    )
