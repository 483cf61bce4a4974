"""Plays, pools and remixes to settle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from remixlab.domain.ledger import Play
from remixlab.domain.remix import PayLine
from remixlab.domain.settlement import Counting, Facts, PaysFrom, Pool

START = datetime(2026, 11, 1, tzinfo=UTC)
REMIXES = tuple(f"r{number}" for number in range(6))
LISTENERS = tuple(f"u{number}" for number in range(5))


def pay_lines(*ppm: int) -> tuple[PayLine, ...]:
    roles = ("master", "publishing", "remixer", "platform")
    return tuple(
        PayLine(party=f"p{n}", party_id=f"p{n % 5}", role=roles[n % 4], ppm=part) for n, part in enumerate(ppm)
    )


def facts(remix_id: str = "r0", maker: str = "maker", **more: object) -> Facts:
    said: dict[str, object] = {"withdrawn_at": None, "disputed": False, "pays": pay_lines(333_333, 333_333, 333_334)}
    return Facts(remix_id, maker, **(said | more))  # type: ignore[arg-type]


def play(
    number: int,
    remix_id: str = "r0",
    listener: str = "u0",
    *,
    after: timedelta = timedelta(),
    length_ms: int = 60_000,
    territory: str = "US",
) -> Play:
    return Play(
        play_id=f"p{number}", remix_id=remix_id, listener=listener, at=START + after, length_ms=length_ms,
        territory=territory,
    )  # fmt: skip


_splits = st.sampled_from(
    [(1_000_000,), (333_333, 333_333, 333_334), (1, 999_999), (500_000, 160_000, 40_000, 50_000, 250_000)]
)
_later = st.lists(
    st.builds(
        lambda hours, territory, ppm: PaysFrom(START + timedelta(hours=hours), territory, pay_lines(*ppm)),
        st.integers(0, 6 * 24),
        st.sampled_from([None, "US", "DE"]),
        _splits,
    ),
    max_size=2,
).map(tuple)
all_facts = st.fixed_dictionaries(
    {
        remix: st.builds(
            lambda pays, maker, withdrawn, disputed, later, remix=remix: facts(
                remix,
                maker,
                pays=pay_lines(*pays),
                disputed=disputed,
                withdrawn_at=START + timedelta(days=3) if withdrawn else None,
                later=later,
            ),
            _splits,
            st.sampled_from(["maker", "u0"]),
            st.integers(0, 5).map(lambda dice: dice == 0),
            st.integers(0, 5).map(lambda dice: dice == 0),
            _later,
        )
        for remix in REMIXES[:5]
    }
)
many_plays = st.lists(
    st.tuples(
        st.sampled_from(REMIXES),
        st.sampled_from(LISTENERS),
        st.integers(0, 6 * 24),
        st.sampled_from([29_999, 30_000, 200_000]),
        st.integers(1, 4),
        st.sampled_from(["US", "DE"]),
    ),
    max_size=25,
).map(
    lambda drawn: [
        play(number * 10 + twin, remix, listener, after=timedelta(hours=hours), length_ms=length, territory=territory)
        for number, (remix, listener, hours, length, times, territory) in enumerate(drawn)
        for twin in range(times)
    ]
)
pools = st.builds(
    Pool,
    currency=st.just("EUR"),
    method=st.sampled_from(["user-centric", "pro-rata", "per-play"]),
    fee_micro=st.sampled_from([0, 1, 999_999, 10**12]),
    amount_micro=st.sampled_from([1, 7, 10**9 + 7, 9 * 10**15]),
    play_micro=st.sampled_from([1, 12_345]),
    fees_micro=st.dictionaries(st.sampled_from([*LISTENERS, "somebody-else"]), st.integers(0, 10**7), max_size=3),
    counting=st.builds(
        Counting,
        length_min_ms=st.just(30_000),
        per_day_max=st.sampled_from([1, 3, 10]),
        per_month_max=st.sampled_from([2, 5, 1_000]),
        held_plays_min=st.sampled_from([2, 4]),
        held_share_ppm=st.sampled_from([500_000, 900_000]),
    ),
)
