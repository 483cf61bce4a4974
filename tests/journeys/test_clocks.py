"""A remix, a listen and its month's money at the moments where calendars break, by a clock that goes on between two
looks at it.
"""

from __future__ import annotations

import calendar
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from house_of_tests import call
from remixlab.app.stopwatch import SystemClock
from remixlab.domain.settlement import span_of
from remixlab.seal import make_credentials

pytestmark = pytest.mark.xdist_group("journeys")

STEP = timedelta(milliseconds=600)
TODAY = datetime.now(UTC)
NEW_YEAR = datetime(TODAY.year + 1, 1, 1, tzinfo=UTC)
LEAP_DAY = next(
    datetime(year, 2, 29, tzinfo=UTC) for year in range(TODAY.year + 1, TODAY.year + 10) if calendar.isleap(year)
)
FIVE_YEARS_ON = TODAY + timedelta(days=5 * 365 + 2)
MADE_AND_HEARD = {
    "now": (TODAY, TODAY + timedelta(seconds=30)),
    "the year turns while it is made": (NEW_YEAR - 2 * STEP, NEW_YEAR + timedelta(hours=1)),
    "the year turns while it is heard": (NEW_YEAR - timedelta(hours=1), NEW_YEAR - 2 * STEP),
    "on 29 February": (LEAP_DAY, LEAP_DAY + timedelta(days=1) - 2 * STEP),
    "five years ahead": (FIVE_YEARS_ON, FIVE_YEARS_ON + timedelta(seconds=30)),
}


class Ticking:
    """A clock that is a step later at each look."""

    def __init__(self) -> None:
        self.at = TODAY

    def now(self) -> datetime:
        self.at += STEP
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    ticking = Ticking()
    monkeypatch.setattr(SystemClock, "now", lambda _: ticking.now())
    return ticking


@pytest.fixture
def own_home(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the house, so that no month is settled for other journeys. It signs with a certificate that is in force
    today,
    because the signing library reads the real clock."""
    bought = make_credentials(bytes(range(32)), TODAY - timedelta(days=1), TODAY + timedelta(days=30))
    (tmp_path / "chain.pem").write_bytes(bought.chain_pem)
    (tmp_path / "key.pem").write_bytes(bought.key_pem)
    monkeypatch.setenv("REMIXLAB_CERTIFICATE", str(tmp_path / "chain.pem"))
    monkeypatch.setenv("REMIXLAB_CERTIFICATE_KEY", str(tmp_path / "key.pem"))
    return Path(shutil.copytree(home, tmp_path / "home"))


@pytest.mark.parametrize("when", MADE_AND_HEARD)
def test_a_listen_is_paid_in_its_month_whenever_it_happens(
    when: str, clock: Ticking, own_home: Path, tmp_path: Path
) -> None:
    made_at, heard_at = MADE_AND_HEARD[when]
    clock.at = made_at
    code, made = call(
        "remix", "QZRLB2699001", "no drums", "-o", tmp_path / "out.flac", "--share", "public", home=own_home
    )
    assert code == 0, made

    assert clock.at < heard_at
    clock.at = heard_at
    month = f"{heard_at + STEP:%Y-%m}"
    code, counted = call("play", made["remix_id"], "--seconds", "61", "--as", "fan", home=own_home)
    assert code == 0 and counted["counted"] is True

    over = span_of(month)[1]
    code, early = call("settle", "--period", month, "--at", (over - STEP).isoformat(), home=own_home)
    assert (code, early["error"]["code"]) == (2, "period.open")
    clock.at = over
    code, settled = call("settle", "--period", month, home=own_home)
    assert code == 0 and settled["counted_plays"] >= 1  # other journeys may have listened in this house, too
    assert sum(party["micro"] for party in settled["parties"]) == settled["total_micro"] > 0
    code, stated = call("statement", "Label One", "--period", month, home=own_home)
    own = [line["plays"] for pool in stated["pools"] for line in pool["lines"] if line["remix_id"] == made["remix_id"]]
    assert code == 0 and own and set(own) == {1}
