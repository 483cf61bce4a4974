"""Provenance: what is said of a file from outside, and what is kept from whom."""

from __future__ import annotations

import base64
from dataclasses import replace
from importlib import import_module
from typing import Any, cast

import pytest

import sounds_of_tests as s
import world_of_tests as w
from remixlab.domain.errors import InvalidAudio, InvalidBinding, ManifestNotFound, NotAllowed
from remixlab.domain.provenance import Credential, KeptManifest
from remixlab.domain.remix import Remix
from remixlab.domain.rights import Scope
from remixlab.identify import Match
from remixlab.seal import NO_MANIFEST, Detection, MarkKeys
from remixlab.testing import MemoryRegistry
from remixlab.usecases.catalogue import Delivery, declare, ingest, read_credential, receive
from remixlab.usecases.context.making import Making
from remixlab.usecases.provenance import (
    identify_file,
    match_binding,
    match_content,
    read_manifest_store,
    scopes_needed,
    trace,
    verify,
)

ROOM = import_module("remixlab.usecases.provenance.verify")
EXAMINE = import_module("remixlab.usecases.provenance.examine")


def match(recording_id: str) -> Match:
    return Match(
        recording_id=recording_id,
        kind="contains",
        score=0.9,
        query_start_s=0.0,
        query_end_s=1.0,
        reference_start_s=3.0,
        tempo_ratio=1.0,
        pitch_semitones=0.0,
    )


