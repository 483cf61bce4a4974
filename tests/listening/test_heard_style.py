"""The style that a recording is nearest to: by its sound where that is clear, else by its drums."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.domain.audio import Audio
from remixlab.domain.music import Bar, DrumHit
from remixlab.listening import heard_style as room
from remixlab.listening.heard_style import heard_style
from remixlab.listening.zero_shot import Fit

SILENCE = Audio(np.zeros((2, 44_100), np.float32), 44_100)
BARS = tuple(Bar(k + 1, 2.0 * k, 2.0 * k + 2, tuple(2.0 * k + 0.5 * b for b in range(4))) for k in range(8))


def hits(*places: tuple[float, str]) -> tuple[DrumHit, ...]:
    return tuple(DrumHit(time_s=bar.start_s + 0.5 * at, piece=p, velocity=0.8) for bar in BARS for at, p in places)


@pytest.mark.parametrize(
    ("drums", "style"),
    [
        ((), "piano-ballad"),
        (hits((0, "kick"), (2, "snare")), "folk-acoustic"),
        (hits((0, "kick"), (1, "snare"), (2, "kick"), (3, "snare")), "rock"),
        (hits((0, "kick"), (1, "kick"), (2, "kick"), (3, "kick"), (1.0, "snare")), "house"),
    ],
)
def test_where_the_sound_says_nothing_the_drums_do(drums: tuple[DrumHit, ...], style: str) -> None:
    assert heard_style(SILENCE, 120.0, BARS, drums) == style


def test_a_clear_sound_is_believed_and_a_tempo_far_off_speaks_against_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = (Fit("style", "reggae", 0.5), Fit("style", "afrobeats", 0.45), Fit("style", "no-such-style", 0.99))
    monkeypatch.setattr(room, "feel", lambda recording: object())
    monkeypatch.setattr(room, "order_words", lambda kind, feel: found)
    assert heard_style(SILENCE, 76.0, BARS, ()) == "reggae"
    assert heard_style(SILENCE, 104.0, BARS, ()) == "afrobeats"
