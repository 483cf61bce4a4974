"""Voice effects: the sung voice of the master as robot, choir, harmony, doubled, tuned, deep, high, whisper,
telephone, chopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import assert_never

import numpy as np

from remixlab import signal
from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples, Stem
from remixlab.plan import RemixPlan
from remixlab.plan.ops import Manner, Revoice
from remixlab.rendering.layout import Layout
from remixlab.rendering.mixer.automation import automation_by_bar, combined
from remixlab.rendering.mixer.stems import (
    Clip,
    MasterNode,
    Stretch,
    ready,
    semitones_by_frame,
    singing_of,
    stretches_of,
)
from remixlab.rendering.mixer.strips import Strip
from remixlab.signal import Singing, TimeMap, analyse_singing, sing

Sung = Callable[[Samples, Singing, int, int, TimeMap], Samples]
_CHOPS = ((0, 0, 2, 3, 4, 4, 6, 7), (0, 1, 0, 1, 4, 5, 4, 4), (0, 0, 0, 3, 4, 4, 2, 2), (4, 4, 2, 3, 0, 0, 6, 6))
"""Which eighth of a bar of four sounds at each eighth: syllables repeated and thrown about, never far from where
they were sung."""


def revoiced_strips(plan: RemixPlan, layout: Layout, strip: Strip, sound: Audio) -> list[Strip]:
    """The strips that stand for the voice: as it is, and one for each manner in its place; the last manner for a bar
    wins."""
    manner_at: list[int | None] = [None] * len(layout.bars)
    for number, (op, bars) in enumerate(layout.verbs):
        if isinstance(op, Revoice):
            for index in np.flatnonzero(bars):
                manner_at[index] = number
    used = [number for number in dict.fromkeys(manner_at) if number is not None]
    if not used:
        return [strip]
    plain = np.array([number is None for number in manner_at], np.float64)
    strips = (
        [replace(strip, automation=combined((strip.automation, automation_by_bar(plain, layout))))]
        if plain.any()
        else []
    )
    for number in used:
        op = plan.ops[number]
        assert isinstance(op, Revoice)
        mask = np.array([at == number for at in manner_at], np.float64)
        changed = replace(
            strip,
            name=f"{strip.name} ({op.manner} {number + 1})" if len(used) > 1 else f"{strip.name} ({op.manner})",
            node=_node_of(op.manner, sound, layout, plan.seed),
            inserts=(*strip.inserts, *([signal.telephone()] if op.manner == "telephone" else [])),
            automation=combined((strip.automation, automation_by_bar(mask, layout))),
            label=(*strip.label, op.manner),
        )
        strips.append(changed)
    return strips


def _node_of(manner: Manner, sound: Audio, layout: Layout, seed: int) -> MasterNode:
    if manner == "telephone":
        return MasterNode(sound, Stem.VOCALS, stretches_of(layout, Stem.VOCALS), layout)
    if manner == "chopped":
        return MasterNode(sound, Stem.VOCALS, _chops(layout, seed), layout)
    return VoiceNode(manner, sound, layout, seed)


class VoiceNode(MasterNode):
    """A voice sung in another manner along the result. A moved key is sung first, then the manner takes it up."""

    def __init__(self, manner: Manner, sound: Audio, layout: Layout, seed: int) -> None:
        super().__init__(sound, Stem.VOCALS, stretches_of(layout, Stem.VOCALS), layout)
        self._manner: Manner = manner
        self._layout, self._seed = layout, seed
        shifts = {bar.source: bar.semitones for bar in layout.bars}
        self._shifts = tuple((layout.source.bars[n - 1].start_s, shift) for n, shift in sorted(shifts.items()))

    @property
    def weight(self) -> int:
        return 4

    @cached_property
    def _moved(self) -> tuple[Audio, Singing]:
        """The voice in the keys of the result, and its analysis."""
        singing = singing_of(self._sound)
        if not any(shift for _, shift in self._shifts):
            return ready(self._sound), singing
        semitones = semitones_by_frame(singing, self._shifts)
        moved = Audio(sing(ready(self._sound).samples, singing, semitones=semitones), SAMPLE_RATE)
        return moved, analyse_singing(moved.samples, SAMPLE_RATE)

    @cached_property
    def _whispered(self) -> Samples:
        return signal.whisper(self._moved[0].samples, seed=self._seed)

    def _play(self, clip: Clip, n0: int, n1: int) -> Samples:
        sound, singing = self._moved
        a, b = self.local(clip, n0), self.local(clip, n1)
        if self._manner == "whisper":
            return signal.wsola(self._whispered, clip.time_map, a, b, sample_rate=SAMPLE_RATE)
        return _manner(self._manner, self._allowed(), self._seed, self._layout.tuning_semitones)(
            sound.samples, singing, a, b, clip.time_map
        )

    def _allowed(self) -> tuple[tuple[float, tuple[int, ...]], ...]:
        """The scale of the result at each bar of the source."""
        key = self._layout.key
        first = (0.0, tuple(sorted(key.transposed(self._shifts[0][1] if self._shifts else 0).scale)))
        return (
            first,
            *((start * SAMPLE_RATE, tuple(sorted(key.transposed(shift).scale))) for start, shift in self._shifts),
        )


def _manner(manner: Manner, allowed: tuple[tuple[float, tuple[int, ...]], ...], seed: int, a4: float) -> Sung:
    scale = allowed[0][1]
    match manner:
        case "robot":
            return lambda x, s, a, b, m: signal.robot(x, s, a, b, time_map=m, allowed=allowed, a4_semitones=a4)
        case "choir":
            return lambda x, s, a, b, m: signal.choir(x, s, a, b, time_map=m, seed=seed)
        case "harmony":
            return lambda x, s, a, b, m: signal.harmony(x, s, scale, a, b, time_map=m, seed=seed, a4_semitones=a4)
        case "doubled":
            return lambda x, s, a, b, m: signal.doubled(x, s, a, b, time_map=m, seed=seed)
        case "tuned" | "tuned-hard":
            hard = manner == "tuned-hard"
            return lambda x, s, a, b, m: signal.tuned(x, s, allowed, a, b, time_map=m, hard=hard, a4_semitones=a4)
        case "deep":
            return lambda x, s, a, b, m: signal.deep(x, s, a, b, time_map=m)
        case "high":
            return lambda x, s, a, b, m: signal.high(x, s, a, b, time_map=m)
        case "whisper" | "telephone" | "chopped":
            raise AssertionError(manner)
        case _:
            assert_never(manner)


def _chops(layout: Layout, seed: int) -> list[Stretch]:
    """Each bar in eighths, dealt out anew; the order turns with the bars."""
    stretches: list[Stretch] = []
    for bar in layout.bars:
        order = (
            _CHOPS[(bar.place + seed) % len(_CHOPS)]
            if bar.beats == 4
            else tuple(k - k % 2 for k in range(2 * bar.beats))
        )
        halves = np.interp(np.arange(2 * bar.beats + 1) / 2, np.arange(bar.beats + 1), bar.source_s)
        for k, taken in enumerate(order):
            begin = bar.start_s + (halves[k] - halves[0]) / bar.ratio
            end = bar.start_s + (halves[k + 1] - halves[0]) / bar.ratio
            stretches.append(
                Stretch((begin, end), (float(halves[taken]), float(halves[taken + 1])), ((begin, bar.semitones),))
            )
    return stretches
