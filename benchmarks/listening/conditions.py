"""Conditions under which beats, bars, tuning and chords are hard to hear: fast styles, meters of five, six and seven,
tempi that move, pickups, free introductions, other tunings. One line of JSON a condition, then a table.

python -m benchmarks.listening.conditions [--only fast,six] [--seeds 2] [--label after]

The music is played by the product's own instruments from written parts, with the small lateness of players (6 ms), so
that every beat, bar and chord is known. It is easier than a master.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mir_eval
import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring.measure import surroundings
from remixlab.domain.audio import Audio
from remixlab.domain.music import Analysis
from remixlab.listening import listen
from remixlab.signal.instruments import HitEvent, NoteEvent, play, play_kit

RATE = 44_100
LATE_S = 0.006
PROGRESSIONS = (
    ((57, "A:min"), (53, "F:maj"), (48, "C:maj"), (55, "G:maj")),
    ((50, "D:min"), (58, "Bb:maj"), (53, "F:maj"), (48, "C:maj")),
    ((52, "E:min"), (48, "C:maj"), (55, "G:maj"), (50, "D:maj")),
    ((48, "C:maj"), (57, "A:min"), (50, "D:min"), (55, "G:maj")),
)
KITS = {
    "four": ("ksks", "h", 2),
    "dnb": ("k.s..ks.", "h", 2),
    "five": ("ks.ks", "h", 2),
    "seven": ("ksksks.", "h", 2),
    "six": ("k..s..", "h", 1),
    "waltz": ("kss", "h", 1),
}
"""Strokes of a bar in equal places, what is struck besides, and how often in a beat."""


@dataclass(frozen=True)
class Condition:
    """Beats (one more than are played) with their places in the bar. `level` is what may be counted instead."""

    name: str
    beats_s: NDArray[np.float64]
    per_bar: int
    kit: str
    meters: tuple[str, ...]
    pulses: tuple[float, ...] = (1.0,)
    cents: float = 0.0
    pickup: int = 0
    free_s: float = 0.0


def steady(bpm: float, beats: int) -> NDArray[np.float64]:
    return np.arange(beats + 1) * 60 / bpm


def moving(bpm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Beats whose pace is given for each of them."""
    return np.concatenate([[0.0], np.cumsum(60 / bpm)])


def conditions(seed: int) -> list[Condition]:
    dice = np.random.default_rng(seed)
    walk = np.clip(np.cumsum(dice.normal(0, 1.6, 96)), -14, 14) + 96
    rubato = 84 * (1 + 0.16 * np.sin(np.arange(96) / 96 * 12 * np.pi + seed))
    f = float(dice.uniform(-3, 3))
    fours = ("4/4",)
    return [
        Condition("plain", steady(112 + f, 96), 4, "four", fours),
        Condition("fast drum and bass", steady(174 + f, 160), 4, "dnb", fours, (1.0, 0.5)),
        Condition("fast rock", steady(186 + f, 160), 4, "four", fours, (1.0, 0.5)),
        Condition("fast jungle", steady(164 + f, 160), 4, "dnb", fours, (1.0, 0.5)),
        Condition("six-eight slow", steady(180 + 3 * f, 144), 6, "six", ("6/8",), (1.0, 1 / 3)),
        Condition("six-eight ballad", steady(204 + 3 * f, 144), 6, "six", ("6/8",), (1.0, 1 / 3)),
        Condition("waltz", steady(140 + f, 108), 3, "waltz", ("3/4",)),
        Condition("five-four", steady(130 + f, 120), 5, "five", ("5/4",)),
        Condition("seven-four", steady(156 + f, 147), 7, "seven", ("7/4",)),
        Condition("accelerando", moving(np.linspace(90, 140, 96)), 4, "four", fours),
        Condition("ritardando", moving(np.linspace(132, 88, 96)), 4, "four", fours),
        Condition("tempo step", moving(np.repeat([100.0, 122.0], 48)), 4, "four", fours),
        Condition("drift", moving(walk), 4, "four", fours),
        Condition("rubato", moving(rubato), 4, "four", fours),
        Condition("pickup", steady(104 + f, 99), 4, "four", fours, pickup=3),
        Condition("free introduction", steady(118 + f, 80), 4, "four", fours, free_s=9.0),
        Condition("A = 432", steady(108 + f, 80), 4, "four", fours, cents=-31.8),
        Condition("A = 449.5", steady(108 + f, 80), 4, "four", fours, cents=37.0),
    ]


