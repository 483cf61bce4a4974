"""Catalogue records: the port suite, on every engine and in memory."""

from __future__ import annotations

import pytest

import registry_strategies as a
from remixlab.domain.errors import (
    DecisionNotFound,
    InvalidTerms,
    NotFound,
    PartyNotFound,
    RecordingNotFound,
    RemixNotFound,
)
from remixlab.domain.ports.records.transaction import Registry
from remixlab.domain.rights import UNCLAIMED, Party, Right, Share, Work


@pytest.mark.parametrize("name", ["rec_1", "a" * 64, "QZRLB2600001", "isrc:qz-rlb-26-00001", "ISRC QZ RLB 26 00001"])
def test_a_recording_is_found_by_every_name_it_has(registry: Registry, name: str) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    with registry.read() as records:
        assert records.catalogue.recording(name) == a.RECORDING


def test_what_is_not_there_is_said_to_be_missing(registry: Registry) -> None:
    with registry.read() as records:
        for missing, look in (
            (RecordingNotFound, records.catalogue.recording),
            (PartyNotFound, records.catalogue.party),
            (RemixNotFound, records.remixes.remix),
            (DecisionNotFound, records.rights.decision),
        ):
            with pytest.raises(missing, match="nothing-like-it"):
                look("nothing-like-it")
        assert records.catalogue.find_recording("QZRLB2600001") is None
        assert records.hearing.analysis("a" * 64, "l") is None
        assert records.remixes.remix_of_mark(7) is None
        assert records.catalogue.shares("rec_1") == ()


def test_parties_and_works_are_brought_up_to_date(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        records.catalogue.add_party(Party(party_id="band", name="Juniper Vale II", kind="group"))
        records.catalogue.add_work(Work(work_id="work", title="Neon Harbor"))
    with registry.read() as records:
        assert records.catalogue.party("juniper vale ii").party_id == "band"
        assert [p.party_id for p in records.catalogue.parties().items] == ["band", "label", "writer"]
        assert [w.title for w in records.catalogue.works().items] == ["Neon Harbor"]
        assert records.catalogue.shares("rec_1")[-1] == Share(
            party_id=UNCLAIMED, right=Right.PUBLISHING, ppm=250_000
        ), "shares not named stay"


def test_shares_of_every_right_sum_to_the_whole_and_several_works_count_equally(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        records.catalogue.add_work(
            Work(work_id="second", title="Second"), [Share(party_id="band", right=Right.PUBLISHING, ppm=1_000_000)]
        )
        records.catalogue.add_recording(
            a.RECORDING.model_copy(update={"work_ids": ("work", "second")}),
            [Share(party_id="band", right=Right.LIKENESS, ppm=300_000)],
        )
    with registry.read() as records:
        shares = records.catalogue.shares("rec_1")
        assert records.catalogue.recording("rec_1").work_ids == ("work", "second")
    assert {s.party_id: s.ppm for s in shares if s.right == Right.PUBLISHING} == {
        "band": 500_000,
        "writer": 375_000,
        UNCLAIMED: 125_000,
    }
    for right in Right:
        assert sum(s.ppm for s in shares if s.right == right) == 1_000_000


def test_a_recording_that_names_unknown_works_is_refused_whole(registry: Registry) -> None:
    with pytest.raises(NotFound, match="works"), a.writing(registry) as records:
        records.catalogue.add_recording(a.RECORDING.model_copy(update={"voice_ids": ()}))
    with registry.read() as records:
        assert records.catalogue.find_recording("rec_1") is None


def test_shares_beyond_the_whole_are_refused(registry: Registry) -> None:
    with pytest.raises(InvalidTerms), a.writing(registry) as records:
        records.catalogue.add_work(
            a.WORK, [Share(party_id=p, right=Right.PUBLISHING, ppm=600_000) for p in ("writer", "band")]
        )
    with registry.read() as records:
        assert records.catalogue.works().items == ()


def test_recordings_are_listed_by_id_page_by_page(registry: Registry) -> None:
    ids = [f"rec_{n:02d}" for n in range(7)]
    with a.writing(registry) as records:
        for n, number in enumerate(reversed(ids)):
            records.catalogue.add_recording(
                a.RECORDING.model_copy(
                    update={"recording_id": number, "sha256": f"{n:064x}", "work_ids": (), "voice_ids": ()}
                )
            )
    with registry.read() as records:
        first = records.catalogue.recordings(limit=4)
        rest = records.catalogue.recordings(first.next, limit=4)
    assert [r.recording_id for r in (*first.items, *rest.items)] == ids
    assert (len(first.items), rest.next) == (4, None)


def test_delivered_stems_are_kept_by_name(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        records.catalogue.add_recording(a.RECORDING, (), {"drums": "d" * 64})
    with registry.read() as records:
        assert dict(records.catalogue.stems_of("rec_1")) == {"vocals": "b" * 64, "drums": "d" * 64}
        assert dict(records.catalogue.stems_of("rec_2")) == {}


# ---------------------------------------------------------------- names


@pytest.fixture
def named(registry: Registry) -> Registry:
    titles = {
        "rec_1": ("Neon Harbour", "Juniper Vale"),
        "rec_2": ("Café del Mar (Live)", "BEYONCÉ"),
        "rec_3": ("One's Own", "Me"),
    }
    with a.writing(registry) as records:
        for number, (title, artist) in titles.items():
            update = {
                "recording_id": number,
                "title": title,
                "artist": artist,
                "sha256": number[-1] * 64,
                "work_ids": (),
                "voice_ids": (),
            }
            own = {"attested_by": "fan"} if number == "rec_3" else {}
            records.catalogue.add_recording(a.RECORDING.model_copy(update=update | own))
    return registry


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["neon harbour"], ["rec_1"]), (["JUNIPER   VALE!"], ["rec_1"]), (["cafe del mar live", "nothing"],
        ["rec_2"]), (["Beyonce"], ["rec_2"]),
        (["neon harbour", "beyonce"], ["rec_1", "rec_2"]), (["neon"], []), (["one's own", "me"], []), (["", "!!!"],
        []), ([], []),
    ],
)  # fmt: skip
def test_a_recording_is_found_by_its_title_or_artist_however_they_are_written(
    named: Registry, names: list[str], found: list[str]
) -> None:
    with named.read() as records:
        assert [r.recording_id for r in records.catalogue.recordings_named(names)] == found
        assert len(records.catalogue.recordings_named(names, 1)) == min(1, len(found))


