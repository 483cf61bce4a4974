"""Time stretching and pitch shifting of the master's own stems: random access, whole joints, no clicks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.band import PAIR_BEATS, swung
from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples, Stem
from remixlab.rendering.layout import Layout, ResultBar
from remixlab.rendering.memo import remembered
from remixlab.signal import (
    BASS_GRAIN,
    DRUM_GRAIN,
    VOICE_GRAIN,
    Singing,
    TimeMap,
    analyse_singing,
    find_onsets,
    phase_vocoder,
    pitch_shift,
    resample,
    sing,
    wsola,
)

Role = Stem | str
_JOINT_FRAMES = 882
"""A crossfade of 20 ms where two stretches meet: about one period of a low bass note."""
_JOINT_BEFORE_FRAMES = 176
"""It has ended 4 ms before the bar line, so that a downbeat is whole."""
_EDGE_FRAMES = 132
"""A sound that begins at once rises within 3 ms: no click, and no stroke softened."""
_PREROLL = 8192
"""What a stretcher may read before the frame that it is asked for: more than its longest window."""
STROKES = 0.85
"""How faint a stroke of the drums may be and still be kept as it is."""


class Stretch(NamedTuple):
    """A run of the source that plays without a break. Unit: beats of the result and seconds of the source, point by
    point."""

    result_s: tuple[float, ...]
    source_s: tuple[float, ...]
    shifts: tuple[tuple[float, int], ...]


@dataclass(frozen=True, eq=False)
class Clip:
    """A stretch in frames. The time map counts result frames from `begin` - the pre-roll."""

    begin: int
    end: int
    time_map: TimeMap
    shifts: tuple[tuple[float, int], ...]

    @property
    def is_plain(self) -> bool:
        """Whether it is the source as it is, only moved."""
        return all(shift == 0 for _, shift in self.shifts) and bool(np.all(np.abs(self.time_map.slopes - 1.0) < 1e-6))


class MasterNode:
    """One stem of the master (or the whole of it) along the result."""

    def __init__(
        self, sound: Audio, role: Role, stretches: Sequence[Stretch], layout: Layout, *, solo: bool = False
    ) -> None:
        """`solo` says that a voice stands alone on its stem, so that its formants can stay when it moves."""
        self._sound, self._role, self._solo = sound, role, solo
        self._shifts = tuple(
            (bar.source_s[0], bar.semitones) for bar in sorted(layout.bars, key=lambda bar: bar.source)
        )
        self._clips = [_clip(stretch) for stretch in stretches]
        self._works = not all(clip.is_plain for clip in self._clips)
        self._total = layout.length_frames
        self._bars_end = round(layout.length_s * SAMPLE_RATE)

    @property
    def weight(self) -> int:
        """How much work a second of it is beside others; chords, which go through their spectrum, are the most."""
        if not self._works:
            return 0
        return 3 if self._role in (Stem.OTHER, "mix") else 1

    def render(self, n0: int, n1: int) -> Samples:
        """Frames n0 to n1. Shape: (2, n1 - n0)."""
        out = np.zeros((2, n1 - n0), np.float32)
        last = len(self._clips) - 1
        for k, clip in enumerate(self._clips):
            begin = clip.begin if k == 0 else clip.begin - _JOINT_FRAMES - _JOINT_BEFORE_FRAMES
            end = self._total if k == last else clip.end - _JOINT_BEFORE_FRAMES
            a, b = max(n0, begin), min(n1, end)
            if a >= b:
                continue
            piece = self._play(clip, a, b)
            frames = np.arange(a, b)
            rise = _EDGE_FRAMES if k == 0 else _JOINT_FRAMES
            if a < begin + rise:
                piece = piece * np.sin(0.5 * np.pi * np.clip((frames - begin + 0.5) / rise, 0, 1)).astype(np.float32)
            if k < last and b > end - _JOINT_FRAMES:
                piece = piece * np.sin(0.5 * np.pi * np.clip((end - frames - 0.5) / _JOINT_FRAMES, 0, 1)).astype(
                    np.float32
                )
            out[:, a - n0 : b - n0] += self._closed(clip, piece, frames)
        if n1 > self._bars_end:
            fade = np.clip((self._total - np.arange(n0, n1)) / max(1, self._total - self._bars_end), 0, 1)
            out *= (np.sin(0.5 * np.pi * fade) ** 2).astype(np.float32)
        return out

    def _closed(self, clip: Clip, piece: Samples, frames: NDArray[np.int64]) -> Samples:
        """A recording that stops short, or begins at once, does so softly."""
        bounds = (
            clip.time_map.result_at(np.array([0.0, float(ready(self._sound).length_frames)])) + clip.begin - _PREROLL
        )
        if bounds[0] + _EDGE_FRAMES < frames[0] and frames[-1] < bounds[1] - _JOINT_FRAMES:
            return piece
        rise = np.clip((frames - bounds[0]) / _EDGE_FRAMES, 0, 1)
        fall = np.clip((bounds[1] - frames) / _JOINT_FRAMES, 0, 1)
        return piece * np.minimum(rise, fall).astype(np.float32)

    @staticmethod
    def local(clip: Clip, frame: int) -> int:
        """A frame of the result as the clip's time map counts it."""
        return frame - clip.begin + _PREROLL

    @cached_property
    def _semitones(self) -> NDArray[np.float64]:
        return semitones_by_frame(singing_of(self._sound), self._shifts)

    def _play(self, clip: Clip, n0: int, n1: int) -> Samples:
        a, b = self.local(clip, n0), self.local(clip, n1)
        samples = ready(self._sound).samples
        if clip.is_plain:
            return _read(samples, round(float(clip.time_map.source_at(float(a)))), b - a)
        shifts = () if self._role == Stem.DRUMS else clip.shifts
        moved = any(shift for _, shift in shifts)
        onsets = attacks_of(self._sound) if self._role in (Stem.OTHER, "mix") else None
        match self._role:
            case Stem.DRUMS:
                onsets = strokes_of(self._sound)
                stretch = partial(wsola, grain=DRUM_GRAIN)
            case Stem.BASS:
                stretch = partial(wsola, grain=BASS_GRAIN)
            case Stem.VOCALS:
                stretch = partial(wsola, grain=VOICE_GRAIN)
            case _:
                stretch = phase_vocoder
        if not moved:
            return stretch(samples, clip.time_map, a, b, sample_rate=SAMPLE_RATE, onsets=onsets)
        if self._role == Stem.VOCALS and self._solo:
            return sing(samples, singing_of(self._sound), a, b, time_map=clip.time_map, semitones=self._semitones)
        local = [(max(0.0, frame + _PREROLL), float(shift)) for frame, shift in shifts]
        return pitch_shift(
            samples, local, a, b, time_map=clip.time_map, sample_rate=SAMPLE_RATE, onsets=onsets, stretcher=stretch
        )


