"""Share records: nothing is rewritten, another's claim touches nothing, and money for what is disputed waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

import registry_strategies as a
from remixlab.catalogue import owners_of
from remixlab.domain.errors import Conflict, DisputeNotFound, InvalidTerms
from remixlab.domain.ledger import Play
from remixlab.domain.ports.records.transaction import Registry
from remixlab.domain.rights import DISPUTED, UNCLAIMED, WHOLE_PPM, Recording, Resolution, Right, Share, Split
from remixlab.domain.settlement import Pool
from remixlab.royalties import settle

LATER = a.NOW + timedelta(days=1)


def publishing(**ppm: int) -> list[Share]:
    return [Share(party_id=party, right=Right.PUBLISHING, ppm=part) for party, part in ppm.items()]


def parts(shares: tuple[Share, ...], right: Right = Right.PUBLISHING) -> dict[str, int]:
    return {share.party_id: share.ppm for share in shares if share.right == right}


@pytest.fixture
def filled(registry: Registry) -> Registry:
    with a.writing(registry) as records:
        a.fill(records)
        records.catalogue.add_work(a.WORK.model_copy(update={"work_id": "own"}), publishing(writer=WHOLE_PPM), by="pub")
    return registry


def hijack(registry: Registry) -> str:
    """Somebody else delivers a work that is on record, all of it theirs."""
    with a.writing(registry) as records:
        hijacked = a.WORK.model_copy(update={"work_id": "own", "title": "Mine Now"})
        records.catalogue.add_work(hijacked, publishing(band=WHOLE_PPM), by="thief", at=a.NOW)
        (dispute,) = records.shares.disputes().items
    return dispute.dispute_id


def test_a_second_claim_on_a_work_opens_a_dispute_and_touches_nothing(filled: Registry) -> None:
    number = hijack(filled)
    assert hijack(filled) == number, "the same claim again is the same dispute"
    with filled.read() as records:
        assert parts(records.catalogue.work_shares("own")) == {"writer": WHOLE_PPM}
        assert parts(records.shares.held("work", ["own"])["own"]) == {"writer": WHOLE_PPM}
        assert [w.title for w in records.catalogue.works().items] == ["Neon Harbour", "Neon Harbour"]
        assert parts(records.shares.paid("work", ["own"])["own"]) == {DISPUTED: WHOLE_PPM}
        assert parts(records.shares.paid("work", ["own"], at=a.NOW - timedelta(1))["own"]) == {"writer": WHOLE_PPM}
        dispute = records.shares.dispute(number)
    assert (dispute.claimant, parts(dispute.claim), dispute.is_open()) == ("thief", {"band": WHOLE_PPM}, True)


@pytest.mark.parametrize(("outcome", "held"), [("dismissed", {"writer": WHOLE_PPM}), ("upheld", {"band": WHOLE_PPM})])
def test_a_dispute_ends_once_and_money_follows_from_then_on(
    filled: Registry, outcome: str, held: dict[str, int]
) -> None:
    number = hijack(filled)
    end = Resolution.model_validate({"outcome": outcome, "why": "papers", "by": "desk", "at": LATER})
    with a.writing(filled) as records:
        assert records.shares.resolve_dispute(number, end).resolution == end
        assert records.shares.resolve_dispute(number, end).resolution == end
    other = end.model_copy(update={"outcome": "agreed"})
    with pytest.raises(Conflict), a.writing(filled) as records:
        records.shares.resolve_dispute(number, other)
    with pytest.raises(DisputeNotFound), filled.read() as records:
        records.shares.dispute("dsp_nothing")
    with filled.read() as records:
        assert parts(records.shares.paid("work", ["own"], at=LATER)["own"]) == held
        assert parts(records.shares.paid("work", ["own"], at=LATER - timedelta(hours=1))["own"]) == {
            DISPUTED: WHOLE_PPM
        }
        assert records.shares.disputes(only_open=True).items == ()
        assert len(records.shares.disputes().items) == 1


def test_who_delivered_a_work_corrects_it_and_what_was_said_before_stays(filled: Registry) -> None:
    with a.writing(filled) as records:
        work = a.WORK.model_copy(update={"work_id": "own"})
        records.catalogue.add_work(work, publishing(writer=600_000, band=400_000), by="pub", at=LATER)
        records.catalogue.add_work(work, publishing(writer=600_000, band=400_000), by="pub", at=LATER)
    with filled.read() as records:
        assert [(parts(s.shares), s.since) for s in records.shares.splits("work", "own")] == [
            ({"writer": WHOLE_PPM}, None), ({"writer": 600_000, "band": 400_000}, LATER),
        ]  # fmt: skip
        assert parts(records.shares.paid("work", ["own"], at=a.NOW)["own"]) == {"writer": WHOLE_PPM}
        assert parts(records.shares.paid("work", ["own"], at=LATER)["own"]) == {"writer": 600_000, "band": 400_000}
        assert records.shares.disputes().items == ()


def test_what_is_said_of_a_territory_goes_before_what_is_said_of_everywhere(filled: Registry) -> None:
    local = Split(
        asset_kind="work", asset_id="own", right=Right.PUBLISHING, shares=tuple(publishing(label=WHOLE_PPM)),
        territories=("AT", "DE"), since=LATER,
    )  # fmt: skip
    with a.writing(filled) as records:
        assert records.shares.say(local)
        assert not records.shares.say(local)
    with filled.read() as records:
        for at, where, who in ((LATER, "DE", "label"), (LATER, "US", "writer"), (a.NOW, "DE", "writer")):
            assert parts(records.shares.paid("work", ["own"], at=at, territory=where)["own"]) == {who: WHOLE_PPM}
        assert parts(records.shares.held("work", ["own"])["own"]) == {"writer": WHOLE_PPM}


def test_more_than_the_whole_goes_to_suspense_with_a_dispute(registry: Registry) -> None:
    """Sixty percent and sixty percent: each keeps the forty that the other leaves."""
    with a.writing(registry) as records:
        a.fill(records)
        claimed = [Share(party_id=p, right=Right.MASTER, ppm=600_000) for p in ("band", "label")]
        records.catalogue.add_recording(
            a.RECORDING.model_copy(update={"recording_id": "rec_2", "sha256": "2" * 64, "isrc": None}),
            claimed, by="both", at=a.NOW,
        )  # fmt: skip
        (dispute,) = records.shares.disputes().items
        held = {"band": 400_000, "label": 400_000, DISPUTED: 200_000}
        assert parts(records.catalogue.shares("rec_2"), Right.MASTER) == held
        assert (dispute.kind, parts(dispute.claim, Right.MASTER)) == ("over_claim", {"band": 600_000, "label": 600_000})
        end = Resolution(outcome="agreed", why="a letter", by="desk", at=LATER)
        with pytest.raises(InvalidTerms):
            records.shares.resolve_dispute(dispute.dispute_id, end)
        agreed = [Share(party_id="band", right=Right.MASTER, ppm=450_000)]
        records.shares.resolve_dispute(dispute.dispute_id, end, agreed)
        assert parts(records.catalogue.paid_shares("rec_2", at=LATER), Right.MASTER) == {
            "band": 450_000,
            UNCLAIMED: 550_000,
        }


# ---------------------------------------------------------------- names and codes


def upload(number: int, **more: object) -> Recording:
    fields = {
        "recording_id": f"rec_{number}",
        "sha256": f"{number}" * 64,
        "title": "T",
        "artist": "A",
        "duration_s": 1.0,
    }
    return Recording.model_validate(fields | more)


def test_a_code_names_the_first_recording_of_the_catalogue_and_never_somebodys_upload(filled: Registry) -> None:
    code = {"isrc": "QZRLB2600001"}
    with a.writing(filled) as records:
        records.catalogue.add_recording(upload(0, **code, attested_by="thief"), by="thief", at=a.NOW)
        assert records.catalogue.recording("QZRLB2600001").recording_id == "rec_1"
        assert records.shares.disputes().items == ()
        records.catalogue.add_recording(upload(2, **code), by="another", at=a.NOW)
        assert records.catalogue.recording("isrc:QZRLB2600001").recording_id == "rec_1"
        (dispute,) = records.shares.disputes().items
        assert (dispute.kind, dispute.asset_id) == ("isrc", "rec_2")
        records.catalogue.add_recording(upload(3, isrc="QZRLB2600003", attested_by="thief"), by="thief", at=a.NOW)
        assert records.catalogue.find_recording("QZRLB2600003") is None


def deliver(registry: Registry, number: int, label: str, **nadia: object) -> str:
    """A label's file with its Nadia Verhoom; her id."""
    owners = owners_of(
        {
            "label": label, "artist": "Nadia Verhoom", "party": [{"name": "Nadia Verhoom", **nadia}],
            "shares": [{"party": "Nadia Verhoom", "right": "master", "percent": 100}],
            "consent": [{"party": "Nadia Verhoom", "side": "artist", "subject": "artist", "scopes": ["remix"]}],
        }
    )  # fmt: skip
    with a.writing(registry) as records:
        return owners.enter(upload(number), {}, records, by="desk", at=a.NOW).artist_id or ""


