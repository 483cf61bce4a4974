"""Nothing that cuts, joins, gates or changes a sound may click.

Heard on sounds without any attack of their own, where a jump stands out.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from remixlab.domain.audio import Audio, Samples, Stems
from remixlab.domain.material import Material
from remixlab.plan import RemixPlan, remix
from remixlab.plan.effects import Delay, Filter, Gate, Reverb, Stutter
from remixlab.rendering import render

RATE = 44_100


def smooth(song: Material) -> Material:
    """The short song with a held tone on each stem: all that jumps is a joint."""
    frames = song.master.length_frames
    time = np.arange(frames) / RATE
    edges = np.minimum(1.0, np.minimum(time, time[::-1]) / 0.05)
    wander = 0.12 * np.sin(2 * np.pi * 5.2 * time)
    voice = sum(np.sin(2 * np.pi * 220.0 * k * (time + 0.0004 * wander)) / k**2 for k in range(1, 6))
    tones = (voice, np.sin(2 * np.pi * 140.0 * time), np.sin(2 * np.pi * 55.0 * time), np.sin(2 * np.pi * 330.0 * time))
    stems = Stems(*(Audio(np.repeat((0.12 * edges * tone).astype(np.float32)[None], 2, 0), RATE) for tone in tones))
    return replace(song, master=stems.mix(), stems=stems)


def clicks(sound: Samples) -> list[float]:
    """Moments at which the second difference stands far above its surroundings of 20 ms. Unit: seconds."""
    bend = np.abs(np.diff(sound, 2, axis=1)).max(axis=0).astype(np.float64)
    total = np.concatenate(([0.0], np.cumsum(bend**2)))
    reach = 441
    low, high = np.clip(np.arange(bend.size)[:, None] + [-reach, reach], 0, bend.size).T
    usual = np.sqrt((total[high] - total[low]) / (high - low))
    return [float(k) / RATE for k in np.flatnonzero((bend > 8 * usual) & (bend > 1e-3))]


def everywhere() -> RemixPlan:
    return remix("x")


PLANS = {
    "cut": everywhere().cut("bars:4-5"),
    "repeat": everywhere().repeat("chorus", times=2),
    "arrange": everywhere().arrange("chorus", "verse", "chorus"),
    "tempo": everywhere().tempo(ratio=1.25),
    "tempo by section": everywhere().tempo(ratio=1.2, at="chorus"),
    "slower in half a semitone": everywhere().tempo(ratio=0.8).transpose(3),
    "key by section": everywhere().transpose(2, at="chorus"),
    "swing": everywhere().swing(0.4),
    "half time": everywhere().groove("half", at="verse"),
    "double time": everywhere().groove("double"),
    "mute": everywhere().mute("bass", "other", at="verse"),
    "gain": everywhere().gain("other", gain_db=9.0, at="bars:3-4"),
    "duck": everywhere().duck("bass", "other", under="drums", depth_db=12.0),
    "chopped": everywhere().revoice("chopped", at="chorus"),
    "robot": everywhere().revoice("robot", at="verse"),
    "doubled": everywhere().revoice("doubled", at="bars:5-8"),
    "whisper": everywhere().revoice("whisper", at="chorus"),
    "filter in a place": everywhere().treat(
        "vocals", "drums", "bass", "other", chain=[Filter(mode="low-pass", cutoff_hz=900.0)], at="verse"
    ),
    "room in a place": everywhere().treat("other", chain=[Reverb(), Delay()], at="bars:5-6"),
    "gate": everywhere().treat("other", "bass", chain=[Gate(beats="1/2")], at="chorus"),
    "stutter": everywhere().treat("vocals", "drums", "bass", "other", chain=[Stutter(beats="1/2")], at="bars:6-7"),
}


def test_a_jump_of_two_hundredths_would_be_heard(song: Material) -> None:
    sound = smooth(song).master.samples.copy()
    sound[:, 5 * RATE :] += 0.02
    assert clicks(sound)[0] == pytest.approx(5.0, abs=1e-3)


@pytest.mark.parametrize("name", PLANS)
def test_no_joint_clicks(song: Material, name: str) -> None:
    held = smooth(song)
    assert clicks(held.master.samples) == []
    made = render(PLANS[name], held, stems_out=True)
    for part, sound in made.stems_out.items():
        assert clicks(sound.samples) == [], part
    assert clicks(made.audio.samples) == []


@pytest.mark.parametrize("name", PLANS)
def test_silence_stays_silence_and_held_tones_get_no_offset(song: Material, name: str) -> None:
    held = smooth(song)
    assert held.stems is not None
    nothing = Audio(np.zeros_like(held.master.samples), RATE)
    silent = replace(held, master=nothing, stems=Stems(nothing, nothing, nothing, nothing))
    assert not render(PLANS[name], silent).audio.samples.any()
    made = render(PLANS[name], held).audio.samples
    assert np.isfinite(made).all()
    assert np.abs(made.mean(axis=1, dtype=np.float64)).max() < 1e-3
