"""Every list is read a page at a time: the law of `domain.page.Page`, on every engine and in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import registry_strategies as a
from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.errors import Invalid
from remixlab.domain.ledger import Booking, Entry
from remixlab.domain.music import Embedding
from remixlab.domain.page import PAGE_MAX, Newest, Page, follow, page_size, read_number
from remixlab.domain.ports.records.accounts import ApiKey
from remixlab.domain.ports.records.transaction import ReadTransaction, Registry, WriteTransaction
from remixlab.domain.rights import Approval, Decision, Party, Side, Work


@dataclass(frozen=True)
class Listed:
    """How one list grows and is read. `add` says the same of a number twice, and that is one item."""

    add: Callable[[WriteTransaction, int], object]
    read: Callable[[ReadTransaction, str | None, int], Page[Any]]
    name: Callable[[Any], str]


def _prompt(n: int) -> RefusedPrompt:
    at = a.NOW + timedelta(minutes=n % 7)
    return RefusedPrompt(
        prompt_id=f"{n:03d}", listener="fan", at=at, code="c", digest="d", words="w", forget_at=at + timedelta(days=300)
    )


def _booking(n: int) -> Booking:
    return Booking(
        key=f"{n:03d}", kind="x", at=a.NOW, currency="EUR", entries=(Entry("pool:p", -1), Entry(f"party:{n:03d}", 1))
    )


def _add_recording(records: WriteTransaction, n: int) -> None:
    fields = {
        "recording_id": f"{n:03d}",
        "sha256": f"{n:064x}",
        "work_ids": (),
        "voice_ids": (),
        "attested_by": "fan" if n % 3 == 0 else None,
    }
    records.catalogue.add_recording(a.RECORDING.model_copy(update=fields))


def _add_fingerprint(records: WriteTransaction, n: int) -> None:
    _add_recording(records, n)
    records.hearing.keep_fingerprint(f"{n:03d}", f"{n:064x}")


def _add_key(records: WriteTransaction, n: int) -> None:
    if records.accounts.find_api_key(f"{n:03d}") is None:
        records.accounts.add_api_key(ApiKey(f"{n:03d}", "fan", frozenset(), None), "secret", a.NOW)


def _add_remix(records: WriteTransaction, n: int) -> None:
    decision = _allowed(records)
    moment = a.NOW + timedelta(minutes=n % 7)
    records.remixes.publish(a.a_remix(decision, f"{n:03d}", created_at=moment), decision, now=a.NOW)


def _allowed(records: WriteTransaction) -> Decision:
    if records.catalogue.find_recording("rec_1") is None:
        a.fill(records)
    return a.judged(records)


LISTS = {
    "parties": Listed(
        lambda r, n: r.catalogue.add_party(Party(party_id=f"{n:03d}", name="P")),
        lambda r, *p: r.catalogue.parties(*p),
        lambda x: x.party_id,
    ),
    "works": Listed(
        lambda r, n: r.catalogue.add_work(Work(work_id=f"{n:03d}", title="W")),
        lambda r, *p: r.catalogue.works(*p),
        lambda x: x.work_id,
    ),
    "public recordings": Listed(_add_recording, lambda r, *p: r.catalogue.recordings(*p), lambda x: x.recording_id),
    "one's own recordings too": Listed(
        _add_recording, lambda r, *p: r.catalogue.recordings(*p, attested_by="fan"), lambda x: x.recording_id
    ),
    "feels": Listed(
        lambda r, n: r.hearing.keep_feel(f"{n:064x}", Embedding(encoder="e", vector=(1.0,))),
        lambda r, *p: r.hearing.feels("e", *p),
        lambda x: x.sha256,
    ),
    "fingerprints": Listed(_add_fingerprint, lambda r, *p: r.hearing.fingerprints(*p), lambda x: x.recording_id),
    "consents": Listed(
        lambda r, n: r.rights.set_consent(a.said(Side.MASTER, "label", consent_id=f"{n:03d}")),
        lambda r, *p: r.rights.consents(*p, party_id="label"),
        lambda x: x.consent_id,
    ),
    "approvals": Listed(
        lambda r, n: r.rights.request_approval(Approval(approval_id=f"{n:03d}", request_key="k", consent_id="c")),
        lambda r, *p: r.rights.approvals(*p, status="pending"),
        lambda x: x.approval_id,
    ),
    "remixes": Listed(_add_remix, lambda r, *p: r.remixes.remixes(*p, seen_by="fan"), lambda x: x.remix_id),
    "bookings": Listed(
        lambda r, n: r.ledger.book(_booking(n)), lambda r, *p: r.ledger.bookings(*p, account="pool:p"), lambda x: x.key
    ),
    "balances": Listed(
        lambda r, n: r.ledger.book(_booking(n)), lambda r, *p: r.ledger.balances("EUR", *p), lambda x: x[0]
    ),
    "keys": Listed(_add_key, lambda r, *p: r.accounts.api_keys(*p, principal="fan"), lambda x: x.key_id),
    "refused prompts": Listed(
        lambda r, n: r.community.record_refused_prompt(_prompt(n)),
        lambda r, *p: r.community.refused_prompts(*p),
        lambda x: x.prompt_id,
    ),
}
numbers = st.sets(st.integers(0, 40), max_size=9)


@pytest.mark.parametrize("name", list(LISTS))
@settings(
    max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(numbers, numbers, st.integers(1, 4))
def test_following_the_cursor_gives_every_item_once_also_while_others_are_added(
    registry: Registry, name: str, before: set[int], meanwhile: set[int], limit: int
) -> None:
    listed = LISTS[name]
    with a.writing(registry) as records:
        for number in sorted(before, reverse=True):
            listed.add(records, number)
    with registry.read() as records:
        expected = [listed.name(item) for item in follow(lambda after: listed.read(records, after, PAGE_MAX))]
    found, cursor, pages = list[str](), None, 0
    while pages == 0 or cursor is not None:
        with registry.read() as records:
            page = listed.read(records, cursor, limit)
        assert len(page.items) <= limit
        found += [listed.name(item) for item in page.items]
        cursor, pages = page.next, pages + 1
        if pages == 1:
            with a.writing(registry) as records:
                for number in sorted(meanwhile):
                    listed.add(records, number)
    assert len(found) == len(set(found))
    assert [item for item in found if item in set(expected)] == expected


def test_the_audit_log_is_read_in_the_order_it_was_written_page_by_page(registry: Registry) -> None:
    for number in range(7):
        with registry.write() as records:
            update = {"subject": f"x:{number}", "account": "ada" if number % 2 else "bob"}
            records.accounts.append_audit(a.ENTRY.model_copy(update=update))
    with registry.read() as records:
        whole = [entry.subject for entry in follow(lambda after: records.accounts.audit(after, 3))]
        hers = [entry.subject for entry in follow(lambda after: records.accounts.audit(after, 2, account="ada"))]
    assert whole == [f"x:{number}" for number in range(7)]
    assert hers == ["x:1", "x:3", "x:5"]


def test_an_index_goes_on_where_it_stopped_and_sees_what_changed(registry: Registry) -> None:
    with a.writing(registry) as records:
        for number in (3, 1, 2):
            _add_fingerprint(records, number)
    with registry.read() as records:
        read = records.hearing.fingerprints().items
    assert [found.recording_id for found in read] == ["003", "001", "002"]
    with registry.write() as records:
        records.hearing.keep_fingerprint("003", "f" * 64)
        records.hearing.keep_fingerprint("001", f"{1:064x}")
    with registry.read() as records:
        newer = records.hearing.fingerprints(str(read[-1].number)).items
    assert [found[1:] for found in newer] == [("003", "f" * 64, False)]
    assert newer[0].number > read[-1].number


@pytest.mark.parametrize("limit", [-1, 0, 1, PAGE_MAX + 1, 10**9])
def test_a_page_is_never_empty_by_its_limit_nor_endless(registry: Registry, limit: int) -> None:
    assert 1 <= page_size(limit) <= PAGE_MAX
    with a.writing(registry) as records:
        a.fill(records)
    with registry.read() as records:
        assert records.catalogue.parties(None, limit).items[0].party_id == "band"


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "٣", "9" * 40])
def test_a_numbered_list_takes_no_cursor_but_its_own(registry: Registry, cursor: str) -> None:
    with registry.read() as records, pytest.raises(Invalid) as caught:
        records.ledger.bookings(cursor)
    assert caught.value.stable_code == "page.cursor"


@pytest.mark.parametrize("cursor", ["", "x", "5", "5.", ".x", "1e3.x", "9" * 18 + ".x", "--1.x", "²3.x"])
def test_a_list_that_is_read_newest_first_takes_no_cursor_but_its_own(registry: Registry, cursor: str) -> None:
    with registry.read() as records, pytest.raises(Invalid) as caught:
        records.remixes.remixes(cursor)
    assert caught.value.stable_code == "page.cursor"


@given(st.datetimes(timezones=st.just(a.NOW.tzinfo)), st.text(min_size=1))
def test_a_place_in_time_is_read_back_from_its_cursor(at: Any, key: str) -> None:
    assert Newest.parse(str(Newest(at, key))) == Newest(at, key)


@given(st.integers(0, 10**18 - 1))
def test_a_number_is_read_back_from_its_cursor(number: int) -> None:
    assert read_number(str(number)) == number