def test_two_people_of_one_name_stay_two(registry: Registry) -> None:
    first = deliver(registry, 1, "Lantern Row", ipi="00014107338")
    second = deliver(registry, 2, "Harbour Lights")
    assert first != second
    assert deliver(registry, 3, "Lantern Row") == first
    assert deliver(registry, 4, "Harbour Lights") == second
    assert deliver(registry, 5, "Third Row", ipi="00014107338") == first, "a number is the same person anywhere"
    assert deliver(registry, 6, "Fourth Row", id=first) == first, "and so is an own id"
    with registry.read() as records:
        assert records.catalogue.party(first).ipi == "00014107338"
        assert records.catalogue.party(second).ipi is None
        assert records.catalogue.find_party("nadia verhoom") is None, "a name that several have is nobody's"
        assert {c.party_id for c in records.rights.consents(party_id=second).items} == {second}
        assert [c.subject for c in records.rights.consents(party_id=first).items] == [first]


def test_featured_artists_are_known_of_a_recording(registry: Registry) -> None:
    owners = owners_of({"artist": "Nova", "featured": ["Mara Okonjo", "Teo Brand"]})
    with a.writing(registry) as records:
        entered = owners.enter(upload(1), {}, records, by="desk", at=a.NOW)
        assert records.catalogue.recording("rec_1").featured_ids == entered.featured_ids
        names = records.catalogue.party_names(entered.featured_ids)
    assert sorted(names.values()) == ["Mara Okonjo", "Teo Brand"]


