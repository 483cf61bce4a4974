"""Who may do what: each rule by one example."""

from __future__ import annotations

from datetime import timedelta

import pytest

import terms_strategies as a
from remixlab.domain.errors import InvalidTerms
from remixlab.domain.rights import Approval, Constraints, Decision, Hold, Reach, Scope, Side, Terms, Tier, Use
from remixlab.rights import decide, summary

FAR = Reach(1.0, 1.25, -3, 2, 100)
REMIX = a.uses(Scope.REMIX, Scope.GENRE_SHIFT, genre="metal")
COVER = a.uses(Scope.COVER, Scope.GENRE_SHIFT, genre="metal")


def codes(decision: Decision) -> list[tuple[str, str | None]]:
    return [(r.code.removeprefix("rights.refused."), r.side and r.side.value) for r in decision.reasons]


def test_what_nobody_allowed_is_denied() -> None:
    decision = decide(REMIX, Reach(), a.terms(), a.request())
    assert decision.outcome == "deny"
    assert {side for _, side in codes(decision)} == {"master", "artist", "work"}
    assert {r.decided_by for r in decision.reasons} == {"Lantern Row", "Mara Voss", "Teo Brand"}


@pytest.mark.parametrize("missing", [Side.MASTER, Side.ARTIST, Side.WORK])
def test_a_remix_needs_the_master_the_artist_and_the_work(missing: Side) -> None:
    said = [a.consent(side) for side in (Side.MASTER, Side.ARTIST, Side.WORK) if side is not missing]
    assert codes(decide(REMIX, Reach(), a.terms(*said), a.request()))[0] == ("no_consent", missing.value)


def test_a_cover_needs_the_work_alone() -> None:
    assert decide(COVER, FAR, a.terms(a.consent(Side.WORK)), a.request()).outcome == "allow"
    assert codes(decide(REMIX, FAR, a.terms(a.consent(Side.WORK)), a.request()))[0][1] == "master"


def test_a_voice_belongs_to_its_person_and_never_to_a_label() -> None:
    voice = a.uses(Scope.REMIX, Scope.VOICE_LIKENESS)
    by_label = a.consent(Side.LIKENESS, party_id="label", consent_id="label-says-so")
    base = (a.consent(Side.MASTER), a.consent(Side.ARTIST), a.consent(Side.WORK))
    assert codes(decide(voice, Reach(), a.terms(*base, by_label), a.request())) == [("no_consent", "likeness")]
    assert decide(voice, Reach(), a.terms(*base, a.consent(Side.LIKENESS)), a.request()).allowed


def test_of_several_voices_each_must_agree() -> None:
    duet = a.asset(voice_ids=("singer", "second"))
    said = (a.consent(Side.MASTER), a.consent(Side.ARTIST), a.consent(Side.WORK), a.consent(Side.LIKENESS))
    decision = decide(a.uses(Scope.REMIX, Scope.VOICE_LIKENESS), Reach(), a.terms(*said, assets=(duet,)), a.request())
    assert [r.decided_by for r in decision.reasons] == ["Ossian Pell"]


def test_of_several_works_each_must_agree() -> None:
    medley = a.asset(work_ids=("work", "other-work"))
    decision = decide(COVER, Reach(), a.terms(a.consent(Side.WORK), assets=(medley,)), a.request())
    assert codes(decision) == [("no_consent", "work")]


def test_training_is_never_inherited_from_a_broader_permission() -> None:
    training = a.uses(Scope.TRAINING)
    wide = a.terms(
        a.consent(Side.MASTER, subject_kind="label"),
        a.consent(Side.ARTIST, subject_kind="artist"),
        a.consent(Side.WORK),
        a.consent(Side.LIKENESS),
    )
    assert {side for _, side in codes(decide(training, Reach(), wide, a.request()))} == {"master", "artist"}
    assert decide(training, Reach(), a.open_terms(), a.request()).allowed


