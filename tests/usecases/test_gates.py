"""The gates: what a thief, a rival and a careless script try with recordings that are not theirs, and do not get."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import sounds_of_tests as s
import world_of_tests as w
from remixlab.catalogue import owners_of
from remixlab.domain.actor import Actor, Role
from remixlab.domain.errors import (
    Conflict,
    InvalidTerms,
    NotAllowed,
    NotFound,
    NotYours,
    Quarantined,
    RecordingNotFound,
    RightsRefused,
    ScreenRefused,
    StoreUnavailable,
)
from remixlab.domain.rights import Consent, Hold, Party, Recording, Scope, Side
from remixlab.identify import Fingerprint, Harmony, Match, Peaks
from remixlab.usecases.catalogue import (
    Delivery,
    Ingested,
    confirm_attestation,
    ingest,
    receive,
    recording_sound,
    recording_stretch,
    shown_recording,
    shown_recordings,
    usable_recording,
    what_is_open,
)
from remixlab.usecases.claims import hold_recording, judge_quarantine, list_quarantine
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import (
    RemixOrder,
    ask_scope,
    consider,
    original_to_take,
    preview,
    record_judgement,
    render_loose,
)
from remixlab.usecases.rights import ConsentForm, set_consent, withdraw

PRINT = Fingerprint(
    Peaks(np.arange(40, dtype=np.int32), np.arange(40, dtype=np.float32)),
    Harmony(np.zeros((8, 24), np.uint8), np.zeros((8, 3, 12), np.uint8), 0.5), 16.0,
)  # fmt: skip
MODERATOR = w.actor("mod", roles=[Role.MODERATOR])
LABEL = w.actor("row", "label")


class Ear:
    """Stands in for recognition: what it is told to hear in the next file."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heard: list[Match] = []
        room = import_module("remixlab.usecases.catalogue.ingest")
        monkeypatch.setattr(room, "fingerprint", lambda _: PRINT)
        monkeypatch.setattr(room, "hear_feel", lambda *_: None)
        monkeypatch.setattr(import_module("remixlab.usecases.making.render_loose"), "fingerprint", lambda _: PRINT)
        place = import_module("remixlab.usecases.claims.screen_upload")
        monkeypatch.setattr(place, "altered_copies", lambda *_: [m for m in self.heard if m.kind != "same_work"])
        monkeypatch.setattr(place, "match_works", lambda *_: [m for m in self.heard if m.kind == "same_work"])
        place = import_module("remixlab.usecases.claims.duplicates")
        monkeypatch.setattr(place, "identify", lambda *_, **__: self.heard)

    def hears(self, recording_id: str, **more: Any) -> None:
        said = {"kind": "same_recording", "score": 1.0, "query_start_s": 0.0, "query_end_s": 16.0, **more}
        rest = {"reference_start_s": 0.0, "tempo_ratio": 1.0, "pitch_semitones": 0.0}
        self.heard = [Match.model_validate({"recording_id": recording_id, **rest, **said})]


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch) -> Ear:
    return Ear(monkeypatch)


def sound(context: Making, hz: float = 220.0) -> bytes:
    return context.audio_files.encode(s.tone(2.0, hz), "flac")


def brought(context: Making, data: bytes, who: Actor = w.BOB, *, mine: bool = True, **more: Any) -> Ingested:
    delivery = Delivery(data, "song.flac", mine=mine, **more)
    return ingest(receive(delivery, who, context), who, context)


def is_served(reference: str, who: Actor, context: Making) -> bool:
    """Whether the gate is passed, and it is the asked recording's own file that is named."""
    with context.read() as records:
        return recording_sound(reference, who, context) == records.catalogue.recording(reference).sha256


def owners(**more: Any) -> Any:
    tree = {
        "title": "The real title", "artist": "Juniper Vale", "label": "Lantern Row",
        "party": [{"key": "Lantern Row", "name": "Lantern Row"}],
        "shares": [{"party": "Lantern Row", "right": "master", "percent": 100}],
        "works": [{"title": "The real title", "writers": ["Teo Brand"]}],
    }  # fmt: skip
    return owners_of({**tree, **more})


