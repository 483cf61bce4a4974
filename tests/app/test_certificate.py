"""The certificate of a workspace is renewed in time, with the same keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from remixlab.app.settings import read_settings
from remixlab.app.wire import CERTIFICATE_LIFE, CERTIFICATE_RENEWAL, certificate_start, read_keys

AGES = st.timedeltas(timedelta(0), timedelta(days=210 * 365))
MOMENTS = AGES.map(lambda age: datetime(1990, 1, 1, tzinfo=UTC) + age)


@given(MOMENTS, MOMENTS)
def test_whenever_it_is_asked_for_the_certificate_is_in_force_and_has_half_its_life_before_it(
    made: datetime, now: datetime
) -> None:
    start = certificate_start(made, now)
    assert start <= now < start + CERTIFICATE_RENEWAL
    assert start + CERTIFICATE_LIFE - now > CERTIFICATE_LIFE - CERTIFICATE_RENEWAL


@given(MOMENTS, st.timedeltas(timedelta(0), CERTIFICATE_RENEWAL - timedelta(microseconds=1)))
def test_the_first_certificate_begins_with_the_workspace(made: datetime, since: timedelta) -> None:
    assert certificate_start(made, made + since) == made


def test_a_workspace_keeps_its_key_when_its_certificate_is_renewed(tmp_path: Path) -> None:
    settings, made = read_settings({}, home=tmp_path), datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    first = read_keys(settings, made).credentials
    assert read_keys(settings, made + timedelta(days=30)).credentials == first
    for later in (made + timedelta(days=12 * 365), made - timedelta(days=1)):
        renewed = read_keys(settings, later).credentials
        assert renewed.key_pem == first.key_pem
        assert renewed.chain_pem != first.chain_pem
