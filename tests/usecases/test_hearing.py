"""Hearing: decoded, separated, listened to, each once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sounds_of_tests as s
import world_of_tests as w
from remixlab.domain.audio import Stem
from remixlab.domain.errors import InvalidAudio, StoreUnavailable
from remixlab.domain.rights import Recording
from remixlab.usecases.context.making import Making
from remixlab.usecases.hearing import analyse, hear, separate_file, sound_blocks


def kept(context: Making, **stems: bytes) -> Recording:
    data = context.audio_files.encode(s.tone(1.0), "flac")
    recording = w.OPEN.model_copy(
        update={"recording_id": "rec_new", "sha256": context.blobs.put(data), "duration_s": 1.0}
    )
    with context.write() as records:
        records.catalogue.add_recording(recording, (), {name: context.blobs.put(stem) for name, stem in stems.items()})
        w.enter(records)
    return recording


def test_a_recording_is_heard_once_and_then_remembered() -> None:
    context = s.making_of()
    recording = kept(context)
    song = hear(recording, context)
    assert hear(recording, context) is song
    assert song.stems is not None and song.stems.separator == "silent/1"
    assert np.array_equal(song.stems.mix().samples, song.master.samples)
    context.memory.materials.clear()
    assert hear(recording, context).analysis == analyse(recording, context) == s.HEARD
    assert context.listener.asked == 1  # type: ignore[attr-defined]


def test_stems_that_the_owner_delivered_are_used_as_long_as_the_master_is() -> None:
    context = s.making_of()
    short = context.audio_files.encode(s.tone(0.5, 330.0), "flac")
    stems = hear(kept(context, vocals=short), context).stems
    assert stems is not None and stems.separator == "delivered"
    assert stems[Stem.VOCALS].length_frames == 44_100 and not stems[Stem.DRUMS].samples.any()
    assert stems[Stem.VOCALS].samples[:, :22_050].any() and not stems[Stem.VOCALS].samples[:, 22_050:].any()


def test_a_master_that_is_lost_is_said_to_be() -> None:
    context = s.making_of()
    with pytest.raises(StoreUnavailable):
        hear(kept(context).model_copy(update={"sha256": "9" * 64}), context)


def test_what_is_too_long_is_not_held_whole() -> None:
    context = s.making_of()
    with pytest.raises(InvalidAudio) as refused:
        hear(kept(context).model_copy(update={"duration_s": 1201.0}), context)
    assert refused.value.stable_code == "audio.too_long_to_remix"


def test_the_blocks_of_a_sound_are_the_sound() -> None:
    context = s.making_of()
    recording = kept(context)
    assert np.array_equal(np.concatenate(list(sound_blocks(recording, context)), axis=1), s.tone(1.0).samples)


def test_a_file_is_taken_apart_into_four_files_that_sum_to_it(tmp_path: Path) -> None:
    context = s.making_of()
    paths = separate_file(context.audio_files.encode(s.tone(1.0), "wav"), "x.wav", tmp_path / "stems", context)
    assert set(paths) == {"vocals", "drums", "bass", "other"}
    parts = [context.audio_files.decode(path, "stem").samples for path in paths.values()]
    assert np.allclose(np.sum(parts, axis=0), s.tone(1.0).samples, atol=1e-6)
