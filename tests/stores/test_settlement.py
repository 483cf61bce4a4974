"""The fast engine equals the exact one, to the last micro-unit and byte."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings

import royalties_strategies as a
from remixlab.domain.errors import InvalidPool
from remixlab.domain.ledger import Play
from remixlab.domain.ports.records.ledger import Settler
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


@pytest.mark.parametrize(
    "pool",
    [
        Pool(currency="EUR", method="per-play", play_micro=2**53 - 1),
        Pool(currency="EUR", fees_micro={f"silent{n}": 2**53 - 1 for n in range(2_000)}),
        Pool(currency="EUR", fee_micro=2**53 - 1),
    ],
)
@pytest.mark.parametrize("settler", [settle, DuckSettler(threads=1)])
def test_more_money_than_can_be_booked_is_said_so_by_both_engines(settler: Settler, pool: Pool) -> None:
    plays = [a.play(n, "r0", f"u{n}") for n in range(2_000)]
    with pytest.raises(InvalidPool, match="too large"):
        settler(MONTH, plays, pool, {"r0": a.facts("r0")})


def test_a_killed_settlement_leaves_no_file_behind(tmp_path: Path) -> None:
    """It writes none: wherever a process ends, there is nothing to sweep."""
    code = (
        "import os, royalties_strategies as a\n"
        "from remixlab.domain.settlement import Pool\n"
        "from remixlab.stores.sql import DuckSettler\n"
        "def plays():\n"
        "    for n in range(250_000):\n"
        "        yield a.play(n, 'r0', f'u{n % 99}')\n"
        "    os.kill(os.getpid(), 9)\n"
        "DuckSettler()('2026-11', plays(), Pool(currency='EUR'), {'r0': a.facts('r0')})\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []
