"""Nothing is said or done without a name under it: the audit law everywhere, the chain in the databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

import registry_strategies as a
from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.audit import entry_of
from remixlab.domain.ledger import Booking, Entry, Play
from remixlab.domain.music import Analysis, Embedding
from remixlab.domain.ports.records.accounts import ApiKey
from remixlab.domain.ports.records.transaction import Registry, WriteTransaction
from remixlab.domain.remix import Rendition
from remixlab.domain.rights import Approval, Hold, Side
from remixlab.domain.settlement import Settlement
from remixlab.stores.sql import SqlRegistry

Write = Callable[[WriteTransaction], object]

HOLD = Hold(hold_id="h", kind="legal", party_id="label", subject_kind="label", subject="label", since=a.NOW)
APPROVAL = Approval(approval_id="a2", request_key="k", consent_id="c-master")
BOOKING = Booking(key="k", kind="x", at=a.NOW, currency="EUR", entries=(Entry("pool:p", -1), Entry("party:label", 1)))
SETTLED = Settlement(
    period="2026-11",
    pool="p",
    method="per-play",
    currency="EUR",
    plays=0,
    counted_plays=0,
    left_out={},
    held_plays=0,
    total_micro=0,
    lines=(),
)
PROMPT = RefusedPrompt(
    prompt_id="p", listener="fan", at=a.NOW, code="c", digest="d", words="w", forget_at=a.NOW + timedelta(days=1)
)

ACTS: dict[str, Write] = {
    "a party": lambda r: r.catalogue.add_party(a.BAND),
    "a work": lambda r: r.catalogue.add_work(a.WORK),
    "a recording": lambda r: r.catalogue.add_recording(a.RECORDING),
    "a veto": lambda r: r.catalogue.set_artist_veto("label", False),
    "a consent": lambda r: r.rights.set_consent(a.said(Side.MASTER, "label", consent_id="more")),
    "a consent taken back": lambda r: r.rights.withdraw_consent("c-work", a.NOW),
    "a hold": lambda r: r.rights.withdraw(HOLD),
    "a decision": lambda r: r.rights.record_decision(a.judged(r, made_today=7)),
    "a request": lambda r: r.rights.request_approval(APPROVAL),
    "an answer": lambda r: r.rights.answer_approval("a1", approved=True, by="label", at=a.NOW),
    "a remix": lambda r: r.remixes.publish(a.a_remix(a.judged(r), "rmx_2"), a.judged(r), now=a.NOW),
    "a remix's state": lambda r: r.remixes.set_remix_state("rmx_1", share="private", state="draft"),
    "a play": lambda r: r.ledger.record_play(Play(play_id="p", remix_id="rmx_1", listener="u", at=a.NOW, length_ms=1)),
    "a booking": lambda r: r.ledger.book(BOOKING),
    "a settlement": lambda r: r.ledger.keep_settlement(SETTLED, "e" * 64),
    "a refused prompt": lambda r: r.community.record_refused_prompt(PROMPT),
    "a key": lambda r: r.accounts.add_api_key(ApiKey("k2", "fan", frozenset(), None), "s", a.NOW),
    "a key's end": lambda r: r.accounts.revoke_api_key("k1", a.NOW),
}

HEARD = Analysis(duration_s=4.0, tempo_bpm=120.0, beats=(0.0,), downbeats=(0.0,), key="A minor", key_confidence=0.5)
CAN_BE_MADE_AGAIN: dict[str, Write] = {
    "an analysis": lambda r: r.hearing.keep_analysis("a" * 64, "ears/1", HEARD),
    "a feel": lambda r: r.hearing.keep_feel("a" * 64, Embedding(encoder="feel/1", vector=(1.0,))),
    "a fingerprint": lambda r: r.hearing.keep_fingerprint("rec_1", "f" * 64),
    "a pressing": lambda r: r.remixes.keep_rendition(Rendition(remix_id="rmx_1", suffix="ogg", file_sha256="1" * 64)),
    "a mark": lambda r: r.remixes.reserve_mark("rmx_9"),
    "a request under its key": lambda r: r.accounts.begin_request(
        "me", "k", "h", at=a.NOW, expires_at=a.NOW + timedelta(days=1)
    ),
    "words forgotten in time": lambda r: r.community.forget_prompts(a.NOW + timedelta(days=9)),
    "nothing": lambda r: None,
}

ONCE: dict[str, Write] = {
    "a play": ACTS["a play"],
    "a booking": ACTS["a booking"],
    "a consent": ACTS["a consent"],
    "a hold": ACTS["a hold"],
    "a decision": ACTS["a decision"],
    "a remix": ACTS["a remix"],
    "an answer": ACTS["an answer"],
}


@pytest.fixture
def filled(registry: Registry) -> Registry:
    """A registry with one of everything."""
    with registry.write() as records:
        a.fill(records)
        records.remixes.publish(a.a_remix(a.judged(records)), a.judged(records), now=a.NOW)
        records.rights.request_approval(APPROVAL.model_copy(update={"approval_id": "a1"}))
        records.accounts.add_api_key(ApiKey("k1", "fan", frozenset(), None), "s", a.NOW)
    return registry


def seen(registry: Registry) -> list[object]:
    """What the writes above would change."""
    with registry.read() as records:
        return [
            records.rights.epoch(), records.catalogue.parties(), records.catalogue.recordings(),
            records.rights.consents(),
            records.rights.approvals(), records.remixes.remixes(), records.ledger.bookings(),
            records.ledger.settlements("2026-11"),
            list(records.ledger.plays(a.NOW - timedelta(days=1), a.NOW + timedelta(days=1))),
            records.community.refused_prompts(),
            records.accounts.api_keys(), records.accounts.audit(),
        ]  # fmt: skip


@pytest.mark.parametrize("what", ACTS)
def test_what_was_said_or_done_without_an_entry_is_our_bug_and_nothing_of_it_is_kept(
    filled: Registry, what: str
) -> None:
    before = seen(filled)
    with pytest.raises(AssertionError, match="without an audit entry"), filled.write() as records:
        ACTS[what](records)
    assert seen(filled) == before
    with filled.write() as records:
        ACTS[what](records)
        records.accounts.append_audit(a.ENTRY)
    assert seen(filled)[-1] != before[-1]


@pytest.mark.parametrize("what", CAN_BE_MADE_AGAIN)
def test_what_can_be_made_again_needs_no_entry(filled: Registry, what: str) -> None:
    with filled.write() as records:
        CAN_BE_MADE_AGAIN[what](records)


@pytest.mark.parametrize("what", ONCE)
def test_what_is_there_already_changes_nothing_and_needs_no_entry(filled: Registry, what: str) -> None:
    with a.writing(filled) as records:
        ONCE[what](records)
    with filled.write() as records:
        ONCE[what](records)


def test_an_entry_says_who_what_about_what_and_is_read_back(registry: Registry) -> None:
    entry = entry_of(a.SOMEBODY, "rights.consents.set", "consent:c", after=a.said(Side.WORK, "writer"))
    with registry.write() as records:
        records.accounts.append_audit(entry)
        assert records.accounts.audit().items == (entry,)
        assert records.accounts.broken_audit() is None
    with registry.read() as records:
        assert records.accounts.audit().items == records.accounts.audit(account="tester").items == (entry,)
        assert records.accounts.audit(account="nobody").items == ()
    assert entry.before is None
    assert entry.after is not None


def test_an_entry_of_a_transaction_that_failed_is_not_kept(registry: Registry) -> None:
    with pytest.raises(RuntimeError), registry.write() as records:
        records.accounts.append_audit(a.ENTRY)
        assert len(records.accounts.audit().items) == 1
        raise RuntimeError("the power went out")
    with registry.read() as records:
        assert records.accounts.audit().items == ()


# ---------------------------------------------------------------- the chain in the databases

HEAD = "(select hash from audit order by seq desc limit 1)"
COLUMNS = "account, action, subject, at, body, previous, hash"
INSERT = f"insert into audit ({COLUMNS}) values ('a', 'x', 'y', 0, '{{{{}}}}', {{previous}}, 'h')"


@pytest.fixture
def audited(database: SqlRegistry) -> SqlRegistry:
    for number in range(3):
        with database.write() as records:
            records.accounts.append_audit(a.ENTRY.model_copy(update={"subject": f"x:{number}"}))
    return database


@pytest.mark.parametrize("statement", [
    "update audit set account = 'somebody else'",
    "delete from audit",
    "delete from audit where seq = (select max(seq) from audit)",
    INSERT.format(previous="'" + "0" * 64 + "'"),
    INSERT.format(previous="(select hash from audit order by seq limit 1)"),
])  # fmt: skip
def test_the_database_itself_refuses_to_rewrite_the_audit_log(audited: SqlRegistry, statement: str) -> None:
    with pytest.raises(exc.IntegrityError), audited.write() as records:
        records.connection.execute(sa.text(statement))
    with audited.read() as records:
        assert [entry.subject for entry in records.accounts.audit().items] == ["x:0", "x:1", "x:2"]
        assert records.accounts.broken_audit() is None


def test_the_audit_log_is_neither_replaced_nor_emptied(audited: SqlRegistry) -> None:
    if audited.engine.dialect.name == "postgresql":
        statement = "truncate audit"
    else:
        columns = "(seq, account, action, subject, at, body, previous, hash)"
        statement = f"insert or replace into audit {columns} values (1, 'a', 'x', 'y', 0, '', {HEAD}, 'h')"
    with pytest.raises(exc.IntegrityError), audited.write() as records:
        records.connection.execute(sa.text(statement))


def test_what_was_changed_behind_the_guards_shows(audited: SqlRegistry) -> None:
    with audited.write() as records:  # somebody with power over the database takes its guards away
        trigger = "audit_change on audit" if audited.engine.dialect.name == "postgresql" else "audit_update"
        records.connection.execute(sa.text(f"drop trigger {trigger}"))
        records.connection.execute(
            sa.text(
                "update audit set body = replace(body, 'tester', 'nobody') where seq = (select min(seq) + 1 from audit)"
            )
        )
        assert records.accounts.broken_audit() == 1
