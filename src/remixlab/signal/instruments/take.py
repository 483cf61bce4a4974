"""Play a part: notes in, sound out, any stretch of time in any order with the same samples.

Each different note (pitch, force, variation) is made once and laid down wherever it is played: a part costs what its
vocabulary costs, not what its length costs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.domain.errors import InvalidPlan
from remixlab.signal.instruments.instrument import Instrument, Kit, Tone
from remixlab.signal.instruments.kits import KITS
from remixlab.signal.instruments.notes import HitEvent, NoteEvent
from remixlab.signal.instruments.percussion import Drum, hit
from remixlab.signal.instruments.plucked import PluckedString, pluck
from remixlab.signal.instruments.registry import INSTRUMENTS
from remixlab.signal.instruments.struck import Struck, strike
from remixlab.signal.instruments.sung import LEAD_FRAMES, Sung, sing
from remixlab.signal.instruments.sustained import Sustained, hold

_LEVELS = 8
"""Steps of velocity that a tone is made in: 2.75 dB apart with 22 dB of touch; the exact level is laid over them."""
_GRAIN_FRAMES = 11_025
"""Tones are made in quarters of a second, so that notes of nearly one length share one."""
_BREATH_FRAMES = 5_300
"""A shorter rest (120 ms) is sung over in one breath."""
_LONGEST_FRAMES = 60 * SAMPLE_RATE
"""No note is held longer than a minute: a tone is made whole, 20 MiB."""
_ONSET_FRAMES = 220.0
"""Five milliseconds in which a release sets in: a corner in the envelope would click."""
_RELEASE_NEPERS = 5.0
"""How far a released tone falls before its line to zero takes the rest: 43 dB."""
_SUNG_ON_S, _SUNG_OUT_S = 0.2, 0.15
"""A phrase is heard so long after its last note, and faded so long: its voice is let go in 50 ms
(`sung._RELEASE_S`).
"""
_KIT_TOUCH_DB = 26.0
"""How much quieter the softest stroke is: a ghost note against an accent."""
_STROKES = 3
"""Different takes of one stroke that follow each other: two would be heard to alternate."""
_CHOKE_FRAMES = 1323
"""A choked cymbal is silent in 30 ms, as under a hand."""
_VELOCITY_MIN = 0.02
"""What is played is heard: velocity 0 would be no note."""
_PAN_MAX, _PAN_SEMITONES = 0.9, 24.0
"""Two octaves from middle C a part reaches its whole spread, and nothing stands in one channel alone."""


@njit(cache=True, nogil=True, fastmath={"contract"})
def _lay(out, tone, offset, hold_frames, fall, gain_l, gain_r):  # pyright: ignore
    """Add a tone that begins at frame `offset` of `out` (may be negative); after hold_frames it falls silent along
    `fall`.
    """
    begin = max(0, -offset)
    end = min(tone.shape[1], hold_frames + fall.shape[0], out.shape[1] - offset)
    held = max(begin, min(end, hold_frames))
    for c in range(2):
        gain = gain_l if c == 0 else gain_r
        line = tone[min(c, tone.shape[0] - 1), begin:end]
        made = out[c, offset + begin : offset + end]
        for i in range(held - begin):
            made[i] += gain * line[i]
        left = fall[held - hold_frames :]
        rest = line[held - begin :]
        ending = made[held - begin :]
        for i in range(end - held):
            ending[i] += gain * left[i] * rest[i]


@cache
def _fall(length_frames: int) -> NDArray[np.float32]:
    """The level of a tone after it is let go. The fall sets in over a few milliseconds: a corner in the envelope is
    a click.
    """
    late = np.arange(length_frames, dtype=np.float64)
    x = late * late / (late + _ONSET_FRAMES) * (length_frames + _ONSET_FRAMES) / length_frames**2
    return ((1.0 - x) * np.exp(-_RELEASE_NEPERS * x)).astype(np.float32)


class _Placed:
    """One tone on the timeline."""

    __slots__ = ("begin", "end", "gain_l", "gain_r", "hold_frames", "key", "release_frames")

    def __init__(
        self, key: tuple[float, ...], begin: int, hold_frames: int, release_frames: int, gain_l: float, gain_r: float
    ) -> None:
        self.key, self.begin, self.hold_frames, self.release_frames = key, begin, hold_frames, release_frames
        self.gain_l, self.gain_r = np.float32(gain_l), np.float32(gain_r)
        self.end = begin + hold_frames + release_frames


class Take(ABC):
    """A part made ready to sound. `render` gives any stretch of it; stretches join without a seam, whatever their
    order or thread.
    """

    def __init__(self, length_frames: int) -> None:
        self.length_frames = length_frames

    @abstractmethod
    def render(self, n0: int, n1: int) -> Samples:
        """The frames [n0, n1). Shape: (2, n1 - n0)."""


class Together(Take):
    """Several takes of one part: what one player has of it, and the rest."""

    def __init__(self, *takes: Take) -> None:
        super().__init__(max(take.length_frames for take in takes))
        self._takes = takes

    def render(self, n0: int, n1: int) -> Samples:
        out = self._takes[0].render(n0, n1)
        for take in self._takes[1:]:
            out = out + take.render(n0, n1)
        return out


class _PlacedTake(Take):
    """A take of tones that are made once and laid wherever they are played."""

    def __init__(self, placed: list[_Placed]) -> None:
        super().__init__(max((p.end for p in placed), default=0))
        self._placed = placed
        self._tones: dict[tuple[float, ...], Samples] = {}

    def render(self, n0: int, n1: int) -> Samples:
        out = np.zeros((2, n1 - n0), np.float32)
        for placed in self._placed:
            if placed.begin < n1 and placed.end > n0:
                tone = self._tones.get(placed.key)
                if tone is None:
                    tone = self._tones[placed.key] = self._make(placed.key)
                _lay(
                    out,
                    tone,
                    placed.begin - n0,
                    placed.hold_frames,
                    _fall(placed.release_frames),
                    placed.gain_l,
                    placed.gain_r,
                )
        return out

    @abstractmethod
    def _make(self, key: tuple[float, ...]) -> Samples: ...


class _NoteTake(_PlacedTake):
    def __init__(self, tone: Tone, placed: list[_Placed], lengths: dict[tuple[float, ...], int], seed: int) -> None:
        super().__init__(placed)
        self._tone, self._lengths, self._seed = tone, lengths, seed

    def _make(self, key: tuple[float, ...]) -> Samples:
        midi, level, variation = key
        length, velocity, seed = self._lengths[key], level / _LEVELS, self._seed * 8 + int(variation)
        match self._tone:
            case PluckedString():
                return pluck(self._tone, midi, velocity, length, seed)
            case Struck():
                return strike(self._tone, midi, velocity, length, seed)
            case Sustained():
                return hold(self._tone, midi, velocity, length, seed)
            case Sung():
                raise AssertionError("a singer performs phrases")


class _SungTake(_PlacedTake):
    def __init__(self, tone: Sung, placed: list[_Placed], phrases: list[list[NoteEvent]], seed: int) -> None:
        super().__init__(placed)
        self._tone, self._phrases, self._seed = tone, phrases, seed

    def _make(self, key: tuple[float, ...]) -> Samples:
        return sing(self._tone, self._phrases[int(key[0])], self._seed)


class _KitTake(_PlacedTake):
    def __init__(self, pieces: list[Drum], placed: list[_Placed], seed: int) -> None:
        super().__init__(placed)
        self._pieces, self._seed = pieces, seed

    def _make(self, key: tuple[float, ...]) -> Samples:
        piece, level, variation = key
        return hit(self._pieces[int(piece)], int(level), int(variation), self._seed)


def rehearse(instrument: str, notes: Sequence[NoteEvent], *, seed: int = 0) -> Take:
    """Make a part ready. Raises: InvalidPlan when there is no such instrument."""
    found = INSTRUMENTS.get(instrument)
    if found is None:
        raise InvalidPlan(
            [f"there is no instrument '{instrument}'"], hint="Instruments: " + ", ".join(sorted(INSTRUMENTS)) + "."
        )
    if isinstance(found.tone, Sung):
        return _rehearse_phrases(found, found.tone, notes, seed)
    release_frames = int(found.release_s * SAMPLE_RATE)
    placed: list[_Placed] = []
    lengths: dict[tuple[float, ...], int] = {}
    spoken: dict[float, int] = {}
    for note in sorted(notes):
        midi, velocity = round(note.midi, 2), min(1.0, max(_VELOCITY_MIN, note.velocity))
        turn = spoken[midi] = spoken.get(midi, -1) + 1
        key = (midi, max(1.0, float(round(velocity * _LEVELS))), float(turn % found.variations))
        hold_frames = min(max(1, note.length_frames), _LONGEST_FRAMES)
        whole = -(-(hold_frames + release_frames) // _GRAIN_FRAMES) * _GRAIN_FRAMES
        lengths[key] = max(whole, lengths.get(key, 0))
        gain = 10.0 ** ((found.gain_db - found.touch_db * (1.0 - velocity)) / 20.0)
        pan = max(-_PAN_MAX, min(_PAN_MAX, found.pan_spread * (midi - 60.0) / _PAN_SEMITONES))
        placed.append(
            _Placed(
                key, note.start_frame, hold_frames, release_frames, gain * (1.0 - pan) ** 0.5, gain * (1.0 + pan) ** 0.5
            )
        )
    return _NoteTake(found.tone, placed, lengths, seed)


def _rehearse_phrases(found: Instrument, tone: Sung, notes: Sequence[NoteEvent], seed: int) -> Take:
    phrases: list[list[NoteEvent]] = []
    for note in sorted(notes):
        if (
            phrases
            and note.start_frame - (phrases[-1][-1].start_frame + phrases[-1][-1].length_frames) < _BREATH_FRAMES
        ):
            previous = phrases[-1][-1]
            overlap = previous.start_frame + previous.length_frames - note.start_frame
            if overlap > 0:
                phrases[-1][-1] = previous._replace(length_frames=max(1, previous.length_frames - overlap))
            phrases[-1].append(note)
        else:
            phrases.append([note])
    gain = 10.0 ** (found.gain_db / 20.0)
    placed: list[_Placed] = []
    for number, phrase in enumerate(phrases):
        begin = phrase[0].start_frame - LEAD_FRAMES
        length = phrase[-1].start_frame + phrase[-1].length_frames - begin
        placed.append(
            _Placed(
                (float(number),),
                begin,
                length + int(_SUNG_ON_S * SAMPLE_RATE),
                int(_SUNG_OUT_S * SAMPLE_RATE),
                gain,
                gain,
            )
        )
    return _SungTake(tone, placed, phrases, seed)


def rehearse_kit(kit: str, hits: Sequence[HitEvent], *, seed: int = 0) -> Take:
    """Make a drum part ready. Raises: InvalidPlan when there is no such kit or piece."""
    found = KITS.get(kit)
    if found is None:
        raise InvalidPlan([f"there is no kit '{kit}'"], hint="Kits: " + ", ".join(sorted(KITS)) + ".")
    unknown = sorted({h.piece for h in hits} - set(found.pieces))
    if unknown:
        raise InvalidPlan(
            [f"a kit has no piece '{piece}'" for piece in unknown],
            hint="Pieces: " + ", ".join(sorted(found.pieces)) + ".",
        )
    names = sorted(found.pieces)
    drums = [found.pieces[name] for name in names]
    ordered = sorted(hits)
    return _KitTake(drums, _place_hits(found, names, ordered), seed)


def _place_hits(kit: Kit, names: list[str], ordered: list[HitEvent]) -> list[_Placed]:
    placed: list[_Placed] = []
    turns: dict[str, int] = {}
    ringing: dict[str, list[_Placed]] = {}
    for stroke in ordered:
        drum = kit.pieces[stroke.piece]
        velocity = min(1.0, max(_VELOCITY_MIN, stroke.velocity))
        turn = turns[stroke.piece] = turns.get(stroke.piece, -1) + 1
        gain = 10.0 ** ((kit.gain_db - _KIT_TOUCH_DB * (1.0 - velocity)) / 20.0)
        key = (float(names.index(stroke.piece)), max(1.0, float(round(velocity * _LEVELS))), float(turn % _STROKES))
        one = _Placed(key, stroke.frame, int(drum.length_s * SAMPLE_RATE), 1, gain, gain)
        for earlier in ringing.pop(stroke.piece, []):
            _choke(earlier, stroke.frame)
        for choker in drum.choked_by.split():
            ringing.setdefault(choker, []).append(one)
        placed.append(one)
    return placed


def _choke(placed: _Placed, frame: int) -> None:
    if placed.begin < frame < placed.end:
        placed.hold_frames, placed.release_frames = frame - placed.begin, _CHOKE_FRAMES
        placed.end = frame + _CHOKE_FRAMES


def play(instrument: str, notes: Sequence[NoteEvent], length_frames: int, *, seed: int = 0) -> Samples:
    """Play a whole part. Shape: (2, length_frames). Raises: InvalidPlan when there is no such instrument."""
    return rehearse(instrument, notes, seed=seed).render(0, length_frames)


def play_kit(kit: str, hits: Sequence[HitEvent], length_frames: int, *, seed: int = 0) -> Samples:
    """Play a whole drum part. Shape: (2, length_frames). Raises: InvalidPlan when there is no such kit or piece."""
    return rehearse_kit(kit, hits, seed=seed).render(0, length_frames)
