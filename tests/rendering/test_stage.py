"""The stage: width that leaves the middle alone, a bass in the middle, a pocket only while sung, an even voice."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab import signal
from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.domain.notes import BeatNote
from remixlab.plan import styles
from remixlab.rendering.mixer.automation import Automation
from remixlab.rendering.mixer.references import reference_of
from remixlab.rendering.mixer.stage import DeEsser, MonoBass, Pocket, Wide, sung_curve

LENGTH = SAMPLE_RATE


def noise(seed: int = 1) -> Samples:
    mono = np.random.default_rng(seed).normal(0, 0.1, LENGTH).astype(np.float32)
    return np.stack([mono, mono])


def tone(hz: float, left: float = 1.0, right: float = 1.0) -> Samples:
    wave = 0.3 * np.sin(2 * np.pi * hz * np.arange(LENGTH) / SAMPLE_RATE)
    return np.stack([left * wave, right * wave]).astype(np.float32)


def side(sound: Samples) -> Samples:
    return (sound[0] - sound[1]) / 2


def level_db(sound: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))


def played(effect: signal.Effect, sound: Samples, step: int = LENGTH) -> Samples:
    process = effect.start(SAMPLE_RATE, 2, 0)
    return np.concatenate([process(sound[:, k : k + step].copy()) for k in range(0, sound.shape[1], step)], axis=1)


@pytest.mark.parametrize("effect", [Wide(1.2), MonoBass(), DeEsser()], ids=lambda e: type(e).__name__)
def test_the_same_bits_in_any_blocks(effect: signal.Effect) -> None:
    sound = noise() + 0.3 * tone(90, 1, -1)
    assert np.array_equal(played(effect, sound), played(effect, sound, 777))


def test_a_widened_band_keeps_its_middle_and_gains_sides_above_its_ground() -> None:
    wide = played(Wide(1.0), noise())
    assert level_db(noise().sum(axis=0) - wide.sum(axis=0)) < level_db(noise()) - 80
    assert level_db(side(wide)) > level_db(noise()) - 4
    ground = tone(60)
    assert level_db(side(played(Wide(1.0), ground))) < level_db(ground) - 10


def test_both_sides_of_a_widened_band_are_not_alike() -> None:
    left, right = played(Wide(1.0), noise())
    assert abs(float(np.corrcoef(left, right)[0, 1])) < 0.5


def test_the_bass_stands_in_the_middle_and_what_is_above_keeps_its_place() -> None:
    low, high = tone(40, 1, -1), tone(1000, 1, -1)
    assert level_db(side(played(MonoBass(), low))) < level_db(side(low)) - 12
    assert abs(level_db(side(played(MonoBass(), high))) - level_db(side(high))) < 0.5
    middle = tone(40)
    assert np.allclose(played(MonoBass(), middle), middle, atol=1e-6)


def test_an_s_is_turned_down_and_a_vowel_is_not() -> None:
    vowel = tone(300)
    assert abs(level_db(played(DeEsser(), vowel)) - level_db(vowel)) < 0.3
    hiss = tone(8000)
    assert level_db(played(DeEsser(), hiss)[:, LENGTH // 2 :]) < level_db(hiss) - 3


def test_a_pocket_is_open_while_somebody_sings_and_shut_where_nobody_does() -> None:
    sung = Automation(np.array([20_000.0, 21_000.0, 30_000.0, 31_000.0]), np.array([0.0, 1.0, 1.0, 0.0]))
    sound = tone(2600)
    made = played(Pocket(signal.Filter("peak", 2600.0, 0.7, -4.0), sung), sound)
    assert np.array_equal(made[:, :19_999], sound[:, :19_999])
    assert np.allclose(made[:, 31_001:], sound[:, 31_001:], atol=1e-6)
    assert level_db(made[:, 23_000:29_000]) < level_db(sound) - 3.5


def test_a_pocket_stays_open_between_the_words_of_a_phrase(song: object) -> None:
    from remixlab.plan import cover
    from remixlab.rendering import timeline

    layout = timeline(cover("x"), song).layout  # pyright: ignore[reportArgumentType]
    notes = (BeatNote(1.0, 0.5, 60.0, 0.8), BeatNote(2.0, 0.5, 60.0, 0.8), BeatNote(9.0, 1.0, 60.0, 0.8))
    curve = sung_curve(notes, layout)
    assert curve is not None and curve.frames.size == 8
    assert sung_curve((), layout) is None


@pytest.mark.parametrize("style_id", styles.ids())
def test_every_style_has_a_reference_with_a_source(style_id: str) -> None:
    reference = reference_of(styles.load(style_id))
    whole = sum(10 ** (band / 10) for band in reference.bands_db)
    assert len(reference.bands_db) == 6 and 0.8 < whole < 1.25
    assert reference.source and 0 <= reference.wide <= 1.5 and -5 <= reference.voice_db <= 0
    assert reference.records > 0 or "usual" in reference.source


def test_a_voice_stands_back_in_rock_and_dance_and_stays_in_front_of_a_ballad() -> None:
    back = {name: reference_of(styles.load(name)).voice_db for name in ("rock", "house", "disco", "funk", "metal")}
    assert all(-4.5 <= db <= -3 for db in back.values())
    assert reference_of(styles.load("piano-ballad")).voice_db == 0.0