def mine(source: str, **more: Any) -> RemixOrder:
    return RemixOrder(source=source, plan={**s.FASTER, "source": source}, mine=True, **more)


def hold(context: Making, recording: Recording) -> None:
    hold_recording(recording.recording_id, MODERATOR, context)


# ---------------------------------------------------------------- the original is served by a right of its own


def test_an_original_that_nobody_opened_is_heard_by_nobody_but_its_own_parties() -> None:
    context = s.making_of(scopes=[Scope.COVER])
    for stranger in (w.BOB, w.OPERATOR, MODERATOR, w.actor("x", "other")):
        with pytest.raises(RightsRefused) as refused:
            recording_sound("rec_open", stranger, context)
        assert refused.value.details["use"] == "stream"
    assert is_served("rec_open", LABEL, context)


def test_who_opened_a_master_to_remixes_before_there_was_such_a_right_lets_it_be_heard() -> None:
    context = s.making_of(scopes=[Scope.REMIX], approval_required=True, genres_forbidden=frozenset({"metal"}))
    assert is_served("rec_open", w.BOB, context)
    assert ask_scope("rec_open", "stream", w.BOB, context).allowed
    assert Scope.STREAM in what_is_open(w.OPEN, w.BOB, context).scopes


def test_a_permission_to_stream_holds_in_its_territories() -> None:
    context = s.making_of(scopes=[Scope.REMIX, Scope.STREAM], territories=frozenset({"DE"}))
    with pytest.raises(RightsRefused) as refused:
        recording_sound("rec_open", w.BOB, context)
    assert refused.value.stable_code == "rights.refused.territory"
    with pytest.raises(RightsRefused):
        recording_stretch("rec_open", w.BOB, context, start_s=0, length_s=1)
    german = w.BOB.model_copy(update={"territory": "DE"})
    assert is_served("rec_open", german, context)


def test_whoever_said_something_about_streaming_meant_that_and_not_what_remixing_implies() -> None:
    context = s.making_of(scopes=[Scope.REMIX])
    with context.write() as records:
        narrow = s.consents([Scope.STREAM], territories=frozenset({"DE"}))[0]
        records.rights.set_consent(narrow.model_copy(update={"consent_id": "c-stream"}))
        w.enter(records)
    with pytest.raises(RightsRefused):
        recording_sound("rec_open", w.BOB, context)


@pytest.mark.parametrize("who", [w.BOB, w.OPERATOR, MODERATOR, LABEL, w.actor("jv", "band")])
def test_after_a_withdrawal_nobody_is_served_the_original(who: Actor) -> None:
    context = s.making_of()
    withdraw("rec_open", LABEL, context)
    with pytest.raises(RightsRefused) as refused:
        recording_sound("rec_open", who, context)
    assert refused.value.stable_code == "rights.refused.withdrawn"


def test_a_back_dated_request_is_served_nothing_by_rights_that_are_gone() -> None:
    context = s.making_of()
    withdraw("rec_open", LABEL, context)
    yesterday = w.BOB.model_copy(update={"at": w.NOW - timedelta(days=1)})
    with pytest.raises(RightsRefused):
        recording_sound("rec_open", yesterday, context)
    with pytest.raises(RightsRefused):
        preview(RemixOrder(source="rec_open", plan=s.FASTER), yesterday, context, start_s=0, length_s=1)
    with pytest.raises(RightsRefused):
        render_loose(w.OPEN, s.FASTER, yesterday, context, own=False)
    with pytest.raises(RightsRefused):
        original_to_take("rec_open", yesterday, context)


