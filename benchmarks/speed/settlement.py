"""A million plays settled, user-centric, three levels of exact largest remainder; beside the plain-Python oracle on a
tenth of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from benchmarks.measuring.measure import measure, side_by_side
from remixlab.domain.ledger import Play
from remixlab.domain.remix import PayLine
from remixlab.domain.settlement import Facts, Pool
from remixlab.royalties import settle
from remixlab.stores.sql import DuckSettler

PLAYS = 1_000_000
START = datetime(2026, 11, 1, tzinfo=UTC)


def run() -> Iterator[dict[str, Any]]:
    facts = _facts()
    many, few = _plays(PLAYS), _plays(PLAYS // 10)
    yield measure(
        "settlement",
        lambda: DuckSettler()("2026-11", iter(many), Pool(currency="EUR"), facts),
        count=PLAYS,
        unit="plays",
        runs=3,
        warm=0,
    )
    assert DuckSettler()("2026-11", iter(few), Pool(currency="EUR"), facts) == settle(
        "2026-11", few, Pool(currency="EUR"), facts
    )
    yield side_by_side(
        "settlement of a tenth, equal to the last micro-unit",
        lambda: DuckSettler()("2026-11", iter(few), Pool(currency="EUR"), facts),
        lambda: settle("2026-11", few, Pool(currency="EUR"), facts),
        rival_name="plain Python oracle",
        runs=3,
    )


def _plays(count: int) -> list[Play]:
    dice = np.random.default_rng(1)
    listeners, remixes, minutes = (
        dice.zipf(1.3, count) % 50_000,
        dice.zipf(1.2, count) % 5_000,
        dice.integers(0, 43_000, count),
    )
    return [
        Play.model_construct(
            play_id=f"p{n}",
            remix_id=f"r{remixes[n]}",
            listener=f"u{listeners[n]}",
            at=START + timedelta(minutes=int(minutes[n])),
            length_ms=20_000 + int(minutes[n]) % 90_000,
            territory="US",
        )
        for n in range(count)
    ]


def _facts() -> dict[str, Facts]:
    lines = (
        PayLine(party="Label", party_id="label", role="master", ppm=500_000),
        PayLine(party="Writer", party_id="writer", role="publishing", ppm=200_000),
        PayLine(party="Fan", party_id="fan", role="remixer", ppm=50_000),
        PayLine(party="Service", party_id="platform", role="platform", ppm=250_000),
    )
    return {f"r{n}": Facts(f"r{n}", "maker", None, False, lines) for n in range(5_000)}
