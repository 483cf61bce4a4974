"""The time signature: how many beats a bar has and which beat begins them, told by harmony, bass and drums."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.music import Meter
from remixlab.listening.chords import BeatChroma, Floats, chord_evidence, likeliest_path
from remixlab.listening.frames import FPS, Array
from remixlab.listening.network_heads import BeatSigns


def _odd(beats: int) -> dict[str, tuple[float, ...]]:
    """A bar that is added up of twos and threes, in whatever order: only its first beat is known."""
    first = {
        "chord": (1.0, -0.4), "bass": (1.0, -0.4), "bass_bar": (0.5, -0.12), "treble": (0.7, -0.25),
        "treble_bar": (0.4, -0.1), "low": (0.8, -0.25), "mid": (-0.1, 0.02), "high": (-0.1, 0.02),
    }  # fmt: skip
    return {name: (on, *(off,) * (beats - 1)) for name, (on, off) in first.items()}


# What each beat of a bar is expected to show, in standard deviations: harmony and bass change on the first beat,
# kicks fall on strong beats, snares between them; a bar of six has a second, weaker beginning in its middle.
_SIGNS: dict[Meter, dict[str, tuple[float, ...]]] = {
    "4/4": {
        "chord": (1.0, -0.5, 0.1, -0.5),
        "bass": (1.0, -0.5, 0.1, -0.5),
        "bass_bar": (0.6, -0.2, -0.3, -0.1),
        "treble": (0.7, -0.4, 0.0, -0.3),
        "treble_bar": (0.5, -0.1, -0.25, -0.1),
        "low": (0.55, -0.5, 0.45, -0.5),
        "mid": (0.0, 0.2, -0.35, 0.2),
        "high": (0.0, 0.2, -0.2, 0.2),
    },
    "3/4": {
        "chord": (1.0, -0.5, -0.5),
        "bass": (1.0, -0.5, -0.5),
        "bass_bar": (0.5, -0.2, -0.2),
        "treble": (0.7, -0.35, -0.35),
        "treble_bar": (0.4, -0.2, -0.2),
        "low": (1.0, -0.5, -0.5),
        "mid": (-0.1, 0.05, 0.05),
        "high": (-0.1, 0.05, 0.05),
    },
    "6/8": {
        "chord": (0.7, -0.5, -0.15, 0.7, -0.5, -0.3),
        "bass": (0.95, -0.6, -0.45, 0.95, -0.5, -0.3),
        "bass_bar": (0.4, -0.25, -0.3, 0.25, 0.0, 0.0),
        "treble": (0.55, -0.4, 0.0, 0.45, -0.4, -0.2),
        "treble_bar": (0.2, -0.1, -0.1, 0.1, 0.0, 0.0),
        "low": (1.3, -0.6, 0.1, -0.15, -0.55, -0.3),
        "mid": (0.6, -0.6, -0.4, 1.1, -0.65, -0.3),
        "high": (0.3, -0.4, -0.3, 0.7, -0.25, -0.1),
    },
    "5/4": _odd(5),
    "7/4": _odd(7),
}
_PRIOR: dict[Meter, float] = {"4/4": 0.1, "3/4": 0.0, "6/8": 0.0, "5/4": -0.1, "7/4": -0.1}
"""Most music is in four, and little in five or seven."""
_ODD_UNTOLD = -0.25
"""What a network that knows no such meter takes from five and seven."""
_SLIP_COST, _HALF_BAR_SLIP_COST, _SLIP_COST_STEADY = 16.0, 12.0, 60.0
"""What it costs to believe that a bar is cut short or drawn out: least half a bar at the end of a phrase, most where
a machine keeps time.
"""
_ODD: Final[tuple[Meter, ...]] = ("5/4", "7/4")
"""Meters that are believed only when something tells them: five and seven are rare (`_ODD_UNTOLD`)."""
_THREES: Final[tuple[Meter, Meter]] = ("3/4", "6/8")
"""Meters that share every downbeat but each other one."""
_CLOSE: Final = 0.7
"""Nearer to each other than this, the fits of three and of six are told apart by what a bar's middle shows."""
_SIX_HARMONY, _SIX_KICK, _THREE_HARMONY, _THREE_DRUMS = 2.0, 0.8, 1.0, 1.5
"""Deviations by which beginnings and middles of bars of six differ. On takes of people (benchmarks/listening/drummers)
harmony differs by 3.5 to 5.2 in six and by -0.7 to 0.5 in three, kicks by 1.1 to 1.5 in six.
"""
_LOUDEST = 2.5
"""No single sign counts for more than 2.5 deviations: one crash is no downbeat."""
_TRAINED, _TRAINED_METER = 1.5, 0.15
"""A network's downbeat is the strongest sign, its meter one of many; set on kept-out songs (decision 64)."""

