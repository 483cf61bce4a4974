"""Quarantine, shelves and attestations: the port suite, on every engine and in memory."""

from __future__ import annotations

from datetime import timedelta

import pytest

import registry_strategies as a
from remixlab.domain.errors import ApprovalNotFound, Conflict, ConsentWithdrawn, HoldNotFound, RecordingNotFound
from remixlab.domain.ledger import Play
from remixlab.domain.ports.records.transaction import Registry
from remixlab.domain.quarantine import Quarantine, Resemblance
from remixlab.domain.rights import Approval, Hold, Right, Share
from remixlab.domain.shelf import ShelfEntry

OWN = a.RECORDING.model_copy(
    update={
        "recording_id": "rec_2", "sha256": "f" * 64, "isrc": None, "attested_by": "ann", "artist_id": None,
        "label_id": None, "release": None, "work_ids": (), "voice_ids": (),
    }
)  # fmt: skip
HELD = Quarantine(
    recording_id="rec_2", cause="copy", since=a.NOW, brought_by="ann",
    matches=(Resemblance(recording_id="rec_1", kind="same_recording", score=0.9, tempo_ratio=1.02),),
)  # fmt: skip


def filled(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        records.catalogue.add_recording(OWN)


def test_what_waits_is_stopped_until_it_is_released_and_the_epoch_moves(registry: Registry) -> None:
    filled(registry)
    with a.writing(registry) as records:
        before = records.rights.epoch()
        records.quarantine.keep(HELD)
        assert records.rights.epoch() == before + 1
    with registry.read() as records:
        assert records.quarantine.find("rec_2") == HELD
        assert records.catalogue.recording("rec_2").quarantined
        assert records.rights.terms(["rec_2"]).assets[0].quarantined
        assert records.quarantine.page().items == (HELD,)
    released = HELD.judged("released", by="mod", at=a.NOW)
    with a.writing(registry) as records:
        records.quarantine.keep(released)
        assert records.rights.epoch() == before + 2
    with registry.read() as records:
        assert not records.catalogue.recording("rec_2").quarantined
        assert records.quarantine.page().items == ()
        assert records.quarantine.page(waiting=False).items == (released,)


def test_what_was_rejected_stays_stopped(registry: Registry) -> None:
    filled(registry)
    with a.writing(registry) as records:
        records.quarantine.keep(HELD)
        records.quarantine.keep(HELD.judged("rejected", by="mod", at=a.NOW))
    with registry.read() as records:
        assert records.catalogue.recording("rec_2").quarantined
        assert records.quarantine.page().items == ()


def test_writing_a_recording_again_frees_it_not(registry: Registry) -> None:
    filled(registry)
    with a.writing(registry) as records:
        records.quarantine.keep(HELD)
        records.catalogue.add_recording(OWN.model_copy(update={"title": "Another name"}))
    with registry.read() as records:
        assert records.catalogue.recording("rec_2").quarantined


def test_nothing_waits_that_is_not_there(registry: Registry) -> None:
    with pytest.raises(RecordingNotFound), a.writing(registry) as records:
        records.quarantine.keep(HELD)
    with registry.read() as records:
        assert records.quarantine.find("rec_2") is None


def test_waiting_recordings_are_read_in_pages(registry: Registry) -> None:
    filled(registry)
    with a.writing(registry) as records:
        for number in range(3, 8):
            more = OWN.model_copy(update={"recording_id": f"rec_{number}", "sha256": f"{number:064x}"})
            records.catalogue.add_recording(more)
            records.quarantine.keep(HELD.model_copy(update={"recording_id": f"rec_{number}"}))
    seen: list[str] = []
    after = None
    with registry.read() as records:
        while True:
            page = records.quarantine.page(after, 2)
            seen += [held.recording_id for held in page.items]
            after = page.next
            if after is None:
                break
    assert seen == [f"rec_{number}" for number in range(3, 8)]


def test_a_second_account_has_the_same_file_on_its_own_shelf(registry: Registry) -> None:
    filled(registry)
    entry = ShelfEntry(recording_id="rec_2", account="bob", title="Bob's name for it", artist="Bob", since=a.NOW)
    with a.writing(registry) as records:
        records.catalogue.keep_on_shelf(entry)
        records.catalogue.keep_on_shelf(entry.model_copy(update={"title": "later"}))
    with registry.read() as records:
        assert records.catalogue.shelf(["rec_2", "rec_1"]) == (entry,)
        assert records.catalogue.shelf(["rec_2"], "ann") == ()
        assert [r.recording_id for r in records.catalogue.recordings(attested_by="bob").items] == ["rec_1", "rec_2"]
        assert [r.recording_id for r in records.catalogue.recordings(attested_by="zoe").items] == ["rec_1"]
        assert records.rights.terms(["rec_2"]).assets[0].claimed_by == ("ann", "bob")
        assert records.rights.terms(["rec_1"]).assets[0].claimed_by == ()
    with pytest.raises(RecordingNotFound), a.writing(registry) as records:
        records.catalogue.keep_on_shelf(entry.model_copy(update={"recording_id": "rec_0"}))


def test_an_attestation_has_a_state_and_only_what_somebody_brought_has_one(registry: Registry) -> None:
    filled(registry)
    with a.writing(registry) as records:
        before = records.rights.epoch()
        assert records.catalogue.recording("rec_2").attestation == "claimed"
        assert records.catalogue.set_attestation("rec_2", "confirmed") == before + 1
    with registry.read() as records:
        assert records.catalogue.recording("rec_2").confirmed_owner == "ann"
    with a.writing(registry) as records:
        records.catalogue.set_attestation("rec_2", "rejected")
    with registry.read() as records:
        assert records.catalogue.recording("rec_2").confirmed_owner is None
        assert records.rights.terms(["rec_2"]).assets[0].claimed_by == ()
    for other in ("rec_1", "rec_0"):
        with pytest.raises(RecordingNotFound), a.writing(registry) as records:
            records.catalogue.set_attestation(other, "confirmed")


# ---------------------------------------------------------------- the recheck asks about now


def test_an_order_from_before_a_withdrawal_is_not_published_after_it(registry: Registry) -> None:
    filled(registry)
    decision = a.judge(registry)
    later = a.NOW + timedelta(hours=1)
    with a.writing(registry) as records:
        records.rights.withdraw_consent("c-master", later)
    with pytest.raises(ConsentWithdrawn), a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision), decision, now=later + timedelta(seconds=1))


