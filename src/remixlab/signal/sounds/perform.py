"""Play a part on sampled instruments as a hand would: no two strokes alike, notes of a line tied, strings that end."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from remixlab.domain.audio import SAMPLE_RATE
from remixlab.signal.instruments import HitEvent, NoteEvent, Take
from remixlab.signal.soundfont import Preset
from remixlab.signal.soundfont.take import SoundFontTake, Voice, choke, perform_hits, perform_notes
from remixlab.signal.sounds.pack import SoundPack

_STEPS = 16
"""Steps of touch that tones are made in; loudness follows the square of the velocity between them too."""
_LONGEST_FRAMES = 60 * SAMPLE_RATE
"""A minute: no player holds a note longer, and a mistake in a score costs no memory."""
_TIED_GAP_S = 0.035
"""A shorter rest between two notes of a line is none: breath or bow goes on."""
_TIED_START_S, _TIED_FADE_S = 0.045, 0.022
"""A tied note begins past its own attack and swells so fast, while the note before it fades."""


@dataclass(frozen=True, slots=True)
class Touch:
    """How much two strokes that are written alike differ, and whether a line is tied.

    Unit: cents, dB; `dulls_cents` is how much darker the dullest of the `variations` is.
    """

    variations: int = 3
    detune_cents: float = 2.5
    level_db: float = 0.7
    dulls_cents: float = 600.0
    tied: bool = False


def rehearse_sampled(
    pack: SoundPack, preset: Preset, notes: Sequence[NoteEvent], touch: Touch, *, seed: int = 0
) -> Take:
    """A pitched part on one preset."""
    voices: list[Voice] = []
    turns: dict[float, int] = {}
    known: dict[tuple[float, int, int], list[Voice]] = {}
    ordered = sorted(notes)
    for place, note in enumerate(ordered):
        turn = turns[note.midi] = turns.get(note.midi, -1) + 1
        step, rest = _stepped(note.velocity)
        key = (round(note.midi, 2), step, turn % max(1, touch.variations))
        model = known.get(key)
        if model is None:
            shade = _shade(touch, seed, f"{note.midi:.2f}", turn)
            struck = note._replace(start_frame=0, velocity=step / _STEPS)
            model = [shade.on(voice) for voice in perform_notes(pack.font, preset, [struck])]
            if all(voice.tone.hold_frames == 0 for voice in model):
                known[key] = model
        gain = rest * _level(touch, seed, f"{note.midi:.2f}", turn)
        for voice in model:
            one = _placed(voice, note.start_frame, min(max(1, note.length_frames), _LONGEST_FRAMES), gain)
            voices.append(_tied(one, ordered, place) if touch.tied else one)
    return SoundFontTake(pack.font, voices)


def rehearse_sampled_kit(
    pack: SoundPack,
    preset: Preset,
    strokes: Sequence[HitEvent],
    keys: Mapping[str, int],
    touch: Touch,
    *,
    seed: int = 0,
) -> Take:
    """A drum part on one kit: `keys` says which key each piece is struck on."""
    voices: list[Voice] = []
    turns: dict[str, int] = {}
    known: dict[tuple[str, int, int], list[Voice]] = {}
    for stroke in sorted(strokes):
        turn = turns[stroke.piece] = turns.get(stroke.piece, -1) + 1
        step, rest = _stepped(stroke.velocity)
        key = (stroke.piece, step, turn % max(1, touch.variations))
        model = known.get(key)
        if model is None:
            shade = _shade(touch, seed, stroke.piece, turn)
            struck = stroke._replace(frame=0, velocity=step / _STEPS)
            model = known[key] = [
                shade.on(voice) for voice in perform_hits(pack.font, preset, [(struck, keys[stroke.piece])])
            ]
        gain = rest * _level(touch, seed, stroke.piece, turn)
        begun = [_placed(voice, stroke.frame, voice.hold_frames, gain) for voice in model]
        choke(voices, begun, stroke.frame)
        voices += begun
    return SoundFontTake(pack.font, voices)


def _stepped(velocity: float) -> tuple[int, float]:
    """The nearest step of touch that tones are made in, and the amplitude that is left to the exact one."""
    exact = min(1.0, max(0.5 / _STEPS, velocity))
    step = max(1, round(exact * _STEPS))
    return step, float((exact * _STEPS / step) ** 2)


def _placed(voice: Voice, begin: int, hold_frames: int, gain: float) -> Voice:
    return Voice(
        voice.tone, voice.envelope, begin, hold_frames, voice.gain_l * gain, voice.gain_r * gain, voice.exclusive_class
    )


@dataclass(frozen=True, slots=True)
class _Shade:
    """One way to strike. Unit: ratio of speed, cents of cutoff."""

    speed: float
    dull_cents: float

    def on(self, voice: Voice) -> Voice:
        cutoff = voice.tone.cutoff_cents - self.dull_cents
        return replace(voice, tone=replace(voice.tone, ratio=voice.tone.ratio * self.speed, cutoff_cents=cutoff))


def _shade(touch: Touch, seed: int, what: str, turn: int) -> _Shade:
    """Which of the few ways this stroke is: they follow each other in an order of their own, never twice the same."""
    if touch.variations <= 1:
        return _Shade(1.0, 0.0)
    variation = turn % touch.variations
    cents = (2.0 * _dice(seed, what, variation, 1) - 1.0) * touch.detune_cents
    dull = round(_dice(seed, what, variation, 2) * touch.dulls_cents / 200.0) * 200.0
    return _Shade(2.0 ** (cents / 1200.0), dull)


def _level(touch: Touch, seed: int, what: str, turn: int) -> float:
    """How much louder or softer a stroke comes out than it was meant. Unit: amplitude."""
    return 10.0 ** ((2.0 * _dice(seed, what, turn, 3) - 1.0) * touch.level_db / 20.0)


def _dice(seed: int, what: str, turn: int, which: int) -> float:
    """A number from 0 to 1 that hangs on what is asked alone."""
    return zlib.crc32(f"{seed}/{what}/{turn}/{which}".encode()) / 2.0**32


def _tied(voice: Voice, notes: Sequence[NoteEvent], place: int) -> Voice:
    """The voice of a note that goes on from the one before it: its own attack is passed over, at the same moment."""
    if place == 0:
        return voice
    before, note = notes[place - 1], notes[place]
    gap = note.start_frame - (before.start_frame + before.length_frames)
    if gap > _TIED_GAP_S * SAMPLE_RATE or note.start_frame == before.start_frame or note.midi == before.midi:
        return voice
    passed = int(_TIED_START_S * voice.tone.ratio * SAMPLE_RATE)
    first = voice.tone.start + passed
    room = voice.tone.loop[0] if voice.tone.loop is not None else voice.tone.end - SAMPLE_RATE // 4
    if first >= room:
        return voice
    envelope = replace(voice.envelope, delay_s=0.0, attack_s=max(_TIED_FADE_S, 0.0))
    return replace(voice, tone=replace(voice.tone, start=first), envelope=envelope)
