"""Remix records: the port suite, on every engine and in memory."""

from __future__ import annotations

from datetime import timedelta

import pytest

import registry_strategies as a
from remixlab.domain.errors import (
    AlreadyPublished,
    ConsentWithdrawn,
)
from remixlab.domain.ledger import Play
from remixlab.domain.money import Money
from remixlab.domain.ports.records.transaction import Registry
from remixlab.domain.remix import Rendition
from remixlab.domain.rights import Hold, Side


def test_a_remix_is_published_with_its_decision_its_mark_and_its_accounts(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    remix = a.a_remix(decision)
    with a.writing(registry) as records:
        assert records.remixes.publish(remix, decision, now=a.NOW) == remix
        assert records.remixes.publish(remix, decision, now=a.NOW) == remix
    with registry.read() as records:
        assert records.remixes.remix("rmx_1") == remix
        assert records.rights.decision(decision.decision_id).allowed
        assert records.remixes.remix_of_mark(remix.seal.mark_id) == "rmx_1"
        assert records.ledger.balance("party:label", "EUR") == Money.of(0, "EUR")


def test_publishing_looks_at_the_rights_once_more_and_keeps_nothing_when_they_changed(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    with a.writing(registry) as records:
        records.rights.withdraw_consent("c-artist", a.NOW - timedelta(seconds=1))
    with pytest.raises(ConsentWithdrawn, match="Juniper"), a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision), decision, now=a.NOW)
    with registry.read() as records:
        assert records.remixes.find_remix("rmx_1") is None
        assert records.remixes.remix_of_mark(a.a_remix(decision).seal.mark_id) is None


def test_publishing_goes_on_when_the_rights_changed_and_still_allow_it(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    with a.writing(registry) as records:
        records.rights.set_consent(a.said(Side.MASTER, "label", consent_id="another", subject="rec_9"))
        records.remixes.publish(a.a_remix(decision), decision, now=a.NOW)
    with registry.read() as records:
        assert records.remixes.find_remix("rmx_1") is not None


def test_what_was_refused_cannot_be_published(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records, consents=False)
    decision = a.judge(registry)
    with pytest.raises(ConsentWithdrawn), a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision), decision, now=a.NOW)


def test_two_remixes_never_share_an_id_or_a_mark(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    with a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision), decision, now=a.NOW)
        mark = records.remixes.reserve_mark("rmx_2")
        assert records.remixes.reserve_mark("rmx_2") == mark != records.remixes.reserve_mark("rmx_1")
    for other in (
        a.a_remix(decision, audio_sha256="0" * 64),
        a.a_remix(decision, "rmx_3", seal=a.a_remix(decision).seal),
    ):
        with pytest.raises(AlreadyPublished), a.writing(registry) as records:
            records.remixes.publish(other, decision, now=a.NOW)


def test_withdrawing_a_song_takes_down_what_was_made_from_it_and_it_does_not_come_back(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    hold = Hold(hold_id="h", kind="withdrawal", party_id="band", subject_kind="work", subject="work", since=a.NOW)
    with a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision), decision, now=a.NOW)
        assert records.rights.withdraw(hold) == records.rights.withdraw(hold) == records.rights.epoch()
    with registry.read() as records:
        assert records.remixes.remix("rmx_1").state == "withdrawn"
        assert records.remixes.remixes(seen_by="somebody").items == ()
        assert records.rights.terms(["rec_1"]).holds == (hold,)
    with pytest.raises(ConsentWithdrawn), a.writing(registry) as records:
        records.remixes.set_remix_state("rmx_1", share="public", state="published")


def test_a_dispute_stops_new_remixes_and_lets_the_old_ones_play(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    hold = Hold(hold_id="h", kind="dispute", party_id="writer", subject_kind="recording", subject="rec_1", since=a.NOW)
    with a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision), decision, now=a.NOW)
        records.rights.withdraw(hold)
        records.ledger.record_play(Play(play_id="p", remix_id="rmx_1", listener="u", at=a.NOW, length_ms=40_000))
    assert not a.judge(registry).allowed
    with registry.read() as records:
        assert records.remixes.remix("rmx_1").state == "published"
        facts = records.ledger.facts(a.NOW - timedelta(days=1), a.NOW + timedelta(days=1))
    assert (facts["rmx_1"].disputed, facts["rmx_1"].withdrawn_at, facts["rmx_1"].maker) == (True, None, "fan")


