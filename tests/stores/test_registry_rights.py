"""Rights records: the port suite, on every engine and in memory."""

from __future__ import annotations

import pytest

import registry_strategies as a
from remixlab.domain.errors import (
    Conflict,
    DecisionNotFound,
    NotFound,
    PartyNotFound,
)
from remixlab.domain.ports.records.transaction import Registry
from remixlab.domain.rights import Approval, Hold, Scope, Side


def test_terms_hold_everything_that_bears_on_a_recording(registry: Registry) -> None:
    default = a.said(Side.WORK, "writer", consent_id="default", subject_kind="party-default", subject="writer")
    elsewhere = a.said(Side.MASTER, "label", consent_id="elsewhere", subject="rec_2")
    with a.writing(registry) as records:
        a.fill(records)
        records.rights.set_consent(default)
        records.rights.set_consent(elsewhere)
    with registry.read() as records:
        terms = records.rights.terms(["rec_1", "rec_nobody"])
        assert len(records.rights.consents().items) == 5
    assert [c.consent_id for c in terms.consents] == ["c-artist", "c-master", "c-work", "default"]
    assert terms.consents[2] == a.said(Side.WORK, "writer")
    assert terms.names == {"band": "Juniper  Vale", "label": "Lantern Row", "writer": "Teo Brand"}
    assert [(x.recording_id, x.master_ids, x.publishing_ids) for x in terms.assets] == [
        ("rec_1", ("band", "label"), ("writer",))
    ]
    assert terms.epoch == 5


def test_a_word_about_a_namesake_of_another_kind_bears_on_nothing(registry: Registry) -> None:
    release = a.said(Side.MASTER, "label", consent_id="release", subject_kind="release", subject="rec_1")
    with a.writing(registry) as records:
        a.fill(records)
        records.rights.set_consent(release)
        records.rights.set_consent(
            a.said(Side.WORK, "writer", consent_id="default", subject_kind="party-default", subject="writer")
        )
        records.rights.withdraw(
            Hold(hold_id="h", kind="withdrawal", subject_kind="work", subject="label", party_id="label", since=a.NOW)
        )
    with registry.read() as records:
        terms = records.rights.terms(["rec_1"])
    assert [c.consent_id for c in terms.consents] == ["c-artist", "c-master", "c-work", "default"]
    assert terms.holds == ()