_FEWEST_BEATS = 8
"""Two bars: fewer tell nothing of a meter."""
_NEAR_S = 0.035
"""A sign within 35 ms belongs to its beat: half of what beats are scored within (70 ms)."""
_DOUBT, _LOGITS = 0.02, 1.5
"""A network is never surer than 50 to 1, and 1.5 of its logits are a deviation of the other signs."""
_CHANGE_COST = 2.0
"""Chords change more readily here than where they are named: a change is a sign, not a result."""


class Bars(NamedTuple):
    meter: Meter
    phase: NDArray[np.int64]
    """Position of each beat in its bar, 0 on downbeats. Shape: (beats,)"""
    confidence: float


def find_bars(
    beats_s: Floats,
    chroma: BeatChroma,
    flux: Array,
    *,
    steady: bool = False,
    trained: BeatSigns | None = None,
    in_six: bool = False,
) -> Bars:
    """The meter and the downbeats; a steady grid slips less often. Fewer than eight beats tell nothing: bars of four
    from the first.

    What a trained network says of downbeats and meter is one sign among the others, and the strongest. `in_six`: the
    beats are known to be eighths of bars of six.
    """
    count = len(beats_s)
    if count < _FEWEST_BEATS:
        return Bars("4/4", np.arange(count) % 4, 0.0)
    signs = beat_signs(beats_s, chroma, flux)
    prior, shapes = dict(_PRIOR), _SIGNS
    if trained is not None:
        spoken = _at_beats(trained.events[:, 1], beats_s, trained.fps)
        signs["trained"] = np.clip(np.log((spoken + _DOUBT) / (1 + _DOUBT - spoken)) / _LOGITS, -_LOUDEST, _LOUDEST)
        shapes = {
            m: shape | {"trained": (_TRAINED, *(-_TRAINED / 2,) * (len(shape["chord"]) - 1))}
            for m, shape in _SIGNS.items()
        }
        prior |= {odd: prior[odd] + _ODD_UNTOLD for odd in _ODD}
        for meter, share in zip(("3/4", "4/4", "6/8"), trained.meter, strict=True):
            prior[meter] += _TRAINED_METER * float(np.log(share + _DOUBT))
    costs = (_SLIP_COST_STEADY, _SLIP_COST_STEADY) if steady else (_SLIP_COST, _HALF_BAR_SLIP_COST)
    if in_six:
        return Bars("6/8", _decode(signs, shapes["6/8"], *costs)[1], 1.0)
    decoded = {meter: _decode(signs, shape, *costs) for meter, shape in shapes.items()}
    ranked = sorted(_SIGNS, key=lambda meter: -(decoded[meter][0] + prior[meter]))
    best, second = (decoded[meter][0] + prior[meter] for meter in ranked[:2])
    meter = ranked[0]
    if set(ranked[:2]) == set(_THREES) and best - second < _CLOSE:
        meter = three_or_six(signs, decoded["6/8"][1]) or meter
    return Bars(meter, decoded[meter][1], float(1 - np.exp(-2 * (best - second))))