def perform(condition: Condition, seed: int) -> tuple[Audio, list[tuple[float, float, str]], NDArray[np.float64]]:
    """The sound, its chords as spans, and the downbeats."""
    dice = np.random.default_rng(100 + seed)
    beats = condition.beats_s + condition.free_s
    downbeats = np.arange(condition.pickup, len(beats) - 1, condition.per_bar)
    length = int((beats[-1] + 1.0) * RATE)
    progression = PROGRESSIONS[seed % len(PROGRESSIONS)]
    held: list[NoteEvent] = []
    low: list[NoteEvent] = []
    hits: list[HitEvent] = []
    chords: list[tuple[float, float, str]] = []

    def at(time_s: float) -> int:
        return max(0, int((time_s + abs(dice.normal(0, LATE_S))) * RATE))

    tune = condition.cents / 100
    for number, first in enumerate(downbeats):
        last = min(len(beats) - 1, int(first) + condition.per_bar)
        begin, end = float(beats[first]), float(beats[last])
        root, symbol = progression[number % 4]
        third = 3 if symbol.endswith("min") else 4
        chords.append((begin, end, symbol))
        for tone in (root, root + third, root + 7):
            held.append(NoteEvent(at(begin), max(1, int((end - begin) * RATE) - 2500), 60 + (tone % 12) + tune, 0.6))
        strokes, hat, often = KITS[condition.kit]
        places = np.linspace(first, last, len(strokes) + 1)[:-1]
        for place, stroke in zip(places, strokes, strict=True):
            if stroke != ".":
                when = float(np.interp(place, np.arange(len(beats)), beats))
                hits.append(HitEvent(at(when), "kick" if stroke == "k" else "snare", 0.85))
        step = 3 if condition.kit == "six" else 1
        for beat in range(int(first), last, step):
            gap = float(beats[min(beat + step, len(beats) - 1)] - beats[beat])
            low.append(NoteEvent(at(float(beats[beat])), max(1, int(gap * RATE * 0.9)), root % 12 + 36 + tune, 0.8))
        for beat in range(int(first), last):
            gap = float(beats[beat + 1] - beats[beat])
            hits += [HitEvent(at(float(beats[beat]) + gap * k / often), "hat", 0.5) for k in range(often) if hat]
    for beat in range(condition.pickup):
        hits.append(HitEvent(at(float(beats[beat])), "hat", 0.7))
        low.append(NoteEvent(at(float(beats[beat])), RATE // 4, 43 + tune, 0.7))
    if condition.free_s:
        for k, when in enumerate(np.cumsum(dice.uniform(1.1, 2.3, 4))):
            held.append(NoteEvent(int(when * RATE), RATE, 60 + (0, 4, 7, 9)[k] + tune, 0.5))
    sound = play("organ", held, length) * np.float32(0.16) + play("electric-bass", low, length) * np.float32(0.45)
    sound = sound + play_kit("acoustic-kit", hits, length) * np.float32(0.55)
    return Audio(sound.astype(np.float32), RATE), chords, beats[downbeats]


def score(
    condition: Condition, heard: Analysis, chords: list[tuple[float, float, str]], downbeats: NDArray[np.float64]
) -> dict[str, Any]:
    """Figures of the field; beats may be counted at any of the condition's pulses, the best of which is taken."""
    beats = condition.beats_s[:-1] + condition.free_s
    at = np.arange(len(beats))
    pulses = [beats if p == 1.0 else beats[(at - condition.pickup) % round(1 / p) == 0] for p in condition.pulses]
    found = np.asarray(heard.beats)
    if condition.free_s:
        found = found[found > condition.free_s - 0.2]
    truth = np.array([(a, b) for a, b, _ in chords])
    spans = np.array([(c.start_s, c.end_s) for c in heard.chords])
    estimate, labels = mir_eval.util.adjust_intervals(
        spans, [c.symbol for c in heard.chords], truth.min(), truth.max(), "N", "N"
    )
    mixed, one, other = mir_eval.util.merge_labeled_intervals(truth, [s for _, _, s in chords], estimate, labels)
    agree = mir_eval.chord.weighted_accuracy(
        mir_eval.chord.majmin(one, other), mir_eval.util.intervals_to_durations(mixed)
    )
    bars = np.asarray(heard.downbeats)
    return {
        "beats_f": max(_beats_f(pulse, found) for pulse in pulses),
        "downbeats_f": _beats_f(downbeats, bars[bars > condition.free_s - 0.2]),
        "meter": float(heard.meter in condition.meters),
        "chords": round(float(agree), 3),
        "tuning_error": round(abs(getattr(heard, "tuning_cents", 0.0) - condition.cents), 1),
    }


def _beats_f(truth: NDArray[np.float64], found: NDArray[np.float64]) -> float:
    return round(float(mir_eval.beat.f_measure(np.sort(truth), np.sort(found), f_measure_threshold=0.07)), 3)


def main(hear: Callable[[Audio], Analysis] = listen) -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", default="")
    asked.add_argument("--seeds", type=int, default=2)
    asked.add_argument("--label", default="now")
    given = asked.parse_args()
    for seed in range(given.seeds):
        for condition in conditions(seed):
            if given.only and not any(part in condition.name for part in given.only.split(",")):
                continue
            sound, chords, downbeats = perform(condition, seed)
            began = time.process_time()
            heard = hear(sound)
            row = {
                "what": "listening condition", "condition": condition.name, "seed": seed, "label": given.label,
                **score(condition, heard, chords, downbeats), "tempo": round(heard.tempo_bpm, 1), "said": heard.meter,
                "cpu_s": round(time.process_time() - began, 2), "length_s": round(sound.duration_s, 1),
                **surroundings(),
            }  # fmt: skip
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
