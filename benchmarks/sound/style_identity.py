"""Would a listener name the style blind? A small classifier is taught on one half of the demo songs and asked about the
other, both ways.

Half a verse and half a chorus of each song in every style, in two takes. What it hears: how the spectrum is filled and
moves, how wide
each band is, how long sounds ring, and where in the beat each band strikes; never the style's own words, nor the tempo,
which the song
gives. One row for each style (named right, and as what else), the most alike pairs, and one for all: the floors between
two takes of
one style and between a take and its original.

    python -m benchmarks style_identity
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from benchmarks.measuring.measure import surroundings
from benchmarks.measuring.recordings import load, plan_of
from remixlab.domain.audio import Samples
from remixlab.domain.material import Material
from remixlab.plan import RemixPlan, styles
from remixlab.rendering import render

ONE_HALF = ("neon-harbour", "the-tallow-mill", "glass-orchard")
OTHER_HALF = ("ninety-degrees", "last-boat-to-orrin", "tres-janelas")
SEEDS = (0, 1)
BARS = 4
WORKERS = 2
_SIZE, _HOP, _RATE = 2048, 512, 44_100
_BANDS = 32
_STRIKE_BANDS = ((0, 4), (4, 9), (9, 16), (16, 24), (24, 32))
_PLACES = 12
_SHRINK = 0.12

Array = NDArray[np.float64]


class Heard(NamedTuple):
    """One take. Shape: features (n,), bands (32,) in dB against their mean, strikes (5, 24), chroma (12,)."""

    song: str
    style: str
    seed: int
    features: Array
    bands: Array
    strikes: Array


def run() -> Iterator[dict[str, Any]]:
    """Render, teach, ask."""
    wanted = [(song, style, seed) for style in styles.ids() for song in (*ONE_HALF, *OTHER_HALF) for seed in SEEDS]
    with ProcessPoolExecutor(WORKERS) as pool:
        takes = list(pool.map(hear_take, wanted, chunksize=6))
    yield from judge(takes)


def hear_take(wanted: tuple[str, str, int]) -> Heard:
    name, style, seed = wanted
    song = load(name)
    mix = render(_with_half_sections(plan_of(song, style, seed), song), song)
    return describe(mix.audio.samples, np.array(mix.beats_s), wanted)


def _with_half_sections(plan: RemixPlan, song: Material) -> RemixPlan:
    """Every section but its first four bars cut."""
    for section in song.analysis.sections:
        bars = [
            bar.number for bar in song.analysis.bars if section.start_s - 0.05 <= bar.start_s < section.end_s - 0.05
        ]
        if len(bars) > BARS:
            plan = plan.cut(f"bars:{bars[BARS]}-{bars[-1]}")
    return plan


def judge(takes: list[Heard]) -> Iterator[dict[str, Any]]:
    """What the classifier says, style by style and on the whole."""
    first, second = ([t for t in takes if t.song in half] for half in (ONE_HALF, OTHER_HALF))
    there, back = classify(first, second), classify(second, first)
    asked, said = [*second, *first], [*there, *back]
    confused: Counter[str] = Counter()
    for style in dict.fromkeys(t.style for t in takes):
        answers = [answer for t, answer in zip(asked, said, strict=True) if t.style == style]
        wrong = Counter(a for a in answers if a != style)
        confused.update({" / ".join(sorted((style, other))): n for other, n in wrong.items()})
        yield {
            "what": "style named",
            "style": style,
            "takes": len(answers),
            "right": answers.count(style),
            "else": dict(wrong),
            **apart(takes, style),
        }
    right = float(np.mean([t.style == answer for t, answer in zip(asked, said, strict=True)]))
    floors = [apart(takes, style) for style in dict.fromkeys(t.style for t in takes)]
    yield {
        "what": "styles named, all",
        "named_right": round(right, 3),
        "named_right_each_way": [_share(second, there), _share(first, back)],
        "chance": round(1 / len(floors), 3),
        "most_alike": dict(confused.most_common(12)),
        "takes_differ_min": min(f["takes_differ"] for f in floors),
        "rhythms_differ_min": min(f["rhythms_differ"] for f in floors),
        "from_original_db_min": min(f["from_original_db"] for f in floors),
        **surroundings(),
    }


def _share(asked: list[Heard], said: list[str]) -> float:
    return round(float(np.mean([t.style == answer for t, answer in zip(asked, said, strict=True)])), 3)


def apart(takes: list[Heard], style: str) -> dict[str, float]:
    """How far the takes of one style lie apart, and how far they lie from the recordings they cover."""
    own = [t for t in takes if t.style == style]
    pairs = [(a, b) for a in own for b in own if a.song == b.song and a.seed < b.seed]
    return {
        "takes_differ": round(min(float(np.abs(a.bands - b.bands).mean()) for a, b in pairs), 2),
        "rhythms_differ": round(
            min(float(np.abs(a.strikes - b.strikes).mean() / a.strikes.mean()) for a, b in pairs), 3
        ),
        "from_original_db": round(min(float(np.abs(t.bands - original_bands(t.song)).mean()) for t in own), 2),
    }


_originals: dict[str, Array] = {}


def original_bands(song: str) -> Array:
    if song not in _originals:
        _originals[song] = _levels(_powers(load(song).master.samples)[0])
    return _originals[song]


# ---------------------------------------------------------------- what is heard


def describe(samples: Samples, beats_s: Array, wanted: tuple[str, str, int]) -> Heard:
    """A take as numbers."""
    mid, side = _powers(samples)
    decibels = 10 * np.log10(mid + 1e-9)
    bands = _levels(mid)
    rises = np.maximum(np.diff(decibels, axis=1, prepend=decibels[:, :1]), 0)
    strikes = np.array([_places(rises[a:b].mean(axis=0), beats_s) for a, b in _STRIKE_BANDS])
    shares = strikes / (strikes.mean(axis=1, keepdims=True) + 1e-6)
    width = 10 * np.log10((side.mean(axis=1) + 1e-9) / (mid.mean(axis=1) + 1e-9))
    cepstrum = np.asarray(scipy.fft.dct(decibels, axis=0, norm="ortho"))[1:14]
    falls = np.minimum(np.diff(decibels, axis=1), 0)
    moves = np.concatenate([decibels.std(axis=1), falls.mean(axis=1)[::2] * 4, rises.mean(axis=1)[::2] * 4])
    features = np.concatenate(
        [
            bands,
            0.5 * np.clip(width, -40, 0),
            cepstrum.std(axis=1),
            moves,
            3.0 * shares.ravel(),
            2.0 * np.log(strikes.mean(axis=1) + 0.02),
        ]
    )
    return Heard(*wanted, features, bands, strikes)


def _powers(samples: Samples) -> tuple[Array, Array]:
    """Power of mid and side in 32 bands of equal steps on the mel scale. Shape: (32, frames) each."""
    count = (samples.shape[1] - _SIZE) // _HOP
    at = np.arange(count)[:, None] * _HOP + np.arange(_SIZE)
    window = np.hanning(_SIZE).astype(np.float32)
    mels = np.linspace(2595 * np.log10(1 + 35 / 700), 2595 * np.log10(1 + 15_000 / 700), _BANDS + 1)
    edges = np.round(700 * (10 ** (mels / 2595) - 1) * _SIZE / _RATE).astype(int)
    edges = np.maximum.accumulate(np.maximum(edges, np.arange(_BANDS + 1) + 1))
    parts: list[Array] = []
    for signal in ((samples[0] + samples[1]) / 2, (samples[0] - samples[1]) / 2):
        spectrum = np.concatenate(
            [
                np.abs(np.asarray(scipy.fft.rfft(signal[rows] * window, axis=1))) ** 2
                for rows in np.array_split(at, max(1, count // 512))
            ]
        )
        parts.append(np.add.reduceat(spectrum[:, : edges[-1]], edges[:-1], axis=1).T.astype(np.float64))
    return parts[0], parts[1]


def _levels(power: Array) -> Array:
    """The mean of each band against the mean of all. Unit: dB."""
    levels = 10 * np.log10(power.mean(axis=1) + 1e-9)
    return levels - levels.mean()


def _places(rise: Array, beats_s: Array) -> Array:
    """How strongly a band strikes at each twelfth of odd and even beats. Shape: (24,)."""
    frames = (beats_s * _RATE - _SIZE / 2) / _HOP
    at = np.interp(np.arange(rise.size), frames, np.arange(beats_s.size), left=np.nan, right=np.nan)
    inside = np.isfinite(at)
    place = np.round(at[inside] * _PLACES).astype(int) % (2 * _PLACES)
    sums, counts = (np.bincount(place, weights, 2 * _PLACES) for weights in (rise[inside], np.ones(inside.sum())))
    return sums / np.maximum(counts, 1)


# ---------------------------------------------------------------- the classifier


def classify(taught: list[Heard], asked: list[Heard]) -> list[str]:
    """Linear discriminants with a shrunk covariance. Source: Friedman, "Regularized discriminant analysis" (1989)."""
    names = sorted({t.style for t in taught})
    known = np.stack([t.features for t in taught])
    mean, spread = known.mean(axis=0), known.std(axis=0) + 1e-6
    known = (known - mean) / spread
    labels = np.array([names.index(t.style) for t in taught])
    centres = np.stack([known[labels == k].mean(axis=0) for k in range(len(names))])
    within = known - centres[labels]
    covariance = within.T @ within / len(within)
    covariance = (1 - _SHRINK) * covariance + _SHRINK * np.eye(len(covariance)) * np.trace(covariance) / len(covariance)
    weights = np.linalg.solve(covariance, centres.T)
    offset = -0.5 * np.einsum("kf,fk->k", centres, weights)
    queries = (np.stack([t.features for t in asked]) - mean) / spread
    return [names[k] for k in np.argmax(queries @ weights + offset, axis=1)]
