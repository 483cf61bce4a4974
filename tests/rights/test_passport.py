"""The export passport: it says before Make what the doors then do, and nothing worsens it but what it names."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

import sounds_of_tests as s
import world_of_tests as w
from remixlab.domain.remix import Remix
from remixlab.domain.rights import Consent, Exit, Hold, Passport, Scope, Side, Withdrawal
from remixlab.rights import Ed25519Signer, passport_document, passport_lines, promised, verify_receipt
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import Judged, RemixOrder, consider
from remixlab.usecases.rights import ConsentForm, set_consent, withdraw_consent

ALL = [Scope.REMIX, Scope.TEMPO_PITCH, Scope.PUBLIC_SHARE, Scope.EXTERNAL_SHARE, Scope.DOWNLOAD, Scope.STEM_EXPORT]


def judged(context: Making) -> Judged:
    return consider(RemixOrder(source="rec_open", plan=s.FASTER), w.BOB, context)


def opens(passport: Passport) -> dict[str, str]:
    return {way.exit.value: way.open for way in passport.ways}


def test_every_exit_is_open_where_its_use_is_and_says_who_closes_it_where_not() -> None:
    assert opens(judged(s.making_of(scopes=ALL)).passport) == dict.fromkeys(Exit, "open")
    passport = judged(s.making_of(scopes=ALL[:3])).passport
    assert opens(passport) == {
        "link": "open", "clip": "closed", "file": "for_yourself", "stems": "closed", "project": "closed",
    }  # fmt: skip
    assert "Lantern Row hasn't opened" in passport.way(Exit.CLIP).because


def test_nothing_leaves_of_what_may_not_be_made() -> None:
    assert set(opens(judged(s.making_of(scopes=[Scope.DOWNLOAD])).passport).values()) == {"closed"}


def test_it_says_where_and_until_when_by_all_the_consents_together() -> None:
    context = s.making_of(scopes=ALL, territories=["US", "DE"])
    end = w.NOW + timedelta(days=30)
    with context.write() as records:
        for consent in s.consents(ALL, territories=["US", "GB"], territories_excluded=["GB"]):
            if consent.side is Side.ARTIST:
                kept = consent.model_copy(update={"consent_id": "c-later", "valid_to": end})
                records.rights.set_consent(kept)
                records.rights.withdraw_consent("c-artist", w.NOW)
        w.enter(records)
    way = judged(context).passport.way(Exit.FILE)
    assert (way.open, way.territories, way.territories_excluded, way.until) == ("open", ("US",), ("GB",), end)
    assert way.covers("US", w.NOW) and not way.covers("DE", w.NOW) and not way.covers("US", end)
    assert not way.covers("ZZ", w.NOW)


def test_a_request_is_said_to_be_asked_first() -> None:
    context = s.making_of(scopes=ALL, approval_required=True)
    assert set(opens(judged(context).passport).values()) == {"asks"}


def test_its_words_name_every_exit_and_every_kind_of_withdrawal() -> None:
    lines = passport_lines(judged(s.making_of(scopes=ALL, territories=["US"])).passport)
    assert lines[0] == "A link, with which everybody hears it here: open in US."
    assert all(any(f"'{kind.value}'" in line for line in lines) for kind in Withdrawal)
    assert len(lines) == len(Exit) + 1 + len(Withdrawal)


def test_it_is_a_signed_document_that_anybody_verifies() -> None:
    signer = Ed25519Signer(bytes(32))
    passport = judged(s.making_of(scopes=ALL)).passport
    document = passport_document(passport, "rmx_1", "A remix", signer)
    assert document == passport_document(passport, "rmx_1", "A remix", signer)
    assert verify_receipt(json.loads(json.dumps(document)), signer.public_key).ours
    opened = json.loads(json.dumps(document).replace('"closed"', '"open"').replace("rmx_1", "rmx_2"))
    assert not verify_receipt(opened, signer.public_key).genuine
    assert not verify_receipt(passport_document(passport, "x", "y", signer) | {"passport": {}}).genuine
    assert Passport.model_validate(passport.to_dict()).digest == passport.digest


def test_a_remix_keeps_its_passport_as_it_was_and_one_from_before_keeps_its_bytes() -> None:
    context = s.making_of(scopes=ALL)
    remix = s.made(context)
    assert "passport" not in remix.to_dict()
    kept = remix.model_copy(update={"passport": judged(context).passport.to_dict()})
    assert Remix.model_validate_json(json.dumps(kept.to_dict())) == kept


@pytest.mark.parametrize("later", ["narrower", "over", "no"])
@pytest.mark.parametrize("exit", list(Exit))
def test_a_later_word_worsens_nothing_but_a_no_what_reaches_others(exit: Exit, later: str) -> None:
    context = s.making_of(scopes=ALL)
    passport = judged(context).passport
    narrow(context, later)
    now = consider(RemixOrder(source="rec_open", plan=s.FASTER), w.BOB, context)
    found = left(passport, exit, now)
    assert (found is None) == (later == "no" and exit.reaches_others)


@pytest.mark.parametrize("kind", list(Withdrawal))
@pytest.mark.parametrize("exit", list(Exit))
def test_a_withdrawal_ends_what_was_promised_also_of_the_word_that_took_its_place(exit: Exit, kind: Withdrawal) -> None:
    context = s.making_of(scopes=ALL)
    passport = judged(context).passport
    replaced = narrow(context, "narrower")
    withdraw_consent(replaced, w.actor("desk", "label"), context, kind=kind)
    assert left(passport, exit, judged(context)) is None


@pytest.mark.parametrize("kind", ["withdrawal", "legal", "dispute"])
def test_a_hold_ends_it(kind: Any) -> None:
    context = s.making_of(scopes=ALL)
    passport = judged(context).passport
    with context.write() as records:
        records.rights.withdraw(
            Hold(hold_id="h", kind=kind, party_id="label", subject_kind="recording", subject="rec_open", since=w.NOW)
        )
        w.enter(records)
    assert [left(passport, exit, judged(context)) for exit in Exit] == [None] * len(Exit)


def left(passport: Passport, exit: Exit, now: Judged) -> object:
    return promised(passport, exit, now.decision, now.terms)


def narrow(context: Making, how: str) -> str:
    """The label says later that nothing leaves any more, in one way or another; the id of what it said."""
    label = w.actor("desk", "label")
    form: dict[str, Any] = {"recording": "rec_open", "scopes": list(ALL)}
    if how == "narrower":
        form["constraints"] = {"territories": ["DE"]}
    elif how == "over":
        form["valid_from"], form["valid_to"] = w.NOW - timedelta(days=2), w.NOW - timedelta(days=1)
    else:
        form["effect"] = "prohibit"
    said: Consent = set_consent(ConsentForm.parse(form), label, context)
    return said.consent_id
