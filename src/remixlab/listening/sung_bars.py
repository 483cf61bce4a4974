"""Singing bar by bar: how much of each bar somebody sings, from the notes of the voice and from a separated voice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from remixlab.domain.audio import Audio
from remixlab.domain.music import Note
from remixlab.listening.voice_melody import levels_db

Floats = NDArray[np.float64]
_STEP_S = 0.05
"""The resolution of what is sung: a short syllable."""
_HEARD_DB = -9.0
"""A separated voice that lies no further below the whole is heard whether it has notes or not: speech, rap, a shout.
What a separator leaves of other instruments lies below -11 dB in the records that this was set on."""
_SHUT_DB, _NEAR_STEPS = -20.0, 8
"""Where a separated voice lies so far below the whole for 0.4 s round it, a note is some lead instrument's."""
_SPOKEN_SHARE = 0.6
"""How much of a bar such a voice is worth: as much as a usual sung bar has notes."""


def sung_share(melody: Sequence[Note], bars_s: Floats, duration_s: float, voice: Audio | None, mix: Audio) -> Floats:
    """How much of each bar somebody sings, 0 to 1. Shape: (bars,)."""
    steps = np.zeros(max(1, int(np.ceil(duration_s / _STEP_S))))
    for note in melody:
        steps[int(note.start_s / _STEP_S) : int(np.ceil(note.end_s / _STEP_S))] = 1.0
    edges = np.append(bars_s, duration_s)
    shares = _mean_between(steps, edges)
    if voice is not None:
        sung_db, whole_db = levels_db(voice), levels_db(mix)
        both = min(len(sung_db), len(whole_db), len(steps))
        open_ = maximum_filter1d(sung_db[:both] - whole_db[:both] > _SHUT_DB, 2 * _NEAR_STEPS + 1)
        steps[:both] *= open_
        shares = _mean_between(steps, edges)
        heard = (10 ** (sung_db[:both] / 10)).astype(np.float64)
        whole = (10 ** (whole_db[:both] / 10)).astype(np.float64)
        loud = 10 * np.log10(_mean_between(heard, edges) / (_mean_between(whole, edges) + 1e-12) + 1e-9) > _HEARD_DB
        shares = np.where(loud, np.maximum(shares, _SPOKEN_SHARE), shares)
    return shares


def _mean_between(steps: Floats, edges_s: Floats) -> Floats:
    at = np.clip(np.round(edges_s / _STEP_S).astype(int), 0, len(steps))
    total = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray((total[at[1:]] - total[at[:-1]]) / np.maximum(1, at[1:] - at[:-1]), np.float64)


_SUNG_BAR = 0.15
"""A bar is sung from here on: less is a pick-up or a breath."""
_INTRO_BARS, _SOLO_BARS, _SUNG_BARS = 2, 6, 4
"""How long what nobody sings must be to stand alone, at the beginning and inside a song, and what is sung beside it."""
_PURE = 0.75
"""So much of each side is as it should be: sung, or not."""


def parted_by_singing(starts: list[int], voice: Floats) -> list[int]:
    """The parts with those divided in which the singing begins or ends for long: an intro ends where the first phrase
    begins."""
    sung = voice > _SUNG_BAR
    if not sung.any():
        return starts
    parted: list[int] = []
    for begin, end in zip(starts, [*starts[1:], len(voice)], strict=True):
        parted.append(begin)
        least = _INTRO_BARS if begin == 0 else _SOLO_BARS
        cuts = [cut for cut in range(begin + 1, end) if _parts_well(sung, begin, cut, end, least)]
        if cuts:
            parted.append(max(cuts, key=lambda cut: _contrast(sung, begin, cut, end)))
    return parted


def _parts_well(sung: NDArray[np.bool_], begin: int, cut: int, end: int, least: int) -> bool:
    before, after = float(sung[begin:cut].mean()), float(sung[cut:end].mean())
    if before <= 1 - _PURE and after >= _PURE and sung[cut]:
        return cut - begin >= least and end - cut >= _SUNG_BARS
    return before >= _PURE and after <= 1 - _PURE and end - cut >= _SOLO_BARS and cut - begin >= _SUNG_BARS


def _contrast(sung: NDArray[np.bool_], begin: int, cut: int, end: int) -> float:
    return abs(float(sung[cut:end].mean()) - float(sung[begin:cut].mean()))
