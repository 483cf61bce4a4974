"""What every registry promises, on every engine and in memory: the port suite."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import registry_strategies as a
from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.errors import (
    AlreadyPublished,
    Conflict,
    ConsentWithdrawn,
    DecisionNotFound,
    InvalidTerms,
    LedgerConflict,
    NotFound,
    PartyNotFound,
    RecordingNotFound,
    RemixNotFound,
)
from remixlab.domain.ledger import Booking, Entry, Play
from remixlab.domain.money import Money
from remixlab.domain.music import Analysis, Feel
from remixlab.domain.ports.records.transaction import Registry
from remixlab.domain.remix import Pressing
from remixlab.domain.rights import UNCLAIMED, Approval, Hold, Party, Right, Scope, Share, Side, Work
from remixlab.domain.settlement import Line, Settlement

# ---------------------------------------------------------------- catalogue


@pytest.mark.parametrize("name", ["rec_1", "a" * 64, "QZRLB2600001", "isrc:qz-rlb-26-00001", "ISRC QZ RLB 26 00001"])
def test_a_recording_is_found_by_every_name_it_has(registry: Registry, name: str) -> None:
    with registry.write() as records:
        a.fill(records)
    with registry.read() as records:
        assert records.recording(name) == a.RECORDING


def test_what_is_not_there_is_said_to_be_missing(registry: Registry) -> None:
    with registry.read() as records:
        for missing, look in (
            (RecordingNotFound, records.recording),
            (PartyNotFound, records.party),
            (RemixNotFound, records.remix),
            (DecisionNotFound, records.decision),
        ):
            with pytest.raises(missing, match="nothing-like-it"):
                look("nothing-like-it")
        assert records.find_recording("QZRLB2600001") is None
        assert records.analysis("a" * 64, "l") is None
        assert records.remix_of_mark(7) is None
        assert records.shares("rec_1") == ()


def test_parties_and_works_are_brought_up_to_date(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
        records.add_party(Party(party_id="band", name="Juniper Vale II", kind="group"))
        records.add_work(Work(work_id="work", title="Neon Harbor"))
    with registry.read() as records:
        assert records.party("juniper vale ii").party_id == "band"
        assert [p.party_id for p in records.parties()] == ["band", "label", "writer"]
        assert [w.title for w in records.works()] == ["Neon Harbor"]
        assert records.shares("rec_1")[-1] == Share(party_id=UNCLAIMED, right=Right.PUBLISHING, ppm=250_000), "shares not named stay"


def test_shares_of_every_right_sum_to_the_whole_and_several_works_count_equally(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
        records.add_work(Work(work_id="second", title="Second"), [Share(party_id="band", right=Right.PUBLISHING, ppm=1_000_000)])
        records.add_recording(
            a.RECORDING.model_copy(update={"work_ids": ("work", "second")}), [Share(party_id="band", right=Right.LIKENESS, ppm=300_000)]
        )
    with registry.read() as records:
        shares = records.shares("rec_1")
        assert records.recording("rec_1").work_ids == ("work", "second")
    assert {s.party_id: s.ppm for s in shares if s.right == Right.PUBLISHING} == {"band": 500_000, "writer": 375_000, UNCLAIMED: 125_000}
    for right in Right:
        assert sum(s.ppm for s in shares if s.right == right) == 1_000_000


def test_a_recording_that_names_unknown_works_is_refused_whole(registry: Registry) -> None:
    with pytest.raises(NotFound, match="works"), registry.write() as records:
        records.add_recording(a.RECORDING.model_copy(update={"voice_ids": ()}))
    with registry.read() as records:
        assert records.find_recording("rec_1") is None


def test_shares_beyond_the_whole_are_refused(registry: Registry) -> None:
    with pytest.raises(InvalidTerms), registry.write() as records:
        records.add_work(a.WORK, [Share(party_id=p, right=Right.PUBLISHING, ppm=600_000) for p in ("writer", "band")])
    with registry.read() as records:
        assert list(records.works()) == []


def test_recordings_are_listed_by_id_page_by_page(registry: Registry) -> None:
    ids = [f"rec_{n:02d}" for n in range(7)]
    with registry.write() as records:
        for n, number in enumerate(reversed(ids)):
            records.add_recording(
                a.RECORDING.model_copy(update={"recording_id": number, "sha256": f"{n:064x}", "work_ids": (), "voice_ids": ()})
            )
    with registry.read() as records:
        first = records.recordings(limit=4)
        rest = records.recordings(after=first[-1].recording_id, limit=4)
    assert [r.recording_id for r in (*first, *rest)] == ids


def test_delivered_stems_are_kept_by_name(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
        records.add_recording(a.RECORDING, (), {"drums": "d" * 64})
    with registry.read() as records:
        assert dict(records.stems_of("rec_1")) == {"vocals": "b" * 64, "drums": "d" * 64}
        assert dict(records.stems_of("rec_2")) == {}


def test_what_was_heard_is_kept_by_content_and_listener(registry: Registry) -> None:
    heard = Analysis(duration_s=4.0, tempo_bpm=120.0, beats=(0.0, 0.5), downbeats=(0.0,), key="A minor", key_confidence=0.5)
    other = heard.model_copy(update={"tempo_bpm": 60.0})
    with registry.write() as records:
        a.fill(records)
        records.keep_analysis("a" * 64, "ears/1", heard)
        records.keep_analysis("a" * 64, "ears/2", other)
        records.keep_analysis("a" * 64, "ears/2", other)
        records.keep_fingerprint("rec_1", "f" * 64)
        records.keep_fingerprint("rec_1", "0" * 64)
    with registry.read() as records:
        assert records.analysis("a" * 64, "ears/1") == heard
        assert records.analysis("a" * 64, "ears/2") == other
        assert dict(records.fingerprints()) == {"rec_1": "0" * 64}


def test_what_a_file_felt_like_is_kept_by_its_ear(registry: Registry) -> None:
    first, other = Feel(ear="feel/1", vector=(1.0, 0.0)), Feel(ear="feel/2", vector=(0.0, 1.0))
    with registry.write() as records:
        records.keep_feel("a" * 64, first)
        records.keep_feel("a" * 64, other)
        records.keep_feel("b" * 64, first)
        records.keep_feel("b" * 64, first)
    with registry.read() as records:
        assert records.feel("a" * 64, "feel/2") == other
        assert records.feel("c" * 64, "feel/1") is None
        assert dict(records.feels("feel/1")) == {"a" * 64: first, "b" * 64: first}
        assert dict(records.feels("feel/3")) == {}


# ---------------------------------------------------------------- rights


def test_terms_hold_everything_that_bears_on_a_recording(registry: Registry) -> None:
    default = a.said(Side.WORK, "writer", consent_id="default", subject_kind="party-default", subject="writer")
    elsewhere = a.said(Side.MASTER, "label", consent_id="elsewhere", subject="rec_2")
    with registry.write() as records:
        a.fill(records)
        records.set_consent(default)
        records.set_consent(elsewhere)
    with registry.read() as records:
        terms = records.terms(["rec_1", "rec_nobody"])
        assert len(records.consents()) == 5
    assert [c.consent_id for c in terms.consents] == ["c-artist", "c-master", "c-work", "default"]
    assert terms.consents[2] == a.said(Side.WORK, "writer")
    assert terms.names == {"band": "Juniper  Vale", "label": "Lantern Row", "writer": "Teo Brand"}
    assert [(x.recording_id, x.master_ids, x.publishing_ids) for x in terms.assets] == [("rec_1", ("band", "label"), ("writer",))]
    assert terms.epoch == 5


def test_a_word_about_a_namesake_of_another_kind_bears_on_nothing(registry: Registry) -> None:
    release = a.said(Side.MASTER, "label", consent_id="release", subject_kind="release", subject="rec_1")
    with registry.write() as records:
        a.fill(records)
        records.set_consent(release)
        records.set_consent(a.said(Side.WORK, "writer", consent_id="default", subject_kind="party-default", subject="writer"))
        records.withdraw(Hold(hold_id="h", kind="withdrawal", subject_kind="work", subject="label", party_id="label", since=a.NOW))
    with registry.read() as records:
        terms = records.terms(["rec_1"])
    assert [c.consent_id for c in terms.consents] == ["c-artist", "c-master", "c-work", "default"]
    assert terms.holds == ()


def test_every_change_of_what_is_permitted_moves_the_epoch_and_nothing_else_does(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
        before = records.epoch()
        records.set_consent(a.said(Side.WORK, "writer"))
        records.add_party(a.BAND)
        assert records.epoch() == before
        assert records.withdraw_consent("c-work", a.NOW) == before + 1
        assert records.withdraw_consent("c-work", a.NOW) == before + 1
        with pytest.raises(NotFound):
            records.withdraw_consent("c-nothing", a.NOW)
    assert a.judge(registry).reasons[0].code == "rights.refused.withdrawn"


def test_an_artists_no_outweighs_the_labels_yes_until_the_label_says_otherwise(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
        records.set_consent(a.said(Side.ARTIST, "band", consent_id="no", effect="prohibit", scopes=frozenset({Scope.REMIX})))
        before = records.epoch()
        assert records.terms(["rec_1"]).assets[0].artist_veto
        assert records.set_artist_veto("label", True) == before
        assert records.set_artist_veto("Lantern Row", False) == before + 1
        assert not records.terms(["rec_1"]).assets[0].artist_veto
        with pytest.raises(PartyNotFound):
            records.set_artist_veto("nobody", False)


def test_a_consent_is_never_rewritten(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
    with pytest.raises(Conflict), registry.write() as records:
        records.set_consent(a.said(Side.WORK, "writer", effect="prohibit"))


def test_decisions_are_kept_once_and_made_again_from_what_is_kept(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
    yes, no = a.judge(registry), a.judge(registry, territory="DE", made_today=3)
    with registry.write() as records:
        for decision in (yes, no, yes):
            records.record_decision(decision)
    with registry.read() as records:
        assert records.decision(no.decision_id).to_dict() == no.to_dict()
        assert records.decision(yes.decision_id).terms_digest == yes.terms_digest


def test_a_request_waits_until_its_party_answers(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
        for number in ("a1", "a2", "a1"):
            records.request_approval(Approval(approval_id=number, request_key="k", consent_id="c-master", listener="fan", decision_id="d"))
        epoch = records.epoch()
    with registry.write() as records:
        answered = records.answer_approval("a1", approved=True, by="label", at=a.NOW)
        assert (answered.status, answered.decided_by) == ("approved", "label")
        assert records.answer_approval("a1", approved=True, by="label", at=a.NOW) == answered
        assert records.epoch() == epoch + 1
    with registry.read() as records:
        assert [x.approval_id for x in records.approvals()] == ["a1", "a2"]
        assert [x.approval_id for x in records.approvals("pending")] == ["a2"]
    with pytest.raises(Conflict), registry.write() as records:
        records.answer_approval("a1", approved=False, by="label", at=a.NOW)
    with pytest.raises(NotFound), registry.write() as records:
        records.answer_approval("a3", approved=False, by="label", at=a.NOW)


# ---------------------------------------------------------------- remixes


def test_a_remix_is_published_with_its_decision_its_mark_and_its_accounts(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
    decision = a.judge(registry)
    remix = a.a_remix(decision)
    with registry.write() as records:
        assert records.publish(remix, decision) == remix
        assert records.publish(remix, decision) == remix
    with registry.read() as records:
        assert records.remix("rmx_1") == remix
        assert records.decision(decision.decision_id).allowed
        assert records.remix_of_mark(remix.seal.mark_id) == "rmx_1"
        assert records.balance("party:label") == Money(micro=0)


def test_publishing_looks_at_the_rights_once_more_and_keeps_nothing_when_they_changed(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
    decision = a.judge(registry)
    with registry.write() as records:
        records.withdraw_consent("c-artist", a.NOW - timedelta(seconds=1))
    with pytest.raises(ConsentWithdrawn, match="Juniper"), registry.write() as records:
        records.publish(a.a_remix(decision), decision)
    with registry.read() as records:
        assert records.find_remix("rmx_1") is None
        assert records.remix_of_mark(a.a_remix(decision).seal.mark_id) is None


def test_publishing_goes_on_when_the_rights_changed_and_still_allow_it(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
    decision = a.judge(registry)
    with registry.write() as records:
        records.set_consent(a.said(Side.MASTER, "label", consent_id="another", subject="rec_9"))
        records.publish(a.a_remix(decision), decision)
    with registry.read() as records:
        assert records.find_remix("rmx_1") is not None


def test_what_was_refused_cannot_be_published(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records, consents=False)
    decision = a.judge(registry)
    with pytest.raises(ConsentWithdrawn), registry.write() as records:
        records.publish(a.a_remix(decision), decision)


def test_two_remixes_never_share_an_id_or_a_mark(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
    decision = a.judge(registry)
    with registry.write() as records:
        records.publish(a.a_remix(decision), decision)
        mark = records.reserve_mark("rmx_2")
        assert records.reserve_mark("rmx_2") == mark != records.reserve_mark("rmx_1")
    for other in (a.a_remix(decision, audio_sha256="0" * 64), a.a_remix(decision, "rmx_3", seal=a.a_remix(decision).seal)):
        with pytest.raises(AlreadyPublished), registry.write() as records:
            records.publish(other, decision)


def test_withdrawing_a_song_takes_down_what_was_made_from_it_and_it_does_not_come_back(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
    decision = a.judge(registry)
    hold = Hold(hold_id="h", kind="withdrawal", party_id="band", subject_kind="work", subject="work", since=a.NOW)
    with registry.write() as records:
        records.publish(a.a_remix(decision), decision)
        assert records.withdraw(hold) == records.withdraw(hold) == records.epoch()
    with registry.read() as records:
        assert records.remix("rmx_1").state == "withdrawn"
        assert list(records.remixes(public=True)) == []
        assert records.terms(["rec_1"]).holds == (hold,)
    with pytest.raises(ConsentWithdrawn), registry.write() as records:
        records.set_remix_state("rmx_1", share="public", state="published")


def test_a_dispute_stops_new_remixes_and_lets_the_old_ones_play(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
    decision = a.judge(registry)
    hold = Hold(hold_id="h", kind="dispute", party_id="writer", subject_kind="recording", subject="rec_1", since=a.NOW)
    with registry.write() as records:
        records.publish(a.a_remix(decision), decision)
        records.withdraw(hold)
        records.record_play(Play(play_id="p", remix_id="rmx_1", listener="u", at=a.NOW, length_ms=40_000))
    assert not a.judge(registry).allowed
    with registry.read() as records:
        assert records.remix("rmx_1").state == "published"
        facts = records.facts(a.NOW - timedelta(days=1), a.NOW + timedelta(days=1))
    assert (facts["rmx_1"].disputed, facts["rmx_1"].withdrawn_at, facts["rmx_1"].maker) == (True, None, "fan")


def test_remixes_are_listed_by_source_listener_and_who_may_hear_them(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
    decision = a.judge(registry)
    with registry.write() as records:
        records.publish(a.a_remix(decision), decision)
        records.publish(a.a_remix(decision, "rmx_2", share="private", state="draft", created_at=a.NOW + timedelta(days=1)), decision)
        records.publish(a.a_remix(decision, "rmx_3", listener="other", created_at=a.NOW - timedelta(days=1)), decision)
    with registry.read() as records:
        assert [r.remix_id for r in records.remixes()] == ["rmx_2", "rmx_1", "rmx_3"]
        assert [r.remix_id for r in records.remixes(public=True)] == ["rmx_1", "rmx_3"]
        assert [r.remix_id for r in records.remixes(public=False)] == ["rmx_2"]
        assert [r.remix_id for r in records.remixes(listener="fan", source_id="rec_1")] == ["rmx_2", "rmx_1"]
        assert list(records.remixes(source_id="rec_2")) == []
        assert records.made_on("fan", a.NOW) == 1
        assert records.made_on("fan", a.NOW + timedelta(days=1)) == 1
        assert records.made_on("fan", a.NOW + timedelta(days=2)) == 0


def test_a_format_is_pressed_once_and_found_by_its_bytes(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
    decision = a.judge(registry)
    first = Pressing(remix_id="rmx_1", suffix="ogg", file_sha256="1" * 64, manifest_sha256="2" * 64)
    with registry.write() as records:
        records.publish(a.a_remix(decision), decision)
        assert records.keep_pressing(first) == first
        assert records.keep_pressing(first.model_copy(update={"file_sha256": "3" * 64})) == first
    with registry.read() as records:
        assert records.pressing("rmx_1", "ogg") == records.pressing_of_file("1" * 64) == first
        assert records.pressing("rmx_1", "mp3") is None
        assert records.pressing_of_file("3" * 64) is None


def test_a_private_remix_may_become_public_with_what_it_pays(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
    decision = a.judge(registry)
    with registry.write() as records:
        records.publish(a.a_remix(decision, share="private", state="draft"), decision)
        line = a.a_remix(decision).pays[0].model_copy(update={"party_id": "writer"})
        changed = records.set_remix_state("rmx_1", share="public", state="published", pays=[line])
    with registry.read() as records:
        assert records.remix("rmx_1") == changed
        assert (changed.share, changed.state, changed.pays) == ("public", "published", (line,))


# ---------------------------------------------------------------- money


def test_what_is_booked_is_booked_once_and_sums_to_zero(registry: Registry) -> None:
    booking = Booking(key="k", kind="x", at=a.NOW, entries=(Entry("pool:p", -5), Entry("party:label", 3), Entry("suspense:unclaimed", 2)))
    with registry.write() as records:
        assert records.book(booking)
        assert not records.book(booking)
    with pytest.raises(LedgerConflict), registry.write() as records:
        records.book(booking.model_copy(update={"entries": (Entry("pool:p", -1), Entry("party:label", 1))}))
    with registry.read() as records:
        assert records.balance("party:label") == Money(micro=3)
        assert sum(m.micro for m in records.balances().values()) == 0
        assert list(records.bookings("party:label")) == list(records.bookings()) == [booking]
        assert list(records.bookings("party:nobody")) == []


def test_a_period_is_settled_once(registry: Registry) -> None:
    settled = Settlement(
        period="2026-11", pool="add-on", method="per-play", currency="EUR", plays=1, counted_plays=1, left_out={}, held_plays=0,
        total_micro=5, lines=(Line("r", "master", "label", 1, 5),),
    )  # fmt: skip
    with registry.write() as records:
        assert records.keep_settlement(settled, "e" * 64)
        assert not records.keep_settlement(settled, "e" * 64)
    with pytest.raises(LedgerConflict, match="settled"), registry.write() as records:
        records.keep_settlement(settled, "f" * 64)
    with registry.read() as records:
        assert records.settlement("2026-11", "add-on") == "e" * 64
        assert dict(records.settlements("2026-11")) == {"add-on": "e" * 64}
        assert records.settlement("2026-10", "add-on") is None


def test_plays_come_back_in_order_and_facts_name_what_was_withdrawn_when(registry: Registry) -> None:
    with registry.write() as records:
        a.fill(records)
    decision = a.judge(registry)
    moments = [a.NOW + timedelta(minutes=minutes) for minutes in (5, 1, 3)]
    with registry.write() as records:
        records.publish(a.a_remix(decision), decision)
        for number, moment in enumerate(moments):
            play = Play(play_id=f"p{number}", remix_id="rmx_1", listener="u", at=moment, length_ms=40_000, territory="DE")
            assert records.record_play(play)
            assert not records.record_play(play)
        records.withdraw(
            Hold(hold_id="h", kind="legal", party_id="label", subject_kind="label", subject="label", since=a.NOW + timedelta(minutes=2))
        )
    with registry.read() as records:
        assert [p.play_id for p in records.plays(a.NOW, moments[0])] == ["p1", "p2"]
        facts = records.facts(a.NOW, moments[0])
        assert facts["rmx_1"].withdrawn_at == a.NOW + timedelta(minutes=2)
        assert facts["rmx_1"].pays == a.a_remix(decision).pays
        assert dict(records.facts(moments[0] + timedelta(days=1), moments[0] + timedelta(days=2))) == {}


def test_a_failure_in_the_middle_keeps_nothing_of_it(registry: Registry) -> None:
    with pytest.raises(RuntimeError), registry.write() as records:
        a.fill(records)
        raise RuntimeError("the power went out")
    with registry.read() as records:
        assert records.find_recording("rec_1") is None
        assert list(records.parties()) == []
        assert records.epoch() == 0


def test_a_refused_wish_is_kept_for_appeal_and_its_words_are_forgotten_in_time(registry: Registry) -> None:
    def wish(number: int, day: int) -> RefusedPrompt:
        at = datetime(2026, 11, day, tzinfo=UTC)
        return RefusedPrompt(
            wish_id=f"w{number}",
            listener="fan",
            at=at,
            code="moderation.hate",
            digest="d",
            words="bad words",
            forget_at=at + timedelta(days=3),
        )

    for number, day in ((1, 1), (2, 2)):
        with registry.write() as records:
            records.record_refused_wish(wish(number, day))
            records.record_refused_wish(wish(number, day))
    with registry.read() as records:
        assert [w.wish_id for w in records.refused_wishes("fan")] == ["w2", "w1"]
        assert records.refused_wishes("somebody else") == []
        assert all(w.words == "bad words" for w in records.refused_wishes())
    with registry.write() as records:
        records.record_refused_wish(wish(3, 5))
    with registry.read() as records:
        assert [(w.wish_id, w.words) for w in records.refused_wishes()] == [("w3", "bad words"), ("w2", None), ("w1", None)]