def test_an_original_is_taken_apart_into_files_where_its_export_is_allowed() -> None:
    context = s.making_of(scopes=[Scope.REMIX, Scope.STREAM])
    with pytest.raises(RightsRefused) as refused:
        original_to_take("rec_open", w.BOB, context)
    assert refused.value.details["use"] == "stem_export"
    with pytest.raises(StoreUnavailable):  # hers, and only its file is missing in this small world
        original_to_take("rec_own", w.ANN, context)
    with pytest.raises(RecordingNotFound):
        original_to_take("rec_own", w.BOB, context)


# ---------------------------------------------------------------- one's own word


def test_one_s_own_word_opens_nobody_else_s_upload_however_its_id_was_learnt() -> None:
    context = s.making_of()
    for order in (mine("rec_own"), mine("rec_own", share="public")):
        with pytest.raises(RecordingNotFound):
            consider(order, w.BOB, context)
        with pytest.raises(RecordingNotFound):
            preview(order, w.BOB, context, start_s=0, length_s=1)
    sampling = {**s.FASTER, "ops": [{"op": "sample", "recording": "rec_own", "take": "vocals", "at": "chorus"}]}
    for own in (True, False):
        with pytest.raises(RecordingNotFound):
            consider(RemixOrder(source="rec_open", plan=sampling, mine=own), w.BOB, context)


SAID = {
    "party-default": ("label", Side.MASTER, "party-default", "label"),
    "label": ("label", Side.MASTER, "label", "label"),
    "artist": ("band", Side.ARTIST, "artist", "band"),
    "release": ("label", Side.MASTER, "release", "first"),
    "work": ("writer", Side.WORK, "work", "work"),
    "recording": ("label", Side.MASTER, "recording", "rec_own"),
}
NAMED: dict[str, dict[str, Any]] = {
    "label": {"label_id": "label"},
    "artist": {"artist_id": "band"},
    "voice": {"voice_ids": ("singer",)},
    "work": {"work_ids": ("work",)},
}


@pytest.mark.parametrize("level", SAID)
@pytest.mark.parametrize("effect", ["permit", "prohibit"])
def test_one_s_own_word_overrides_nobody_s_at_any_level(level: str, effect: Any) -> None:
    context = s.making_of()
    party, side, kind, subject = SAID[level]
    belongs = {"artist": {"artist_id": "band"}, "release": {"release": "first"}, "work": {"work_ids": ("work",)}}
    named = belongs.get(level, {} if level == "recording" else {"label_id": "label"})
    with context.write() as records:
        records.catalogue.add_recording(w.OWN.model_copy(update=named))
        said = {"consent_id": "c", "party_id": party, "side": side, "subject_kind": kind, "subject": subject}
        records.rights.set_consent(
            Consent.model_validate({**said, "scopes": frozenset({Scope.REMIX}), "effect": effect})
        )
        w.enter(records)
    decision = consider(mine("rec_own"), w.ANN, context).decision
    assert "rights.refused.not_yours" in {reason.code for reason in decision.reasons}


@pytest.mark.parametrize("part", NAMED)
def test_one_s_own_word_opens_nothing_in_which_others_have_a_part(part: str) -> None:
    context = s.making_of()
    with context.write() as records:
        records.catalogue.add_recording(w.OWN.model_copy(update=NAMED[part]))
        w.enter(records)
    assert not consider(mine("rec_own"), w.ANN, context).decision.allowed


def test_what_is_in_the_catalogue_is_opened_by_nobody_s_word() -> None:
    context = s.making_of(scopes=[Scope.COVER])
    with context.write() as records:
        bare = w.OPEN.model_copy(update={"recording_id": "rec_bare", "sha256": "9" * 64, "isrc": None})
        nobody_s = {"artist_id": None, "label_id": None, "release": None, "work_ids": (), "voice_ids": ()}
        records.catalogue.add_recording(bare.model_copy(update=nobody_s))
        w.enter(records)
    s.remember(bare, context)
    for who in (w.BOB, w.OPERATOR):
        assert not consider(mine("rec_bare"), who, context).decision.allowed


def test_a_word_that_nobody_confirmed_neither_consents_nor_shares_nor_is_paid() -> None:
    context = s.making_of()
    for side in Side:
        with pytest.raises(NotYours):
            set_consent(ConsentForm(recording="rec_own", side=side), w.ANN, context)
    judged = consider(mine("rec_own", share="public"), w.ANN, context)
    assert {r.code for r in judged.decision.reasons} == {"rights.refused.private_only"}
    assert "ann" not in {line.party_id for line in judged.pays if line.role != "remixer"}
    assert consider(mine("rec_own"), w.ANN, context).decision.allowed, "for oneself alone it is enough"


def test_a_word_that_was_confirmed_does_and_one_that_was_rejected_opens_nothing() -> None:
    context = s.making_of()
    for stranger in (w.ANN, w.BOB, LABEL, w.AUDITOR):
        with pytest.raises(NotAllowed):
            confirm_attestation("rec_own", "confirmed", stranger, context)
    done = confirm_attestation("rec_own", "confirmed", w.OPERATOR, context, title="Mine, put right")
    assert (done.confirmed_owner, done.title) == ("ann", "Mine, put right")
    for side in (Side.MASTER, Side.ARTIST, Side.WORK):
        set_consent(ConsentForm(recording="rec_own", side=side), w.ANN, context)
    shared = RemixOrder(source="rec_own", plan={**s.FASTER, "source": "rec_own"}, share="public")
    judged = consider(shared, w.ANN, context)
    assert judged.decision.allowed
    assert "ann" in {line.party_id for line in judged.pays if line.role == "master"}
    assert consider(mine("rec_own"), w.ANN, context).decision.allowed, "her own words are no stranger's"
    confirm_attestation("rec_own", "rejected", w.OPERATOR, context)
    assert not consider(mine("rec_own"), w.ANN, context).decision.allowed
    with pytest.raises(RecordingNotFound):
        confirm_attestation("rec_open", "confirmed", w.OPERATOR, context)
    assert [e.action for e in w.audit_of(context)].count("catalogue.attestation.confirm") == 2


# ---------------------------------------------------------------- what is like something waits

ALTERED: dict[str, dict[str, Any]] = {
    "half a percent faster": {"tempo_ratio": 1.005, "query_end_s": 9.0},
    "two percent faster": {"tempo_ratio": 1.02},
    "a semitone up": {"pitch_semitones": 1.0},
    "a crop": {"kind": "contains", "query_end_s": 4.0},
    "a cover": {"kind": "same_work", "score": 1.0},
}


@pytest.mark.parametrize("copy", ALTERED)
def test_an_upload_that_is_like_something_waits_and_gives_nothing(copy: str, ear: Ear) -> None:
    context = s.making_of()
    ear.hears("rec_open", **ALTERED[copy])
    done = brought(context, sound(context)).recording
    assert done.quarantined and done.attested_by == "bob"
    s.remember(done, context)
    source = done.recording_id
    with pytest.raises(Quarantined):
        consider(mine(source), w.BOB, context)
    with pytest.raises(Quarantined):
        consider(RemixOrder(source=source, prompt="a cover, slower", kind="cover", mine=True), w.BOB, context)
    with pytest.raises(Quarantined):
        preview(mine(source), w.BOB, context, start_s=0, length_s=1)
    with pytest.raises(Quarantined):
        render_loose(done, {**s.FASTER, "source": source}, w.BOB, context, own=False)
    with pytest.raises(Quarantined):
        recording_sound(source, w.BOB, context)
    with pytest.raises(Quarantined):
        usable_recording(source, w.BOB, context)
    with pytest.raises(Quarantined):
        original_to_take(source, w.BOB, context)
    for side in Side:
        with pytest.raises(Quarantined):
            set_consent(ConsentForm(recording=source, side=side), w.BOB, context)
    with pytest.raises(Quarantined):
        confirm_attestation(source, "confirmed", w.OPERATOR, context)
    assert what_is_open(done, w.BOB, context).sentence == "waits for a person"
    assert not ask_scope(source, "remix", w.BOB, context).allowed
    assert recording_sound(source, MODERATOR, context) == done.sha256, "whoever decides has to hear it"
    (waiting,) = list_quarantine(MODERATOR, context).items
    assert waiting.cause == ("cover" if copy == "a cover" else "copy")
    assert [match.recording_id for match in waiting.matches] == ["rec_open"]


def test_what_waits_is_released_or_rejected_by_a_person_once(ear: Ear) -> None:
    context = s.making_of()
    ear.hears("rec_open", tempo_ratio=1.02)
    source = brought(context, sound(context)).recording.recording_id
    for stranger in (w.BOB, LABEL, w.AUDITOR):
        with pytest.raises(NotAllowed):
            judge_quarantine(source, "released", stranger, context)
    released = judge_quarantine(source, "released", MODERATOR, context, note="another song")
    assert (released.released_by, released.note) == ("mod", "another song")
    assert judge_quarantine(source, "released", w.OPERATOR, context) == released
    with pytest.raises(Conflict):
        judge_quarantine(source, "rejected", MODERATOR, context)
    assert list_quarantine(MODERATOR, context).items == ()
    assert [q.recording_id for q in list_quarantine(MODERATOR, context, waiting=False).items] == [source]
    recording = usable_recording(source, w.BOB, context)
    s.remember(recording, context)
    assert consider(mine(source), w.BOB, context).decision.allowed
    hold(context, recording)
    judge_quarantine(source, "rejected", MODERATOR, context)
    with pytest.raises(Quarantined):
        consider(mine(source), w.BOB, context)
    with context.read() as records:
        assert records.catalogue.recording(source).attestation == "rejected"
    with pytest.raises(NotFound):
        judge_quarantine("rec_open", "released", MODERATOR, context)


def test_a_catalogue_recording_that_is_held_stops_what_was_made_of_it() -> None:
    from remixlab.usecases.sharing import audible_remix, download_remix, play, publish  # local: only here

    context = s.making_of()
    s.made(context, "rmx_1", public=True)
    s.made(context, "rmx_2")
    hold(context, w.OPEN)
    with pytest.raises(Quarantined):
        audible_remix("rmx_1", w.ANN, context)
    with pytest.raises(Quarantined):
        download_remix("rmx_2", "flac", w.BOB, context)
    with pytest.raises(Quarantined):
        publish("rmx_2", w.BOB, context)
    from remixlab.domain.ledger import Play

    listen = Play(play_id="play-0001", remix_id="rmx_1", listener="ann", at=w.NOW, length_ms=60_000, territory="US")
    with pytest.raises(Quarantined):
        play(listen, w.ANN, context)


def test_one_s_own_earlier_upload_is_no_stranger_and_another_s_is(ear: Ear) -> None:
    context = s.making_of()
    ear.hears("rec_own", tempo_ratio=1.02)
    assert not brought(context, sound(context), w.ANN).recording.quarantined
    assert brought(context, sound(context, 230.0), w.BOB).recording.quarantined


def test_another_encoding_of_somebody_s_private_upload_waits_and_names_it_not(ear: Ear) -> None:
    context = s.making_of()
    ear.hears("rec_own", query_end_s=60.0)
    done = brought(context, sound(context))
    assert done.recording.quarantined and done.recording.recording_id != "rec_own"
    assert done.duplicate_of is None and "Mine" not in str(done)


def test_a_loose_copy_of_the_catalogue_is_not_rendered(ear: Ear) -> None:
    from remixlab.usecases.catalogue import loose_recording  # local: only here

    context = s.making_of()
    loose = loose_recording(sound(context), "loose.flac", context)
    s.remember(loose, context)
    ear.hears("rec_open", tempo_ratio=1.02)
    with pytest.raises(ScreenRefused):
        render_loose(loose, s.FASTER, w.BOB, context, own=True)


