"""What one layer of a note sounds like before its volume envelope: pitch, filter and their movements.

Equal tones are made once: everything that tells two of them apart is in a `Tone`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import SAMPLE_RATE
from remixlab.signal.soundfont.envelope import BLOCK_FRAMES, Envelope
from remixlab.signal.soundfont.font import Layer, Sample
from remixlab.signal.soundfont.generators import Gen, hz_of, seconds_of
from remixlab.signal.soundfont.kernels import low_pass, read_sample
from remixlab.signal.soundfont.sinc import RATIO_MAX, sinc_table

_Curve = NDArray[np.float64]
_CUTOFF_STEP_CENTS = 200.0
"""Cutoffs are rounded to a whole tone, so that notes share tones; no filter is heard to differ by less."""
_OPEN_CENTS = 13_400.0
"""From here on, 18.8 kHz, a filter takes nothing that is heard."""
_CUTOFF_CENTS, _CUTOFF_MIN_HZ = (1500.0, 13_500.0), 20.0
"""Bounds of a moving cutoff (section 8.1.3), and what none falls below."""
_FLAT_DB = 3.01
"""At a Q of 0 dB the filter is flat, a Butterworth, whose own Q is -3.01 dB (section 8.1.2)."""
_LOOP_MIN_FRAMES = 8
"""A shorter loop is a mistake in the font (section 7.10 asks for 32)."""
_FADE_FRAMES = 64
"""A sample that ends while it sounds is faded over 1.5 ms instead of cut."""
_UNTIL_RELEASE = 3
"""Loop mode 3: looped while the key is held, then on to the end (section 8.1.2)."""
LONGEST_FRAMES = 72 * SAMPLE_RATE
"""A minute held and the longest tail of a loop."""
_UNROLLED_MAX_FRAMES = 60 * 200_000
"""A minute at the highest rate: 46 MiB, the most that one loop is written out to."""


@dataclass(frozen=True, slots=True)
class Wave:
    """A triangle that begins after a delay. Unit: s, Hz."""

    delay_s: float
    rate_hz: float

    def at(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        turns = np.maximum(0.0, times_s - self.delay_s) * self.rate_hz
        return 2.0 * np.abs(2.0 * ((turns - 0.25) % 1.0) - 1.0) - 1.0


@dataclass(frozen=True, slots=True)
class Movement:
    """How far each mover bends pitch, cutoff and volume. Unit: cents, dB."""

    envelope: Envelope
    lfo: Wave
    vibrato: Wave
    envelope_pitch: float
    envelope_cutoff: float
    lfo_pitch: float
    lfo_cutoff: float
    lfo_volume_db: float
    vibrato_pitch: float

    @property
    def minds_release(self) -> bool:
        return bool(self.envelope_pitch or self.envelope_cutoff)

    @property
    def pitch_reach(self) -> float:
        """How far from its own pitch it may be bent at most. Unit: cents."""
        return abs(self.envelope_pitch) + abs(self.lfo_pitch) + abs(self.vibrato_pitch)

    def pitch_cents(self, times_s: NDArray[np.float64], hold_s: float) -> NDArray[np.float64]:
        moved = np.zeros(times_s.size)
        if self.lfo_pitch:
            moved += self.lfo_pitch * self.lfo.at(times_s)
        if self.vibrato_pitch:
            moved += self.vibrato_pitch * self.vibrato.at(times_s)
        if self.envelope_pitch:
            moved += self.envelope_pitch * self.envelope.levels(times_s, hold_s)
        return moved

    def cutoff_cents(self, times_s: NDArray[np.float64], hold_s: float) -> NDArray[np.float64]:
        moved = np.zeros(times_s.size)
        if self.lfo_cutoff:
            moved += self.lfo_cutoff * self.lfo.at(times_s)
        if self.envelope_cutoff:
            moved += self.envelope_cutoff * self.envelope.levels(times_s, hold_s)
        return moved


@dataclass(frozen=True, slots=True)
class Tone:
    """Everything that one sound depends on. `hold_frames` is 0 where it does not matter when the key is let go.

    Unit: start, end and loop in frames of the sample; ratio source frames per frame; cutoff in absolute cents; q in dB.
    """

    sample: int
    start: int
    end: int
    loop: tuple[int, int] | None
    leaves_loop: bool
    ratio: float
    cutoff_cents: float
    q_db: float
    movement: Movement | None
    hold_frames: int

    @property
    def lasts_frames(self) -> int:
        """At most this long: as long as the sample lasts at its slowest, or a note's length and the longest tail for
        one that loops.
        """
        if self.loop is not None and not self.leaves_loop:
            return LONGEST_FRAMES
        slowest = self.ratio * 2.0 ** (-(0.0 if self.movement is None else self.movement.pitch_reach) / 1200.0)
        looped = self.hold_frames if self.loop is not None else 0
        return min(LONGEST_FRAMES, looped + int((self.end - self.start) / max(slowest, 1e-4)) + BLOCK_FRAMES)

    @property
    def is_filtered(self) -> bool:
        bent = self.movement is not None and bool(self.movement.envelope_cutoff or self.movement.lfo_cutoff)
        return bent or self.cutoff_cents < _OPEN_CENTS or self.q_db > 0.0


def tone_of(layer: Layer, sample: Sample, midi: float, hold_frames: int) -> Tone:
    """The tone of a layer at a pitch (MIDI number, fractions of a semitone included)."""
    start, end, loop = _ends(layer, sample)
    fixed, root = layer[Gen.FIXED_KEY], layer[Gen.ROOT_KEY]
    played = midi if fixed < 0 else fixed
    cents = (played - (sample.key if root < 0 else root)) * layer[Gen.SCALE_TUNING]
    cents += 100.0 * layer[Gen.COARSE_TUNE] + layer[Gen.FINE_TUNE] + sample.correction_cents
    ratio = min(float(RATIO_MAX), 2.0 ** (cents / 1200.0) * sample.sample_rate / SAMPLE_RATE)
    movement = _movement_of(layer, round(played))
    leaves = loop is not None and int(layer[Gen.LOOP_MODE]) == _UNTIL_RELEASE
    minds = leaves or (movement is not None and movement.minds_release)
    cutoff = round(layer[Gen.FILTER_CUTOFF] / _CUTOFF_STEP_CENTS) * _CUTOFF_STEP_CENTS
    return Tone(
        layer.sample,
        start,
        end,
        loop,
        leaves,
        ratio,
        cutoff,
        layer[Gen.FILTER_Q] / 10.0,
        movement,
        hold_frames if minds else 0,
    )


def render_tone(tone: Tone, sample: Sample, length_frames: int) -> NDArray[np.float32]:
    """The sound of a tone, at most this long; shorter when its sample ends. Shape: (frames,)."""
    blocks = -(-length_frames // BLOCK_FRAMES)
    times_s = np.arange(blocks, dtype=np.float64) * np.float64(BLOCK_FRAMES / SAMPLE_RATE)
    hold_s = (tone.hold_frames or length_frames) / SAMPLE_RATE
    steps = np.full(blocks, tone.ratio)
    if tone.movement is not None:
        steps = np.minimum(tone.ratio * 2.0 ** (tone.movement.pitch_cents(times_s, hold_s) / 1200.0), float(RATIO_MAX))
    table = sinc_table(float(steps.max()))
    sound = _unrolled(tone, sample, steps, table.shape[1] // 2)
    out = np.zeros(blocks * BLOCK_FRAMES, np.float32)
    written = read_sample(sound, table, steps, out, BLOCK_FRAMES)
    if written < out.size:
        # A sample may end while it still sounds.
        faded = min(_FADE_FRAMES, written)
        out[written - faded : written] *= np.linspace(1.0, 0.0, faded, dtype=np.float32)
    out = out[: min(written, length_frames)]
    if tone.is_filtered:
        low_pass(out, *_coefficients(tone, times_s, hold_s), BLOCK_FRAMES)
    if tone.movement is not None and tone.movement.lfo_volume_db:
        gains = 10.0 ** (tone.movement.lfo_volume_db * tone.movement.lfo.at(times_s) / 20.0)
        out *= np.interp(np.arange(out.size), np.arange(blocks) * BLOCK_FRAMES, gains).astype(np.float32)
    return out


def _ends(layer: Layer, sample: Sample) -> tuple[int, int, tuple[int, int] | None]:
    """Where a layer begins, ends and loops, never outside its sample. Unit: frames."""
    size = sample.sound.size
    start = int(layer[Gen.START_OFFSET] + 32768 * layer[Gen.START_COARSE_OFFSET])
    end = size + int(layer[Gen.END_OFFSET] + 32768 * layer[Gen.END_COARSE_OFFSET])
    start, end = min(max(0, start), size - 1), min(max(1, end), size)
    first = sample.loop_start + int(layer[Gen.LOOP_START_OFFSET] + 32768 * layer[Gen.LOOP_START_COARSE_OFFSET])
    last = sample.loop_end + int(layer[Gen.LOOP_END_OFFSET] + 32768 * layer[Gen.LOOP_END_COARSE_OFFSET])
    first, last = max(start, first), min(last, end)
    loops = int(layer[Gen.LOOP_MODE]) in (1, _UNTIL_RELEASE) and last - first >= _LOOP_MIN_FRAMES
    return start, max(start + 1, end), (first, last) if loops else None


def _movement_of(layer: Layer, key: int) -> Movement | None:
    """What moves pitch, cutoff or volume while the note sounds; None when nothing does."""
    moves = (
        layer[Gen.MOD_ENVELOPE_TO_PITCH], layer[Gen.MOD_ENVELOPE_TO_FILTER], layer[Gen.MOD_LFO_TO_PITCH],
        layer[Gen.MOD_LFO_TO_FILTER], layer[Gen.MOD_LFO_TO_VOLUME] / 10.0, layer[Gen.VIBRATO_TO_PITCH],
    )  # fmt: skip
    if not any(moves):
        return None
    return Movement(
        Envelope.of_modulation(layer, key),
        Wave(seconds_of(layer[Gen.MOD_LFO_DELAY]), hz_of(layer[Gen.MOD_LFO_RATE])),
        Wave(seconds_of(layer[Gen.VIBRATO_DELAY]), hz_of(layer[Gen.VIBRATO_RATE])),
        *moves,
    )


def _unrolled(tone: Tone, sample: Sample, steps: NDArray[np.float64], margin: int) -> NDArray[np.float32]:
    """The sample as it will be read from beginning to end, its loop written out, silence on both sides. Shape:
    (frames,).
    """
    needed = min(int(steps.sum() * BLOCK_FRAMES) + 2, _UNROLLED_MAX_FRAMES)
    before, after = np.zeros(margin - 1, np.float32), np.zeros(margin, np.float32)
    if tone.loop is None:
        return np.concatenate((before, sample.sound[tone.start : min(tone.end, tone.start + needed + margin)], after))
    first, last = tone.loop
    turns = max(0, -(-(needed + margin - (last - tone.start)) // (last - first)))
    tail = sample.sound[:0]
    if tone.leaves_loop:
        let_go = int(steps.repeat(BLOCK_FRAMES)[: tone.hold_frames].sum()) if tone.hold_frames else needed
        turns = min(turns, max(0, -(-(let_go - (last - tone.start)) // (last - first))))
        tail = sample.sound[last : tone.end]
    return np.concatenate(
        (before, sample.sound[tone.start : last], np.tile(sample.sound[first:last], turns), tail, after)
    )


def _coefficients(tone: Tone, times_s: NDArray[np.float64], hold_s: float) -> tuple[_Curve, _Curve, _Curve, _Curve]:
    """A low-pass of second order for each block, its peak held down by half its own height.

    Shape: four times (blocks,). Source: SoundFont 2.04 section 8.1.2 (initialFilterQ); R. Bristow-Johnson, Audio EQ
    Cookbook.
    """
    bent = tone.movement is not None and bool(tone.movement.envelope_cutoff or tone.movement.lfo_cutoff)
    cents = np.full(times_s.size if bent else 1, tone.cutoff_cents)
    if tone.movement is not None and bent:
        cents = cents + tone.movement.cutoff_cents(times_s, hold_s)
    cutoff_hz = np.clip(
        hz_of(0.0) * 2.0 ** (np.clip(cents, *_CUTOFF_CENTS) / 1200.0), _CUTOFF_MIN_HZ, 0.45 * SAMPLE_RATE
    )
    q = 10.0 ** ((tone.q_db - _FLAT_DB) / 20.0)
    turn = 2.0 * np.pi * cutoff_hz / SAMPLE_RATE
    alpha, cosine = np.sin(turn) / (2.0 * q), np.cos(turn)
    scale = 1.0 / (1.0 + alpha)
    b0 = (1.0 - cosine) * 0.5 * scale / np.sqrt(max(q, 1e-3) * 2.0**0.5)
    curves = b0, 2.0 * b0, -2.0 * cosine * scale, (1.0 - alpha) * scale
    if bent:
        return curves
    return tuple(np.repeat(curve, times_s.size) for curve in curves)  # pyright: ignore[reportReturnType]