# ---------------------------------------------------------------- and money follows


def test_a_settlement_pays_by_the_shares_of_the_day_of_each_listen(filled: Registry) -> None:
    decision = a.judge(filled)
    shown = a.a_remix(decision, created_at=a.NOW - timedelta(days=2))
    with a.writing(filled) as records:
        records.remixes.publish(shown, decision, now=a.NOW)
        for number in range(4):
            at = a.NOW + timedelta(hours=12 * number)
            listen = Play(play_id=f"p{number}", remix_id="rmx_1", listener=f"u{number}", at=at, length_ms=60_000)
            records.ledger.record_play(listen)
        sold = Split(
            asset_kind="recording", asset_id="rec_1", right=Right.MASTER, since=LATER,
            shares=(Share(party_id="band", right=Right.MASTER, ppm=WHOLE_PPM),),
        )  # fmt: skip
        records.shares.say(sold)
    span = (a.NOW - timedelta(days=5), a.NOW + timedelta(days=5))
    with filled.read() as records:
        facts = records.ledger.facts(*span)
        settled = settle("2026-11", records.ledger.plays(*span), Pool(currency="EUR"), facts)
        now = records.ledger.pays_of(shown, LATER, "US")
        assert records.ledger.pays_of(shown, LATER - timedelta(seconds=1), "US") == shown.pays
    assert settled.parties == {"band": 2_000_000, "label": 2_000_000}
    assert [(line.party_id, line.plays) for line in settled.lines] == [("band", 2), ("label", 2)]
    assert [(line.party_id, line.role, line.ppm) for line in now] == [("band", "master", WHOLE_PPM)]
    assert facts["rmx_1"].pays == shown.pays, "what people were shown stands"