def test_a_copy_that_came_before_the_original_waits_when_its_owner_delivers(ear: Ear) -> None:
    context = s.making_of()
    copy = brought(context, sound(context)).recording
    assert not copy.quarantined
    ear.hears(copy.recording_id, tempo_ratio=0.98)
    original = brought(context, sound(context, 230.0), w.OPERATOR, mine=False, owners=owners()).recording
    assert not original.quarantined
    with context.read() as records:
        assert records.catalogue.recording(copy.recording_id).quarantined
        held = records.quarantine.find(copy.recording_id)
    assert held is not None and held.matches[0].recording_id == original.recording_id


# ---------------------------------------------------------------- whose is it


def test_a_delivery_by_an_owner_beats_the_word_of_whoever_came_first(ear: Ear) -> None:
    context = s.making_of()
    data = sound(context)
    first = brought(context, data, w.BOB, title="Pirated hit", artist="Bob").recording
    confirm_attestation(first.recording_id, "confirmed", w.OPERATOR, context)
    said = set_consent(ConsentForm(recording=first.recording_id), w.BOB, context)
    closed = [{"party": "Lantern Row", "side": "master", "scopes": ["all"], "effect": "prohibit"}]
    brought(context, data, w.OPERATOR, mine=False, owners=owners(consent=closed))
    with context.read() as records:
        now = records.catalogue.recording(first.recording_id)
        terms = records.rights.terms([first.recording_id])
        shares = records.catalogue.shares(first.recording_id)
    assert (now.title, now.artist, now.attested_by) == ("The real title", "Juniper Vale", None)
    assert {share.party_id for share in shares if share.right == "master"} == {w.LABEL.party_id}, "who is here already"
    assert {c.effect for c in terms.consents if c.withdrawn_at is None} == {"prohibit"}
    assert said.consent_id in {c.consent_id for c in terms.consents if c.withdrawn_at is not None}
    seen = shown_recording(first.recording_id, w.BOB, context)
    assert seen.title == "Pirated hit", "he keeps it on his shelf, under his own name"
    assert shown_recording(first.recording_id, w.ANN, context).title == "The real title"
    s.remember(now, context)
    assert not consider(mine(first.recording_id), w.BOB, context).decision.allowed


def test_a_second_uploader_sees_their_own_entry_and_never_the_other_s(ear: Ear) -> None:
    context = s.making_of()
    data = sound(context)
    first = brought(context, data, w.BOB, title="Bob's secret name", artist="Bob").recording
    done = brought(context, data, w.ANN, title="Ann's name", artist="Ann")
    assert done.recording.recording_id == first.recording_id
    assert "secret" not in str(done)
    for who, title in ((w.ANN, "Ann's name"), (w.BOB, "Bob's secret name")):
        assert shown_recording(first.recording_id, who, context).title == title
        assert title in {r.title for r in shown_recordings(who, context).items}
        s.remember(first, context)
        assert consider(mine(first.recording_id), who, context).decision.allowed
    with pytest.raises(RecordingNotFound):
        shown_recording(first.recording_id, w.actor("zoe"), context)


@pytest.mark.parametrize("who", [w.BOB, w.actor("x", "other"), w.AUDITOR])
def test_nobody_fills_the_catalogue_who_has_no_part_in_what_is_brought(who: Actor, ear: Ear) -> None:
    context = s.making_of()
    for said in (None, owners()):
        with pytest.raises(NotYours) as refused:
            brought(context, sound(context), who, mine=False, title="Neon Harbour", artist="Juniper Vale", owners=said)
        assert refused.value.stable_code == "catalogue.not_yours"