def test_an_order_that_names_a_moment_of_the_past_is_judged_by_today(registry: Registry) -> None:
    filled(registry)
    with a.writing(registry) as records:
        records.rights.withdraw_consent("c-master", a.NOW)
    back_dated = a.judge(registry, at=a.NOW - timedelta(days=1))
    assert back_dated.allowed, "it was allowed then, at the same epoch as now"
    with pytest.raises(ConsentWithdrawn), a.writing(registry) as records:
        records.remixes.publish(a.a_remix(back_dated), back_dated, now=a.NOW)


def test_a_permission_that_ended_while_the_order_waited_publishes_nothing(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records, consents=False)
        for side, party in (("master", "label"), ("artist", "band"), ("work", "writer")):
            ends = {"valid_to": a.NOW + timedelta(minutes=5)} if side == "master" else {}
            records.rights.set_consent(a.said(a.Side(side), party, **ends))
    decision = a.judge(registry)
    assert decision.allowed
    with pytest.raises(ConsentWithdrawn), a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision), decision, now=a.NOW + timedelta(minutes=6))
    with a.writing(registry) as records:
        assert records.remixes.publish(a.a_remix(decision), decision, now=a.NOW + timedelta(minutes=4))


def test_what_a_recording_earns_waits_while_it_waits(registry: Registry) -> None:
    filled(registry)
    decision = a.judge(registry)
    with a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision), decision, now=a.NOW)
        records.ledger.record_play(Play(play_id="p", remix_id="rmx_1", listener="u", at=a.NOW, length_ms=40_000))
        records.quarantine.keep(HELD.model_copy(update={"recording_id": "rec_1", "cause": "report"}))
    span = (a.NOW - timedelta(days=1), a.NOW + timedelta(days=1))
    with registry.read() as records:
        assert records.ledger.facts(*span)["rmx_1"].disputed
    with a.writing(registry) as records:
        held = records.quarantine.find("rec_1")
        assert held is not None
        records.quarantine.keep(held.judged("released", by="mod", at=a.NOW))
    with registry.read() as records:
        assert not records.ledger.facts(*span)["rmx_1"].disputed


def test_an_answer_ends_is_taken_back_and_is_asked_for_anew(registry: Registry) -> None:
    asked = Approval(approval_id="a1", request_key="k", consent_id="c-master", listener="fan", evidence="e" * 64)
    soon, late = a.NOW + timedelta(days=1), a.NOW + timedelta(days=8)
    with a.writing(registry) as records:
        a.fill(records)
        records.rights.request_approval(asked)
        answered = records.rights.answer_approval("a1", approved=True, by="label", at=a.NOW, until=late)
        assert (answered.counts(soon), answered.counts(late), answered.evidence) == (True, False, "e" * 64)
        records.rights.request_approval(asked, now=soon)
        assert records.rights.approval_requests("k")[0].status == "approved", "it still counts"
        records.rights.request_approval(asked, now=late)
        assert records.rights.approval_requests("k")[0].status == "pending"
        records.rights.answer_approval("a1", approved=True, by="label", at=late, until=None)
        before = records.rights.epoch()
        assert records.rights.revoke_approval("a1", by="label", at=late).status == "revoked"
        assert records.rights.revoke_approval("a1", by="label", at=late).status == "revoked"
        assert records.rights.epoch() == before + 1
        assert records.rights.answer_approval("a1", approved=False, by="label", at=late).status == "refused"
    for number, error in (("a1", Conflict), ("a2", ApprovalNotFound)):
        with pytest.raises(error), a.writing(registry) as records:
            records.rights.revoke_approval(number, by="label", at=late)


def test_a_hold_that_ends_lets_go(registry: Registry) -> None:
    filled(registry)
    hold = Hold(hold_id="h", kind="dispute", party_id="band", subject_kind="recording", subject="rec_1", since=a.NOW)
    with a.writing(registry) as records:
        records.rights.withdraw(hold)
    assert not a.judge(registry).allowed
    with a.writing(registry) as records:
        ended = records.rights.end_hold("h", a.NOW)
        assert records.rights.end_hold("h", a.NOW + timedelta(days=1)) == ended == records.rights.hold("h")
    assert a.judge(registry).allowed
    with pytest.raises(HoldNotFound), registry.read() as records:
        records.rights.hold("h2")


def test_who_holds_a_side_together_is_seen_by_decisions(registry: Registry) -> None:
    filled(registry)
    with a.writing(registry) as records:
        together = [Share(party_id=party, right=Right.PUBLISHING, ppm=500_000) for party in ("writer", "band")]
        records.catalogue.add_work(a.WORK.model_copy(update={"rule": "any"}), together)
    with registry.read() as records:
        (asset,) = records.rights.terms(["rec_1"]).assets
        master, work = asset.co_owners
    assert (master.side, master.subject, master.rule, master.administrator) == ("master", "rec_1", "all", "label")
    assert (work.side, work.subject, work.rule, work.parties) == ("work", "work", "any", ("band", "writer"))