def test_a_recording_with_a_new_name_is_found_by_the_new_one_only(named: Registry) -> None:
    with a.writing(named) as records:
        records.catalogue.add_recording(
            a.RECORDING.model_copy(update={"title": "Harbour Lights", "work_ids": (), "voice_ids": ()})
        )
        records.catalogue.add_recording(
            a.RECORDING.model_copy(update={"title": "Harbour Lights", "work_ids": (), "voice_ids": ()})
        )
    with named.read() as records:
        assert [r.title for r in records.catalogue.recordings_named(["harbour lights"])] == ["Harbour Lights"]
        assert records.catalogue.recordings_named(["neon harbour"]) == ()


def test_what_somebody_brought_as_their_own_is_listed_for_them_only(named: Registry) -> None:
    with named.read() as records:
        assert [r.recording_id for r in records.catalogue.recordings().items] == ["rec_1", "rec_2"]
        assert [r.recording_id for r in records.catalogue.recordings(attested_by="fan").items] == [
            "rec_1",
            "rec_2",
            "rec_3",
        ]
        assert [r.recording_id for r in records.catalogue.recordings(attested_by="other").items] == ["rec_1", "rec_2"]
        assert records.catalogue.count_recordings() == 3


def test_names_of_parties_are_read_at_once(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    with registry.read() as records:
        assert dict(records.catalogue.party_names(["writer", "nobody", "band"])) == {
            "band": "Juniper  Vale",
            "writer": "Teo Brand",
        }
        assert dict(records.catalogue.party_names([])) == {}
        assert records.catalogue.find_party("juniper vale") == a.BAND
        assert records.catalogue.find_party("nobody") is None


def test_the_writers_of_a_work_and_the_labels_of_a_release_are_told(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        other = {"recording_id": "rec_2", "sha256": "2" * 64, "label_id": None, "work_ids": (), "voice_ids": ()}
        records.catalogue.add_recording(a.RECORDING.model_copy(update=other))
    with registry.read() as records:
        assert {share.party_id: share.ppm for share in records.catalogue.work_shares("work")} == {
            "writer": 750_000,
            UNCLAIMED: 250_000,
        }
        with pytest.raises(NotFound) as caught:
            records.catalogue.work_shares("nothing")
        assert caught.value.stable_code == "work.not_found"
        assert records.catalogue.release_labels("first") == {"label", ""}
        assert records.catalogue.release_labels("second") == frozenset()
