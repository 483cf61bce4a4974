"""kill -9 in the middle of settling: money is booked once and whole, in the currency of the books, or not at all."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import registry_strategies as a
import world_of_tests as w
from remixlab.domain.ledger import Play
from remixlab.domain.page import follow
from remixlab.stores.files import FolderBlobs
from remixlab.stores.sql import DuckSettler, SqlRegistry, sqlite_url
from remixlab.usecases.context.records import Records
from remixlab.usecases.money import settle

KILLS = int(os.environ.get("REMIXLAB_KILLS", "6"))
"""Moments tried in the suite; REMIXLAB_KILLS=100 tries as many as you like."""

PLAYS = 3_000
CODE = (
    "import sys; from pathlib import Path; from test_killed_settlement import opened, settle_month\n"
    "context = opened(Path(sys.argv[1])); print('open', flush=True); settle_month(context)"
)


def opened(folder: Path) -> Records:
    registry = SqlRegistry.open(sqlite_url(folder / "books.db"), currency="EUR")
    return Records(registry, FolderBlobs(folder / "blobs"), w.StoppedClock(), "EUR")


def settle_month(context: Records) -> int:
    return settle("2026-11", w.OPERATOR, context, pool=None, settler=DuckSettler(threads=1)).settlement.total_micro


def listened(folder: Path) -> None:
    context = opened(folder)
    with a.writing(context.registry) as records:
        a.fill(records)
    decision = a.judge(context.registry)
    with a.writing(context.registry) as records:
        records.remixes.publish(a.a_remix(decision), decision, now=a.NOW)
        for n in range(PLAYS):
            at = a.NOW + timedelta(seconds=n)
            records.ledger.record_play(
                Play(play_id=f"p{n}", remix_id="rmx_1", listener=f"u{n % 997}", at=at, length_ms=60_000)
            )
    context.registry.close()  # type: ignore[attr-defined]


def test_a_killed_settlement_is_booked_once_and_whole_or_not_at_all(tmp_path: Path) -> None:
    listened(tmp_path)
    dice, environment = (
        random.Random(20261201),
        {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])},
    )
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", CODE, str(tmp_path)], env=environment, stdout=subprocess.PIPE, text=True
        )
        with process:
            assert process.stdout is not None and process.stdout.readline() == "open\n"
            time.sleep(dice.uniform(0.0, 1.2))
            process.send_signal(signal.SIGKILL)
        _must_be_whole(tmp_path)
    context = opened(tmp_path)
    assert settle_month(context) == settle_month(context) == 997_000_000
    _must_be_whole(tmp_path, booked=1)
    context.registry.close()  # type: ignore[attr-defined]


def _must_be_whole(folder: Path, *, booked: int | None = None) -> None:
    context = opened(folder)
    with context.read() as records:
        bookings = list(follow(records.ledger.bookings))
        assert len(bookings) == len(records.ledger.settlements("2026-11")) <= 1
        assert booked is None or len(bookings) == booked
        assert records.ledger.broken_booking() is records.accounts.broken_audit() is None
        assert "EUR" in records.ledger.currencies(), "the sum below is of what was booked, and not of nothing"
        for currency in records.ledger.currencies():
            balances = [money.micro for _, money in follow(lambda after, c=currency: records.ledger.balances(c, after))]
            assert sum(balances) == 0 and any(balances) == bool(bookings)
    context.registry.close()  # type: ignore[attr-defined]