def test_the_more_specific_outweighs_the_more_general() -> None:
    closed_label = a.consent(Side.MASTER, subject_kind="label", effect="prohibit")
    opened = a.terms(closed_label, a.consent(Side.MASTER), a.consent(Side.ARTIST), a.consent(Side.WORK))
    assert decide(REMIX, Reach(), opened, a.request()).allowed
    closed = a.terms(
        a.consent(Side.MASTER, subject_kind="label"),
        a.consent(Side.MASTER, subject_kind="release", effect="prohibit"),
        a.consent(Side.ARTIST),
        a.consent(Side.WORK),
    )
    assert codes(decide(REMIX, Reach(), closed, a.request())) == [("prohibited", "master")]


def test_at_the_same_level_a_no_outweighs_a_yes() -> None:
    decision = decide(REMIX, Reach(), a.open_terms(None, a.consent(Side.WORK, effect="prohibit")), a.request())
    assert codes(decision) == [("prohibited", "work")]


def test_an_artists_no_outweighs_a_labels_yes_unless_the_label_has_it_otherwise() -> None:
    artist_wide_no = a.consent(Side.ARTIST, subject_kind="artist", effect="prohibit")
    label_yes = a.consent(Side.ARTIST, party_id="label", consent_id="label-for-the-artist")
    said = (a.consent(Side.MASTER), label_yes, a.consent(Side.WORK), artist_wide_no)
    decision = decide(REMIX, Reach(), a.terms(*said), a.request())
    assert [r.decided_by for r in decision.reasons] == ["Mara Voss"]
    assert decide(REMIX, Reach(), a.terms(*said, assets=(a.asset(artist_veto=False),)), a.request()).allowed
    assert decide(REMIX, Reach(), a.terms(*said, a.consent(Side.ARTIST)), a.request()).allowed, (
        "the artist opened this one recording"
    )


def test_two_owners_of_a_side_must_both_agree_but_one_owner_may_offer_two_ways() -> None:
    two_ways = (
        a.consent(Side.WORK, constraints=Constraints(territories=frozenset({"US"})), consent_id="c-us"),
        a.consent(Side.WORK, constraints=Constraints(genres_forbidden=frozenset({"trap"})), consent_id="c-genre"),
    )
    assert decide(COVER, Reach(), a.terms(*two_ways), a.request()).allowed
    second = a.consent(Side.WORK, party_id="second", constraints=Constraints(territories=frozenset({"US"})))
    decision = decide(COVER, Reach(), a.terms(*two_ways, second), a.request())
    assert [(r.code, r.decided_by) for r in decision.reasons] == [("rights.refused.territory", "Ossian Pell")]


LIMITS = [
    (Constraints(territories=frozenset({"US", "CA"})), "territory", "DE"),
    (Constraints(territories_excluded=frozenset({"DE"})), "territory", "DE"),
    (Constraints(tempo_change_max=0.2), "tempo", 0.25),
    (Constraints(pitch_change_max_semitones=2), "pitch", 3),
    (Constraints(length_max_s=60), "length", 100),
    (Constraints(genres_forbidden=frozenset({"metal"})), "genre", "metal"),
    (Constraints(genres_allowed=frozenset({"house"})), "genre", "metal"),
    (Constraints(topics_forbidden=frozenset({"politics"})), "topic", "politics"),
    (Constraints(tier_min=Tier.MEMBER), "tier", "free"),
    (Constraints(derivatives_per_day_max=2), "daily_limit", 3),
    (Constraints(share_min_ppm=500_001), "share", 500_000),
]


@pytest.mark.parametrize(("limits", "code", "asked"), LIMITS)
def test_each_limit_refuses_what_passes_it_and_says_by_how_much(limits: Constraints, code: str, asked: object) -> None:
    request = a.request(topics=("politics",), made_today=2, offered_ppm={"master": 500_000})
    decision = decide(REMIX, FAR, a.open_terms(limits), request)
    assert codes(decision) == [(code, "master")]
    assert decision.reasons[0].asked == asked
    assert decision.reasons[0].decided_by == "Lantern Row"


