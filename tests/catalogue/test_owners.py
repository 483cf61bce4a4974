from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import registry_strategies as a
from remixlab.catalogue import OPEN_SCOPES, Owners, consent_id, owners_of, read_owners, read_owners_table
from remixlab.domain.errors import InvalidIdentifier, InvalidTerms
from remixlab.domain.ids import party_id
from remixlab.domain.rights import UNCLAIMED, Reach, Recording, Request, Right, Scope, Use
from remixlab.rights import decide
from remixlab.testing import MemoryRegistry

FILE = """
title = "Neon Harbour"
artist = "band"
label = "Lantern Row"
release = "First Light"
isrc = "QZ-RLB-26-00001"
voices = ["Mara Voss"]
works = [{ title = "Neon Harbour", iswc = "T-034.524.680-1", writers = ["Mara Voss", "Teo Brand", "Ines Tavares"] }]
shares = [
    { party = "Lantern Row", right = "master", percent = 33.3333 }, { party = "band", right = "master", ppm = 666667 }
]
[[party]]
key = "band"
name = "Juniper Vale"
kind = "group"
[[consent]]
party = "band"
side = "artist"
scopes = ["all"]
constraints = { territories = ["DE"], credit = "Neon Harbour by Juniper Vale" }
[[consent]]
party = "Lantern Row"
side = "master"
subject = "label"
scopes = ["remix"]
valid_from = 2026-01-01T00:00:00Z
[[consent]]
party = "Teo Brand"
side = "work"
subject = "work"
effect = "prohibit"
scopes = ["cover", "training"]
"""
RECORDING = Recording(recording_id="rec_1", title="x", artist="y", duration_s=1, sha256="a" * 64)


def entered(owners: Owners) -> tuple[MemoryRegistry, Recording]:
    registry = MemoryRegistry(currency="EUR")
    with a.writing(registry) as records:
        known = owners.enter(RECORDING, {"vocals": "b" * 64}, records)
        assert owners.enter(RECORDING, {"vocals": "b" * 64}, records) == known, "entering it again changes nothing"
    return registry, known


def test_an_owners_file_becomes_parties_works_shares_and_consents() -> None:
    owners = read_owners(FILE)
    assert (owners.artist, owners.title, owners.isrc) == ("Juniper Vale", "Neon Harbour", "QZ-RLB-26-00001")
    registry, known = entered(owners)
    with registry.read() as records:
        assert {p.name for p in records.catalogue.parties().items} == {
            "Juniper Vale",
            "Lantern Row",
            "Mara Voss",
            "Teo Brand",
            "Ines Tavares",
        }
        assert records.catalogue.party("juniper vale").kind == "group"
        assert [w.iswc for w in records.catalogue.works().items] == ["T0345246801"]
        assert records.catalogue.recording("rec_1") == known
        shares = {(s.right, s.party_id): s.ppm for s in records.catalogue.shares("rec_1")}
        consents = records.rights.consents().items
    assert (known.artist_id, known.label_id, known.release) == (
        party_id("Juniper Vale"),
        party_id("Lantern Row"),
        "First Light",
    )
    assert known.voice_ids == (party_id("Mara Voss"),)
    assert shares[Right.MASTER, party_id("Lantern Row")] == 333_333
    assert sorted(ppm for (right, _), ppm in shares.items() if right == Right.PUBLISHING) == [
        333_333,
        333_333,
        333_334,
    ], "writers share equally"
    by_party = {c.party_id: c for c in consents}
    assert by_party[party_id("Juniper Vale")].scopes == OPEN_SCOPES
    assert by_party[party_id("Lantern Row")].subject == party_id("Lantern Row")
    assert by_party[party_id("Teo Brand")].subject == known.work_ids[0]
    assert all(c.consent_id == consent_id(c) for c in consents)


def test_what_all_means_never_includes_voices_names_or_training() -> None:
    assert not OPEN_SCOPES & {Scope.TRAINING, Scope.VOICE_LIKENESS, Scope.NAME_IMAGE_LIKENESS, Scope.STYLE_REFERENCE}
    assert {Scope.REMIX, Scope.PUBLIC_SHARE, Scope.STEM_STREAM} <= OPEN_SCOPES


def test_a_recording_without_shares_is_unclaimed_and_closed() -> None:
    registry, _ = entered(owners_of({"artist": "Somebody", "works": [{"title": "Song"}]}))
    with registry.read() as records:
        assert [(s.right, s.party_id) for s in records.catalogue.shares("rec_1")] == [(Right.PUBLISHING, UNCLAIMED)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "cannot be read"),
        ("unknown = 1", "unknown"),
        ('shares = [{ party = "a", right = "film", ppm = 1 }]', "right"),
        ('shares = [{ party = "a", right = "master" }]', "ppm or percent"),
        ('[[consent]]\nparty = "a"\nside = "work"\nscopes = []', "scopes"),
        ('[[consent]]\nparty = "a"\nside = "work"\nscopes = ["remixes"]', "scopes"),
        ('[[consent]]\nparty = "a"\nside = "work"\nscopes = ["remix"]\nconstraints = { tempo = 1 }', "constraints"),
        (
            '[[consent]]\nparty = "a"\nside = "work"\nscopes = ["remix"]\nvalid_to = 9999-12-31T23:59:59-05:00',
            "years 1 to 9999",
        ),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_where_it_is_wrong(text: str, words: str) -> None:
    with pytest.raises(InvalidTerms, match=words):
        read_owners(text)