class Outside:
    """A file in which some recordings are heard, with a mark that can be read or only expected, or with none."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heard: list[Match] = []
        self.mark: int | None = None
        self.is_weak = False
        self.looked_for: list[tuple[int, ...]] = []
        monkeypatch.setattr(EXAMINE, "identify", lambda *_: self.heard)
        monkeypatch.setattr(EXAMINE, "detect", self.detect)
        monkeypatch.setattr(ROOM, "read_manifest", lambda *_, **__: NO_MANIFEST)

    def detect(self, _: Any, __: Any, *, expect: tuple[int, ...] = (), search: bool = True) -> Detection:
        self.looked_for.append(tuple(expect))
        is_read = self.mark is not None and (not self.is_weak or self.mark in expect)
        return Detection(found=True, mark_id=self.mark, confidence=1.0) if is_read else Detection(found=False)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    return Outside(monkeypatch)


def file(context: Making) -> bytes:
    return context.audio_files.encode(s.tone(1.0), "flac")


def test_a_mark_that_is_read_names_the_remix_and_its_source(outside: Outside) -> None:
    context = s.making_of()
    remix: Remix = s.made(context)
    outside.mark = remix.seal.mark_id
    told = verify(file(context), "x.flac", context)
    assert (told.ours, told.remix_id, told.evidence.mark) == (True, remix.remix_id, "read")
    assert told.source is not None and told.source.title == "Neon Harbour"
    assert told.on_record is not None and told.on_record.state == "none"
    assert told.sounds_like == ()
    assert w.audit_of(context)[-1].action != "provenance.verify", "looking is not writing"


def test_a_mark_that_is_too_weak_to_read_is_expected_among_the_newest_remixes_of_what_is_heard(
    outside: Outside,
) -> None:
    context = s.making_of()
    remixes = [s.made(context, f"rmx_{n}") for n in range(3)]
    outside.mark, outside.is_weak, outside.heard = remixes[1].seal.mark_id, True, [match("rec_open")]
    told = verify(file(context), "x.flac", context)
    assert (told.ours, told.remix_id, told.evidence.mark) == (True, "rmx_1", "expected")
    assert set(outside.looked_for[-1]) == {remix.seal.mark_id for remix in remixes}


def test_suspects_are_one_page(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EXAMINE, "SUSPECTS_MAX", 2)
    context = s.making_of()
    for n in range(5):
        s.made(context, f"rmx_{n}")
    outside.heard = [match("rec_open")]
    assert not verify(file(context), "x.flac", context).ours
    assert len(outside.looked_for[-1]) == 2


def test_what_is_not_ours_sounds_like_what_everybody_sees(outside: Outside) -> None:
    context = s.making_of()
    outside.heard = [match("rec_own"), match("rec_else")]
    told = verify(file(context), "x.flac", context)
    assert not told.ours
    assert [(one.recording_id, one.title, one.kind) for one in told.sounds_like] == [
        ("rec_else", "Far Off", "contains")
    ]
    assert set(told.to_dict()) == {
        "ours",
        "remix_id",
        "source",
        "made_with_ai",
        "watermark",
        "manifest",
        "evidence",
        "on_record",
        "plan",
        "label",
        "sounds_like",
        "is_of_catalogue",
        "consistent",
        "reason",
        "told",
    }
    assert (told.reason, told.is_of_catalogue) == ("too_short", None)


def test_a_recording_that_somebody_brought_as_their_own_is_identified_to_them_alone(outside: Outside) -> None:
    context = s.making_of()
    outside.heard = [match("rec_own"), match("rec_open")]
    assert [m.recording_id for m in identify_file(file(context), "x.flac", w.ANN, context)] == ["rec_own", "rec_open"]
    assert [m.recording_id for m in identify_file(file(context), "x.flac", w.BOB, context)] == ["rec_open"]


# ---------------------------------------------------------------- what the answer says more


def published(context: Making, remix: Remix, **changed: object) -> Remix:
    """The remix as it is kept, with something else about it."""
    registry = cast("MemoryRegistry", context.registry)
    with registry.write() as records:
        kept = remix.model_copy(update=changed)
        records.remixes.kept.remixes[remix.remix_id] = kept
        return kept


def test_who_verifies_hears_by_which_plan_and_how_it_was_made_and_of_private_ones_no_plan(outside: Outside) -> None:
    context = s.making_of()
    told_of = {"description": ("Faster.",), "label": {"sentence": "Made without AI."}}
    outside.mark = published(context, s.made(context, public=True), **told_of).seal.mark_id
    told = verify(file(context), "x.flac", context)
    assert told.plan is not None
    assert (len(told.plan.digest), told.plan.does, told.reason, told.told) == (64, ("Faster.",), None, "")
    assert told.label == {"sentence": "Made without AI."}
    outside.mark = published(context, s.made(context, "rmx_private"), **told_of).seal.mark_id
    told = verify(file(context), "x.flac", context)
    assert told.plan is not None
    assert told.plan.does == ()


def test_a_mark_that_was_copied_onto_other_sound_makes_nothing_ours(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No cryptography in a mark stops a copy of it; what the registered remix sounds like does."""
    context = s.making_of()
    sealed = context.blobs.put(context.audio_files.encode(s.tone(12.0, 330.0), "flac"))
    remix = published(context, s.made(context), audio_sha256=sealed)
    outside.mark = remix.seal.mark_id
    heard: list[bool] = [True]
    monkeypatch.setattr(ROOM, "identify", lambda *_, **__: [match(remix.remix_id)] if heard[0] else [])
    long = context.audio_files.encode(s.tone(10.0), "flac")
    assert verify(long, "x.flac", context).ours
    heard[0] = False
    told = verify(long, "x.flac", context)
    assert (told.ours, told.consistent, told.reason, told.evidence.sound) == (False, False, "other_sound", False)
    short = verify(file(context), "x.flac", context)
    assert (short.ours, short.evidence.sound) == (True, None), "a second of it tells nothing"
    outside.is_weak, outside.heard = True, [match("rec_open")]
    assert verify(long, "x.flac", context).ours, "what was suspected because of what is heard is not asked again"


def test_a_mark_that_stands_for_nothing_is_said_to(outside: Outside) -> None:
    context = s.making_of()
    outside.mark = 12345
    told = verify(file(context), "x.flac", context)
    assert (told.ours, told.reason) == (False, "unknown_mark")


def test_a_recording_of_the_catalogue_is_told_from_something_that_contains_one(outside: Outside) -> None:
    context = s.making_of()
    for kind, said in (("same_recording", "recording"), ("same_work", "work"), ("contains", None)):
        outside.heard = [match("rec_else").model_copy(update={"kind": kind})]
        assert verify(file(context), "x.flac", context).is_of_catalogue == said


