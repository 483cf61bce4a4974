"""Laws and facts of the drum kits."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.domain.errors import InvalidPlan
from remixlab.signal.instruments import KITS, PIECES, HitEvent, play_kit, rehearse_kit

RATE = 44_100
PROMISED_KITS = {
    "acoustic-kit",
    "brush-kit",
    "808-kit",
    "909-kit",
    "lofi-kit",
    "latin-kit",
    "afro-kit",
    "rock-kit",
    "orchestral-kit",
    "chip-kit",
    "jungle-kit",
}
PROMISED_PIECES = {
    "kick",
    "snare",
    "rim",
    "clap",
    "hat",
    "open-hat",
    "pedal-hat",
    "tom-low",
    "tom-mid",
    "tom-high",
    "crash",
    "ride",
    "shaker",
    "tambourine",
    "conga-low",
    "conga-high",
    "bongo",
    "cowbell",
    "clave",
    "guiro",
    "surdo",
    "log-drum",
    "timpani",
    "riser",
    "impact",
}


def test_every_promised_kit_and_piece_is_there():
    assert set(KITS) == PROMISED_KITS and set(PIECES) == PROMISED_PIECES


@pytest.mark.parametrize("kit", sorted(KITS))
def test_every_piece_of_a_kit_sounds_ends_and_leaves_no_offset(kit: str):
    for piece in PIECES:
        sound = play_kit(kit, [HitEvent(100, piece, 1.0)], 3 * RATE)
        assert np.isfinite(sound).all()
        assert not sound[:, :100].any()
        assert 0.02 < np.abs(sound).max() < 1.6, piece
        assert np.abs(sound.mean(axis=1)).max() < 1e-3
        assert not sound[:, int(2.3 * RATE) :].any()


def test_a_hit_starts_on_its_frame():
    sound = play_kit("acoustic-kit", [HitEvent(5000, "snare", 1.0)], RATE)
    loud = np.flatnonzero(np.abs(sound).max(axis=0) > 0.2 * np.abs(sound).max())
    assert 5000 <= loud[0] < 5000 + 90


def test_a_closing_hat_ends_the_open_one():
    ringing = play_kit("909-kit", [HitEvent(0, "open-hat", 1.0)], RATE)
    closed = play_kit("909-kit", [HitEvent(0, "open-hat", 1.0), HitEvent(6000, "pedal-hat", 0.1)], RATE)
    assert np.abs(closed[:, 13_000:16_000]).max() < 0.2 * np.abs(ringing[:, 13_000:16_000]).max()


def test_two_strokes_of_one_force_are_not_the_same_sample():
    sound = play_kit("rock-kit", [HitEvent(0, "snare", 0.8), HitEvent(RATE, "snare", 0.8)], 2 * RATE)
    assert not np.array_equal(sound[:, :10_000], sound[:, RATE : RATE + 10_000])


def test_any_stretch_of_a_drum_take_has_the_same_samples():
    hits = [HitEvent(i * 5501, PIECES[i * 7 % len(PIECES)], 0.3 + 0.02 * i) for i in range(30)]
    whole = play_kit("lofi-kit", hits, 4 * RATE, seed=9)
    take = rehearse_kit("lofi-kit", hits, seed=9)
    for n0 in range(0, 4 * RATE, RATE):
        assert np.array_equal(take.render(n0, n0 + RATE), whole[:, n0 : n0 + RATE])


def test_an_unknown_piece_is_refused_by_name():
    with pytest.raises(InvalidPlan, match="gong"):
        play_kit("808-kit", [HitEvent(0, "gong", 1.0)], 10)