@pytest.mark.parametrize(("limits", "code", "asked"), LIMITS)
def test_each_limit_allows_what_keeps_it(limits: Constraints, code: str, asked: object) -> None:
    request = a.request(territory="US", tier=Tier.CREATOR, offered_ppm={"master": 500_001})
    near = Reach(0.8, 1.2, -2, 2, 60)
    assert decide(a.uses(Scope.REMIX, Scope.GENRE_SHIFT, genre="house"), near, a.open_terms(limits), request).allowed


def test_a_tempo_limit_counts_both_ways() -> None:
    limit = a.open_terms(Constraints(tempo_change_max=0.1))
    assert codes(decide(REMIX, Reach(0.85, 1.0, 0, 0, 10), limit, a.request())) == [("tempo", "master")]


def test_a_consent_counts_within_its_dates_only() -> None:
    soon = a.consent(Side.WORK, valid_from=a.NOW + timedelta(days=10))
    decision = decide(COVER, Reach(), a.terms(soon), a.request())
    assert codes(decision) == [("dates", "work")]
    assert "2026-12-01" in decision.reasons[0].message
    past = a.consent(Side.WORK, valid_to=a.NOW)
    assert codes(decide(COVER, Reach(), a.terms(past), a.request())) == [("dates", "work")]
    assert decide(COVER, Reach(), a.terms(past), a.request(at=a.NOW - timedelta(seconds=1))).allowed


def test_a_permission_taken_back_is_a_no_until_it_is_given_again() -> None:
    taken = a.consent(Side.WORK, withdrawn_at=a.NOW)
    wider = a.consent(Side.WORK, subject_kind="party-default")
    assert codes(decide(COVER, Reach(), a.terms(taken, wider), a.request())) == [("withdrawn", "work")]
    assert decide(COVER, Reach(), a.terms(taken, wider), a.request(at=a.NOW - timedelta(hours=1))).allowed
    again = a.consent(Side.WORK, valid_from=a.NOW, consent_id="again")
    assert decide(COVER, Reach(), a.terms(taken, again), a.request()).allowed


@pytest.mark.parametrize(
    "subject",
    [("recording", a.SONG), ("release", "release"), ("artist", "artist"), ("label", "label"), ("work", "work")],
)
def test_a_hold_on_anything_that_a_song_belongs_to_stops_it(subject: tuple[str, str]) -> None:
    hold = Hold(hold_id="h", kind="legal", party_id="label", subject_kind=subject[0], subject=subject[1], since=a.NOW)  # type: ignore[arg-type]
    terms = Terms.model_validate(a.open_terms().model_dump() | {"holds": (hold,)})
    assert codes(decide(COVER, Reach(), terms, a.request())) == [("hold", None)]
    assert decide(COVER, Reach(), terms, a.request(at=a.NOW - timedelta(seconds=1))).allowed


def test_sharing_is_asked_when_the_result_shall_be_public() -> None:
    private_only = a.terms(
        *(a.consent(side, a.EVERYTHING - {Scope.PUBLIC_SHARE}) for side in (Side.MASTER, Side.ARTIST, Side.WORK))
    )
    assert decide(REMIX, Reach(), private_only, a.request()).allowed
    decision = decide(REMIX, Reach(), private_only, a.request(share="public"))
    assert {r.use for r in decision.reasons} == {Scope.PUBLIC_SHARE}


def test_a_sampled_recording_is_judged_like_the_source() -> None:
    two = (
        a.asset(),
        a.asset(a.OTHER, artist_id="second", label_id=None, work_ids=(), master_ids=("second",), release=None),
    )
    base = (a.consent(Side.MASTER), a.consent(Side.ARTIST), a.consent(Side.WORK))
    sampling = REMIX | a.uses(Scope.SAMPLING, recording=a.OTHER)
    decision = decide(sampling, Reach(), a.terms(*base, assets=two), a.request())
    assert {r.recording_id for r in decision.reasons} == {a.OTHER}
    assert decision.reasons[0].decided_by == "Ossian Pell"


def test_a_recording_that_nobody_knows_is_closed() -> None:
    decision = decide(a.uses(Scope.REMIX, recording="rec_nobody"), Reach(), a.open_terms(), a.request(mine=True))
    assert codes(decision) == [("unknown_recording", None)]


