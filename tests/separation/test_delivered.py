"""Delivered stems are held against their mix: mended where that is certain, else said, and silent where they add up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from remixlab.compose import sketch
from remixlab.domain.audio import SAMPLE_RATE, Audio
from remixlab.separation import check_stems
from remixlab.signal import resample

Stems = dict[str, Audio]


@pytest.fixture(scope="module")
def stems() -> Stems:
    performed = sketch(seed=5, form="verse4 chorus4")
    return {stem.value: audio for stem, audio in performed.stems.items()}


def mix_of(stems: Stems) -> Audio:
    return Audio(np.sum([stem.samples for stem in stems.values()], axis=0, dtype=np.float32), SAMPLE_RATE)


def left_db(mix: Audio, stems: Stems) -> float:
    laid = np.zeros_like(mix.samples)
    for stem in stems.values():
        length = min(laid.shape[1], stem.length_frames)
        laid[:, :length] += stem.samples[:, :length]
    return 10 * float(np.log10(np.square(mix.samples - laid).sum() / np.square(mix.samples).sum() + 1e-12))


def with_samples(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Audio], Audio]:
    return lambda audio: Audio(np.ascontiguousarray(change(audio.samples), np.float32), audio.sample_rate)


MISTAKES: dict[str, tuple[str, Callable[[Audio], Audio], str]] = {
    "cut at its start": ("vocals", with_samples(lambda y: y[:, 70_001:]), "1.587 s too early"),
    "late": ("vocals", with_samples(lambda y: np.pad(y, ((0, 0), (132_300, 0)))), "3.000 s too late"),
    "a codec late": ("other", with_samples(lambda y: np.pad(y, ((0, 0), (1105, 0)))), "0.025 s too late"),
    "turned over": ("drums", with_samples(np.negative), "turned over"),
    "quiet": ("vocals", with_samples(lambda y: y / 4), "12.0 dB too quiet"),
    "loud": ("bass", with_samples(lambda y: y * 2), "6.0 dB too loud"),
    "at another rate": ("vocals", with_samples(lambda y: resample(y, 44_100, 48_000)), "another sample rate"),
    "late and turned over": ("drums", with_samples(lambda y: -np.pad(y, ((0, 0), (44_100, 0)))), "turned over"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_usual_mistake_is_said_with_its_stem_and_mended(mistake: str, stems: Stems) -> None:
    name, change, words = MISTAKES[mistake]
    delivered = {**stems, name: change(stems[name])}
    found = check_stems(mix_of(stems), delivered)
    assert len(found.notes) == 1 and f"'{name}'" in found.notes[0] and words in found.notes[0], found.notes
    assert found.mended is not None and set(found.mended) == {name}
    assert left_db(mix_of(stems), {**delivered, **found.mended}) < -15
    assert all(stem.length_frames == mix_of(stems).length_frames for stem in found.mended.values())


def test_several_mistakes_at_once_are_each_said(stems: Stems) -> None:
    delivered = {
        **stems,
        "drums": MISTAKES["turned over"][1](stems["drums"]),
        "vocals": MISTAKES["late"][1](stems["vocals"]),
    }
    found = check_stems(mix_of(stems), delivered)
    assert len(found.notes) == 2 and left_db(mix_of(stems), {**delivered, **(found.mended or {})}) < -15


def test_a_delivery_that_adds_up_has_no_notes(stems: Stems) -> None:
    padded = {name: with_samples(lambda y: np.pad(y, ((0, 0), (0, 9_999))))(stem) for name, stem in stems.items()}
    for delivered in (stems, padded):
        found = check_stems(mix_of(stems), delivered)
        assert found.notes == () and not found.mended


def test_a_stem_that_is_missing_is_what_the_others_leave(stems: Stems) -> None:
    delivered = {name: stem for name, stem in stems.items() if name != "other"}
    found = check_stems(mix_of(stems), delivered)
    assert found.mended is not None and "missing" in found.notes[0]
    assert np.allclose(found.mended["other"].samples, stems["other"].samples, atol=1e-4)


def test_a_song_without_a_bass_needs_no_bass_stem(stems: Stems) -> None:
    delivered = {name: stem for name, stem in stems.items() if name != "bass"}
    assert check_stems(mix_of(delivered), delivered).notes == ()


def test_stems_of_another_song_are_said_and_left_alone(stems: Stems) -> None:
    others = {stem.value: audio for stem, audio in sketch(seed=9, tempo_bpm=97.0, form="verse4 chorus4").stems.items()}
    found = check_stems(mix_of(stems), others)
    assert len(found.notes) == 1 and "do not add up" in found.notes[0] and not found.mended


def test_silence_is_no_mistake(stems: Stems) -> None:
    silent = {**stems, "vocals": Audio(np.zeros((2, 44_100), np.float32), SAMPLE_RATE)}
    assert check_stems(mix_of({k: v for k, v in stems.items() if k != "vocals"}), silent).notes == ()
