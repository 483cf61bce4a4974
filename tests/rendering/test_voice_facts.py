"""What each manner of `revoice` makes of a voice whose truth is known: its notes, its vibrato, how far it sings beside
the scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from remixlab.domain.audio import Audio
from remixlab.domain.material import Material
from remixlab.plan import RemixPlan, remix
from remixlab.rendering import render
from remixlab.signal import rms_db

RATE = 44_100
START_S, BEAT_S, BARS = 0.25, 0.5, 12
SCALE = {9, 11, 0, 2, 4, 5, 7}  # A minor


def sung(
    notes: Sequence[float], *, cents: float = 0.0, vibrato_cents: float = 0.0, length_beats: float = 1.0
) -> np.ndarray:
    """One note after the other from bar 3 on, again and again: pulses of a throat through two formants."""
    frames = round((START_S + BARS * 4 * BEAT_S + 0.5) * RATE)
    sound = np.zeros(frames)
    for number, beat in enumerate(np.arange(8.0, 4 * BARS - 0.01, length_beats)):
        first = round((START_S + beat * BEAT_S) * RATE)
        t = np.arange(round(length_beats * BEAT_S * 0.94 * RATE)) / RATE
        wave = np.sin(2 * np.pi * 5.5 * t)
        hz = 440 * 2 ** ((notes[number % len(notes)] - 69 + (cents + vibrato_cents * wave) / 100) / 12)
        phase = 2 * np.pi * np.cumsum(hz) / RATE
        note = sum(_formants(k * float(hz.mean())) * np.sin(k * phase) for k in range(1, 24))
        edge = np.minimum(1, np.minimum(t, t[::-1]) / 0.015)
        sound[first : first + t.size] += 0.1 * note * edge
    return sound


def _formants(hz: float) -> float:
    return float(1 / (1 + ((hz - 650) / 250) ** 2) + 0.5 / (1 + ((hz - 1500) / 300) ** 2) + 0.02)


def singing(song: Material, voice: np.ndarray) -> Material:
    """The song with this voice alone."""
    assert song.stems is not None
    audio = Audio(np.ascontiguousarray(np.tile(voice[: song.master.length_frames], (2, 1)), np.float32), RATE)
    nothing = Audio(np.zeros_like(audio.samples), RATE)
    return Material(
        "x", audio, replace(song.stems, vocals=audio, drums=nothing, bass=nothing, other=nothing), song.analysis
    )


def heard(song: Material, voice: np.ndarray, manner: str, plan: RemixPlan | None = None) -> np.ndarray:
    """The voice in another manner as it enters the mix. Shape: (2, frames)."""
    plan = (plan or remix("x")).revoice(manner, at="chorus").mastered(lufs=-30.0)  # type: ignore[arg-type]
    mix = render(plan, singing(song, voice), stems_out=True)
    total = sum(stem.samples.astype(np.float64) for name, stem in mix.stems_out.items() if name.startswith("vocals"))
    assert isinstance(total, np.ndarray) and np.isfinite(total).all()
    return total


def notes_of(sound: np.ndarray, ratio: float = 1.0, length_beats: float = 1.0) -> list[np.ndarray]:
    """The middle of every note of the chorus."""
    step = length_beats * BEAT_S / ratio
    begins = [12.0 / ratio + k * step for k in range(round(8.0 / ratio / step))]
    return [sound[:, round((b + 0.3 * step) * RATE) : round((b + 0.8 * step) * RATE)] for b in begins]


def midi_of(sound: np.ndarray) -> float:
    """The pitch of a steady note, by its autocorrelation."""
    mono = sound.mean(0) if sound.ndim == 2 else sound
    wide = np.fft.irfft(np.abs(np.fft.rfft(mono - mono.mean(), 1 << 16)) ** 2)
    low, high = RATE // 900, RATE // 70
    fair = wide[: high + 2] * (mono.size / np.maximum(1, mono.size - np.arange(high + 2)))
    at = low + int(np.argmax(fair[low:high]))
    strong = [
        k for k in range(low, high) if fair[k] > 0.93 * fair[at] and fair[k] >= fair[k - 1] and fair[k] >= fair[k + 1]
    ]
    at = strong[0] if strong else at
    a, b, c = fair[at - 1], fair[at], fair[at + 1]
    return float(69 + 12 * np.log2(RATE / (at + 0.5 * (a - c) / (a - 2 * b + c)) / 440))


def beside_scale_cents(sound: np.ndarray) -> list[float]:
    return [100 * min(abs((midi_of(note) - pc + 6) % 12 - 6) for pc in SCALE) for note in notes_of(sound)]


def tone_share(sound: np.ndarray, midi: float) -> float:
    """How much of a sound lies within half a semitone of the first three partials of a note."""
    mono = sound.mean(0) if sound.ndim == 2 else sound
    power = np.abs(np.fft.rfft(mono * np.hanning(mono.size), 1 << 16)) ** 2
    hertz = np.fft.rfftfreq(1 << 16, 1 / RATE)
    base = 440 * 2 ** ((midi - 69) / 12)
    return float(
        sum(power[(hertz > k * base * 0.98) & (hertz < k * base * 1.02)].sum() for k in (1, 2, 3)) / power.sum()
    )


def below_and_above_db(sound: np.ndarray) -> tuple[float, float]:
    """The share of what is under 200 Hz and over 5 kHz."""
    power = np.abs(np.fft.rfft(sound.mean(0))) ** 2
    hertz = np.fft.rfftfreq(sound.shape[1], 1 / RATE)
    return tuple(float(10 * np.log10(power[part].sum() / power.sum() + 1e-12)) for part in (hertz < 200, hertz > 5000))  # type: ignore[return-value]


TUNE = (69.0, 72.0, 71.0, 67.0)


@pytest.mark.parametrize(("manner", "most_cents"), [("tuned-hard", 10.0), ("tuned", 25.0)])
def test_tuning_brings_a_voice_to_the_scale(song: Material, manner: str, most_cents: float) -> None:
    voice = sung(TUNE, cents=38.0)
    before = heard(song, voice, "telephone")
    after = heard(song, voice, manner)
    assert np.median(beside_scale_cents(before)) > 30
    assert max(beside_scale_cents(after)) < most_cents


def test_hard_tuning_flattens_the_vibrato_that_soft_tuning_leaves(song: Material) -> None:
    voice = sung(TUNE, vibrato_cents=45.0)

    def wobble(manner: str) -> float:
        spans = [
            [midi_of(n[:, k : k + 2600]) for k in range(0, n.shape[1] - 2600, 600)]
            for n in notes_of(heard(song, voice, manner))
        ]
        return float(np.median([100 * (max(s) - min(s)) for s in spans]))

    assert wobble("tuned") > 35
    assert wobble("tuned-hard") < 0.4 * wobble("tuned")


def test_a_robot_sings_on_notes_of_the_key_without_any_bend(song: Material) -> None:
    got = heard(song, sung(TUNE, cents=30.0, vibrato_cents=45.0), "robot")
    for note, midi in zip(notes_of(got), TUNE * 4, strict=True):
        spans = [midi_of(note[:, k : k + 2600]) for k in range(0, note.shape[1] - 2600, 600)]
        assert 100 * (max(spans) - min(spans)) < 12
        assert abs((np.median(spans) - midi + 6) % 12 - 6) < 0.12


@pytest.mark.parametrize(("manner", "semitones"), [("deep", -12.0), ("high", 12.0)])
def test_deep_and_high_sing_an_octave_away(song: Material, manner: str, semitones: float) -> None:
    tune = (57.0, 60.0, 59.0, 55.0)
    got = heard(song, sung(tune), manner)
    found = [midi_of(note) - midi for note, midi in zip(notes_of(got), tune * 4, strict=True)]
    assert np.median(found) == pytest.approx(semitones, abs=0.15)


def test_a_harmony_is_a_third_of_the_key_above_and_the_voice_stays(song: Material) -> None:
    thirds = {69.0: 72.0, 72.0: 76.0, 71.0: 74.0, 67.0: 71.0}  # A-C, C-E, B-D, G-B
    got, plain = heard(song, sung(TUNE), "harmony"), heard(song, sung(TUNE), "telephone")
    for note, bare, midi in zip(notes_of(got), notes_of(plain), TUNE * 4, strict=True):
        assert tone_share(note, midi) > 0.2
        assert tone_share(note, thirds[midi]) > 0.1 > 4 * tone_share(bare, thirds[midi])


@pytest.mark.parametrize("manner", ["choir", "doubled"])
def test_several_voices_sing_the_same_notes_from_both_sides(song: Material, manner: str) -> None:
    got = heard(song, sung(TUNE), manner)
    chorus = got[:, round(12.2 * RATE) : round(19.8 * RATE)]
    assert rms_db((chorus[:1] - chorus[1:]) / 2) > rms_db(chorus) - 20
    mono = heard(song, sung(TUNE), "telephone")[:, round(12.2 * RATE) : round(19.8 * RATE)]
    assert rms_db(mono[:1] - mono[1:]) < -100
    for note, midi in zip(notes_of(got), TUNE * 4, strict=True):
        assert tone_share(note, midi) > 0.4


def test_a_whisper_has_no_tone_and_the_same_mouth(song: Material) -> None:
    voice = sung(TUNE)
    got, plain = heard(song, voice, "whisper"), heard(song, voice, "telephone")
    for note, bare, midi in zip(notes_of(got), notes_of(plain), TUNE * 4, strict=True):
        assert tone_share(note, midi) < 0.5 * tone_share(bare, midi)
    power = np.abs(np.fft.rfft(np.concatenate(notes_of(got), axis=1).mean(0))) ** 2
    hertz = np.fft.rfftfreq(sum(n.shape[1] for n in notes_of(got)), 1 / RATE)
    assert power[(hertz > 450) & (hertz < 2000)].sum() > 0.5 * power.sum()


def test_a_telephone_leaves_only_the_middle(song: Material) -> None:
    voice = sung(TUNE) + 0.02 * np.random.default_rng(3).standard_normal(sung(TUNE).size)
    got = heard(song, voice, "telephone")
    low, high = below_and_above_db(got[:, round(12.5 * RATE) : round(19.5 * RATE)])
    plain_low, plain_high = below_and_above_db(got[:, round(5 * RATE) : round(11 * RATE)])
    assert low < plain_low - 10
    assert high < plain_high - 10


@pytest.mark.parametrize("ratio", [1.0, 1.2])
def test_chopping_deals_the_eighths_of_each_bar_anew(song: Material, ratio: float) -> None:
    tune = (69.0, 71.0, 72.0, 74.0, 76.0, 77.0, 79.0, 81.0)
    plan = remix("x").tempo(ratio=ratio) if ratio != 1 else remix("x")
    got = heard(song, sung(tune, length_beats=0.5), "chopped", plan)
    found = [round(midi_of(note)) for note in notes_of(got, ratio, 0.5)]
    for bar in range(4):
        eighths = found[8 * bar : 8 * bar + 8]
        assert set(eighths) <= {round(m) for m in tune}
        assert eighths != [round(m) for m in tune]
        assert len(set(eighths)) < 8


@pytest.mark.parametrize(
    "manner", ["robot", "choir", "harmony", "doubled", "tuned", "tuned-hard", "deep", "high", "whisper", "telephone"]
)
def test_a_voice_in_another_manner_keeps_its_rhythm_in_a_new_tempo(song: Material, manner: str) -> None:
    ratio = 1.15
    got = heard(song, sung(TUNE), manner, remix("x").tempo(ratio=ratio)).mean(0)
    level = np.sqrt(np.convolve(got**2, np.full(400, 1 / 400), "same"))
    for beat in range(25, 40):  # a gap of 30 ms before every beat, and none inside a note
        border = round(beat * BEAT_S / ratio * RATE)
        gap = level[border - round(0.035 * RATE) : border + round(0.02 * RATE)].min()
        inside = np.median(level[border + round(0.08 * RATE) : border + round(0.3 * RATE)])
        assert gap < 0.6 * inside
