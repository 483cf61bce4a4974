"""The demonstration catalogue and what its owners said."""

from __future__ import annotations

from remixlab.compose import compose, demo_brief, demo_catalogue, demo_slugs
from remixlab.domain.ids import ISRC, ISWC
from remixlab.domain.rights import Constraints, Right, Scope, Share, Side, checked_shares

POLICIES = {"fully-open", "cover-only", "opted-out", "no-voice-changes", "two-territories", "needs-approval"}


def test_there_are_six_songs_of_different_keys_tempi_genres_and_meters():
    scores = [compose(demo_brief(slug)) for slug in demo_slugs()]
    assert len(scores) >= 6
    assert (
        len({str(score.key) for score in scores})
        == len({score.tempo_bpm for score in scores})
        == len({s.style for s in scores})
        == len(scores)
    )
    assert {score.meter for score in scores} == {"3/4", "4/4", "6/8"}
    assert all(60 <= score.duration_s <= 110 for score in scores)
    assert all({"intro", "verse", "outro"} <= {section.label for section in score.sections} for score in scores)


def test_the_six_policies_are_six_different_ones():
    recordings = demo_catalogue()["recording"]
    assert {entry["policy"] for entry in recordings} == POLICIES


def test_every_identifier_is_valid_and_used_once():
    recordings = demo_catalogue()["recording"]
    isrcs = [ISRC.parse(entry["isrc"]) for entry in recordings]
    iswcs = [ISWC.parse(work["iswc"]) for entry in recordings for work in entry["works"]]
    assert len(set(isrcs)) == len(isrcs) == 6 and len(set(iswcs)) == len(iswcs)


def test_shares_are_whole_and_every_name_is_a_party():
    catalogue = demo_catalogue()
    parties = {party["key"] for party in catalogue["party"]}
    for entry in catalogue["recording"]:
        shares = [Share(party_id=s["party"], right=Right(s["right"]), ppm=s["ppm"]) for s in entry["shares"]]
        assert len(checked_shares(shares)) == len(shares)
        named = {
            entry["artist"],
            *entry["voices"],
            *(s.party_id for s in shares),
            *(c["party"] for c in entry["consent"]),
        }
        named |= {
            name
            for work in entry["works"]
            for name in (*work["writers"], *([work["publisher"]] if "publisher" in work else []))
        }
        assert named <= parties


def test_every_consent_uses_words_of_the_domain():
    for entry in demo_catalogue()["recording"]:
        for consent in entry["consent"]:
            assert Side(consent["side"]) and consent["subject"] in ("recording", "work", "artist")
            assert all(Scope(scope) for scope in consent["scopes"])
            limits = Constraints.model_validate(
                {k: frozenset(v) if isinstance(v, list) else v for k, v in consent.get("constraints", {}).items()}
            )
            assert consent.get("effect", "permit") == "permit" or limits == Constraints()
