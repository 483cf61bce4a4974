"""What each effect of the language does to a sound whose truth is known: a tone, a click, noise; in its place, in the
time of the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from remixlab.domain.audio import Audio
from remixlab.domain.material import Material
from remixlab.plan import RemixPlan, remix
from remixlab.plan import effects as fx
from remixlab.rendering import render
from remixlab.signal import rms_db

RATE = 44_100
START_S, BEAT_S = 0.25, 0.5
VERSE, CHORUS = (4.0, 12.0), (12.0, 20.0)


def tone(hz: float, level: float = 0.2) -> np.ndarray:
    return level * np.sin(2 * np.pi * hz * np.arange(25 * RATE) / RATE)


def hiss(level: float = 0.1) -> np.ndarray:
    return level * np.random.default_rng(5).standard_normal(25 * RATE)


def clicks(*beats: float, length: int = 40) -> np.ndarray:
    """A short burst on each of these beats of the song."""
    sound = np.zeros(25 * RATE)
    burst = np.random.default_rng(6).standard_normal(length) * np.hanning(length)
    for beat in beats:
        first = round((START_S + beat * BEAT_S) * RATE)
        sound[first : first + length] = burst
    return sound


def of(song: Material, sound: np.ndarray) -> Material:
    """The song where nothing sounds but this, on the stem `other`."""
    assert song.stems is not None
    audio = Audio(np.ascontiguousarray(np.tile(sound[: song.master.length_frames], (2, 1)), np.float32), RATE)
    nothing = Audio(np.zeros_like(audio.samples), RATE)
    return Material(
        "x", audio, replace(song.stems, vocals=nothing, drums=nothing, bass=nothing, other=audio), song.analysis
    )


def treated(
    song: Material, sound: np.ndarray, *chain: fx.Effect, at: str = "verse", plan: RemixPlan | None = None
) -> np.ndarray:
    """The part as it enters the mix. Shape: (frames,)."""
    plan = (plan or remix("x")).treat("other", chain=chain, at=at)
    mix = render(plan.mastered(lufs=-30.0), of(song, sound), stems_out=True)
    assert np.isfinite(mix.audio.samples).all()
    return mix.stems_out["other"].samples.mean(0).astype(np.float64)


def cut(sound: np.ndarray, start_s: float, end_s: float) -> np.ndarray:
    return sound[round(start_s * RATE) : round(end_s * RATE)]


def band_db(sound: np.ndarray, low_hz: float, high_hz: float) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(sound.size))) ** 2
    hertz = np.fft.rfftfreq(sound.size, 1 / RATE)
    return float(10 * np.log10(spectrum[(hertz >= low_hz) & (hertz < high_hz)].mean() / sound.size + 1e-20))


def pitch_hz(sound: np.ndarray, near_hz: float) -> np.ndarray:
    """The frequency of a tone from moment to moment, by the turning of its phase."""
    spectrum = np.fft.fft(sound)
    hertz = np.fft.fftfreq(sound.size, 1 / RATE)
    spectrum[(hertz < near_hz * 0.7) | (hertz > near_hz * 1.4)] = 0
    turning = np.diff(np.unwrap(np.angle(np.fft.ifft(spectrum)))) * RATE / (2 * np.pi)
    return np.convolve(turning, np.full(256, 1 / 256), "valid")[RATE // 8 : -RATE // 8]


def envelope(sound: np.ndarray, width: int = 220) -> np.ndarray:
    return np.sqrt(np.convolve(sound**2, np.full(width, 1 / width), "same"))


# ---------------------------------------------------------------- level and colour


@pytest.mark.parametrize("gain_db", [-12.0, 6.0])
def test_gain_is_what_it_says(song: Material, gain_db: float) -> None:
    got = treated(song, tone(440), fx.Gain(gain_db=gain_db))
    assert rms_db(cut(got, 5, 11)[None]) - rms_db(cut(got, 13, 19)[None]) == pytest.approx(gain_db, abs=0.05)


@pytest.mark.parametrize(("mode", "passes", "stops"), [
    ("low-pass", [(100, 600)], [(4000, 8000)]), ("high-pass", [(4000, 9000)], [(60, 250)]),
    ("band-pass", [(900, 1100)], [(20, 90), (11_000, 18_000)]),
])  # fmt: skip
def test_a_filter_passes_one_side_of_its_cutoff(
    song: Material, mode: str, passes: Sequence[tuple[int, int]], stops: Sequence[tuple[int, int]]
) -> None:
    got = treated(song, hiss(), fx.Filter(mode=mode, cutoff_hz=1000.0))  # type: ignore[arg-type]
    inside, outside = cut(got, 5, 11), cut(got, 13, 19)
    for low, high in passes:
        assert band_db(inside, low, high) == pytest.approx(band_db(outside, low, high), abs=1.5)
    for low, high in stops:
        assert band_db(inside, low, high) < band_db(outside, low, high) - 20


def test_resonance_lifts_the_cutoff(song: Material) -> None:
    flat, sharp = (treated(song, hiss(), fx.Filter(mode="low-pass", cutoff_hz=1000.0, resonance=r)) for r in (0.0, 0.9))
    assert band_db(cut(sharp, 5, 11), 950, 1050) > band_db(cut(flat, 5, 11), 950, 1050) + 9


def test_a_sweep_opens_over_its_place(song: Material) -> None:
    got = treated(song, hiss(), fx.Filter(mode="low-pass", cutoff_hz=200.0, sweep_to_hz=12_000.0))
    brightness = [band_db(cut(got, 4.2 + k, 5.2 + k), 2000, 4000) for k in range(7)]
    assert np.all(np.diff(brightness) > -1.0)
    assert brightness[-1] - brightness[0] > 40
    assert band_db(cut(got, 11, 11.9), 2000, 4000) == pytest.approx(band_db(cut(got, 13, 19), 2000, 4000), abs=1.5)


def test_drive_makes_odd_overtones_the_more_the_harder(song: Material) -> None:
    third = []
    for drive_db in (0.0, 9.0, 24.0):
        inside = cut(treated(song, tone(500), fx.Drive(drive_db=drive_db)), 5, 11)
        third.append(band_db(inside, 1450, 1550) - band_db(inside, 450, 550))
    assert third[0] < third[1] - 6 < third[2] - 9
    assert third[2] > -20


def test_fewer_bits_are_more_noise_by_six_decibels_each(song: Material) -> None:
    def noise_db(bits: int) -> float:
        inside = cut(treated(song, tone(501.3, 0.5), fx.Crush(bits=bits, rate_hz=44_100.0)), 5, 11)
        return band_db(inside, 3000, 15_000) - band_db(inside, 450, 550)

    assert noise_db(4) - noise_db(8) == pytest.approx(4 * 6.02, abs=5)


def test_a_lower_rate_folds_what_is_too_high(song: Material) -> None:
    inside = cut(treated(song, tone(1000), fx.Crush(bits=16, rate_hz=6000.0)), 5, 11)
    assert band_db(inside, 4950, 5050) - band_db(inside, 2600, 2900) > 20  # 6000 - 1000


# ---------------------------------------------------------------- motion


def test_tape_wavers_with_its_wow_and_not_without(song: Material) -> None:
    depth = [
        float(np.std(pitch_hz(cut(treated(song, tone(1000), fx.Tape(wow=wow)), 4.5, 11.5), 1000)))
        for wow in (0.0, 0.4, 1.0)
    ]
    assert depth[0] < 0.5 < depth[1] < depth[2]
    assert 1200 * np.log2(1 + depth[2] / 1000) < 40


def test_a_chorus_bends_the_pitch_of_its_copies(song: Material) -> None:
    still, moving = (cut(treated(song, tone(1000), fx.Chorus(depth=1.0, mix=mix)), 5, 11) for mix in (0.0, 0.6))
    assert float(np.std(envelope(still, 2205)[3000:-3000])) < 1e-3
    assert float(np.std(envelope(moving, 2205)[3000:-3000]) / np.mean(envelope(moving, 2205))) > 0.03


@pytest.mark.parametrize("ratio", [1.0, 1.25])
def test_a_flanger_comes_round_in_its_beats_of_the_result(song: Material, ratio: float) -> None:
    plan = remix("x").tempo(ratio=ratio) if ratio != 1 else remix("x")
    begin, beats = 4.0 / ratio, 4
    period_s = beats * BEAT_S / ratio
    got = treated(song, tone(2500), fx.Flanger(beats=str(beats), depth=1.0, mix=1.0), plan=plan)
    level = envelope(cut(got, begin + 0.3, begin + 0.3 + 3 * period_s), 882)[::441]
    level = level - level.mean()
    lags = np.correlate(level, level, "full")[level.size - 1 :]
    turn = round(period_s * RATE / 441)
    window = lags[round(turn * 0.75) : round(turn * 1.25)]
    assert round(turn * 0.75) + int(np.argmax(window)) == pytest.approx(turn, abs=max(2, turn * 0.03))
    assert float(np.std(level)) > 0.005


# ---------------------------------------------------------------- space and echoes


def test_a_reverb_rings_for_its_time(song: Material) -> None:
    got = treated(song, clicks(8.0, length=400), fx.Reverb(decay_s=2.0, mix=1.0))
    power = np.cumsum((cut(got, 4.1, 9.0) ** 2)[::-1])[::-1]
    fall = 10 * np.log10(power / power[0])
    t5, t35 = (int(np.argmax(fall < -db)) / RATE for db in (5, 35))
    assert 2 * (t35 - t5) == pytest.approx(2.0, rel=0.25)


@pytest.mark.parametrize("ratio", [1.0, 0.8])
def test_echoes_fall_on_the_beats_of_the_result(song: Material, ratio: float) -> None:
    plan = remix("x").tempo(ratio=ratio) if ratio != 1 else remix("x")
    got = treated(song, clicks(8.0), fx.Delay(beats="3/4", feedback=0.5, mix=0.5), plan=plan)
    begin = round(4.0 / ratio * RATE)
    for echo in (1, 2, 3):
        expected = begin + round(echo * 0.75 * BEAT_S / ratio * RATE)
        near = np.abs(got[expected - 1500 : expected + 1500])
        assert int(np.argmax(near)) - 1500 == pytest.approx(20, abs=130)
    loudness = [np.abs(got[begin + round(k * 0.75 * BEAT_S / ratio * RATE) - 300 :][:900]).max() for k in (1, 2, 3)]
    assert loudness[0] > loudness[1] > loudness[2] > 0


@pytest.mark.parametrize(("beats", "nearest"), [("1/999", "1/500"), ("999", "16")])
def test_an_echo_out_of_reach_comes_at_the_nearest_time_that_an_echo_has(
    song: Material, beats: str, nearest: str
) -> None:
    """From a thousandth of a second to eight seconds."""
    one, other = (treated(song, clicks(8.0), fx.Delay(beats=each, feedback=0.5, mix=0.5)) for each in (beats, nearest))
    assert np.array_equal(one, other) and np.abs(one).max() > 0.01


def test_vinyl_crackles_in_its_place_only(song: Material) -> None:
    soft, loud = (treated(song, clicks(0.5), fx.Vinyl(level_db=level_db)) for level_db in (-36.0, -24.0))
    assert rms_db(cut(loud, 4.2, 11.8)[None]) - rms_db(cut(soft, 4.2, 11.8)[None]) == pytest.approx(12.0, abs=0.1)
    assert rms_db(cut(loud, 12.2, 19.8)[None]) < -100
    grains = np.abs(cut(loud, 4.2, 11.8))
    assert grains.max() > 6 * np.sqrt(np.mean(grains**2))


# ---------------------------------------------------------------- rhythm and ends


@pytest.mark.parametrize(("beats", "open_share", "ratio"), [("1/2", 0.5, 1.0), ("1", 0.25, 1.0), ("1/2", 0.5, 1.25)])
def test_a_gate_opens_on_every_step(song: Material, beats: str, open_share: float, ratio: float) -> None:
    plan = remix("x").tempo(ratio=ratio) if ratio != 1 else remix("x")
    got = treated(song, hiss(), fx.Gate(beats=beats, open_share=open_share), plan=plan)
    step_s = float(fx.in_beats(beats)) * BEAT_S / ratio
    level = envelope(got)
    for step in range(2, 10):
        begin = 4.0 / ratio + step * step_s
        open_level = cut(level, begin + 0.25 * open_share * step_s, begin + 0.75 * open_share * step_s).mean()
        shut_share = open_share + 0.6 * (1 - open_share)
        shut_level = cut(level, begin + shut_share * step_s, begin + 0.95 * step_s).mean()
        assert 20 * np.log10(shut_level / open_level + 1e-9) < -18


def test_a_stutter_repeats_the_first_slice_of_each_bar(song: Material) -> None:
    got = treated(song, hiss(), fx.Stutter(beats="1/2"))
    slice_frames = round(0.25 * RATE)
    for bar in range(4):
        begin = round((4.0 + 2.0 * bar) * RATE)
        slices = [got[begin + k * slice_frames + 600 : begin + (k + 1) * slice_frames - 600] for k in range(8)]
        for later in slices[1:]:
            assert np.corrcoef(slices[0], later)[0, 1] > 0.98
    chorus = [got[round(12 * RATE) + k * slice_frames + 600 :][: slice_frames - 1200] for k in range(2)]
    assert abs(np.corrcoef(chorus[0], chorus[1])[0, 1]) < 0.2


def test_a_fade_in_rises_from_silence_and_a_fade_out_falls_to_it(song: Material) -> None:
    rising = envelope(treated(song, tone(440), fx.Fade(direction="in", beats="8"), at="verse"), 882)
    steps = [cut(rising, 4 + k, 4.2 + k).mean() for k in range(4)]
    assert steps[0] < 0.12 * steps[3]
    assert np.all(np.diff(steps) > 0)
    assert cut(rising, 8.5, 11.5).mean() == pytest.approx(0.2 / np.sqrt(2), rel=0.03)
    falling = envelope(treated(song, tone(440), fx.Fade(direction="out", beats="8"), at="all"), 882)
    assert cut(falling, 10, 18).mean() == pytest.approx(0.2 / np.sqrt(2), rel=0.03)
    ends = [cut(falling, 20 + k, 20.2 + k).mean() for k in range(4)]
    assert np.all(np.diff(ends) < 0)
    assert cut(falling, 23.9, 24.4).max() < 0.005


def test_a_chain_works_from_left_to_right(song: Material) -> None:
    dull_last = treated(song, tone(300), fx.Drive(drive_db=24.0), fx.Filter(mode="low-pass", cutoff_hz=400.0))
    dull_first = treated(song, tone(300), fx.Filter(mode="low-pass", cutoff_hz=400.0), fx.Drive(drive_db=24.0))
    assert band_db(cut(dull_first, 5, 11), 850, 950) > band_db(cut(dull_last, 5, 11), 850, 950) + 15
