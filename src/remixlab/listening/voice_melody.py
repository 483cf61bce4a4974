"""Melody transcription of the voice: the sung line from what the note network says of the voice: one path of pitches
and silence, parted where a pitch
is sung anew.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d
from scipy.signal import find_peaks

from remixlab.domain.audio import Audio
from remixlab.domain.music import Note
from remixlab.listening.frames import Array
from remixlab.listening.network_heads import LOWEST_NOTE, NoteSigns

_HELD_ABOVE = 0.3
"""A frame speaks for a pitch from this belief on; silence is worth the rest."""
_ONSET_WEIGHT, _NEW_COST, _END_COST = 2.0, 4.25, 0.5
"""What an onset counts against a held frame, and what a new note and an end cost; set on songs that training kept
out.
"""
_OFF_PEAK = 0.2
"""What an onset beside its peak still pays: one begin is one onset."""
_SHORTEST_FRAMES = 4
"""A note lasts 80 ms at least."""
_PARTIALS = (0, 36, 57, 72, 84, 93)
"""Bands between a pitch and its first six partials, three to the semitone."""
_DIP_DB, _DIP_MIDDLE_DB, _DIP_SLOPE = 2.5, 8.0, 0.15
"""A dip of the partials that deep may part a note; how it weighs against the network's belief in an onset, in logits
a decibel.
"""
_SHUT_DB, _BLOCK_S = -20.0, 0.05
"""How far under the mix a separated voice lies where the separator hears nobody: it turns the voice down by so much
there.
"""
_BREATHER_S = 4.0
"""A voice that the separator loses for a shorter while goes on; set on songs that training kept out, where less
costs sung notes.
"""


class _Span(NamedTuple):
    """One note in frames."""

    begin: int
    end: int
    pitch: int


def read_sung(signs: NoteSigns) -> tuple[Note, ...]:
    """Notes of one voice in order of time; none overlap."""
    spans = [part for span in _best_line(signs) for part in _parted(span, signs)]
    return tuple(
        Note(
            start_s=span.begin / signs.fps,
            end_s=span.end / signs.fps,
            midi=float(span.pitch + LOWEST_NOTE),
            velocity=round(float(np.clip(signs.frame[span.begin : span.end, span.pitch].mean(), 0.05, 1)), 3),
        )
        for span in spans
    )


def drop_unsung(notes: tuple[Note, ...], voice: Audio, mix: Audio) -> tuple[Note, ...]:
    """Only the notes near which a separated voice is more than shut: a lead instrument in a passage without singing
    is no singer.
    """
    sung_db, whole_db = levels_db(voice), levels_db(mix)
    both = min(len(sung_db), len(whole_db))  # a separator may give a little less or more than it was given
    sings = sung_db[:both] - whole_db[:both] > _SHUT_DB
    near = maximum_filter1d(sings, 2 * round(_BREATHER_S / _BLOCK_S) + 1)
    spans = [(min(int(n.start_s / _BLOCK_S), len(near) - 1), int(n.end_s / _BLOCK_S) + 1) for n in notes]
    return tuple(note for note, (a, b) in zip(notes, spans, strict=True) if near[a:b].any())


def levels_db(sound: Audio) -> NDArray[np.float32]:
    """Level of every block, the last one as long as what is left."""
    starts = np.arange(0, max(1, sound.length_frames), round(_BLOCK_S * sound.sample_rate))
    energy = sum(np.add.reduceat(np.square(channel), starts) for channel in sound.samples)
    return np.asarray(10 * np.log10(energy / sound.channels + 1e-9), np.float32)


def _best_line(signs: NoteSigns) -> list[_Span]:
    """Viterbi over pitches and silence: to hold is free, to begin costs what the network's onset does not pay."""
    pitches = np.flatnonzero(signs.frame.max(axis=0, initial=0) > _HELD_ABOVE)
    if not len(pitches):
        return []
    onset = np.asarray(signs.onset[:, pitches], np.float32)
    onset = np.where(onset == maximum_filter1d(onset, 11, axis=0), onset, onset * np.float32(_OFF_PEAK))
    held = np.clip(_logit(signs.frame[:, pitches]), -4, 4) - _logit(np.array(_HELD_ABOVE, np.float32))
    begun = np.asarray(_ONSET_WEIGHT * np.maximum(_logit(onset), -4) - _NEW_COST, np.float32)
    return [_Span(a, b, int(pitches[p])) for a, b, p in _trace(held, begun) if b - a >= _SHORTEST_FRAMES]


def _trace(held: Array, begun: Array) -> list[tuple[int, int, int]]:
    """The best path as begin, end and column of its notes. Shape: held, begun (frames, columns); column -1 is
    silence.
    """
    frames, count = held.shape
    columns, silence = np.arange(count), count
    score, came = np.zeros(count + 1), np.empty((frames, count + 1), np.int16)
    for t in range(frames):
        best = int(score.argmax())
        fresh = score[best] + begun[t]
        changed = (fresh > score[:count]) & (columns != best)
        came[t, :count] = np.where(changed, best, columns)
        rest = max(score[silence], score[best] - _END_COST)
        came[t, silence] = silence if rest == score[silence] else best
        score[:count] = np.where(changed, fresh, score[:count]) + held[t]
        score[silence] = rest
        score -= score.max()
    here, end, found = int(score.argmax()), frames, list[tuple[int, int, int]]()
    for t in range(frames - 1, -1, -1):
        before = int(came[t, here])
        if before != here:
            if here != silence:
                found.append((t, end, here))
            here, end = before, t
    if here != silence:
        found.append((0, end, here))
    return found[::-1]


def _parted(span: _Span, signs: NoteSigns) -> list[_Span]:
    """A note divided where its partials dip and rise again, the more readily the more the network believes in an
    onset there.
    """
    if signs.heard is None or span.end - span.begin < 2 * _SHORTEST_FRAMES:
        return [span]
    level = _partials_db(signs.heard[span.begin : span.end], span.pitch)
    dips, facts = find_peaks(-level, prominence=_DIP_DB, distance=_SHORTEST_FRAMES)
    parts, begin = list[_Span](), span.begin
    for number, (dip, depth) in enumerate(zip(dips, facts["prominences"], strict=True)):
        after = level[dip : dips[number + 1] if number + 1 < len(dips) else None]
        rise = span.begin + int(dip) + int(np.argmax(after > (level[dip] + after.max()) / 2))
        belief = float(_logit(signs.onset[max(0, rise - 4) : rise + 5, span.pitch].max()))
        if belief + _DIP_SLOPE * (float(depth) - _DIP_MIDDLE_DB) < 0:
            continue
        if span.begin + dip - begin >= _SHORTEST_FRAMES - 1 and span.end - rise >= _SHORTEST_FRAMES - 1:
            parts.append(_Span(begin, span.begin + int(dip), span.pitch))
            begin = rise
    return [*parts, _Span(begin, span.end, span.pitch)]


def _partials_db(heard: Array, pitch: int) -> NDArray[np.float64]:
    """Power of the first six partials of a pitch, frame by frame."""
    bands = [band for band in (3 * pitch + 1 + shift for shift in _PARTIALS) if band < heard.shape[1]]
    return 10 * np.log10(np.square(np.expm1(heard[:, bands].astype(np.float64))).sum(axis=1) + 1e-3)


def _logit(belief: Array) -> Array:
    bounded = np.clip(belief, 1e-3, 1 - 1e-3)
    return np.log(bounded / (1 - bounded))
