"""Consents: who may speak for what, and that what they say is kept whole."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import world_of_tests as w
from remixlab.catalogue import OPEN_SCOPES
from remixlab.domain.actor import Actor
from remixlab.domain.errors import Invalid, InvalidTerms, NotFound, NotYours, PartyNotFound, RecordingNotFound
from remixlab.domain.rights import Constraints, Scope, Side, SubjectKind, Tier
from remixlab.usecases.rights import ConsentForm, set_consent, show_consents
from remixlab.usecases.rights.speakers import SIDES

LIMITS: dict[str, Any] = {
    "territories": ["GB", "US"],
    "territories_excluded": ["FR"],
    "tempo_change_max": 0.1,
    "pitch_change_max_semitones": 2.0,
    "length_max_s": 200.0,
    "genres_allowed": ["house"],
    "genres_forbidden": ["metal"],
    "topics_forbidden": ["politics"],
    "share_min_ppm": 300_000,
    "tier_min": "member",
    "derivatives_per_day_max": 3,
    "approval_required": True,
    "credit": "Juniper Vale",
}

# Written by hand from docs/rights.md: for each subject and side, who may speak for it, and nobody else.
SPEAKERS: dict[tuple[str, str, Side], set[str]] = {
    ("recording", "rec_open", Side.MASTER): {"label"},
    ("recording", "rec_open", Side.ARTIST): {"band", "singer"},
    ("recording", "rec_open", Side.WORK): {"writer"},
    ("recording", "rec_open", Side.LIKENESS): {"band", "singer"},
    ("recording", "rec_else", Side.MASTER): {"other"},
    ("work", "work", Side.WORK): {"writer"},
    ("release", "first", Side.MASTER): {"label"},
    ("release", "shared name", Side.MASTER): set(),
    ("artist", "band", Side.ARTIST): {"band"},
    ("artist", "singer", Side.LIKENESS): {"singer"},
    ("label", "label", Side.MASTER): {"label"},
    ("party-default", "writer", Side.WORK): {"writer"},
    ("party-default", "other", Side.MASTER): {"other"},
}
EVERYBODY = ("band", "label", "other", "writer", "singer", "nobody")


def form(kind: str, subject: str, side: Side, **more: Any) -> ConsentForm:
    return ConsentForm.parse({"subject_kind": kind, "subject": subject, "side": side.value, **more})


@pytest.mark.parametrize("case", SPEAKERS, ids=lambda case: "-".join(case))
@pytest.mark.parametrize("party", EVERYBODY)
def test_only_those_who_stand_for_a_subject_speak_for_it(case: tuple[str, str, Side], party: str) -> None:
    context = w.records_of()
    speaker = w.actor("somebody", party)
    if party in SPEAKERS[case]:
        kept = set_consent(form(*case), speaker, context)
        assert (kept.party_id, kept.subject_kind, kept.subject, kept.side) == (party, *case)
    else:
        with pytest.raises(NotYours) as refused:
            set_consent(form(*case), speaker, context)
        assert refused.value.stable_code == "consent.not_yours"
        assert w.audit_of(context) == []


def test_every_kind_of_subject_can_be_spoken_about() -> None:
    assert {case[0] for case in SPEAKERS} == set(get_args(SubjectKind)) == set(SIDES)


@pytest.mark.parametrize("kind", sorted(SIDES))
@pytest.mark.parametrize("side", Side)
def test_a_label_never_speaks_for_its_artists_nor_an_artist_for_the_master(kind: SubjectKind, side: Side) -> None:
    if side in SIDES[kind]:
        assert form(kind, "any", side).side is side
    else:
        with pytest.raises(InvalidTerms, match="on the side of"):
            form(kind, "any", side)


def test_a_consent_keeps_every_limit_there_is() -> None:
    assert set(LIMITS) == set(Constraints.model_fields)
    context = w.records_of()
    kept = set_consent(form("recording", "rec_open", Side.MASTER, constraints=LIMITS), w.actor("row", "label"), context)
    assert kept.constraints.to_dict() == {**LIMITS, "tier_min": Tier.MEMBER}
    with context.read() as records:
        assert records.rights.consent(kept.consent_id) == kept


def test_a_recording_on_the_side_of_the_work_is_said_about_its_work() -> None:
    said = ConsentForm.parse({"recording": "QZRLB2600001", "side": "work", "scopes": ["cover"]})
    kept = set_consent(said, w.actor("teo", "writer"), w.records_of())
    assert (kept.subject_kind, kept.subject, kept.scopes) == ("work", "work", {Scope.COVER})


def test_whose_word_was_confirmed_speaks_for_a_recording_under_their_name() -> None:
    context = w.records_of()
    with pytest.raises(NotYours):
        set_consent(ConsentForm(recording="rec_own"), w.ANN, context)
    with context.write() as records:
        records.catalogue.set_attestation("rec_own", "confirmed")
        w.enter(records)
    kept = set_consent(ConsentForm(recording="rec_own"), w.ANN, context)
    assert (kept.party_id, kept.subject) == ("ann", "rec_own")
    with pytest.raises(NotYours):
        set_consent(ConsentForm(recording="rec_own"), w.BOB, context)


def test_all_means_what_is_open_and_more_can_be_named_with_it() -> None:
    assert ConsentForm.parse({"recording": "r", "scopes": ["all"]}).scopes == OPEN_SCOPES
    assert ConsentForm.parse({"recording": "r", "scopes": ["all", "training"]}).scopes == OPEN_SCOPES | {Scope.TRAINING}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"recording": "r", "subject": "r", "subject_kind": "recording"},
        {"subject": "r"},
        {"subject_kind": "work"},
        {"recording": "r", "scopes": []},
        {"recording": "r", "scopes": ["everything"]},
        {"recording": "r", "side": "middle"},
        {"recording": "r", "constraints": {"tempo_change_max": -1}},
        {"recording": "r", "constraints": {"speed": 1}},
    ],
)
def test_a_form_that_makes_no_sense_is_told_so(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidTerms):
        ConsentForm.parse(wrong)


def test_dates_and_prohibitions_are_checked_when_they_are_said() -> None:
    label = w.actor("row", "label")
    with pytest.raises(InvalidTerms):
        set_consent(ConsentForm(recording="rec_open", valid_from=w.NOW, valid_to=w.NOW), label, w.records_of())
    with pytest.raises(InvalidTerms):
        set_consent(
            form("recording", "rec_open", Side.MASTER, effect="prohibit", constraints={"credit": "x"}),
            label,
            w.records_of(),
        )


@pytest.mark.parametrize(
    ("kind", "error"),
    [("recording", RecordingNotFound), ("artist", PartyNotFound), ("work", NotFound), ("release", NotFound)],
)
def test_what_is_not_there_cannot_be_spoken_about(kind: SubjectKind, error: type[Exception]) -> None:
    with pytest.raises(error):
        set_consent(form(kind, "nothing", min(SIDES[kind])), w.actor("row", "label"), w.records_of())


def test_who_acts_for_several_says_for_which() -> None:
    context, both = w.records_of(), w.actor("agency", "band", "singer")
    with pytest.raises(Invalid) as told:
        set_consent(ConsentForm(recording="rec_open", side=Side.ARTIST), both, context)
    assert told.value.stable_code == "party.ambiguous"
    assert (
        set_consent(ConsentForm(recording="rec_open", side=Side.ARTIST, party="Mara Okonjo"), both, context).party_id
        == "singer"
    )
    with pytest.raises(NotYours):
        set_consent(ConsentForm(recording="rec_open", side=Side.ARTIST, party="label"), both, context)


def test_a_consent_leaves_an_entry_with_its_digest() -> None:
    context = w.records_of()
    kept = set_consent(ConsentForm(recording="rec_open"), w.actor("row", "label"), context)
    (entry,) = w.audit_of(context)
    assert (entry.account, entry.acts_for, entry.action) == ("row", ("label",), "rights.consents.set")
    assert entry.subject == f"consent:{kept.consent_id}"
    assert (entry.before, entry.after is not None) == (None, True)


def test_what_was_said_is_shown_with_names() -> None:
    context = w.records_of()
    kept = set_consent(form("label", "label", Side.MASTER), w.actor("row", "label"), context)
    shown = show_consents("rec_open", w.BOB, context)
    assert (shown.consents, shown.holds) == ((kept,), ())
    assert shown.names["label"] == "Lantern Row"
    assert {share.party_id for share in shown.shares} >= {"label", "writer"}


@pytest.mark.parametrize(("who", "sees"), [(w.ANN, True), (w.BOB, False), (w.OPERATOR, True), (w.AUDITOR, True)])
def test_what_somebody_brought_as_their_own_is_hidden_from_others(who: Actor, sees: bool) -> None:
    if sees:
        assert show_consents("rec_own", who, w.records_of()).recording_id == "rec_own"
    else:
        with pytest.raises(RecordingNotFound):
            show_consents("rec_own", who, w.records_of())


@given(st.sets(st.sampled_from(EVERYBODY)), st.sampled_from(sorted(SPEAKERS)))
def test_more_parties_never_allow_less(parties: set[str], case: tuple[str, str, Side]) -> None:
    speaker = w.actor("somebody", *parties)
    allowed = bool(parties & SPEAKERS[case])
    try:
        set_consent(form(*case), speaker, w.records_of())
        assert allowed
    except NotYours:
        assert not allowed
    except Invalid as told:
        assert allowed and told.stable_code == "party.ambiguous"


def test_a_topic_that_nobody_recognises_cannot_be_forbidden() -> None:
    with pytest.raises(InvalidTerms, match="is not a topic"):
        ConsentForm.parse({"recording": "r", "constraints": {"topics_forbidden": ["weather on mars"]}})