def three_or_six(signs: dict[str, Floats], phase: NDArray[np.int64]) -> Meter | None:
    """Whether bars of six are bars of six or pairs of bars of three, by what tells their middle from their beginning;
    None where that is open.

    Harmony that moves every six beats under a kick that falls every six says six. Harmony that moves every three beats,
    and drums that make no difference, say three: nothing in it is longer than three.
    """

    def ahead(name: str) -> float:
        return float(signs[name][phase == 0].mean() - signs[name][phase == 3].mean())

    if not {0, 3} <= set(phase.tolist()):
        return None
    harmony, drums = ahead("chord") + ahead("bass_bar"), ahead("low") - ahead("mid")
    if harmony > _SIX_HARMONY and ahead("low") > _SIX_KICK:
        return "6/8"
    if abs(harmony) < _THREE_HARMONY and drums < _THREE_DRUMS:
        return "3/4"
    return None


def beat_signs(beats_s: Floats, chroma: BeatChroma, flux: Array) -> dict[str, Floats]:
    """What each beat shows of harmony, bass and drums, standardised. Shape of each: (beats,)."""
    treble = chroma.treble / (np.linalg.norm(chroma.treble, axis=0) + 1e-6)
    bass = chroma.bass / (np.linalg.norm(chroma.bass, axis=0) + 1e-6)
    path = likeliest_path(chord_evidence(chroma), _CHANGE_COST)
    low, mid, high = (_at_beats(band, beats_s) for band in flux)
    signs = {
        "chord": (np.diff(path, prepend=path[0]) != 0).astype(np.float64),
        "bass": _novelty(bass, 1),
        "bass_bar": _novelty(bass, 4),
        "treble": _novelty(treble, 1),
        "treble_bar": _novelty(treble, 4),
        "low": low,
        "mid": mid,
        "high": high,
    }
    return {name: np.clip(_z(values), -_LOUDEST, _LOUDEST) for name, values in signs.items()}


def _z(values: Floats) -> Floats:
    return (values - values.mean()) / (values.std() + 1e-6)


def _novelty(columns: Array, around: int) -> Floats:
    """One minus the likeness of the beats before to those from here on. Shape: (rows, beats) -> (beats,)."""
    novelty = np.zeros(columns.shape[1])
    for k in range(1, columns.shape[1]):
        past, coming = columns[:, max(0, k - around) : k].mean(axis=1), columns[:, k : k + around].mean(axis=1)
        novelty[k] = 1 - past @ coming / (np.linalg.norm(past) * np.linalg.norm(coming) + 1e-6)
    return novelty


def _at_beats(band: Array, beats_s: Floats, fps: float = FPS) -> Floats:
    """The strongest frame within 35 ms of each beat."""
    reach = round(_NEAR_S * fps)
    centre = np.round(beats_s * fps).astype(int)
    near = [band[np.clip(centre + d, 0, band.shape[0] - 1)] for d in range(-reach, reach + 1)]
    return np.max(near, axis=0).astype(np.float64)


def _decode(
    signs: dict[str, Floats], expected: dict[str, tuple[float, ...]], slip_cost: float, half_bar_cost: float
) -> tuple[float, NDArray[np.int64]]:
    """Best bar positions for one meter; a slip of the count costs. Returns the log-likelihood ratio per beat and the
    positions.
    """
    fit = sum((np.outer(signs[name], shape) - 0.5 * np.square(shape) for name, shape in expected.items()), np.zeros(1))
    count, beats = len(fit), len(fit[0])
    place = np.arange(beats)
    cost = np.full((beats, beats), slip_cost)
    if beats % 2 == 0:
        cost[place, (place + 1 + beats // 2) % beats] = half_bar_cost
    cost[place, (place + 1) % beats] = 0.0
    score = fit[0].copy()
    came = np.zeros((count, beats), np.int64)
    for k in range(1, count):
        reached = score[:, None] - cost
        came[k] = reached.argmax(axis=0)
        score = reached.max(axis=0) + fit[k]
    phase = np.zeros(count, np.int64)
    phase[-1] = int(score.argmax())
    for k in range(count - 1, 0, -1):
        phase[k - 1] = came[k, phase[k]]
    return float(score.max() / count), phase
