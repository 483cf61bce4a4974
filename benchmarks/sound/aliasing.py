"""Whether anything folds back: every pitched instrument through its top octave, and what bends waves, by the energy
where no partial can lie.

Instruments: hard notes (the brightest), a third of a semitone beside the keys so that what folds back falls between the
harmonics, breath and knocks
taken away (they are noise by intent). Of the energy, what lies further than 12 % of the fundamental (2 % of the
frequency where that is more: many
voices spread) from every partial; notes that die away from 50 ms on, held ones from a third of a second. Goal: below
-55 dB.
Effects: tones at -9 dBFS, the strongest line that is no harmonic of them. Goal: below -50 dB up to 2.3 kHz, where the
highest lines are played; the
row at 4.7 kHz is shown and has no goal. `crush` is not asked: its aliases are its sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring.measure import surroundings
from remixlab.rendering.mixer.soft_clip import SoftClip
from remixlab.signal import Drive, apply
from remixlab.signal.effects.effect import Effect
from remixlab.signal.instruments import INSTRUMENTS, NoteEvent
from remixlab.signal.instruments.instrument import Instrument
from remixlab.signal.instruments.plucked import PluckedString, pluck
from remixlab.signal.instruments.struck import Struck, strike
from remixlab.signal.instruments.sung import Sung, sing
from remixlab.signal.instruments.sustained import Sustained, hold

RATE = 44_100
GOAL_DB, EFFECT_GOAL_DB = -55.0, -50.0
HEARD_HZ = 18_000.0
STEPS = (-11.67, -9.67, -7.67, -5.67, -3.67, -1.67, -0.33)
TONES_HZ, TONE_DB, HIGHEST_PLAYED_HZ = (1_300.0, 2_300.0, 4_700.0), -9.0, 2_500.0
EFFECTS: dict[str, Effect] = {
    "drive 12 dB": Drive(12.0),
    "drive 30 dB": Drive(30.0),
    "softening 6 dB under the peak": SoftClip(TONE_DB - 6.0),
}


def run() -> Iterator[dict[str, Any]]:
    notes, bent = [], []
    for name, one in sorted(INSTRUMENTS.items()):
        levels = [beside_partials_db(*sounded(one, one.highest + step)) for step in STEPS]
        notes.append(max(levels))
        row = {"worst_db": round(notes[-1], 1), "at_midi": round(one.highest + STEPS[int(np.argmax(levels))], 2)}
        yield {
            "what": "aliases of the top octave",
            "instrument": name,
            **row,
            "median_db": round(float(np.median(levels)), 1),
            **surroundings(),
        }
    for name, effect in EFFECTS.items():
        folded = {hz: folded_db(effect, hz) for hz in TONES_HZ}
        bent.append(max(level for hz, level in folded.items() if hz < HIGHEST_PLAYED_HZ))
        yield {
            "what": "aliases of an effect",
            "effect": name,
            **{f"{hz:.0f}_hz_db": round(v, 1) for hz, v in folded.items()},
            **surroundings(),
        }
    yield {
        "what": "aliases, all",
        "instruments": len(notes),
        "notes_worst_db": round(max(notes), 1),
        "notes_goal_db": GOAL_DB,
        "effects_worst_db": round(max(bent), 1),
        "effects_goal_db": EFFECT_GOAL_DB,
        "passed": max(notes) < GOAL_DB and max(bent) < EFFECT_GOAL_DB,
        **surroundings(),
    }


def sounded(one: Instrument, midi: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A second of a hard held note, its onset left out, and where its partials lie."""
    tone, f0_hz, spread = one.tone, 440.0 * 2.0 ** ((midi - 69.0) / 12.0), np.arange(1.0, 400.0)
    match tone:
        case Sustained():
            made = hold(replace(tone, breath=0.0, chiff=0.0), midi, 1.0, RATE, 1)
            partials = spread * f0_hz / tone.divisor
        case PluckedString():
            made = pluck(replace(tone, body=()), midi, 1.0, RATE, 1)
            partials = spread * f0_hz
        case Struck():
            made = strike(replace(tone, knock=0.0), midi, 1.0, RATE, 1)
            stiff = 3.2e-4 * 2.0 ** (12.0 * np.log2(f0_hz / 261.63) / 9.5)
            partials = (
                spread * f0_hz * np.sqrt((1 + stiff * spread**2) / (1 + stiff))
                if tone.stiff
                else np.array(tone.ratios) * f0_hz
            )
        case Sung():
            plain = replace(tone, vibrato_cents=0.0, air=0.0, consonants=False)
            made = sing(plain, [NoteEvent(0, RATE, midi, 1.0)], 1)[:, :RATE]
            partials = spread * f0_hz
    start = RATE // 3 if one.sustains else RATE // 20
    return made.mean(axis=0, dtype=np.float64)[start:], partials


def beside_partials_db(sound: NDArray[np.float64], partials: NDArray[np.float64]) -> float:
    """Energy further than 12 % of the fundamental from every partial, against all."""
    power = np.square(np.abs(np.fft.rfft(sound * np.blackman(sound.size))))
    hz = np.arange(power.size) * RATE / sound.size
    near = np.abs(hz[:, None] - partials[partials < 0.6 * RATE][None]).min(axis=1)
    far = (near > np.maximum(0.12 * partials[0], 0.02 * hz)) & (hz > 20.0) & (hz < HEARD_HZ)
    return float(10 * np.log10(power[far].sum() / power.sum() + 1e-12))


def folded_db(effect: Effect, tone_hz: float) -> float:
    """The strongest line that is no harmonic of the tone, against the tone."""
    wave = 10 ** (TONE_DB / 20) * np.sin(2 * np.pi * tone_hz * np.arange(2 * RATE) / RATE)
    made = apply(effect, np.tile(wave.astype(np.float32), (2, 1)), RATE)[0, RATE // 2 : -RATE // 2].astype(np.float64)
    lines = np.abs(np.fft.rfft(made * np.blackman(made.size)))
    hz = np.arange(lines.size) * RATE / made.size
    beside = (np.abs(hz / tone_hz - np.round(hz / tone_hz)) * tone_hz > 30.0) & (hz > 20.0) & (hz < HEARD_HZ)
    return float(20 * np.log10(lines[beside].max() / lines.max() + 1e-12))