@pytest.mark.parametrize(
    "text", ['works = [{ title = "x", iswc = "T-034.524.680-2" }]', '[[party]]\nname = "x"\nipi = "00014107339"\n']
)
def test_a_mistyped_identifier_is_refused_on_entry(text: str) -> None:
    with pytest.raises(InvalidIdentifier, match="check digit"):
        entered(
            read_owners(
                text if "party" not in text else text + '[[consent]]\nparty = "x"\nside = "master"\nscopes = ["remix"]'
            )
        )


def test_a_consent_about_what_the_file_does_not_name_is_refused() -> None:
    with pytest.raises(InvalidTerms, match="label"):
        entered(read_owners('[[consent]]\nparty = "x"\nside = "master"\nsubject = "label"\nscopes = ["remix"]'))


TABLE = """ISRC;Title;Artist;Work;ISWC;Writers;Right;Owner;Share %
QZ-RLB-26-00001;Neon Harbour;Juniper Vale;Neon Harbour;T-034.524.680-1;Mara Voss; Recording;Lantern Row;60
QZRLB2600001;;;Neon Harbour;;Teo Brand;master;Juniper Vale;40,0
QZRLB2600001;;;;;;work;Mara Voss;100%

QZRLB2600002;Second;Juniper Vale;;;;master;Juniper Vale;50
"""


def test_a_table_of_owners_is_read_by_isrc() -> None:
    tables = read_owners_table("\ufeff" + TABLE)
    assert list(tables) == ["QZRLB2600001", "QZRLB2600002"]
    first = tables["QZRLB2600001"]
    assert (first.title, first.artist, first.works[0].writers, first.works[0].iswc) == (
        "Neon Harbour", "Juniper Vale", ("Mara Voss", "Teo Brand"), "T-034.524.680-1",
    )  # fmt: skip
    assert [(s.party, s.right, s.whole_ppm) for s in first.shares] == [
        ("Lantern Row", "master", 600_000), ("Juniper Vale", "master", 400_000), ("Mara Voss", "publishing", 1_000_000),
    ]  # fmt: skip
    registry, _ = entered(tables["QZRLB2600002"])
    with registry.read() as records:
        assert {s.party_id: s.ppm for s in records.catalogue.shares("rec_1")} == {
            party_id("Juniper Vale"): 500_000,
            UNCLAIMED: 500_000,
        }


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("title,artist\nx,y\n", "no column 'isrc'"),
        ("isrc,right,party,percent\nXX,master,a,1\n", "row 2"),
        ("", "no column"),
        ("isrc,right,party,percent\nQZRLB2600001,film,a,1\n", "row 2: 'film'"),
        ("isrc,right,party,percent\nQZRLB2600001,master,a,half\n", "not a number"),
    ],
)
def test_a_table_that_cannot_be_meant_names_the_row(table: str, words: str) -> None:
    with pytest.raises(InvalidTerms, match=words):
        read_owners_table(table)


@given(st.text(max_size=200))
def test_any_text_is_an_owners_file_or_refused(text: str) -> None:
    for read in (read_owners, read_owners_table):
        try:
            read(text)
        except InvalidTerms as refused:
            assert refused.message


def test_the_demo_catalogue_gives_the_six_right_answers() -> None:
    from remixlab.compose import demo_catalogue

    tree = demo_catalogue()
    answers: dict[str, list[str]] = {}
    for number, entry in enumerate(tree["recording"]):
        registry = MemoryRegistry(currency="EUR")
        owners = owners_of(
            {k: v for k, v in entry.items() if k not in ("slug", "policy", "about", "brief")}, tree["party"]
        )
        with a.writing(registry) as records:
            known = owners.enter(RECORDING.model_copy(update={"recording_id": f"rec_{number}"}), {}, records)
            terms = records.rights.terms([known.recording_id])

        def ask(kind: Scope, territory: str, *, genre: str = "house", voice: bool = False) -> str:
            uses = {Use(kind, known.recording_id), Use(Scope.GENRE_SHIFT, known.recording_id, genre)}  # noqa: B023
            uses |= {Use(Scope.VOCAL_TRANSFORM, known.recording_id)} if voice else set()  # noqa: B023
            request = Request(listener="fan", at="2026-11-21T12:00:00Z", territory=territory)
            decision = decide(frozenset(uses), Reach(), terms, request)  # noqa: B023
            return (
                decision.outcome
                if decision.allowed or not decision.reasons
                else f"{decision.reasons[0].code}: {decision.reasons[0].decided_by}"
            )

        answers[entry["policy"]] = [
            ask(Scope.REMIX, "US"),
            ask(Scope.COVER, "US"),
            ask(Scope.REMIX, "DE"),
            ask(Scope.REMIX, "US", genre="metal"),
            ask(Scope.REMIX, "US", voice=True),
        ]
    no = "rights.refused."
    assert answers == {
        "fully-open": ["allow_with_duties", "allow", "allow_with_duties", "allow_with_duties", "allow_with_duties"],
        "cover-only": [
            f"{no}prohibited: The Salt Ferry",
            "allow_with_duties",
            *[f"{no}prohibited: The Salt Ferry"] * 3,
        ],
        "opted-out": [f"{no}prohibited: Nadia Verhoom"] * 5,
        "no-voice-changes": ["allow", "allow", "allow", f"{no}genre: Inês Tavarela", f"{no}prohibited: Inês Tavarela"],
        "two-territories": ["allow", "allow", f"{no}territory: Lantern Row Records", "allow", "allow"],
        "needs-approval": [
            "rights.needs_approval: Kite Weather",
            "allow",
            *["rights.needs_approval: Kite Weather"] * 3,
        ],
    }