def ready(sound: Audio) -> Audio:
    """The sound in stereo at the rate of the engine."""
    return sound if sound.sample_rate == SAMPLE_RATE and sound.channels == 2 else _converted(sound)


@remembered
def _converted(sound: Audio) -> Audio:
    stereo = sound.stereo()
    if stereo.sample_rate == SAMPLE_RATE:
        return stereo
    return Audio(resample(stereo.samples, stereo.sample_rate, SAMPLE_RATE), SAMPLE_RATE)


@remembered
def attacks_of(sound: Audio) -> NDArray[np.float64]:
    """Where the sound begins anew. Unit: frames at the rate of the engine."""
    return find_onsets(ready(sound).samples, SAMPLE_RATE).frames.astype(np.float64)


@remembered
def strokes_of(sound: Audio) -> NDArray[np.float64]:
    """Where drums are struck, soft strokes too: one that is not known would be moved by up to 20 ms. Unit: frames at
    the rate of the engine."""
    return find_onsets(ready(sound).samples, SAMPLE_RATE, sensitivity=STROKES).frames.astype(np.float64)


@remembered
def singing_of(sound: Audio) -> Singing:
    """The pitch and the periods of a voice."""
    return analyse_singing(ready(sound).samples, SAMPLE_RATE)


def semitones_by_frame(singing: Singing, shifts: tuple[tuple[float, int], ...]) -> NDArray[np.float64]:
    """The shift of each frame of a pitch contour. Unit: (seconds of the source, semitones) from there on."""
    times = np.arange(singing.contour.f0_hz.size) * singing.contour.hop_frames / SAMPLE_RATE
    index = np.searchsorted([start for start, _ in shifts], times + 0.02, side="right") - 1
    return np.array([shift for _, shift in shifts], np.float64)[np.maximum(0, index)]