def test_a_party_delivers_its_own_and_speaks_for_itself_alone(ear: Ear) -> None:
    context = s.making_of()
    row = w.actor("row", w.LABEL.party_id)
    own_word = {"party": "Lantern Row", "side": "master", "scopes": ["all"]}
    done = brought(context, sound(context), row, mine=False, owners=owners(consent=[own_word])).recording
    assert done.label_id == w.LABEL.party_id
    for_another = {"party": "Teo Brand", "side": "work", "subject": "work", "scopes": ["all"]}
    with pytest.raises(NotYours):
        brought(context, sound(context, 230.0), row, mine=False, owners=owners(consent=[own_word, for_another]))
    assert brought(
        context, sound(context, 240.0), w.OPERATOR, mine=False, owners=owners(consent=[own_word, for_another])
    )


def test_who_writes_a_label_s_name_into_a_file_gets_none_of_its_parties(ear: Ear) -> None:
    context = s.making_of()
    far = {"label": "Far Label", "artist": "Nadia Verhoom", "party": []}
    real = brought(
        context, sound(context), w.OPERATOR, mine=False,
        owners=owners(**far, shares=[{"party": "Far Label", "right": "master", "percent": 100}]),
    ).recording  # fmt: skip
    with context.write() as records:
        records.catalogue.add_party(Party(party_id="shadow", name="Shadow Records"))
        w.enter(records)
    rival = w.actor("rival", "shadow")
    theirs = [{"party": "Shadow Records", "right": "master", "percent": 100}]
    false = brought(context, sound(context, 230.0), rival, mine=False, owners=owners(**far, shares=theirs)).recording
    assert real.artist_id and real.label_id and false.artist_id and false.label_id
    assert {real.artist_id, real.label_id} & {false.artist_id, false.label_id} == set()
    with context.read() as records:
        held = {share.party_id for share in records.catalogue.shares(false.recording_id) if share.right == "master"}
    assert held == {"shadow"}


STRANGERS = [
    {
        "party": "Famous",
        "side": "likeness",
        "scopes": ["training", "voice_likeness"],
        "use_text": "a voice",
        "signed_by": "Famous",
        "valid_from": w.NOW,
        "valid_to": w.NOW + timedelta(days=30),
    },
    {"party": "Famous", "side": "work", "subject": "work", "scopes": ["cover"]},
    {"party": "Lantern Row", "side": "work", "subject": "work", "scopes": ["cover"]},
    {"party": "Lantern Row", "side": "artist", "scopes": ["remix"]},
    {"party": "Teo Brand", "side": "master", "scopes": ["remix"]},
    {"party": "Juniper Vale", "side": "master", "subject": "label", "scopes": ["remix"]},
]


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda c: f"{c['party']} on {c['side']}")
def test_an_owners_file_speaks_for_nobody_who_has_no_part(stranger: dict[str, Any], ear: Ear) -> None:
    context = s.making_of()
    with pytest.raises(InvalidTerms) as told:
        brought(context, sound(context), w.OPERATOR, mine=False, owners=owners(consent=[stranger]))
    assert told.value.stable_code == "owners.speaker"
    assert [r.title for r in shown_recordings(w.OPERATOR, context).items].count("The real title") == 0


# ---------------------------------------------------------------- a medley, and names that are nobody's

MEDLEY = w.OPEN.model_copy(
    update={"recording_id": "rec_medley", "sha256": "8" * 64, "isrc": None, "work_ids": ("work", "work2")}
)


def medley() -> Making:
    from remixlab.domain.rights import Right, Share, Work  # local: only here

    context = s.making_of(scopes=[Scope.REMIX])
    with context.write() as records:
        records.catalogue.add_party(Party(party_id="peter", name="Peter"))
        work = Work(work_id="work2", title="Second")
        records.catalogue.add_work(work, [Share(party_id="peter", right=Right.PUBLISHING, ppm=1_000_000)])
        records.catalogue.add_recording(MEDLEY, [Share(party_id="label", right=Right.MASTER, ppm=1_000_000)])
        w.enter(records)
    s.remember(MEDLEY, context)
    return context


