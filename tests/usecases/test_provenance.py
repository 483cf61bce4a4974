"""Provenance: what is said of a file from outside, and what is kept from whom."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

import sounds_of_tests as s
import world_of_tests as w
from remixlab.domain.remix import Remix
from remixlab.identify import Match
from remixlab.seal import NO_MANIFEST, Detection
from remixlab.usecases.context.making import Making
from remixlab.usecases.provenance import identify_file, verify

ROOM = import_module("remixlab.usecases.provenance.verify")


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
        monkeypatch.setattr(ROOM, "identify", lambda *_: self.heard)
        monkeypatch.setattr(ROOM, "detect", self.detect)
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
    monkeypatch.setattr(ROOM, "SUSPECTS_MAX", 2)
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
        "sounds_like",
        "consistent",
    }


def test_a_recording_that_somebody_brought_as_their_own_is_identified_to_them_alone(outside: Outside) -> None:
    context = s.making_of()
    outside.heard = [match("rec_own"), match("rec_open")]
    assert [m.recording_id for m in identify_file(file(context), "x.flac", w.ANN, context)] == ["rec_own", "rec_open"]
    assert [m.recording_id for m in identify_file(file(context), "x.flac", w.BOB, context)] == ["rec_open"]
