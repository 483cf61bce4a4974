"""A line on the house's own sampled instruments: which hands, which amplifier, which of its notes they take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from remixlab.domain.audio import SAMPLE_RATE
from remixlab.rendering.mixer.casting import Drummer, Player, drummer_of, keys_of, player_of
from remixlab.rendering.parts import Line
from remixlab.signal.instruments import HitEvent, NoteEvent, Take, Together, rehearse_kit
from remixlab.signal.sounds import (
    AMPS,
    SoundPack,
    Touch,
    rehearse_sampled,
    rehearse_sampled_kit,
    through_amp,
    through_sampler,
)

_PALM_S = 0.2
"""A note of a loud guitar that is shorter, and low, is muted with the palm."""
_PALM_BELOW = 57
"""A3, as a MIDI number: above it lies a melody, which no palm mutes."""
_HAND_MS, _HAND_TOUCH = 6.0, 0.06
"""How far two takes of one part stand apart: in time, and in force."""
_USUAL_VELOCITY = 100
"""A firm stroke, by which it is asked whether a kit has a piece."""
_DRUMS = Touch(variations=4, detune_cents=9.0, level_db=1.1, dulls_cents=1000.0)
"""No two strokes on a skin are alike: place and stick change pitch, level and brightness."""


def plays_sampled(pack: SoundPack | None, line: Line) -> bool:
    """Whether a line, or some of a kit's pieces, is played on the pack."""
    if pack is None:
        return False
    if line.strokes:
        drummer = drummer_of(line)
        return drummer is not None and bool(_keys(pack, drummer, {stroke.piece for stroke in line.strokes}))
    player = player_of(line)
    return player is not None and pack.preset(player.preset) is not None


def sampled_notes(pack: SoundPack, line: Line, notes: Sequence[NoteEvent], seed: int) -> Take | None:
    """A pitched line on the pack; None where it has nothing like it."""
    player = player_of(line)
    preset = None if player is None else pack.preset(player.preset)
    if player is None or preset is None:
        return None
    if not player.amp:
        return rehearse_sampled(pack, preset, notes, player.touch, seed=seed)
    left = _strings(pack, player, notes, seed)
    twice = player.twice and line.part == "chords"
    right = _strings(pack, player, _once_more(notes, seed), seed + 1) if twice else left
    return through_amp(left, right, AMPS[player.amp], player.input_gain)


def sampled_strokes(pack: SoundPack, line: Line, hits: Sequence[HitEvent], seed: int) -> Take | None:
    """A line of strokes on the pack, pieces that it has not on our own kit; None where it has none of them."""
    drummer = drummer_of(line)
    preset = None if drummer is None else pack.preset(drummer.preset)
    if drummer is None or preset is None:
        return None
    keys = _keys(pack, drummer, {hit.piece for hit in hits})
    if not keys:
        return None
    struck = [hit for hit in hits if hit.piece in keys]
    take = rehearse_sampled_kit(pack, preset, struck, keys, _DRUMS, seed=seed)
    take = through_sampler(take) if drummer.sampler else take
    rest = [hit for hit in hits if hit.piece not in keys]
    return Together(take, rehearse_kit(line.instrument, rest, seed=seed)) if rest else take


def _strings(pack: SoundPack, player: Player, notes: Sequence[NoteEvent], seed: int) -> Take:
    """The strings before the amplifier: open ones, and what the palm mutes."""
    preset, palm = pack.preset(player.preset), pack.preset(player.palm) if player.palm else None
    assert preset is not None
    if palm is None:
        return rehearse_sampled(pack, preset, notes, player.touch, seed=seed)
    muted = [n for n in notes if n.length_frames < _PALM_S * SAMPLE_RATE and n.midi < _PALM_BELOW]
    open_ = [n for n in notes if not (n.length_frames < _PALM_S * SAMPLE_RATE and n.midi < _PALM_BELOW)]
    takes = [
        rehearse_sampled(pack, one, some, player.touch, seed=seed)
        for one, some in ((preset, open_), (palm, muted))
        if some
    ]
    return takes[0] if len(takes) == 1 else Together(*takes)


def _once_more(notes: Sequence[NoteEvent], seed: int) -> list[NoteEvent]:
    """The same part by the same player a second time."""
    dice = np.random.default_rng([seed, 23])
    late = np.clip(dice.normal(0.0, _HAND_MS, len(notes)), -2.5 * _HAND_MS, 2.5 * _HAND_MS) * SAMPLE_RATE / 1000.0
    harder = dice.normal(0.0, _HAND_TOUCH, len(notes))
    return [
        note._replace(
            start_frame=max(0, note.start_frame + int(t)), velocity=float(np.clip(note.velocity + v, 0.05, 1.0))
        )
        for note, t, v in zip(sorted(notes), _by_stroke(notes, late), harder, strict=True)
    ]


def _by_stroke(notes: Sequence[NoteEvent], late: np.ndarray) -> list[float]:
    """Strings of one stroke are late together."""
    by_beat: dict[int, float] = {}
    return [
        by_beat.setdefault(note.start_frame // (SAMPLE_RATE // 20), float(t))
        for note, t in zip(sorted(notes), late, strict=True)
    ]


def _keys(pack: SoundPack, drummer: Drummer, pieces: set[str]) -> dict[str, int]:
    preset = pack.preset(drummer.preset)
    if preset is None:
        return {}
    known = keys_of(drummer)
    found: dict[str, int] = {}
    for piece in sorted(pieces):
        for key in known.get(piece, ()):
            if pack.font.layers(preset, key, _USUAL_VELOCITY):
                found[piece] = key
                break
    return found
