from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from remixlab.domain.errors import InvalidIdentifier, InvalidTerms
from remixlab.domain.rights import (
    UNCLAIMED,
    Asset,
    Consent,
    Constraints,
    Party,
    Recording,
    Request,
    Right,
    Scope,
    Share,
    Side,
    Terms,
    Work,
    checked_shares,
)
from remixlab.domain.value import canonical

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def consent(**more: object) -> Consent:
    fields = {
        "consent_id": "c",
        "party_id": "p",
        "side": "work",
        "subject_kind": "work",
        "subject": "w",
        "scopes": ["remix"],
    }
    return Consent.model_validate(fields | more)


def test_a_prohibition_has_no_limits() -> None:
    assert consent(effect="prohibit").effect == "prohibit"
    with pytest.raises(InvalidTerms, match="limits"):
        consent(effect="prohibit", constraints=Constraints(tempo_change_max=0.1))


def test_a_consent_begins_before_it_ends_and_is_about_something() -> None:
    with pytest.raises(InvalidTerms, match="before it begins"):
        consent(valid_from=NOW, valid_to=NOW)
    assert consent(valid_from=NOW, valid_to=NOW + timedelta(seconds=1)).scopes == {Scope.REMIX}
    for wrong in ({"scopes": []}, {"scopes": ["remixes"]}, {"side": "film"}, {"subject_kind": "song"}, {"extra": 1}):
        with pytest.raises(ValidationError):
            consent(**wrong)


@pytest.mark.parametrize(
    "limits",
    [
        {"territories": ["de"]},
        {"territories": ["DEU"]},
        {"tempo_change_max": -0.1},
        {"tempo_change_max": float("nan")},
        {"share_min_ppm": 1_000_001},
    ],
)
def test_limits_that_cannot_be_meant_are_refused(limits: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Constraints.model_validate(limits)


def test_the_same_consent_is_the_same_bytes_in_whatever_order_it_was_said() -> None:
    scopes = [scope.value for scope in Scope]
    one = consent(
        scopes=scopes, constraints={"territories": ["US", "DE", "CA"], "genres_allowed": ["house", "ambient"]}
    )
    other = consent(
        scopes=scopes[::-1], constraints={"territories": ["CA", "US", "DE"], "genres_allowed": ["ambient", "house"]}
    )
    assert canonical(one.to_dict()) == canonical(other.to_dict())
    assert Consent.model_validate_json(canonical(one.to_dict())) == one


def test_terms_survive_their_json_and_have_one_digest() -> None:
    terms = Terms(
        assets=(Asset(recording_id="r", work_ids=("w",)),),
        consents=(consent(), consent(consent_id="d", side="artist")),
        names={"p": "Ada"},
        epoch=3,
    )
    again = Terms.model_validate_json(canonical(terms.to_dict()))
    assert (again, again.digest) == (terms, terms.digest)
    assert terms.model_copy(update={"epoch": 4}).to_dict() != terms.to_dict()


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValidationError):
        Request.model_validate({"listener": "fan", "at": datetime(2026, 11, 21)})  # noqa: DTZ001
    assert Request(listener="fan", at=NOW).territory == "US"


def test_identifiers_are_checked_and_stored_in_one_way() -> None:
    assert Work(work_id="w", title="Song", iswc="t-034.524.680-1").iswc == "T0345246801"
    assert Party(party_id="p", name="Ada", isni="0000 0001 2103 2683").isni == "0000000121032683"
    kept = Recording(recording_id="r", title="", artist="", duration_s=0, sha256="0" * 64, isrc="qz-rlb-26-00001")
    assert kept.isrc == "QZRLB2600001"
    with pytest.raises(InvalidIdentifier):
        Party(party_id="p", name="Ada", ipi="123")


def test_an_asset_names_who_owns_it_but_nobody_who_does_not_exist() -> None:
    recording = Recording(
        recording_id="r", title="Song", artist="A", duration_s=1, sha256="0" * 64, artist_id="a", work_ids=("w",)
    )
    shares = checked_shares(
        [
            Share(party_id="l", right=Right.MASTER, ppm=400_000),
            Share(party_id="w", right=Right.PUBLISHING, ppm=1_000_000),
        ]
    )
    assert UNCLAIMED in {share.party_id for share in shares}
    asset = Asset.of(recording, shares)
    assert (asset.master_ids, asset.publishing_ids, asset.artist_id) == (("l",), ("w",), "a")


def test_what_was_said_is_found_by_side_and_subject() -> None:
    terms = Terms(
        assets=(), consents=(consent(), consent(consent_id="b", subject_kind="recording", subject="r", side="master"))
    )
    assert [c.consent_id for c in terms.statements[Side.WORK, "work", "w"]] == ["c"]
    assert terms.has_statements_about("r")
    assert not terms.has_statements_about("w")
    assert terms.name_of("nobody") == "The owner"