def test_an_artists_integrity_limits_hold_whoever_permitted_the_remix() -> None:
    gentle = a.consent(
        Side.ARTIST,
        {Scope.INTEGRITY},
        subject_kind="artist",
        constraints=Constraints(tempo_change_max=0.1),
        consent_id="gentle",
    )
    decision = decide(REMIX, FAR, a.open_terms(None, gentle), a.request())
    assert [(r.code, r.decided_by) for r in decision.reasons] == [("rights.refused.tempo", "Mara Voss")]
    assert decide(REMIX, Reach(), a.open_terms(None, gentle), a.request()).allowed


def test_a_credit_is_a_duty() -> None:
    decision = decide(REMIX, Reach(), a.open_terms(Constraints(credit="Paper Boats by Mara Voss")), a.request())
    assert decision.outcome == "allow_with_duties"
    assert [(d.code, d.message) for d in decision.duties] == [("credit", "Credit: Paper Boats by Mara Voss")]
    assert "Credit" in summary(decision)


# ---------------------------------------------------------------- approval


def asking(*approvals: Approval) -> Terms:
    ask = Constraints(approval_required=True)
    said = (
        a.consent(Side.MASTER, constraints=ask),
        a.consent(Side.ARTIST, party_id="label", constraints=ask),
        a.consent(Side.WORK),
    )
    return a.terms(*said, approvals=approvals)


def test_a_party_that_wants_to_be_asked_is_asked_once_for_all_its_sides() -> None:
    first = decide(REMIX, Reach(), asking(), a.request())
    assert first.outcome == "needs_approval"
    assert [r.decided_by for r in first.reasons] == ["Lantern Row"]
    said = {"approval_id": "a", "request_key": first.request_key, "consent_id": first.reasons[0].consent_id}
    assert decide(REMIX, Reach(), asking(Approval(**said)), a.request()).outcome == "needs_approval"
    assert decide(REMIX, Reach(), asking(Approval(**said, status="approved")), a.request()).allowed
    refused = decide(REMIX, Reach(), asking(Approval(**said, status="refused")), a.request())
    assert codes(refused)[0][0] == "declined"


def test_an_approval_counts_for_what_was_asked_by_whom_and_until_when() -> None:
    key = decide(REMIX, Reach(), asking(), a.request()).request_key
    yes = Approval(
        approval_id="a",
        request_key=key,
        consent_id="master-recording-label-permit",
        status="approved",
        expires_at=a.NOW + timedelta(days=1),
    )
    assert decide(REMIX, Reach(), asking(yes), a.request(at=a.NOW + timedelta(hours=1))).allowed
    assert not decide(REMIX, Reach(), asking(yes), a.request(at=a.NOW + timedelta(days=1))).allowed
    assert not decide(REMIX, Reach(), asking(yes), a.request(listener="another")).allowed
    assert not decide(REMIX, Reach(1, 1.01), asking(yes), a.request()).allowed
    assert not decide(REMIX, Reach(), asking(yes), a.request(share="public")).allowed


# ---------------------------------------------------------------- one's own file

NOBODY_S: dict[str, object] = {
    "label_id": None, "master_ids": (), "publishing_ids": (), "artist_id": None, "work_ids": (), "voice_ids": (),
}  # fmt: skip
MINE = a.terms(assets=(a.asset(**NOBODY_S, claimed_by=("fan",)),))


def test_ones_own_word_opens_ones_own_file_for_oneself_and_is_recorded() -> None:
    decision = decide(REMIX, FAR, MINE, a.request(mine=True))
    assert decision.outcome == "allow_with_duties"
    assert [d.code for d in decision.duties] == ["private"]
    assert decision.attestation is not None
    assert (decision.attestation.by, decision.attestation.at, decision.attestation.recording_ids) == (
        "fan",
        a.NOW,
        (a.SONG,),
    )
    assert not decide(REMIX, FAR, MINE, a.request()).allowed


