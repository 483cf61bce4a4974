"""The passport at the doors of sharing: what it promised leaves, for its maker, until what it names ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

import sounds_of_tests as s
import world_of_tests as w
from remixlab.domain.errors import EngineUnavailable, PassportNotFound, RemixNotFound, RightsRefused
from remixlab.domain.rights import Hold, Scope
from remixlab.rights import Ed25519Signer, verify_receipt
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import RemixOrder, consider
from remixlab.usecases.rights import ConsentForm, set_consent, withdraw_consent
from remixlab.usecases.sharing import download_remix, export_stems, publish, read_passport

ALL = [Scope.REMIX, Scope.TEMPO_PITCH, Scope.PUBLIC_SHARE, Scope.DOWNLOAD, Scope.STEM_EXPORT]
LABEL = w.actor("desk", "label")


def narrowed(context: Making) -> str:
    """The label opens everything in Germany only, from now on."""
    limits = {"territories": ["DE"]}
    form = ConsentForm.parse({"recording": "rec_open", "scopes": list(ALL), "constraints": limits})
    return set_consent(form, LABEL, context).consent_id


def test_a_remix_is_shared_and_taken_as_its_passport_said_though_the_label_said_less_since() -> None:
    context = s.making_of(scopes=ALL)
    s.made(context, passport=True)
    narrowed(context)
    assert not consider(RemixOrder(source="rec_open", plan=s.FASTER), w.BOB, context).decision.allowed
    assert publish("rmx_1", w.BOB, context).state == "published"
    assert download_remix("rmx_1", "flac", w.BOB, context)
    assert export_stems("rmx_1", w.BOB, context).parts
    entries = [entry.action for entry in w.audit_of(context)]
    assert {"sharing.remix.publish", "sharing.remix.download", "sharing.remix.stems"} <= set(entries)


def test_without_a_passport_the_rights_of_the_moment_decide_and_others_have_no_promise() -> None:
    context = s.making_of(scopes=ALL)
    s.made(context)
    s.made(context, "rmx_2", public=True, passport=True)
    narrowed(context)
    with pytest.raises(RightsRefused):
        publish("rmx_1", w.BOB, context)
    with pytest.raises(RightsRefused):
        download_remix("rmx_2", "flac", w.ANN, context)
    assert download_remix("rmx_2", "flac", w.BOB, context)


def test_nothing_leaves_by_a_passport_after_a_withdrawal_or_a_later_no_to_sharing() -> None:
    context = s.making_of(scopes=ALL)
    s.made(context, passport=True)
    s.made(context, "rmx_2", passport=True)
    no = ConsentForm.parse({"recording": "rec_open", "scopes": list(ALL), "effect": "prohibit"})
    set_consent(no, LABEL, context)
    with pytest.raises(RightsRefused):
        publish("rmx_1", w.BOB, context)
    assert export_stems("rmx_1", w.BOB, context).parts
    withdraw_consent("c-master", LABEL, context)
    for leaves in (publish, export_stems):
        with pytest.raises(RightsRefused):
            leaves("rmx_2", w.BOB, context)


def test_the_place_and_the_hour_of_a_promise_are_those_of_who_asks() -> None:
    context = s.making_of(scopes=ALL, territories=["US"])
    s.made(context, public=True, passport=True)
    narrowed(context)
    assert download_remix("rmx_1", "flac", w.BOB, context)
    abroad = w.BOB.model_copy(update={"territory": "FR"})
    with pytest.raises(RightsRefused):
        download_remix("rmx_1", "flac", abroad, context)


def test_a_dispute_holds_what_was_promised_while_it_lasts() -> None:
    context = s.making_of(scopes=ALL)
    s.made(context, public=True, passport=True)
    end = w.NOW + timedelta(days=1)
    with context.write() as records:
        records.rights.withdraw(
            Hold(
                hold_id="h", kind="dispute", party_id="label", subject_kind="recording", subject="rec_open",
                since=w.NOW, until=end,
            )
        )  # fmt: skip
        w.enter(records)
    with pytest.raises(RightsRefused):
        download_remix("rmx_1", "flac", w.BOB, context)
    context.clock.at = end  # type: ignore[attr-defined]
    assert download_remix("rmx_1", "flac", w.BOB, context)


def test_its_maker_reads_it_signed_also_after_the_remix_was_taken_down_and_nobody_else() -> None:
    context = replace(s.making_of(scopes=ALL), signer=Ed25519Signer(bytes(32)))
    s.made(context, passport=True, public=True)
    s.made(context, "rmx_2")
    with context.write() as records:
        records.remixes.set_remix_state("rmx_1", share="public", state="withdrawn")
        w.enter(records)
    document = read_passport("rmx_1", w.BOB, context)
    assert verify_receipt(document).genuine and document["remix_id"] == "rmx_1"
    with pytest.raises(RemixNotFound):
        read_passport("rmx_1", w.ANN, context)
    with pytest.raises(PassportNotFound):
        read_passport("rmx_2", w.BOB, context)
    with pytest.raises(EngineUnavailable):
        read_passport("rmx_1", w.BOB, replace(context, signer=None))
