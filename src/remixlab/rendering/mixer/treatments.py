"""Insert effects of the plan: tempo-true times, places with soft edges, tails that ring on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import assert_never

import numpy as np

from remixlab import signal
from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.plan import effects as fx
from remixlab.rendering.layout import Layout
from remixlab.signal import Curve

_EDGE_FRAMES = 441
"""An effect opens and closes over 10 ms: at once for the ear, and without a click."""
_Q_MIN, _Q_MAX = 0.7071, 9.0
"""From no resonance (Butterworth) to one that whistles and does not yet ring on."""
_ECHO_S_MIN, _ECHO_S_MAX = 0.001, 8.0
"""What the delay line holds."""
_ROOM_SHARE = 0.7
"""A reverb that is asked for whole still leaves some of the part itself in front."""


@dataclass(frozen=True, eq=False)
class Treatment:
    """A chain over a span of the result. Unit: frames."""

    begin: int
    end: int
    chain: signal.Chain
    whole: bool
    noisy: bool

    @property
    def last_frame(self) -> int:
        """Where its tail has ended."""
        return self.end if self.noisy else self.end + ceil(self.chain.tail_s * SAMPLE_RATE)


def treatments_of(
    chain: Sequence[fx.Effect], spans: Sequence[tuple[int, int]], layout: Layout, seed: int
) -> list[Treatment]:
    """A chain for each of its spans. A span over the whole result has no edges."""
    made: list[Treatment] = []
    for begin, end in spans:
        effects = [translated(effect, begin, end, layout, seed + k) for k, effect in enumerate(chain)]
        noisy = any(isinstance(effect, fx.Vinyl) for effect in chain)
        made.append(Treatment(begin, end, signal.chain(effects), begin == 0 and end >= layout.length_frames, noisy))
    return made


def translated(effect: fx.Effect, begin: int, end: int, layout: Layout, seed: int) -> signal.Effect:
    """One effect of the plan over a span, as an effect of sound."""
    start_s, end_s = begin / SAMPLE_RATE, min(end / SAMPLE_RATE, max(layout.length_s, begin / SAMPLE_RATE + 0.1))
    beat_s = 60.0 / layout.tempo_bpm
    match effect:
        case fx.Gain():
            return signal.Gain(effect.gain_db)
        case fx.Fade():
            return signal.Gain(_fade(effect, start_s, end_s, beat_s))
        case fx.Filter():
            cutoff = (
                effect.cutoff_hz
                if effect.sweep_to_hz is None
                else signal.sweep(effect.cutoff_hz, effect.sweep_to_hz, start_s, end_s)
            )
            q = _Q_MIN * (_Q_MAX / _Q_MIN) ** effect.resonance
            return signal.Filter(effect.mode, cutoff, q, slope_db=12 if effect.mode == "band-pass" else 24)
        case fx.Reverb():
            return signal.Reverb(
                max(0.1, effect.decay_s), mix=effect.mix * _ROOM_SHARE, size=min(2.0, 0.6 + effect.decay_s / 4)
            )
        case fx.Delay():
            after_s = min(max(_ECHO_S_MIN, float(fx.in_beats(effect.beats)) * beat_s), _ECHO_S_MAX)
            return signal.Delay(after_s, effect.feedback, effect.mix, ping_pong=True)
        case fx.Chorus():
            return signal.Chorus(effect.depth, effect.mix)
        case fx.Flanger():
            return signal.Flanger(max(0.1, float(fx.in_beats(effect.beats)) * beat_s), effect.depth, effect.mix)
        case fx.Drive():
            return signal.Drive(effect.drive_db, effect.mix)
        case fx.Crush():
            return signal.Crush(effect.bits, effect.rate_hz)
        case fx.Tape():
            return signal.Tape(effect.wow)
        case fx.Vinyl():
            return signal.Vinyl(effect.level_db, seed)
        case fx.Gate():
            return signal.Gate(_steps(float(fx.in_beats(effect.beats)), begin, end, layout), effect.open_share)
        case fx.Stutter():
            slice_s = float(fx.in_beats(effect.beats)) * beat_s
            bars = [bar for bar in layout.bars if start_s - 1e-3 <= bar.start_s < end_s - 1e-3]
            return signal.Stutter(
                tuple((bar.start_s, bar.end_s, min(slice_s, bar.end_s - bar.start_s)) for bar in bars)
            )
        case _:
            assert_never(effect)


def _fade(effect: fx.Fade, start_s: float, end_s: float, beat_s: float) -> Curve:
    """A fade of even amplitude over the first or last beats of the place."""
    length = min(float(fx.in_beats(effect.beats)) * beat_s, end_s - start_s)
    share = np.linspace(0.0, 1.0, 25)
    levels = np.maximum(-60.0, 20 * np.log10(np.maximum(np.sin(0.5 * np.pi * share), 1e-3)))
    if effect.direction == "in":
        return Curve(tuple(start_s + share * length), tuple(float(v) for v in levels))
    return Curve(tuple(end_s - length + share * length), tuple(float(v) for v in levels[::-1]))


def _steps(beats: float, begin: int, end: int, layout: Layout) -> tuple[float, ...]:
    """Times of every step of a length in beats inside a span, and the end of the last."""
    grid = np.arange(0.0, layout.beats_s.size - 1 + 1e-9, beats)
    times = layout.seconds_at(grid)
    inside = times[(times >= begin / SAMPLE_RATE - 1e-3) & (times <= end / SAMPLE_RATE + 1e-3)]
    return tuple(float(t) for t in inside) if inside.size > 1 else (begin / SAMPLE_RATE, end / SAMPLE_RATE)


Running = Callable[[Samples, int], Samples]
"""A running treatment: takes the next block and the frame it begins at."""


class RunningTreatment:
    """A treatment over blocks in order: outside of its span the sound is as it was, but for the tail."""

    def __init__(self, treatment: Treatment) -> None:
        self._treatment = treatment
        self._process: signal.Process | None = None

    def __call__(self, block: Samples, first_frame: int) -> Samples:
        treatment = self._treatment
        a, b = max(treatment.begin, first_frame), min(treatment.last_frame, first_frame + block.shape[1])
        if a >= b:
            return block
        if self._process is None:
            self._process = treatment.chain.start(SAMPLE_RATE, 2, a)
        piece = np.ascontiguousarray(block[:, a - first_frame : b - first_frame])
        if treatment.whole:
            treated = self._process(piece)
            if a == first_frame and piece.shape[1] == block.shape[1]:
                return treated
        else:
            send = self._openness(np.arange(a, b))
            treated = self._process(piece * send)
            if treatment.noisy:
                treated = treated * send
            treated = treated + piece * (1.0 - send)
        out = block.copy()
        out[:, a - first_frame : b - first_frame] = treated
        return out

    def _openness(self, frames: np.ndarray) -> np.ndarray:
        """1 inside the span, 0 outside, smooth over 10 ms."""
        rise = np.clip((frames - self._treatment.begin + 0.5) / _EDGE_FRAMES, 0, 1)
        fall = np.clip((self._treatment.end - frames - 0.5) / _EDGE_FRAMES, 0, 1)
        return np.minimum(rise, fall).astype(np.float32)
