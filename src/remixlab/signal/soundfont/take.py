"""Play a part on a SoundFont: notes in, sound out, any stretch of time in any order with the same samples."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.signal.instruments import HitEvent, NoteEvent, Take, Together, rehearse, rehearse_kit
from remixlab.signal.soundfont.envelope import BLOCK_FRAMES, Envelope
from remixlab.signal.soundfont.font import Layer, Preset, SoundFont
from remixlab.signal.soundfont.general_midi import DRUM_BANK, DRUM_KEYS, KITS, PROGRAMS
from remixlab.signal.soundfont.generators import Gen
from remixlab.signal.soundfont.kernels import lay_voice
from remixlab.signal.soundfont.tones import Tone, render_tone, tone_of

_LONGEST_S = 60
"""No note is held longer than a minute, as on our own instruments."""
_GRAIN_FRAMES = 11_025
"""Tones are made in quarters of a second, so that notes of nearly one length share one."""
_CHOKE_S = 0.03
"""What is cut by its exclusive class is silent in 30 ms, as under a hand."""
_RINGING_MAX_S = 6.0
"""A struck piece rings as long as its sample, at most so long: cymbals are gone by then."""
_CHOKED_AMONG = 256
"""Of the latest voices what still rings is looked for: none of before does."""
_USUAL_VELOCITY = 100
"""Whether a font has a piece is asked at the velocity that General MIDI files mostly play."""
_REMEMBERED_FRAMES = 2**25
"""Sound kept for notes that come back: 128 MiB; what is forgotten is made again, with the same samples."""


@dataclass(frozen=True, eq=False)
class Voice:
    """One layer of one note on the timeline. `hold_frames` is when its key is let go; `choked_frames` when another
    note cuts it.
    """

    tone: Tone
    envelope: Envelope
    begin: int
    hold_frames: int
    gain_l: float
    gain_r: float
    exclusive_class: int
    choked_frames: int | None = None

    @cached_property
    def length_frames(self) -> int:
        heard = int(self.envelope.ends_s(self.hold_frames / SAMPLE_RATE) * SAMPLE_RATE) + BLOCK_FRAMES
        whole = min(heard, self.tone.lasts_frames)
        return whole if self.choked_frames is None else min(whole, self.choked_frames + int(_CHOKE_S * SAMPLE_RATE))

    @property
    def end(self) -> int:
        return self.begin + self.length_frames

    @cached_property
    def gains(self) -> NDArray[np.float64]:
        """At the border of every block; the last is silence. Shape: (blocks + 1,)."""
        borders = -(-self.length_frames // BLOCK_FRAMES) + 1
        gains = self.envelope.gains_at_borders(borders, self.hold_frames / SAMPLE_RATE)
        if self.choked_frames is not None:
            frames = np.arange(borders) * float(BLOCK_FRAMES)
            gains *= np.clip(1.0 - (frames - self.choked_frames) / (_CHOKE_S * SAMPLE_RATE), 0.0, 1.0)
        gains[-1] = 0.0
        return gains


class SoundFontTake(Take):
    """A part made ready on one SoundFont."""

    def __init__(self, font: SoundFont, voices: Sequence[Voice]) -> None:
        super().__init__(max((voice.end for voice in voices), default=0))
        self._font, self._voices = font, tuple(sorted(voices, key=lambda voice: voice.begin))
        self._begins = np.array([voice.begin for voice in self._voices], np.int64)
        self._longest = max((voice.length_frames for voice in self._voices), default=0)
        self._lengths: dict[Tone, int] = {}
        for voice in self._voices:
            whole = -(-voice.length_frames // _GRAIN_FRAMES) * _GRAIN_FRAMES
            self._lengths[voice.tone] = max(whole, self._lengths.get(voice.tone, 0))
        self._tones: OrderedDict[Tone, NDArray[np.float32]] = OrderedDict()
        self._remembered = 0
        self._lock = Lock()

    def render(self, n0: int, n1: int) -> Samples:
        out = np.zeros((2, n1 - n0), np.float32)
        first, last = np.searchsorted(self._begins, (n0 - self._longest, n1), "left")
        for voice in self._voices[first:last]:
            if voice.end > n0:
                lay_voice(
                    out, self._tone(voice.tone), voice.begin - n0, voice.gains, voice.gain_l, voice.gain_r, BLOCK_FRAMES
                )
        return out

    def _tone(self, tone: Tone) -> NDArray[np.float32]:
        with self._lock:
            known = self._tones.get(tone)
            if known is not None:
                self._tones.move_to_end(tone)
                return known
        sample = self._font.sample(tone.sample)
        assert sample is not None
        made = render_tone(tone, sample, self._lengths[tone])
        with self._lock:
            if tone not in self._tones:
                self._tones[tone] = made
                self._remembered += made.size
            while self._remembered > _REMEMBERED_FRAMES and len(self._tones) > 1:
                self._remembered -= self._tones.popitem(last=False)[1].size
        return made


def find_preset(font: SoundFont, instrument: str) -> Preset | None:
    """The preset that plays an instrument or kit of the house; None when the SoundFont has nothing like it."""
    bank, programs = (DRUM_BANK, KITS[instrument]) if instrument in KITS else (0, PROGRAMS.get(instrument, ()))
    return next((found for program in programs if (found := font.preset(bank, program)) is not None), None)


def sounds_on(font: SoundFont, instrument: str, pieces: Collection[str] = ()) -> bool:
    """Whether a SoundFont has an instrument, or at least one of the pieces asked of a kit."""
    preset = find_preset(font, instrument)
    return preset is not None and (not pieces or any(_drum_key(font, preset, piece) is not None for piece in pieces))


def rehearse_on(font: SoundFont, instrument: str, notes: Sequence[NoteEvent], *, seed: int = 0) -> Take:
    """Make a part ready on a SoundFont; on our own instrument where the SoundFont has nothing like it.

    Raises: InvalidPlan when there is no such instrument, InvalidSoundFont or InvalidAudio when a sample cannot be read.
    """
    preset = find_preset(font, instrument)
    if preset is None:
        return rehearse(instrument, notes, seed=seed)
    return SoundFontTake(font, perform_notes(font, preset, notes))


def rehearse_kit_on(font: SoundFont, kit: str, hits: Sequence[HitEvent], *, seed: int = 0) -> Take:
    """Make a drum part ready on a SoundFont; the pieces that it has not are struck on our own kit. Raises: as
    `rehearse_on`.
    """
    preset = find_preset(font, kit)
    keys = (
        {}
        if preset is None
        else {piece: key for piece in {h.piece for h in hits} if (key := _drum_key(font, preset, piece)) is not None}
    )
    if preset is None or not keys:
        return rehearse_kit(kit, hits, seed=seed)
    take = SoundFontTake(
        font, perform_hits(font, preset, [(h, keys[h.piece]) for h in sorted(hits) if h.piece in keys])
    )
    rest = [h for h in hits if h.piece not in keys]
    return Together(take, rehearse_kit(kit, rest, seed=seed)) if rest else take


def perform_notes(font: SoundFont, preset: Preset, notes: Sequence[NoteEvent]) -> list[Voice]:
    """Every voice of a pitched part, in order."""
    voices: list[Voice] = []
    for note in sorted(notes):
        key, velocity = min(127, max(0, round(note.midi))), _velocity_of(note.velocity)
        hold_frames = min(max(1, note.length_frames), _LONGEST_S * SAMPLE_RATE)
        begun = [
            _voice(font, layer, preset, note.start_frame, hold_frames, midi=note.midi, key=key)
            for layer in font.layers(preset, key, velocity)
        ]
        choke(voices, begun, note.start_frame)
        voices += begun
    return voices


def perform_hits(font: SoundFont, preset: Preset, strokes: Sequence[tuple[HitEvent, int]]) -> list[Voice]:
    """Every voice of a drum part, in order; a struck piece rings until its sample ends."""
    voices: list[Voice] = []
    for hit, key in strokes:
        begun: list[Voice] = []
        for layer in font.layers(preset, key, _velocity_of(hit.velocity)):
            sample = font.sample(layer.sample)
            assert sample is not None
            rings_s = min(_RINGING_MAX_S, sample.sound.size / sample.sample_rate)
            begun.append(_voice(font, layer, preset, hit.frame, int(rings_s * SAMPLE_RATE), midi=float(key), key=key))
        choke(voices, begun, hit.frame)
        voices += begun
    return voices


def _voice(
    font: SoundFont, layer: Layer, preset: Preset, begin: int, hold_frames: int, *, midi: float, key: int
) -> Voice:
    sample = font.sample(layer.sample)
    assert sample is not None
    gain = 10.0 ** (-layer[Gen.ATTENUATION] / 200.0)
    angle = (layer[Gen.PAN] / 500.0 + 1.0) * np.pi / 4
    tone = tone_of(layer, sample, round(midi, 2), hold_frames)
    return Voice(
        tone, Envelope.of_volume(layer, key, loops=tone.loop is not None), begin, hold_frames,
        float(gain * np.cos(angle)), float(gain * np.sin(angle)), int(layer[Gen.EXCLUSIVE_CLASS]),
    )  # fmt: skip


def choke(earlier: list[Voice], begun: Sequence[Voice], frame: int) -> None:
    """Cut what rings in the exclusive classes of a new note: one hi-hat cannot be open and closed."""
    classes = {voice.exclusive_class for voice in begun} - {0}
    if not classes:
        return
    for k in range(len(earlier) - 1, max(-1, len(earlier) - _CHOKED_AMONG), -1):
        voice = earlier[k]
        if voice.exclusive_class in classes and voice.choked_frames is None and voice.begin < frame:
            earlier[k] = replace(voice, choked_frames=frame - voice.begin)


def _drum_key(font: SoundFont, preset: Preset, piece: str) -> int | None:
    return next((key for key in DRUM_KEYS.get(piece, ()) if font.layers(preset, key, _USUAL_VELOCITY)), None)


def _velocity_of(force: float) -> int:
    return min(127, max(1, round(127 * force)))
