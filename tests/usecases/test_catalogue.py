"""The catalogue: bringing recordings in, who sees them, what is open on them, finding them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest

import sounds_of_tests as s
import world_of_tests as w
from remixlab.catalogue import owners_of
from remixlab.domain.actor import Role
from remixlab.domain.errors import EngineUnavailable, InvalidAudio, InvalidPrompt, InvalidTerms, RecordingNotFound
from remixlab.domain.music import Embedding
from remixlab.domain.rights import Recording, Scope, Tier
from remixlab.identify import Fingerprint, Harmony, Match, Peaks
from remixlab.usecases.catalogue import (
    Delivery,
    find_alike,
    find_by_words,
    hear_missing,
    ingest,
    is_shown,
    list_parties,
    list_works,
    loose_recording,
    read_party,
    receive,
    recording_sound,
    shown_recording,
    shown_recordings,
    suggestions_for,
    what_is_open,
    what_is_open_on,
)
from remixlab.usecases.claims import find_duplicate
from remixlab.usecases.context.making import Making

PRINT = Fingerprint(
    Peaks(np.arange(40, dtype=np.int32), np.arange(40, dtype=np.float32)),
    Harmony(np.zeros((8, 24), np.uint8), np.zeros((8, 3, 12), np.uint8), 0.5), 16.0,
)  # fmt: skip
LISTENED = import_module("remixlab.usecases.catalogue.ingest")


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> Making:
    """Nothing is recognised, and nothing has a feel."""
    monkeypatch.setattr(LISTENED, "fingerprint", lambda _: PRINT)
    monkeypatch.setattr(LISTENED, "hear_feel", lambda *_: None)
    monkeypatch.setattr(import_module("remixlab.usecases.claims.duplicates"), "identify", lambda *_, **__: [])
    for engine in ("altered_copies", "match_works"):
        monkeypatch.setattr(import_module("remixlab.usecases.claims.screen_upload"), engine, lambda *_: [])
    return s.making_of()


def sound(context: Making, hz: float = 220.0, seconds: float = 2.0) -> bytes:
    return context.audio_files.encode(s.tone(seconds, hz), "flac")


def brought(context: Making, data: bytes, who: Any = w.OPERATOR, **more: Any) -> Any:
    return ingest(receive(Delivery(data, "song.flac", **more), who, context), who, context)


def count(context: Making) -> int:
    with context.read() as records:
        return records.catalogue.count_recordings()


# ---------------------------------------------------------------- ingest


def test_a_recording_enters_with_its_sound_its_fingerprint_and_who_brought_it(context: Making) -> None:
    data = sound(context)
    done = brought(context, data, title="Song", artist="Bob", isrc="QZ-RLB-26-00009")
    recording = done.recording
    assert (recording.recording_id, recording.sha256) == (f"rec_{s.digest(data)[:20]}", s.digest(data))
    assert (recording.title, recording.artist, recording.isrc, recording.attested_by) == (
        "Song",
        "Bob",
        "QZRLB2600009",
        None,
    )
    assert recording.duration_s == pytest.approx(2.0) and done.duplicate_of is None
    assert context.blobs.get(recording.sha256) == data
    with context.read() as records:
        assert records.hearing.fingerprint_of(recording.recording_id)
        assert records.hearing.analysis(recording.sha256, "fixed/1") == s.HEARD
    assert [(e.account, e.action, e.subject) for e in w.audit_of(context)] == [
        ("desk", "catalogue.add", f"recording:{recording.recording_id}")
    ]


def test_the_same_file_twice_is_one_recording_and_is_heard_once(context: Making) -> None:
    first = brought(context, sound(context))
    before = count(context)
    again = brought(context, sound(context), w.ANN, title="Another name", mine=True)
    assert again.recording == first.recording, "whoever comes second changes nothing"
    assert count(context) == before
    assert context.listener.asked == 1  # type: ignore[attr-defined]
    assert len(w.audit_of(context)) == 1


def test_another_file_of_a_known_performance_is_that_recording(
    context: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = brought(context, sound(context)).recording
    match = Match(
        recording_id=first.recording_id,
        kind="same_recording",
        score=1.0,
        query_start_s=0.0,
        query_end_s=16.0,
        reference_start_s=0.0,
        tempo_ratio=1.0,
        pitch_semitones=0.0,
    )
    room = import_module("remixlab.usecases.claims.duplicates")
    monkeypatch.setattr(import_module("remixlab.usecases.claims.screen_upload"), "altered_copies", lambda *_: [match])
    again = brought(context, sound(context, hz=221.0))
    assert (again.recording, again.duplicate_of) == (first, first.recording_id)
    assert len(w.audit_of(context)) == 1, "nothing was entered"
    for other in ({"kind": "contains"}, {"tempo_ratio": 1.05}, {"pitch_semitones": 1.0}, {"query_end_s": 9.0}):
        monkeypatch.setattr(room, "identify", lambda *_, other=other, **__: [match.model_copy(update=other)])
        assert find_duplicate(PRINT, context) is None, other


def test_an_instrumental_with_an_isrc_of_its_own_is_a_recording_of_its_own(
    context: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    sung = brought(context, sound(context), title="With Voice", isrc="QZRLB2600076").recording
    sounds_alike(monkeypatch, sung)
    told = {"title": "With Voice (Instrumental)", "isrc": "QZRLB2600077"}
    own = brought(context, sound(context, hz=221.0), **told)
    assert own.duplicate_of is None and own.recording.recording_id != sung.recording_id
    assert (own.recording.title, own.recording.isrc) == ("With Voice (Instrumental)", "QZRLB2600077")
    assert "sounds like 'With Voice'" in own.notes[0]


def test_of_another_file_of_a_recording_nothing_that_is_said_is_lost_without_a_word(
    context: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = brought(context, sound(context), title="Song", artist="Bob", isrc="QZRLB2600076").recording
    sounds_alike(monkeypatch, first)
    again = brought(context, sound(context, hz=221.0), title="Another", artist="Bob")
    assert again.duplicate_of == first.recording_id and "the title 'Another' is not taken" in again.notes[0]
    thief = brought(
        context, sound(context, hz=222.0), w.ANN, isrc="QZRLB2600078", title="Song", artist="Bob", mine=True
    )
    assert thief.duplicate_of == first.recording_id, "somebody's word for themselves makes no copy a recording"
    assert "QZRLB2600078" in thief.notes[0]
    same = brought(context, sound(context, hz=223.0), title="Song", artist="Bob", isrc="QZRLB2600076")
    assert same.duplicate_of == first.recording_id and same.notes == ()


def sounds_alike(monkeypatch: pytest.MonkeyPatch, known: Recording) -> None:
    """Everything from now on is heard as the known recording."""
    match = Match(
        recording_id=known.recording_id, kind="same_recording", score=1.0, query_start_s=0.0, query_end_s=16.0,
        reference_start_s=0.0, tempo_ratio=1.0, pitch_semitones=0.0,
    )  # fmt: skip
    monkeypatch.setattr(import_module("remixlab.usecases.claims.screen_upload"), "altered_copies", lambda *_: [match])


def test_what_cannot_be_read_leaves_nothing(context: Making) -> None:
    kept, before = len(context.blobs.kept), count(context)  # type: ignore[attr-defined]
    for delivery in (
        Delivery(b"no sound", "x.flac"),
        Delivery(sound(context), "x.flac", {"guitar": (sound(context),)}),
        Delivery(sound(context), "x.flac", {"vocals": (b"no sound",)}),
    ):
        with pytest.raises(InvalidAudio):
            receive(delivery, w.OPERATOR, context)
    assert (len(context.blobs.kept), count(context)) == (kept, before)  # type: ignore[attr-defined]


def test_an_entry_that_fails_halfway_leaves_nothing(context: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    before = count(context)
    owners = owners_of(
        {
            "artist": "Nova",
            "works": [{"title": "Song", "writers": ["Nova"]}],
            "shares": [
                {"party": "Nova", "right": "master", "percent": 60},
                {"party": "Nova", "right": "master", "percent": 20},
            ],
        }
    )
    with pytest.raises(InvalidTerms):
        brought(context, sound(context), owners=owners)
    with context.read() as records:
        assert records.catalogue.find_party("Nova") is None
    assert count(context) == before and w.audit_of(context) == []


def test_owners_tell_what_the_recording_is_and_whose(context: Making) -> None:
    owners = owners_of(
        {
            "title": "Written",
            "artist": "Nova",
            "label": "Star",
            "works": [{"title": "Song", "writers": ["Nova"]}],
            "shares": [{"party": "Star", "right": "master", "percent": 100}],
        }
    )
    recording = brought(context, sound(context), owners=owners).recording
    with context.read() as records:
        assert records.catalogue.recording(recording.recording_id).title == "Written"
        assert {share.party_id for share in records.catalogue.shares(recording.recording_id)} == {
            recording.label_id,
            recording.artist_id,
        }


def test_a_file_that_is_only_listened_to_enters_no_catalogue(context: Making) -> None:
    before = count(context)
    assert loose_recording(sound(context), "loose.flac", context).title == "loose"
    assert count(context) == before and w.audit_of(context) == []


# ---------------------------------------------------------------- who sees what


def test_what_somebody_brought_as_their_own_is_shown_to_nobody_else() -> None:
    context = s.making_of()
    assert shown_recording("rec_own", w.ANN, context) == w.OWN
    assert shown_recording("rec_own", w.OPERATOR, context) == w.OWN
    for look in (shown_recording, recording_sound):
        with pytest.raises(RecordingNotFound) as hidden:
            look("rec_own", w.BOB, context)
        with pytest.raises(RecordingNotFound) as missing:
            look("rec_none", w.BOB, context)
        assert hidden.value.message.replace("rec_own", "X") == missing.value.message.replace("rec_none", "X")
    with pytest.raises(RecordingNotFound):
        what_is_open(w.OWN, w.BOB, context)
    assert "rec_own" in [r.recording_id for r in shown_recordings(w.ANN, context).items]
    assert "rec_own" not in [r.recording_id for r in shown_recordings(w.BOB, context).items]


def test_an_auditor_reads_of_a_private_recording_and_does_not_hear_it() -> None:
    context = s.making_of()
    auditor = w.actor("audit", roles=[Role.AUDITOR])
    assert is_shown(w.OWN, auditor)
    with pytest.raises(RecordingNotFound):
        recording_sound("rec_own", auditor, context)


def test_the_catalogue_is_shown_in_pages_each_recording_once() -> None:
    context = s.making_of()
    seen: list[str] = []
    after = None
    while True:
        page = shown_recordings(w.ANN, context, after=after, limit=1)
        seen += [r.recording_id for r in page.items]
        after = page.next
        if after is None:
            break
    assert seen == ["rec_else", "rec_open", "rec_own", "rec_same"]


def test_parties_and_works_are_listed_and_found() -> None:
    context = s.making_of()
    page = list_parties(w.BOB, context, limit=2)
    assert len(page.items) == 2 and page.next
    assert len(list_parties(w.BOB, context, after=page.next).items) == 3
    assert [work.work_id for work in list_works(w.BOB, context).items] == ["work"]
    assert read_party("juniper vale", w.BOB, context).party_id == "band"


# ---------------------------------------------------------------- what is open


@pytest.mark.parametrize(
    ("scopes", "limits", "sentence", "is_open"),
    [
        ([Scope.REMIX, Scope.COVER], {}, "open to remix", True),
        ([Scope.COVER], {}, "open to covers", True),
        ([Scope.TRAINING], {}, "closed", False),
        ([Scope.REMIX], {"approval_required": True}, "asks first", True),
        ([Scope.REMIX], {"territories": frozenset({"DE"})}, "closed", False),
        ([Scope.REMIX], {"tier_min": Tier.CREATOR}, "closed", False),
    ],
)
def test_what_is_open_is_one_sentence(
    scopes: list[Scope], limits: dict[str, Any], sentence: str, is_open: bool
) -> None:
    available = what_is_open(w.OPEN, w.BOB, s.making_of(scopes=scopes, **limits))
    assert (available.sentence, available.open) == (sentence, is_open)
    implied = {Scope.STREAM} if Scope.REMIX in scopes else set[Scope]()
    assert available.scopes <= frozenset(scopes) | implied


def test_what_is_open_depends_on_the_tier_and_on_whose_it_is() -> None:
    context = s.making_of(scopes=[Scope.REMIX], tier_min=Tier.CREATOR)
    assert what_is_open(w.OPEN, w.actor("bob", tier=Tier.CREATOR), context).sentence == "open to remix"
    assert what_is_open(w.OWN, w.ANN, context).sentence == "yours"
    page = (w.OPEN, w.ELSEWHERE)
    assert what_is_open_on(page, w.BOB, context) == tuple(what_is_open(r, w.BOB, context) for r in page)


def test_only_presets_that_are_open_are_suggested() -> None:
    covers = suggestions_for(w.OPEN, w.BOB, s.making_of(scopes=[Scope.COVER, Scope.GENRE_SHIFT]))
    assert {preset.kind for preset in covers.presets} == {"cover"}
    assert covers == suggestions_for(w.OPEN, w.BOB, s.making_of(scopes=[Scope.COVER, Scope.GENRE_SHIFT])), (
        "the same seed, the same ideas"
    )
    assert suggestions_for(w.ELSEWHERE, w.BOB, s.making_of()).presets == ()


# ---------------------------------------------------------------- search


SEARCHED = (w.OPEN, w.ELSEWHERE, w.SAME_RELEASE, w.OWN)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Making:
    """Every recording but one was heard by an encoder of two dimensions."""
    embeddings, search = (import_module(f"remixlab.usecases.catalogue.{name}") for name in ("embeddings", "search"))
    for room in (embeddings, search):
        monkeypatch.setattr(room, "feel_encoder", lambda: "two/1")
    monkeypatch.setattr(search, "rank", lambda words, feels: [feel.vector[0] for feel in feels])
    monkeypatch.setattr(
        search, "likeness", lambda own, feels: [float(np.dot(own.vector, feel.vector)) for feel in feels]
    )
    monkeypatch.setattr(search, "_understand", understood)
    monkeypatch.setattr(search, "hear_feel", hear)
    context = s.making_of()
    with context.write() as records:
        for recording in SEARCHED:
            records.hearing.keep_fingerprint(recording.recording_id, "f" * 64)
        for recording, vector in zip(SEARCHED[:2] + SEARCHED[3:], ((1.0, 0.0), (0.6, 0.8), (0.9, 0.1)), strict=True):
            records.hearing.keep_feel(recording.sha256, Embedding(encoder="two/1", vector=vector))
    return context


def understood(words: str, _: Making) -> tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]:
    if words == "xyzzy":
        raise InvalidPrompt("unclear")
    return words, (("sunny", "mood:sunny"),), ()


def hear(recording: Recording, context: Making) -> Embedding | None:
    with context.read() as records:
        known = records.hearing.feel(recording.sha256, "two/1")
    if known is None:
        known = Embedding(encoder="two/1", vector=(0.0, 1.0))
        with context.write() as records:
            records.hearing.keep_feel(recording.sha256, known)
    return known


def found(search: Any) -> list[tuple[str, str]]:
    return [(one.recording.recording_id, one.because) for one in search.found]


def test_words_find_the_best_first_and_say_how_many_were_not_heard(heard: Making) -> None:
    search = find_by_words("something sunny", w.BOB, heard)
    assert found(search) == [("rec_open", "sound"), ("rec_else", "sound")]
    assert (search.unheard, search.understood) == (1, (("sunny", "mood:sunny"),))
    assert found(find_by_words("something sunny", w.ANN, heard)) == [
        ("rec_open", "sound"),
        ("rec_own", "sound"),
        ("rec_else", "sound"),
    ]
    assert len(find_by_words("something sunny", w.ANN, heard, limit=1).found) == 1


def test_a_name_comes_before_all_others_and_also_where_the_words_mean_nothing_else(
    heard: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(find_by_words("far of", w.BOB, heard))[0] == ("rec_else", "name")
    monkeypatch.setattr(
        import_module("remixlab.usecases.catalogue.search"), "_understand", lambda *_: understood("xyzzy", heard)
    )
    assert found(find_by_words("far off", w.BOB, heard)) == [("rec_else", "name")]
    with pytest.raises(InvalidPrompt):
        find_by_words("xyzzy", w.BOB, heard)


def test_a_recording_finds_others_like_it_and_never_itself(heard: Making) -> None:
    assert found(find_alike("rec_open", w.BOB, heard)) == [("rec_else", "sound")]
    with pytest.raises(RecordingNotFound):
        find_alike("rec_own", w.BOB, heard)


def test_a_search_reads_only_what_is_new_since_the_last(heard: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    find_by_words("something sunny", w.BOB, heard)
    catalogue = import_module("remixlab.testing.records.catalogue").MemoryCatalogue
    hearing = import_module("remixlab.testing.records.hearing").MemoryHearing

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("a whole table was read")

    monkeypatch.setattr(catalogue, "recordings", never)
    monkeypatch.setattr(hearing, "feels", never)
    new = w.OPEN.model_copy(update={"recording_id": "rec_new", "sha256": "e" * 64, "title": "Newly"})
    with heard.write() as records:
        records.catalogue.add_recording(new)
        records.hearing.keep_fingerprint("rec_new", "f" * 64)
        records.hearing.keep_feel(new.sha256, Embedding(encoder="two/1", vector=(0.95, 0.05)))
        w.enter(records)
    assert found(find_by_words("something sunny", w.BOB, heard)) == [
        ("rec_open", "sound"),
        ("rec_new", "sound"),
        ("rec_else", "sound"),
    ]


def test_what_was_not_heard_is_heard_once(heard: Making) -> None:
    assert hear_missing(w.BOB, heard) == 1
    assert hear_missing(w.BOB, heard) == 0
    assert find_by_words("something sunny", w.BOB, heard).unheard == 0


def test_without_an_encoder_nothing_is_alike(heard: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    search = import_module("remixlab.usecases.catalogue.search")
    monkeypatch.setattr(search, "feel_encoder", lambda: "")
    monkeypatch.setattr(search, "hear_feel", lambda *_: None)
    with pytest.raises(EngineUnavailable):
        find_alike("rec_open", w.BOB, heard)
    assert hear_missing(w.BOB, heard) == 0
