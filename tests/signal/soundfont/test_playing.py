"""What is heard: pitch, envelope, loops, filter, ends."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from remixlab.domain.errors import InvalidPlan
from remixlab.signal.instruments import HitEvent, NoteEvent, Take, rehearse
from remixlab.signal.soundfont import SoundFont, perform_notes, read_soundfont, rehearse_kit_on, rehearse_on
from remixlab.signal.soundfont.generators import Gen
from remixlab.signal.soundfont.take import SoundFontTake
from soundfonts import RATE, Program, Tone, build, sine, span

LOOPED = {Gen.LOOP_MODE: 1, Gen.VOLUME_RELEASE: -3600}


def loop_tone(hz: float = 441.0, **changes: object) -> Tone:
    """A tone whose loop is whole periods long."""
    fields: dict[str, object] = {"loop": (2000, 4000), "generators": LOOPED, "key": 69} | changes
    return Tone(sine(hz, 5000), **fields)  # type: ignore[arg-type]


def font_of(*tones: Tone, **fields: object) -> SoundFont:
    return read_soundfont(build([Program(tones, **fields)]))  # type: ignore[arg-type]


def played(font: SoundFont, notes: Sequence[NoteEvent]) -> tuple[Take, NDArray[np.float32]]:
    preset = font.preset(0, 0)
    assert preset is not None
    take = SoundFontTake(font, perform_notes(font, preset, notes))
    return take, take.render(0, take.length_frames)


def pitch_hz(sound: NDArray[np.float32]) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(sound.size), 1 << 20))
    return float(np.argmax(spectrum)) * RATE / (1 << 20)


def level_db(sound: NDArray[np.floating]) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))


@pytest.mark.parametrize("midi", [45.0, 60.0, 69.0, 69.5, 81.0, 93.0])
def test_a_key_sounds_at_its_pitch(midi: float) -> None:
    _, sound = played(font_of(loop_tone()), [NoteEvent(0, RATE, midi, 1.0)])
    heard = pitch_hz(sound[0, 4000:40_000])
    assert abs(1200 * np.log2(heard / (441.0 * 2 ** ((midi - 69) / 12)))) < 1.0


@pytest.mark.parametrize(
    ("generators", "cents"),
    [
        ({Gen.COARSE_TUNE: -5}, -500),
        ({Gen.FINE_TUNE: 40}, 40),
        ({Gen.ROOT_KEY: 57}, 1200),
        ({Gen.SCALE_TUNING: 50}, 450),
        ({Gen.FIXED_KEY: 69}, 900),
    ],
)
def test_tuning_generators_move_the_pitch(generators: dict[int, int], cents: float) -> None:
    _, sound = played(font_of(loop_tone(generators={**LOOPED, **generators})), [NoteEvent(0, RATE, 60.0, 1.0)])
    assert abs(1200 * np.log2(pitch_hz(sound[0, 4000:40_000]) / 441.0) - (-900 + cents)) < 1.0


def test_reading_between_the_frames_adds_almost_nothing() -> None:
    _, sound = played(font_of(loop_tone()), [NoteEvent(0, RATE, 69.37, 1.0)])
    x = sound[0, 8000:40_768].astype(np.float64) * np.blackman(32_768)
    spectrum = np.abs(np.fft.rfft(x)) ** 2
    top = int(np.argmax(spectrum))
    rest = spectrum.sum() - spectrum[top - 40 : top + 41].sum()
    assert 10 * np.log10(rest / spectrum.sum()) < -80


@pytest.mark.parametrize("up", [5, 12, 19, 31])
def test_what_a_raised_sample_cannot_carry_is_kept_out(up: int) -> None:
    # 18 kHz raised by a fourth or more lies beyond the band: unfiltered it would fold back into it.
    _, sound = played(font_of(loop_tone(18_000.0, loop=(0, 0), generators={})), [NoteEvent(0, 1500, 69.0 + up, 1.0)])
    folded = level_db(sound[0, 200:600])
    assert folded < level_db(sine(441, 4000)) - 55


def test_a_loop_goes_on_without_a_jump_and_its_tail_ends() -> None:
    take, sound = played(font_of(loop_tone()), [NoteEvent(0, RATE, 69.0, 1.0)])
    held = sound[0, 500 : RATE - 500]
    assert np.abs(np.diff(held)).max() < 1.05 * 0.5 * np.cos(np.pi / 4) * 2 * np.pi * 441 / RATE
    assert abs(level_db(held[:4410]) - level_db(held[-4410:])) < 0.05
    assert take.length_frames < RATE + 0.14 * RATE
    assert sound[0, -1] == 0.0


def test_a_sample_without_loop_ends_with_itself_however_long_the_key_is_held() -> None:
    take, sound = played(
        font_of(loop_tone(loop=(0, 0), generators={Gen.VOLUME_RELEASE: 8000})), [NoteEvent(0, 10 * RATE, 69.0, 1.0)]
    )
    assert take.length_frames < 5200
    assert sound[0, -1] == 0.0
    assert np.abs(np.diff(sound[0])).max() < 0.5 * (2 * np.pi * 441 / RATE)


def test_a_loop_until_release_then_plays_what_lies_behind_it() -> None:
    tone = Tone(
        np.concatenate((sine(441, 4000), sine(882, 4000))),
        loop=(2000, 4000),
        generators={Gen.LOOP_MODE: 3, Gen.VOLUME_RELEASE: 2400},
    )
    _, sound = played(font_of(tone), [NoteEvent(0, RATE, 69.0, 1.0)])
    assert abs(pitch_hz(sound[0, 4000:40_000]) - 441) < 1
    assert abs(pitch_hz(sound[0, RATE + 2000 : RATE + 5000]) - 882) < 3


def test_the_volume_envelope_takes_its_time_in_decibels() -> None:
    stages = {
        Gen.VOLUME_ATTACK: -3986,
        Gen.VOLUME_HOLD: -3986,
        Gen.VOLUME_DECAY: 1200,
        Gen.VOLUME_SUSTAIN: 300,
        Gen.VOLUME_RELEASE: 0,
    }
    _, sound = played(font_of(loop_tone(generators={**LOOPED, **stages})), [NoteEvent(0, 2 * RATE, 69.0, 1.0)])

    def at(seconds: float) -> float:
        middle = int(seconds * RATE)
        return level_db(sound[0, middle - 500 : middle + 500])

    full = at(0.15)
    assert at(0.05) - full == pytest.approx(-6.0, abs=0.3)  # half way up a straight line
    assert at(0.2 + 0.3) - full == pytest.approx(-15.0, abs=0.3)  # 100 dB in two seconds
    assert at(1.8) - full == pytest.approx(-30.0, abs=0.2)  # sustained
    assert at(2.3) - full == pytest.approx(-60.0, abs=0.5)  # 100 dB in one second


def test_velocity_turns_loudness_down_by_the_square() -> None:
    levels = [
        level_db(played(font_of(loop_tone()), [NoteEvent(0, RATE, 69.0, v / 127)])[1][0, 4000:40_000])
        for v in (127, 64)
    ]
    assert levels[0] - levels[1] == pytest.approx(40 * np.log10(127 / 64), abs=0.2)


def test_pan_keeps_the_power() -> None:
    sounds = {
        p: played(font_of(loop_tone(generators={**LOOPED, Gen.PAN: p})), [NoteEvent(0, RATE, 69.0, 1.0)])[1]
        for p in (-500, 0, 250, 500)
    }
    assert np.abs(sounds[-500][1]).max() < 1e-6
    assert np.abs(sounds[500][0]).max() < 1e-6
    powers = [float((s.astype(np.float64) ** 2).sum()) for s in sounds.values()]
    assert max(powers) / min(powers) < 1.001


def test_the_filter_takes_away_what_lies_above_it_and_resonance_lifts_its_edge() -> None:
    notes = [NoteEvent(0, RATE, 69.0, 1.0)]
    cutoff = round(1200 * np.log2(441 / 8.1758))  # at the tone itself
    plain, low, edge, resonant = (
        level_db(played(font_of(loop_tone(generators={**LOOPED, **g})), notes)[1][0, 8000:40_000])
        for g in (
            {},
            {Gen.FILTER_CUTOFF: cutoff - 2400},
            {Gen.FILTER_CUTOFF: cutoff},
            {Gen.FILTER_CUTOFF: cutoff, Gen.FILTER_Q: 120},
        )
    )
    assert low - plain == pytest.approx(-24.0, abs=2.0)
    assert edge - plain == pytest.approx(-3.0, abs=1.0)
    assert resonant - edge == pytest.approx(6.0, abs=1.0)  # 12 dB of peak, half of it taken from everything


def test_the_modulation_envelope_opens_the_filter_and_lets_it_close_on_release() -> None:
    generators = {
        **LOOPED,
        Gen.FILTER_CUTOFF: 4000,
        Gen.MOD_ENVELOPE_TO_FILTER: 6000,
        Gen.MOD_ATTACK: 0,
        Gen.VOLUME_RELEASE: 3600,
        Gen.MOD_RELEASE: -3600,
    }
    _, sound = played(font_of(loop_tone(2205.0, generators=generators)), [NoteEvent(0, 2 * RATE, 69.0, 1.0)])
    closed, opened, after = (level_db(sound[0, a : a + 2000]) for a in (1000, 2 * RATE - 4000, 2 * RATE + 8000))
    assert opened - closed > 15
    assert opened - after > 15


def test_vibrato_swings_by_its_depth_at_its_rate() -> None:
    generators = {**LOOPED, Gen.VIBRATO_TO_PITCH: 100, Gen.VIBRATO_RATE: round(1200 * np.log2(5 / 8.1758))}
    _, sound = played(font_of(loop_tone(generators=generators)), [NoteEvent(0, RATE, 69.0, 1.0)])
    crossings = np.flatnonzero(np.diff(np.signbit(sound[0, 2000:42_000])))
    hz = RATE / (2 * np.diff(crossings).astype(float))
    smooth = np.convolve(hz, np.ones(12) / 12, "valid")
    cents = 1200 * np.log2(smooth / 441)
    assert 80 < cents.max() < 110
    assert -110 < cents.min() < -80
    turns = np.count_nonzero(np.diff(np.signbit(cents - cents.mean()))) / 2
    assert 4 <= turns <= 5


def test_stretches_join_to_the_same_bits_in_any_order_on_any_thread() -> None:
    generators = {**LOOPED, Gen.VIBRATO_TO_PITCH: 30, Gen.MOD_ENVELOPE_TO_FILTER: 1200, Gen.FILTER_CUTOFF: 9000}
    font = font_of(loop_tone(generators=generators), loop_tone(660.0))
    notes = [NoteEvent(k * 3000, 9000 + 711 * k, 50.0 + 3 * k, 0.3 + 0.05 * k) for k in range(12)]
    _, whole = played(font, notes)
    preset = font.preset(0, 0)
    assert preset is not None
    spans = [(a, min(whole.shape[1], a + 7001)) for a in range(0, whole.shape[1], 7001)]
    take = SoundFontTake(font, perform_notes(font, preset, notes))
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda s: take.render(*s), reversed(spans)))
    assert np.array_equal(np.concatenate(parts[::-1], axis=1), whole)


def test_what_memory_forgets_is_made_again_with_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    font = font_of(loop_tone())
    notes = [NoteEvent(k * 5000, 9000, 60.0 + k, 0.8) for k in range(6)]
    _, whole = played(font, notes)
    monkeypatch.setattr("remixlab.signal.soundfont.take._REMEMBERED_FRAMES", 1)
    assert np.array_equal(played(font, notes)[1], whole)


def test_an_open_hat_is_cut_by_a_closed_one() -> None:
    kinds = {42: 6000.0, 46: 8000.0}
    tones = [
        Tone(sine(hz, RATE), key=k, generators={Gen.KEY_RANGE: span(k, k), Gen.EXCLUSIVE_CLASS: 1})
        for k, hz in kinds.items()
    ]
    font = font_of(*tones, bank=128)
    alone = rehearse_kit_on(font, "acoustic-kit", [HitEvent(0, "open-hat", 1.0)])
    both = rehearse_kit_on(font, "acoustic-kit", [HitEvent(0, "open-hat", 1.0), HitEvent(10_000, "hat", 1.0)])
    spectrum = [np.abs(np.fft.rfft(t.render(0, RATE)[0, 15_000:35_000])) for t in (alone, both)]
    place = round(8000 * 20_000 / RATE)
    assert spectrum[1][place] < spectrum[0][place] / 1000
    assert np.array_equal(alone.render(0, 9000), both.render(0, 9000))


def test_pieces_and_instruments_that_a_font_lacks_are_played_by_our_own() -> None:
    kick = Tone(sine(60, 8000), key=36, generators={Gen.KEY_RANGE: span(36, 36)})
    font = font_of(kick, bank=128)
    hits = [HitEvent(0, "kick", 1.0), HitEvent(20_000, "snare", 1.0)]
    sound = rehearse_kit_on(font, "rock-kit", hits).render(0, 40_000)
    assert abs(pitch_hz(sound[0, 200:7000]) - 60) < 8
    assert level_db(sound[0, 20_000:24_000]) > -40
    notes = [NoteEvent(0, 9000, 60.0, 0.8)]
    assert np.array_equal(
        rehearse_on(font, "flute", notes, seed=3).render(0, 9000), rehearse("flute", notes, seed=3).render(0, 9000)
    )
    with pytest.raises(InvalidPlan, match="kazoo"):
        rehearse_on(font, "kazoo", notes)
