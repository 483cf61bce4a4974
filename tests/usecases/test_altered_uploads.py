"""A thief alters a song of the catalogue and brings it as their own: it waits, and the song itself is not stopped."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import numpy as np
import pytest
import soxr

import sounds_of_tests as s
import world_of_tests as w
from remixlab.compose import sketch
from remixlab.domain.actor import Actor
from remixlab.domain.audio import SAMPLE_RATE, Audio
from remixlab.domain.errors import Quarantined, ScreenRefused
from remixlab.identify import Match, Screening
from remixlab.usecases.catalogue import Delivery, Ingested, ingest, receive
from remixlab.usecases.claims import hold_recording, judge_quarantine
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import RemixOrder, consider, preview
from remixlab.usecases.making.too_close import refuse_foreign

SONG = sketch("soul-ballad", seed=5, form="verse4 chorus4").recording.samples
OTHER = sketch("house", seed=6, form="verse4 chorus4").recording.samples

COPIES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "half a per cent faster": lambda x: soxr.resample(x.T, SAMPLE_RATE * 1.005, SAMPLE_RATE).T,
    "the side signal": lambda x: (x[:1] - x[1:]) / 2,
    "backwards and five per cent faster": lambda x: soxr.resample(x[:, ::-1].T, SAMPLE_RATE * 1.05, SAMPLE_RATE).T,
    "in silence": lambda x: np.pad(x, ((0, 0), (9 * SAMPLE_RATE, 30 * SAMPLE_RATE))),
}


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> Making:
    """A house with one song in its catalogue; nothing has a feel."""
    monkeypatch.setattr(import_module("remixlab.usecases.catalogue.ingest"), "hear_feel", lambda *_: None)
    made = s.making_of()
    brought(made, SONG, w.OPERATOR, mine=False)
    return made


def brought(context: Making, samples: np.ndarray, who: Actor = w.BOB, *, mine: bool = True) -> Ingested:
    sound = Audio(np.ascontiguousarray(samples, np.float32), SAMPLE_RATE)
    delivery = Delivery(context.audio_files.encode(sound, "flac"), "song.flac", mine=mine)
    return ingest(receive(delivery, who, context), who, context)


@pytest.mark.parametrize("how", COPIES)
def test_an_altered_copy_waits_and_gives_nothing(how: str, context: Making) -> None:
    copy = brought(context, COPIES[how](SONG)).recording
    assert copy.quarantined
    with context.read() as records:
        held = records.quarantine.find(copy.recording_id)
    assert held is not None and held.cause == "copy" and held.brought_by == w.BOB.account
    assert all(match.margin >= 0 for match in held.matches)
    assert {match.backwards for match in held.matches} == {how.startswith("backwards")}
    plan = {**s.FASTER, "source": copy.recording_id}
    with pytest.raises(Quarantined):
        consider(RemixOrder(source=copy.recording_id, plan=plan, mine=True), w.BOB, context)


def test_a_song_of_one_s_own_is_in_use_at_once(context: Making) -> None:
    own = brought(context, OTHER).recording
    assert not own.quarantined and own.attested_by == w.BOB.account


def like(recording_id: str) -> Match:
    return Match(
        recording_id=recording_id, kind="contains", score=0.9, query_start_s=1.0, query_end_s=9.0,
        reference_start_s=3.0, tempo_ratio=1.0, pitch_semitones=0.0, margin=1.0,
    )  # fmt: skip


def test_a_stopped_copy_of_a_song_does_not_stop_the_remixes_of_the_song(context: Making) -> None:
    """Else a thief, whose file waits, would have shut the original."""
    copy = brought(context, COPIES["half a per cent faster"](SONG)).recording
    heard = Screening(clean=False, matches=(like("rec_open"), like(copy.recording_id)))
    told = refuse_foreign(heard, frozenset({"rec_open"}), context)
    assert told.clean and [match.recording_id for match in told.matches] == ["rec_open"]
    other = Screening(clean=False, matches=(like("rec_open"), like("rec_else")))
    with pytest.raises(ScreenRefused):
        refuse_foreign(other, frozenset({"rec_open"}), context)


def test_a_preview_of_what_sounds_like_another_recording_is_not_played(monkeypatch: pytest.MonkeyPatch) -> None:
    room = import_module("remixlab.usecases.making.preview")
    context = s.making_of()
    order = RemixOrder(source="rec_open", plan=s.FASTER)
    assert preview(order, w.BOB, context, start_s=0, length_s=1)
    monkeypatch.setattr(room, "screen", lambda *_: Screening(clean=False, matches=(like("rec_else"),)))
    with pytest.raises(ScreenRefused) as refused:
        preview(order, w.BOB, context, start_s=0, length_s=1)
    assert refused.value.details["matches"][0]["recording_id"] == "rec_else"


# ---------------------------------------------------------------- stay-down


def taken_down(context: Making, recording_id: str) -> None:
    hold_recording(recording_id, w.OPERATOR, context, note="a voice that is not theirs")
    judge_quarantine(recording_id, "rejected", w.OPERATOR, context)


def test_what_was_taken_down_does_not_come_back_altered_from_whoever_brought_it(context: Making) -> None:
    """The fingerprint stays in the index, and one's own earlier upload is no excuse for the next one."""
    first = brought(context, OTHER).recording
    assert not first.quarantined
    taken_down(context, first.recording_id)
    again = brought(context, COPIES["half a per cent faster"](OTHER)).recording
    assert again.quarantined
    with context.read() as records:
        held = records.quarantine.find(again.recording_id)
    assert held is not None
    assert [match.recording_id for match in held.matches] == [first.recording_id]


def test_a_take_that_holds_what_was_taken_down_does_not_leave(context: Making) -> None:
    first = brought(context, OTHER).recording
    heard = Screening(clean=False, matches=(like("rec_open"), like(first.recording_id)))
    taken_down(context, first.recording_id)
    with pytest.raises(ScreenRefused):
        refuse_foreign(heard, frozenset({"rec_open"}), context)