def test_each_work_of_a_medley_is_spoken_for_by_its_own_writers() -> None:
    context, peter = medley(), w.actor("p", "peter")
    for form in (
        {"recording": "rec_medley", "side": "work", "scopes": ["cover"]},
        {"subject_kind": "recording", "subject": "rec_medley", "side": "work", "scopes": ["cover"]},
    ):
        with pytest.raises(InvalidTerms) as told:
            set_consent(ConsentForm.parse(form), peter, context)
        assert told.value.stable_code == "terms.which_work" and "work2" in told.value.hint
    other = ConsentForm.parse({"recording": "rec_medley", "side": "work", "scopes": ["cover"], "work": "work"})
    with pytest.raises(NotYours):
        set_consent(other, peter, context)
    kept = set_consent(other.model_copy(update={"work": "work2"}), peter, context)
    assert (kept.subject_kind, kept.subject) == ("work", "work2")
    assert not ask_scope("rec_open", "cover", w.BOB, context).allowed, "another recording of the first work stays shut"
    assert not ask_scope("rec_medley", "cover", w.BOB, context).allowed
    set_consent(other, w.actor("teo", "writer"), context)
    assert ask_scope("rec_medley", "cover", w.BOB, context).allowed
    with pytest.raises(InvalidTerms):
        set_consent(other.model_copy(update={"work": "work3"}), peter, context)


def test_no_word_about_the_recording_opens_the_works_of_a_medley() -> None:
    context = medley()
    with context.write() as records:
        said = {"consent_id": "c-all", "party_id": "peter", "side": Side.WORK, "subject_kind": "recording"}
        records.rights.set_consent(
            Consent.model_validate({**said, "subject": "rec_medley", "scopes": frozenset({Scope.COVER})})
        )
        w.enter(records)
    assert not ask_scope("rec_medley", "cover", w.BOB, context).allowed


@pytest.mark.parametrize("name", ["platform", "Platform", " PLATFORM ", "suspense:unclaimed", "Suspense:disputed"])
def test_a_name_that_is_an_account_of_ours_is_nobody(name: str) -> None:
    context = s.making_of()
    with pytest.raises(NotAllowed):
        consider(RemixOrder(source="rec_open", plan=s.FASTER), w.actor(name), context)
    nobody = w.actor(name, name)
    for subject in ({"recording": "rec_open"}, {"subject_kind": "party-default", "subject": "label"}):
        with pytest.raises(NotYours):
            set_consent(ConsentForm.parse(subject), nobody, context)


def test_a_label_without_a_share_of_the_work_does_not_speak_for_it() -> None:
    context = s.making_of()
    with pytest.raises(NotYours):
        set_consent(ConsentForm(recording="rec_open", side=Side.WORK), LABEL, context)


# ---------------------------------------------------------------- publishing later asks again


def test_a_remix_that_was_made_before_is_published_by_the_rights_of_today() -> None:
    from remixlab.usecases.sharing import publish  # local: only here

    context = s.making_of()
    s.made(context)
    with context.write() as records:
        court = {"hold_id": "h", "kind": "legal", "party_id": "label", "subject_kind": "recording"}
        records.rights.withdraw(
            Hold.model_validate({**court, "kind": "dispute", "subject": "rec_open", "since": w.NOW})
        )
        w.enter(records)
    yesterday = w.BOB.model_copy(update={"at": w.NOW - timedelta(days=1)})
    with pytest.raises(RightsRefused):
        publish("rmx_1", yesterday, context)


def test_a_judgement_of_what_waits_is_never_an_order() -> None:
    context = s.making_of()
    judged = consider(RemixOrder(source="rec_open", plan=s.FASTER), w.BOB, context)
    hold(context, w.OPEN)
    record_judgement(judged, w.BOB, context)
    with pytest.raises(Quarantined):
        consider(RemixOrder(source="rec_open", plan=s.FASTER), w.BOB, context)