def test_every_change_of_what_is_permitted_moves_the_epoch_and_nothing_else_does(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        before = records.rights.epoch()
        records.rights.set_consent(a.said(Side.WORK, "writer"))
        records.catalogue.add_party(a.BAND)
        assert records.rights.epoch() == before
        assert records.rights.withdraw_consent("c-work", a.NOW) == before + 1
        assert records.rights.withdraw_consent("c-work", a.NOW) == before + 1
        with pytest.raises(NotFound):
            records.rights.withdraw_consent("c-nothing", a.NOW)
    assert a.judge(registry).reasons[0].code == "rights.refused.withdrawn"


def test_an_artists_no_outweighs_the_labels_yes_until_the_label_says_otherwise(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        records.rights.set_consent(
            a.said(Side.ARTIST, "band", consent_id="no", effect="prohibit", scopes=frozenset({Scope.REMIX}))
        )
        before = records.rights.epoch()
        assert records.rights.terms(["rec_1"]).assets[0].artist_veto
        assert records.catalogue.set_artist_veto("label", True) == before
        assert records.catalogue.set_artist_veto("Lantern Row", False) == before + 1
        assert not records.rights.terms(["rec_1"]).assets[0].artist_veto
        with pytest.raises(PartyNotFound):
            records.catalogue.set_artist_veto("nobody", False)


def test_a_consent_is_never_rewritten(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    with pytest.raises(Conflict), a.writing(registry) as records:
        records.rights.set_consent(a.said(Side.WORK, "writer", effect="prohibit"))


def test_decisions_are_kept_once_and_made_again_from_what_is_kept(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    yes, no = a.judge(registry), a.judge(registry, territory="DE", made_today=3)
    with a.writing(registry) as records:
        for decision in (yes, no, yes):
            records.rights.record_decision(decision)
    with registry.read() as records:
        assert records.rights.decision(no.decision_id).to_dict() == no.to_dict()
        assert records.rights.decision(yes.decision_id).terms_digest == yes.terms_digest


def test_a_request_waits_until_its_party_answers(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        for number in ("a1", "a2", "a1"):
            records.rights.request_approval(
                Approval(approval_id=number, request_key="k", consent_id="c-master", listener="fan", decision_id="d")
            )
        epoch = records.rights.epoch()
    with a.writing(registry) as records:
        answered = records.rights.answer_approval("a1", approved=True, by="label", at=a.NOW)
        assert (answered.status, answered.decided_by) == ("approved", "label")
        assert records.rights.answer_approval("a1", approved=True, by="label", at=a.NOW) == answered
        assert records.rights.epoch() == epoch + 1
    with registry.read() as records:
        assert [x.approval_id for x in records.rights.approvals().items] == ["a1", "a2"]
        assert [x.approval_id for x in records.rights.approvals(status="pending").items] == ["a2"]
    with pytest.raises(Conflict), a.writing(registry) as records:
        records.rights.answer_approval("a1", approved=False, by="label", at=a.NOW)
    with pytest.raises(NotFound), a.writing(registry) as records:
        records.rights.answer_approval("a3", approved=False, by="label", at=a.NOW)


def test_a_consent_is_read_by_its_id_and_by_who_said_it(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        records.rights.withdraw_consent("c-work", a.NOW)
    with registry.read() as records:
        assert records.rights.consent("c-master") == a.said(Side.MASTER, "label")
        assert records.rights.consent("c-work").withdrawn_at == a.NOW
        assert [c.consent_id for c in records.rights.consents(party_id="band").items] == ["c-artist"]
        with pytest.raises(NotFound) as caught:
            records.rights.consent("nothing")
    assert caught.value.stable_code == "consent.not_found"


def test_subjects_that_permit_a_scope_are_told_without_those_that_took_it_back(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        for number, more in enumerate(
            ({}, {"effect": "prohibit"}, {"withdrawn_at": a.NOW}, {"scopes": frozenset({Scope.DOWNLOAD})})
        ):
            records.rights.set_consent(
                a.said(Side.MASTER, "label", consent_id=f"m{number}", subject=f"rec_{number + 2}", **more)
            )
    asked = ["rec_1", "rec_2", "rec_3", "rec_4", "rec_5", "work", "nothing"]
    with registry.read() as records:
        assert records.rights.subjects_permitting(Scope.REMIX, asked) == {"rec_1", "rec_2", "work"}
        assert records.rights.subjects_permitting(Scope.DOWNLOAD, asked) == {"rec_5"}
        assert records.rights.subjects_permitting(Scope.REMIX, []) == frozenset()


def test_approvals_are_listed_for_the_party_that_they_wait_for_and_by_their_request(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        for number, (key, consent) in {
            "a1": ("k", "c-master"),
            "a2": ("k", "c-artist"),
            "a3": ("l", "c-master"),
        }.items():
            records.rights.request_approval(
                Approval(approval_id=number, request_key=key, consent_id=consent, listener="fan")
            )
        records.rights.answer_approval("a3", approved=True, by="label", at=a.NOW)
    with registry.read() as records:
        assert [x.approval_id for x in records.rights.approvals(party_id="label").items] == ["a1", "a3"]
        assert [x.approval_id for x in records.rights.approvals(party_id="label", status="pending").items] == ["a1"]
        assert records.rights.approvals(party_id="nobody").items == ()
        assert [x.approval_id for x in records.rights.approval_requests("k")] == ["a1", "a2"]
        assert records.rights.approval_requests("a2") == records.rights.approval_requests("k")
        assert records.rights.approval_requests("nothing") == ()


def test_the_terms_of_a_decision_are_kept_to_decide_again(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    with registry.read() as records, pytest.raises(DecisionNotFound):
        records.rights.terms_of(decision)
    with a.writing(registry) as records:
        records.rights.record_decision(decision)
        records.rights.withdraw_consent("c-work", a.NOW)
    with registry.read() as records:
        assert records.rights.terms_of(records.rights.decision(decision.decision_id)).digest == decision.terms_digest
        assert records.rights.broken_decision() is None