def test_ten_hours_are_refused_as_soon_as_they_are_too_long(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    context = s.making_of()
    monkeypatch.setattr(EXAMINE, "MATERIAL_MAX_S", 1)
    monkeypatch.setattr(ROOM, "LONGEST_S", 2.0)
    with pytest.raises(InvalidAudio) as refused:
        verify(context.audio_files.encode(s.tone(4.0), "flac"), "x.flac", context)
    assert refused.value.stable_code == "audio.too_long"
    assert outside.looked_for == []


# ---------------------------------------------------------------- manifests found again


def kept_manifest(context: Making, remix: Remix) -> KeptManifest:
    manifest = KeptManifest(
        manifest_id="urn:c2pa:7",
        handle=context.keys.marks.handle(remix.seal.mark_id),
        remix_id=remix.remix_id,
        suffix="flac",
        blob_sha256=context.blobs.put(b"jumbf"),
    )
    with context.write() as records:
        records.provenance.keep_manifest(manifest)
    return manifest


def test_the_mark_in_a_sound_leads_to_the_manifest_also_after_the_keys_were_changed(outside: Outside) -> None:
    context = s.making_of()
    remix = s.made(context)
    kept = kept_manifest(context, remix)
    outside.mark = remix.seal.mark_id
    newer = MarkKeys.from_secrets({0: bytes(32), 1: bytes(range(32))})
    for marks in (context.keys.marks, newer):
        [found] = match_content(file(context), "x", replace(context, keys=replace(context.keys, marks=marks)))
        assert (found.manifest_id, found.similarity) == (kept.manifest_id, 100)
    assert match_content(file(context), "x", context, alg="com.example.other") == ()
    outside.mark = None
    assert match_content(file(context), "x", context) == ()


def test_a_binding_leads_to_the_manifest_as_it_is_written_and_in_base64() -> None:
    context = s.making_of()
    kept = kept_manifest(context, s.made(context))
    for value in (kept.handle, base64.b64encode(kept.handle.encode()).decode()):
        assert [one.manifest_id for one in match_binding("org.remixlab.seal.1", value, context)] == [kept.manifest_id]
    assert match_binding("org.remixlab.seal.1", "0" * 32, context) == ()
    assert match_binding("com.example.other", kept.handle, context) == ()
    for wrong in ("", "%%%", "ü", "A" * 5000, "/w=="):
        with pytest.raises(InvalidBinding):
            match_binding("org.remixlab.seal.1", wrong, context)


def test_a_manifest_is_read_by_its_id() -> None:
    context = s.making_of()
    kept = kept_manifest(context, s.made(context))
    assert read_manifest_store(kept.manifest_id, context).content == b"jumbf"
    with pytest.raises(ManifestNotFound):
        read_manifest_store("urn:c2pa:none", context)


# ---------------------------------------------------------------- what came in with a word of its own


def test_owners_say_how_a_master_was_made_and_nobodys_silence_is_human() -> None:
    context = s.making_of()
    assert read_credential("rec_open", w.BOB, context).made == "undeclared"
    label = w.BOB.model_copy(update={"account": "lucy", "acts_for": frozenset({"label"})})
    assert declare("rec_open", "none", label, context).made == "none"
    assert w.audit_of(context)[-1].action == "catalogue.credential.declare"
    with pytest.raises(NotAllowed):
        declare("rec_open", "none", w.BOB, context)


def test_a_signed_manifest_is_not_overruled_by_who_says_that_no_model_made_it() -> None:
    model = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    mixed = model.replace("trained", "compositeWithTrained")
    said = Credential(recording_id="r", declared="none", state="valid", source_types=(model,))
    assert said.made == "generated"
    assert said.model_copy(update={"source_types": (model, mixed)}).made == "partly"
    assert said.model_copy(update={"state": "invalid"}).made == "none", "what does not hold proves nothing"
    assert said.model_copy(update={"declared": "generated", "source_types": ()}).made == "generated"


def test_a_remix_of_ours_that_somebody_brings_as_their_own_song_waits_by_its_mark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = s.making_of()
    remix = s.made(context)
    room = import_module("remixlab.usecases.catalogue.credentials")
    found = Detection(found=True, mark_id=remix.seal.mark_id, confidence=1.0)
    monkeypatch.setattr(room, "detect", lambda *_, **__: found)
    delivery = Delivery(context.audio_files.encode(s.tone(8.0, 400.0), "flac"), "my song.flac", mine=True)
    met = ingest(receive(delivery, w.ANN, context), w.ANN, context)
    assert met.recording.quarantined
    with context.read() as records:
        held = records.quarantine.find(met.recording.recording_id)
        assert records.provenance.credential(met.recording.recording_id).mark_of == remix.remix_id
    assert held is not None
    assert remix.remix_id in held.note


# ---------------------------------------------------------------- what was found elsewhere


def test_a_song_found_elsewhere_is_traced_to_its_sources_and_to_what_would_make_it_legal(outside: Outside) -> None:
    context = s.making_of(scopes=[Scope.REMIX, Scope.PUBLIC_SHARE])
    faster = match("rec_open").model_copy(
        update={"kind": "same_recording", "tempo_ratio": 1.06, "pitch_semitones": 1.0, "query_start_s": 30.0}
    )
    outside.heard = [faster, match("rec_else"), match("rec_own")]
    told = trace(file(context), "found.flac", w.actor("lucy", "label"), context)
    assert [one.recording_id for one in told.sources] == ["rec_else", "rec_open"], "in the order of time, one hidden"
    sample, whole = told.sources
    assert (sample.needs, sample.missing, sample.outcome) == ((Scope.SAMPLING,), (Scope.SAMPLING,), "deny")
    assert (whole.needs, whole.missing) == ((Scope.REMIX, Scope.TEMPO_PITCH), (Scope.TEMPO_PITCH,))
    assert (whole.may_claim, sample.may_claim, told.is_licensed) == (True, False, False)
    assert ("label", "Lantern Row") in [(owner.party_id, owner.name) for owner in whole.owners]


def test_a_remix_of_ours_that_was_found_elsewhere_is_named(outside: Outside) -> None:
    context = s.making_of()
    remix = s.made(context)
    outside.mark, outside.heard = remix.seal.mark_id, [match("rec_open")]
    told = trace(file(context), "found.flac", w.BOB, context)
    assert (told.remix_id, told.is_licensed) == (remix.remix_id, True)
    assert not any(one.may_claim for one in told.sources)


def test_a_mark_that_was_copied_onto_a_strangers_song_makes_it_no_remix_of_ours(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = s.making_of()
    sealed = context.blobs.put(context.audio_files.encode(s.tone(12.0, 330.0), "flac"))
    remix = published(context, s.made(context), audio_sha256=sealed)
    outside.mark, outside.heard = remix.seal.mark_id, [match("rec_open")]
    long = context.audio_files.encode(s.tone(10.0), "flac")
    for alike in (True, False):
        monkeypatch.setattr(ROOM, "identify", lambda *_, **__: [match(remix.remix_id)] if alike else [])  # noqa: B023
        told = trace(long, "found.flac", w.BOB, context)
        assert (told.remix_id, told.is_licensed) == ((remix.remix_id, True) if alike else (None, False))


def test_what_was_done_to_a_recording_says_which_permission_it_needs() -> None:
    as_it_is = match("r")
    for changed, needs in (
        ({}, (Scope.SAMPLING,)),
        ({"kind": "same_recording"}, (Scope.REMIX,)),
        ({"kind": "same_recording", "tempo_ratio": 1.002, "pitch_semitones": 0.03}, (Scope.REMIX,)),
        ({"pitch_semitones": -1.0}, (Scope.SAMPLING, Scope.TEMPO_PITCH)),
        ({"backwards": True}, (Scope.SAMPLING, Scope.EFFECTS)),
        ({"kind": "same_recording", "view": "side"}, (Scope.REMIX, Scope.EFFECTS)),
        ({"kind": "same_work", "tempo_ratio": 1.2}, (Scope.COVER,)),
    ):
        assert scopes_needed(as_it_is.model_copy(update=changed)) == needs
