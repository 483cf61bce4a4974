"""Endings, quotas and files: the port suite on every engine and in memory; and what databases themselves refuse."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

import registry_strategies as a
from remixlab.domain.errors import ConsentWithdrawn, NotFound
from remixlab.domain.ports.records.transaction import Registry
from remixlab.domain.remix import Rendition
from remixlab.domain.rights import Constraints, Ending, Hold, Scope, Side, Withdrawal
from remixlab.stores.sql import SqlRegistry

DAILY = Constraints(derivatives_per_day_max=1)


def ending(ended: str = "c-master", **more: Any) -> Ending:
    said = {
        "ending_id": f"e-{ended}",
        "ended": ended,
        "kind": "withdrawn",
        "withdrawal": Withdrawal.STOP_PLAYS,
        "by": "label",
        "since": a.NOW,
        "said_at": a.NOW,
    }
    return Ending.model_validate(said | more)


def filled(registry: Registry) -> Registry:
    with a.writing(registry) as records:
        a.fill(records)
    return registry


def publish(registry: Registry, remix_id: str, **more: Any) -> None:
    """A remix of `rec_1` whose mark is its own."""
    decision = a.judge(registry, listener=str(more.get("listener", "fan")))
    with a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision, remix_id, **more), decision, now=a.NOW)


def test_a_word_is_read_with_what_became_of_it_and_the_same_said_twice_is_said_once(registry: Registry) -> None:
    filled(registry)
    with a.writing(registry) as records:
        before = records.rights.epoch()
        assert records.rights.end(ending(scopes=frozenset({Scope.COVER}))) == before + 1
        assert records.rights.end(ending(scopes=frozenset({Scope.COVER}))) == before + 1
        assert records.rights.end(ending(ending_id="e-2", since=a.NOW + timedelta(days=1))) == before + 2
    with registry.read() as records:
        found = [records.rights.consent("c-master"), records.rights.terms(["rec_1"]).consents[1]]
        found += records.rights.consents(party_id="label").items
        assert [e.ending_id for c in found for e in c.endings] == ["e-c-master", "e-2"] * 3
        assert {c.withdrawn_at for c in found} == {a.NOW + timedelta(days=1)}


def test_what_replaced_what_is_followed_to_the_first_word(registry: Registry) -> None:
    filled(registry)
    with a.writing(registry) as records:
        for number in (1, 2):
            records.rights.set_consent(a.said(Side.MASTER, "label", consent_id=f"m{number}"))
        records.rights.end(ending(kind="replaced", withdrawal=None, replaced_by="m1"))
        records.rights.end(ending("m1", kind="replaced", withdrawal=None, replaced_by="m2"))
    with registry.read() as records:
        assert records.rights.replaced_by("m2") == ("m1", "c-master")
        assert records.rights.replaced_by("c-master") == ()
        before = records.rights.said_before(records.rights.consent("m2"))
        assert [c.consent_id for c in before] == ["c-master", "m1"]


def test_a_hold_is_read_until_the_day_from_which_it_is_lifted(registry: Registry) -> None:
    filled(registry)
    hold = Hold(
        hold_id="h", kind="withdrawal", party_id="label", subject_kind="recording", subject="rec_1", since=a.NOW
    )
    later = a.NOW + timedelta(days=2)
    with a.writing(registry) as records:
        records.rights.withdraw(hold)
        records.rights.end(ending("h", kind="lifted", withdrawal=None, since=later))
    with registry.read() as records:
        found = [records.rights.hold("h"), records.rights.terms(["rec_1"]).holds[0]]
        assert {h.until for h in found} == {later}
        with pytest.raises(NotFound):
            records.rights.hold("h2")
    assert not a.judge(registry).allowed
    assert a.judge(registry, at=later).allowed


@pytest.mark.parametrize(
    ("more", "down"),
    [
        ({}, {"rmx_1", "rmx_2"}),
        ({"withdrawal": Withdrawal.DELETE}, {"rmx_1", "rmx_2"}),
        ({"withdrawal": Withdrawal.KEEP_PLAYING}, set()),
        ({"since": a.NOW + timedelta(days=1)}, set()),
        ({"scopes": frozenset({Scope.TEMPO_PITCH})}, {"rmx_1", "rmx_2"}),
        ({"scopes": frozenset({Scope.COVER})}, set()),
        ({"ended": "c-other"}, set()),
    ],
)
def test_what_rests_on_a_word_is_taken_down_with_it(registry: Registry, more: dict[str, Any], down: set[str]) -> None:
    filled(registry)
    with a.writing(registry) as records:
        records.rights.set_consent(a.said(Side.MASTER, "label", consent_id="c-other", subject="rec_2"))
    for remix in ("rmx_1", "rmx_2"):
        publish(registry, remix)
    with a.writing(registry) as records:
        assert records.rights.resting_on("c-master") == {"rmx_1", "rmx_2"}
        records.rights.end(ending(**more))
    with registry.read() as records:
        assert {r.remix_id for r in records.remixes.remixes().items if r.state == "withdrawn"} == down
        assert records.rights.resting_on("c-master") == {"rmx_1", "rmx_2"} - down


def test_the_decision_that_a_remix_rests_on_is_the_one_that_shared_it(registry: Registry) -> None:
    filled(registry)
    publish(registry, "rmx_1", share="private", state="draft")
    second = a.judge(registry, listener="fan", at=a.NOW + timedelta(minutes=1))
    with a.writing(registry) as records:
        records.rights.record_decision(second)
        records.remixes.set_remix_state("rmx_1", share="public", state="published", decision_id=second.decision_id)
    with registry.read() as records:
        assert records.remixes.remix("rmx_1").decision_id == second.decision_id
        assert records.rights.resting_on("c-master") == {"rmx_1"}


def test_files_are_those_of_every_format_unless_another_remix_has_them(registry: Registry) -> None:
    filled(registry)
    for remix, sound in (("rmx_1", "1"), ("rmx_2", "2"), ("rmx_3", "2")):
        publish(registry, remix, audio_sha256=sound * 64)
    pressed = {"suffix": "mp3", "file_sha256": "4" * 64, "manifest_sha256": None}
    with a.writing(registry) as records:
        records.remixes.keep_rendition(Rendition(remix_id="rmx_1", **pressed))
    with registry.read() as records:
        assert records.remixes.files_of(["rmx_1"]) == {"1" * 64, "4" * 64}
        assert records.remixes.files_of(["rmx_2"]) == set()


# ---------------------------------------------------------------- quotas


def test_a_quota_counts_what_its_own_consent_is_about_on_that_day_in_utc(registry: Registry) -> None:
    filled(registry)
    with a.writing(registry) as records:
        records.catalogue.add_recording(
            a.RECORDING.model_copy(update={"recording_id": "rec_2", "sha256": "9" * 64, "work_ids": ()})
        )
        records.rights.set_consent(
            a.said(Side.ARTIST, "band", consent_id="c-band", subject_kind="artist", subject="band")
        )
    publish(registry, "rmx_1")
    publish(registry, "rmx_2", source_id="rec_2", licensed_from=("rec_2",))
    publish(registry, "rmx_3", listener="another")
    with registry.read() as records:
        said = [records.rights.consent(one) for one in ("c-master", "c-work", "c-band")]
        counted = records.remixes.made_under("fan", a.NOW, said)
        assert counted == {"c-master": 1, "c-work": 1, "c-band": 2}
        assert records.remixes.made_under("fan", a.NOW, said, but="rmx_1") == {"c-master": 0, "c-work": 0, "c-band": 1}
        assert set(records.remixes.made_under("fan", a.NOW + timedelta(days=1), said).values()) == {0}


def test_of_orders_that_were_judged_at_once_no_more_pass_than_the_quota_allows(database: SqlRegistry) -> None:
    with a.writing(database) as records:
        a.fill(records, consents=False)
        for side, party in ((Side.MASTER, "label"), (Side.ARTIST, "band"), (Side.WORK, "writer")):
            limits = DAILY if side is Side.MASTER else Constraints()
            records.rights.set_consent(a.said(side, party, constraints=limits))
    decision = a.judge(database)
    assert decision.allowed

    def order(number: int) -> bool:
        try:
            with a.writing(database) as records:
                records.remixes.publish(a.a_remix(decision, f"rmx_{number}"), decision, now=a.NOW)
        except ConsentWithdrawn:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(order, range(8))) == [False] * 7 + [True]
    with database.read() as records:
        (kept,) = records.remixes.remixes().items
    with a.writing(database) as records:
        assert records.remixes.publish(kept, decision, now=a.NOW) == kept, "the same remix asked again is no second one"


# ---------------------------------------------------------------- what the database refuses


REFUSED = (
    "update consents set body = '{}' where id = 'c-master'",
    "update consents set withdrawn_at = 1 where id = 'c-master'",
    "delete from consents where id = 'c-master'",
    "update endings set since = 0 where id = 'e-c-master'",
    "delete from endings where id = 'e-c-master'",
)


@pytest.fixture
def ended(database: SqlRegistry) -> Iterator[SqlRegistry]:
    filled(database)
    with a.writing(database) as records:
        records.rights.end(ending())
    yield database


@pytest.mark.parametrize("statement", REFUSED)
def test_words_and_their_endings_are_only_ever_added_to(ended: SqlRegistry, statement: str) -> None:
    with pytest.raises(exc.DBAPIError, match="only ever added to"), ended.engine.begin() as connection:
        connection.execute(sa.text(statement))
    with ended.read() as records:
        assert [e.ending_id for e in records.rights.consent("c-master").endings] == ["e-c-master"]


@pytest.mark.parametrize("table", ["consents", "endings"])
def test_a_row_cannot_be_put_in_the_place_of_another(ended: SqlRegistry, table: str) -> None:
    with ended.engine.connect() as connection:
        row = dict(connection.execute(sa.text(f"select * from {table} limit 1")).mappings().one())
    verb = "insert or replace into" if ended.engine.dialect.name == "sqlite" else "insert into"
    names = ", ".join(row)
    statement = f"{verb} {table} ({names}) values ({', '.join(f':{name}' for name in row)})"
    with pytest.raises(exc.DBAPIError), ended.engine.begin() as connection:
        connection.execute(sa.text(statement), row | {"body": "{}"})


# ---------------------------------------------------------------- demand


def test_what_was_asked_in_vain_is_counted_by_use_and_a_fan_once_a_day(registry: Registry) -> None:
    filled(registry)
    with a.writing(registry) as records:
        records.rights.set_consent(
            a.said(Side.MASTER, "label", consent_id="no", effect="prohibit", scopes=frozenset({Scope.TEMPO_PITCH}))
        )
        for who, when in (("fan", 0), ("fan", 1), ("fan", 24), ("another", 2)):
            at = a.NOW + timedelta(hours=when)
            records.rights.record_decision(a.judged(records, listener=who, at=at))
    with registry.read() as records:
        (found,) = records.rights.demand("rec_1")
        assert (found.use, found.fans, found.asked, found.unsaid) == (Scope.TEMPO_PITCH, 2, 3, False)
        assert found.last_day == f"{a.NOW + timedelta(days=1):%Y-%m-%d}"
        assert records.rights.demand("rec_2") == ()


def test_what_is_allowed_is_no_demand_and_silence_is_told_apart_from_a_no(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records, consents=False)
        records.rights.record_decision(a.judged(records))
        for side, party in ((Side.MASTER, "label"), (Side.ARTIST, "band"), (Side.WORK, "writer")):
            records.rights.set_consent(a.said(side, party))
        allowed = a.judged(records, listener="another")
        assert allowed.allowed
        records.rights.record_decision(allowed)
    with registry.read() as records:
        found = {one.use: (one.fans, one.unsaid) for one in records.rights.demand("rec_1")}
    assert found[Scope.REMIX] == (1, True)
    assert {fans for fans, _ in found.values()} == {1}