def test_remixes_are_listed_by_source_listener_and_who_may_hear_them(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    with a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision), decision, now=a.NOW)
        records.remixes.publish(
            a.a_remix(decision, "rmx_2", share="private", state="draft", created_at=a.NOW + timedelta(days=1)),
            decision,
            now=a.NOW,
        )
        records.remixes.publish(
            a.a_remix(decision, "rmx_3", listener="other", created_at=a.NOW - timedelta(days=1)), decision, now=a.NOW
        )
    with registry.read() as records:
        assert [r.remix_id for r in records.remixes.remixes().items] == ["rmx_2", "rmx_1", "rmx_3"]
        assert [r.remix_id for r in records.remixes.remixes(seen_by="nobody").items] == ["rmx_1", "rmx_3"]
        assert [r.remix_id for r in records.remixes.remixes(seen_by="fan").items] == ["rmx_2", "rmx_1", "rmx_3"]
        assert [r.remix_id for r in records.remixes.remixes(seen_by="nobody", source_id="rec_1").items] == [
            "rmx_1",
            "rmx_3",
        ]
        assert records.remixes.remixes(source_id="rec_2").items == ()
        assert records.remixes.made_on("fan", a.NOW) == 1
        assert records.remixes.made_on("fan", a.NOW + timedelta(days=1)) == 1
        assert records.remixes.made_on("fan", a.NOW + timedelta(days=2)) == 0


def test_a_format_is_pressed_once_and_found_by_its_bytes(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    first = Rendition(remix_id="rmx_1", suffix="ogg", file_sha256="1" * 64, manifest_sha256="2" * 64)
    with a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision), decision, now=a.NOW)
        assert records.remixes.keep_rendition(first) == first
        assert records.remixes.keep_rendition(first.model_copy(update={"file_sha256": "3" * 64})) == first
    with registry.read() as records:
        assert records.remixes.rendition("rmx_1", "ogg") == records.remixes.rendition_of_file("1" * 64) == first
        assert records.remixes.rendition("rmx_1", "mp3") is None
        assert records.remixes.rendition_of_file("3" * 64) is None


def test_a_private_remix_may_become_public_with_what_it_pays(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    with a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision, share="private", state="draft"), decision, now=a.NOW)
        line = a.a_remix(decision).pays[0].model_copy(update={"party_id": "writer"})
        changed = records.remixes.set_remix_state("rmx_1", share="public", state="published", pays=[line])
    with registry.read() as records:
        assert records.remixes.remix("rmx_1") == changed
        assert (changed.share, changed.state, changed.pays) == ("public", "published", (line,))


def test_titles_are_read_at_once(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    with a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision), decision, now=a.NOW)
        records.remixes.publish(a.a_remix(decision, "rmx_2", title='"Quoted" – Ünïcode'), decision, now=a.NOW)
    with registry.read() as records:
        assert dict(records.remixes.titles(["rmx_2", "rmx_1", "nothing"])) == {
            "rmx_1": "Neon Harbour (remix)",
            "rmx_2": '"Quoted" – Ünïcode',
        }


def test_newest_first_goes_on_within_one_moment(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    with a.writing(registry) as records:
        for number in range(5):
            records.remixes.publish(a.a_remix(decision, f"rmx_{number}"), decision, now=a.NOW)
    with registry.read() as records:
        first = records.remixes.remixes(limit=3)
        rest = records.remixes.remixes(first.next, limit=3)
    assert [r.remix_id for r in (*first.items, *rest.items)] == [f"rmx_{number}" for number in (4, 3, 2, 1, 0)]
    assert rest.next is None