def test_ones_own_word_never_opens_sharing_or_a_voice_or_training() -> None:
    shared = decide(REMIX, FAR, MINE, a.request(mine=True, share="public"))
    assert codes(shared) == [("private_only", None)]
    for scope in (Scope.TRAINING, Scope.VOICE_LIKENESS, Scope.COMMERCIAL_USE, Scope.EXTERNAL_SHARE):
        assert not decide(REMIX | a.uses(scope), FAR, MINE, a.request(mine=True)).allowed


def test_ones_own_word_does_not_open_what_belongs_to_others_here() -> None:
    decision = decide(REMIX, FAR, a.terms(), a.request(mine=True))
    assert codes(decision)[0] == ("not_yours", None)
    assert decision.reasons[0].decided_by == "Lantern Row"
    assert decision.attestation is None


def test_the_sole_owner_may_attest_to_their_own_recording() -> None:
    held = {**NOBODY_S, "master_ids": ("fan",), "publishing_ids": ("fan",)}
    own = a.terms(assets=(a.asset(**held, claimed_by=("fan",)),))
    assert decide(REMIX, FAR, own, a.request(mine=True)).allowed


@pytest.mark.parametrize("claimed_by", [(), ("another",)])
def test_ones_own_word_opens_nothing_that_one_did_not_bring(claimed_by: tuple[str, ...]) -> None:
    theirs = a.terms(assets=(a.asset(**NOBODY_S, claimed_by=claimed_by),))
    assert codes(decide(REMIX, FAR, theirs, a.request(mine=True)))[0] == ("not_yours", None)


@pytest.mark.parametrize("part", ["label_id", "artist_id"])
def test_ones_own_word_opens_nothing_where_somebody_else_is_named(part: str) -> None:
    named = a.terms(assets=(a.asset(**{**NOBODY_S, part: "label"}, claimed_by=("fan",)),))
    assert codes(decide(REMIX, FAR, named, a.request(mine=True)))[0] == ("not_yours", None)


def test_what_waits_for_a_person_is_open_to_nobody() -> None:
    waiting = a.open_terms().model_copy(update={"assets": (a.asset(quarantined=True),)})
    assert codes(decide(REMIX, FAR, waiting, a.request())) == [("quarantined", None)]
    own = a.terms(assets=(a.asset(**NOBODY_S, claimed_by=("fan",), quarantined=True),))
    assert not decide(REMIX, FAR, own, a.request(mine=True)).allowed


def test_terms_that_say_nothing_new_have_the_digest_they_always_had() -> None:
    """Decisions are named by the digest of their terms; those of before are replayed to the same bytes."""
    tree = a.open_terms().to_dict()["assets"][0]
    assert not {"claimed_by", "likeness_ids", "quarantined"} & set(tree)
    assert Terms.model_validate(a.open_terms().to_dict()).digest == a.open_terms().digest


# ---------------------------------------------------------------- values


def test_an_altered_decision_shows_when_it_is_read() -> None:
    tree = decide(REMIX, FAR, a.open_terms(), a.request()).to_dict()
    assert Decision.parse(tree).allowed
    with pytest.raises(InvalidTerms, match="altered"):
        Decision.parse({**tree, "outcome": "allow_with_duties"})


def test_the_same_question_has_the_same_id_and_another_has_another() -> None:
    one = decide(REMIX, FAR, a.open_terms(), a.request())
    assert decide(REMIX, FAR, a.open_terms(), a.request()).decision_id == one.decision_id
    assert decide(REMIX, FAR, a.open_terms(), a.request(territory="US")).decision_id != one.decision_id
    assert decide(REMIX, FAR, a.open_terms(Constraints(credit="x")), a.request()).decision_id != one.decision_id


def test_a_use_of_two_genres_names_the_closed_one() -> None:
    both = frozenset(
        {
            Use(Scope.REMIX, a.SONG),
            Use(Scope.GENRE_SHIFT, a.SONG, "house"),
            Use(Scope.GENRE_SHIFT, a.SONG, "drum-and-bass"),
        }
    )
    decision = decide(
        both, Reach(), a.open_terms(Constraints(genres_forbidden=frozenset({"drum-and-bass"}))), a.request()
    )
    assert [r.message for r in decision.reasons] == ["Lantern Row hasn't opened this song to drum and bass versions."]
