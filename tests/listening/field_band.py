"""A small band of sines and noise whose beats, bars and chords are known, for what ears stumble over."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio

RATE = 44_100
PROGRESSION = ((57, (57, 60, 64)), (53, (53, 57, 60)), (48, (55, 60, 64)), (55, (55, 59, 62)))
"""A minor, F, C, G: a bar each."""

Floats = NDArray[np.float64]


def steady(bpm: float, beats: int) -> Floats:
    return np.arange(beats + 1) * 60 / bpm


def play_band(beats_s: Floats, per_bar: int, strokes: str, *, chord_bars: int = 1) -> Audio:
    """Beats with one more at the end; `strokes` are those of a bar in equal places: k, s, a dot for none."""
    dice = np.random.default_rng(2)
    sound = np.zeros(int((beats_s[-1] + 1) * RATE))
    decay = np.arange(int(0.25 * RATE)) / RATE
    kick = np.sin(2 * np.pi * (50 * decay + 7.5 * (1 - np.exp(-40 * decay)))) * np.exp(-decay / 0.09) * 0.9

    def put(at_s: float, stroke: Floats) -> None:
        at = round(at_s * RATE)
        end = min(len(sound), at + len(stroke))
        sound[at:end] += stroke[: end - at]

    def tone(midi: float, length_s: float, gain: float) -> Floats:
        t = np.arange(int(length_s * RATE)) / RATE
        hz = 440 * 2 ** ((midi - 69) / 12)
        wave = sum(np.sin(2 * np.pi * hz * k * t) / k**1.3 for k in range(1, 6))
        shape = np.minimum(1, t / 0.006) * np.clip((length_s - t) / 0.02, 0, 1) * np.exp(-t / (1.2 * length_s))
        return np.asarray(wave * shape * gain)

    def noise(length_s: float, fades_s: float, gain: float) -> Floats:
        t = np.arange(int(length_s * RATE)) / RATE
        return dice.normal(0, gain, t.size) * np.exp(-t / fades_s)

    bass_step = 3 if per_bar == 6 else 1
    for number, first in enumerate(range(0, len(beats_s) - per_bar, per_bar)):
        root, chord = PROGRESSION[number // chord_bars % 4]
        begin, end = beats_s[first], beats_s[first + per_bar]
        for pitch in chord:
            put(begin, tone(pitch, end - begin, 0.06))
        for place, stroke in zip(np.linspace(first, first + per_bar, len(strokes) + 1), strokes, strict=False):
            when = float(np.interp(place, np.arange(len(beats_s)), beats_s))
            if stroke == "k":
                put(when, kick)
            elif stroke == "s":
                put(
                    when,
                    noise(0.2, 0.06, 0.35)
                    + 0.4
                    * np.sin(2 * np.pi * 190 * decay[: int(0.2 * RATE)])
                    * np.exp(-decay[: int(0.2 * RATE)] / 0.06),
                )
        for beat in range(first, first + per_bar):
            gap = beats_s[beat + 1] - beats_s[beat]
            put(beats_s[beat], np.diff(noise(0.06, 0.015, 0.12), prepend=0))
            if per_bar != 6:
                put(beats_s[beat] + gap / 2, np.diff(noise(0.06, 0.015, 0.08), prepend=0))
            if (beat - first) % bass_step == 0:
                put(beats_s[beat], tone(root - 12, gap * bass_step * 0.9, 0.16))
    mono = (sound / np.abs(sound).max() * 0.7).astype(np.float32)
    return Audio(np.stack([mono, mono]), RATE)
