"""The tuning of a recording is heard, and its notes are named from its own A."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.domain.audio import Audio
from remixlab.listening import Ears, listen
from remixlab.listening.tuning import hear_tuning, measure_tuning
from remixlab.signal.instruments import NoteEvent, play

RATE = 44_100
CHORDS = ((57, 60, 64), (53, 57, 60), (48, 55, 64), (55, 59, 62))
SYMBOLS = ["A:min", "F:maj", "C:maj", "G:maj"]


def band(cents: float, bars: int = 8) -> Audio:
    """Chords of an organ over a bass, every note so many cents above A = 440 Hz."""
    bar = 2 * RATE
    held = [NoteEvent(n * bar, bar - 2000, tone + cents / 100, 0.7) for n in range(bars) for tone in CHORDS[n % 4]]
    low = [
        NoteEvent(n * bar + k * bar // 4, bar // 4 - 900, CHORDS[n % 4][0] - 12 + cents / 100, 0.8)
        for n in range(bars)
        for k in range(4)
    ]
    length = bars * bar
    return Audio(
        play("organ", held, length) * np.float32(0.2) + play("electric-bass", low, length) * np.float32(0.4), RATE
    )


@pytest.mark.parametrize("cents", [-49, -32, -15, 0, 10, 37])
def test_the_tuning_is_heard_to_a_few_cents(cents: int) -> None:
    heard = hear_tuning(band(cents))
    assert abs((heard - cents + 50) % 100 - 50) <= 4, heard
    assert cents != 0 or heard == 0.0, "what is played at 440 Hz is heard as before"


def test_what_has_no_tones_has_no_tuning() -> None:
    dice = np.random.default_rng(1)
    noise = Audio(dice.normal(0, 0.1, (2, 8 * RATE)).astype(np.float32), RATE)
    t = np.arange(8 * RATE) / RATE
    kick = np.sin(2 * np.pi * 187 * t) * np.exp(-20 * (t % 0.5))
    for sound in (
        noise,
        Audio(np.stack([kick, kick]).astype(np.float32), RATE),
        Audio(np.zeros((2, 100), np.float32), RATE),
    ):
        assert hear_tuning(sound) == 0.0
    assert measure_tuning(noise).agreement < 0.3


@pytest.mark.parametrize("cents", [-32, 37])
def test_chords_key_and_bass_are_those_of_the_same_song_at_440(cents: int) -> None:
    usual, other = listen(band(0), ears=Ears()), listen(band(cents), ears=Ears())
    assert (usual.tuning_cents, other.tuning_cents) == (0.0, pytest.approx(cents, abs=4))
    for heard in (usual, other):
        assert [c.symbol.split("/")[0].removesuffix("7") for c in heard.chords][:4] == SYMBOLS
        assert {round(n.midi) % 12 for n in heard.bass} <= {9, 5, 0, 7}
        assert np.median([abs(n.midi - round(n.midi)) for n in heard.bass]) < 0.1
    assert other.key == usual.key