def stretches_of(layout: Layout, role: Role) -> list[Stretch]:
    """The bars of the result as runs of the source; drums in half or double time are cut for it."""
    runs: list[Stretch] = []
    previous: ResultBar | None = None
    for bar in layout.bars:
        if role == Stem.DRUMS and bar.feel in ("half", "double"):
            runs += _retimed(bar)
            previous = None
            continue
        joined = previous is not None and bar.source == previous.source + 1
        result, source = _points(bar)
        if joined:
            before = runs[-1]
            offset = bar.start_s
            runs[-1] = Stretch(
                (*before.result_s[:-1], *result),
                (*before.source_s[:-1], *source),
                (*before.shifts, (offset, bar.semitones)),
            )
        else:
            runs.append(Stretch(result, source, ((bar.start_s, bar.semitones),)))
        previous = bar
    return runs


def _points(bar: ResultBar) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Matching moments of a bar in result and source; with swing the off-beats arrive late."""
    if bar.swing == 0.0 and bar.feel != "shuffled":
        return (bar.start_s, bar.end_s), (bar.source_s[0], bar.source_s[-1])
    amount = max(bar.swing, 0.85 if bar.feel == "shuffled" else 0.0)
    result: list[float] = []
    source: list[float] = []
    for k, (a, b) in enumerate(zip(bar.source_s, bar.source_s[1:], strict=False)):
        begin = bar.start_s + (a - bar.source_s[0]) / bar.ratio
        length = (b - a) / bar.ratio
        late = swung(k + 0.5, amount, PAIR_BEATS["8th"]) - k
        result += [begin, begin + late * length]
        source += [a, (a + b) / 2]
    return (*result, bar.end_s), (*source, bar.source_s[-1])


def _retimed(bar: ResultBar) -> list[Stretch]:
    """Half time plays half the bar at half the speed, double time the whole bar twice as fast, twice."""
    start, end = bar.source_s[0], bar.source_s[-1]
    shifts = ((bar.start_s, 0),)
    if bar.feel == "half":
        return [
            Stretch((bar.start_s, bar.end_s), (start, bar.source_s[bar.beats // 2] if bar.beats > 1 else end), shifts)
        ]
    middle = (bar.start_s + bar.end_s) / 2
    return [
        Stretch((bar.start_s, middle), (start, end), shifts),
        Stretch((middle, bar.end_s), (start, end), ((middle, 0),)),
    ]


def _clip(stretch: Stretch) -> Clip:
    begin, end = round(stretch.result_s[0] * SAMPLE_RATE), round(stretch.result_s[-1] * SAMPLE_RATE)
    result = np.array(stretch.result_s) * SAMPLE_RATE - begin + _PREROLL
    source = np.array(stretch.source_s) * SAMPLE_RATE
    steps: list[tuple[float, int]] = []
    for time_s, shift in stretch.shifts:
        if not steps or steps[-1][1] != shift:
            steps.append((0.0 if not steps else time_s * SAMPLE_RATE - begin, shift))
    # The map must reach past the tail: its last point is what the pitch and the length are counted to.
    slope = (source[-1] - source[-2]) / (result[-1] - result[-2])
    far = 10.0 * SAMPLE_RATE
    return Clip(
        begin,
        end,
        TimeMap(np.append(result, result[-1] + far), np.append(source, source[-1] + far * slope)),
        tuple(steps),
    )


def _read(samples: Samples, start: int, length: int) -> Samples:
    """Frames of a sound, silence outside of it."""
    if start >= 0 and start + length <= samples.shape[1]:
        return samples[:, start : start + length]
    out = np.zeros((2, length), np.float32)
    a, b = max(0, start), min(samples.shape[1], start + length)
    if a < b:
        out[:, a - start : b - start] = samples[:, a:b]
    return out
