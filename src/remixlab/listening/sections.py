"""The form: where parts begin, which of them repeat, and what musicians would call them."""

from __future__ import annotations

import itertools
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from remixlab.domain.music import Section, SectionLabel
from remixlab.listening.frames import TIMBRE_FPS, Array
from remixlab.listening.network_heads import BeatSigns
from remixlab.listening.sung_bars import parted_by_singing

Floats = NDArray[np.float64]
_FEWEST_BARS, _MOST_BARS, _LONGEST_PART = 8, 1200, 40
"""Fewer bars have no form; more are heard in blocks, for memory grows by their square; no part of a song is longer."""
_JOINED_BARS, _LONGEST_INTRO, _LONGEST_OUTRO = 8, 16, 12
"""Neighbours of one name join up to here; longer starts and ends are no intro and no outro. Set as in decision 80."""
_SUNG_SHARE, _FIRST_SUNG = 0.15, 0.8
"""Of what sung parts have, so much makes a part sung; what the first sung one loses as a chorus (decision 80)."""
_SHORTEST_PART, _SHORTEST_CHORUS = 2, 3
"""A single bar is no part, and two bars are no chorus: they belong to what they follow."""
_BOUNDARY_COST, _LENGTH_WEIGHT = 0.5, 1.5
"""What a boundary costs in deviations of novelty, and how usual lengths weigh; set on our own songs."""
_USUAL_LENGTHS = {
    8: 0.0,
    4: 0.4,
    16: 0.5,
    12: 0.6,
    6: 0.8,
    9: 0.8,
    10: 0.9,
    7: 0.9,
    5: 0.9,
    20: 1.0,
    24: 1.0,
    1: 4.0,
    2: 2.0,
    3: 1.8,
}
"""What lengths of parts in bars cost: eight is what most music has, whole fours are usual, one to three are rare."""
_SAME = 0.3
"""Likeness from which two parts are one come again."""

_NEAR_BARS, _FAR_BARS, _FAR_WEIGHT = 4, 8, 0.5
"""Texture and harmony are compared over four bars, and over eight for half as much (Foote 2000)."""
_CRASH_WEIGHT, _RETURN_WEIGHT, _TURN_WEIGHT = 1.2, 0.8, 1.2
"""What a crash, a returning passage and a network's boundary count against texture; set by hand."""
_CEPSTRUM = 14
"""Cosines of the mel bands: the level and thirteen of colour, as is usual for speech and timbre."""
_CRASH_S, _HIGH_BANDS = 0.35, 32
"""A crash rings over the first 0.35 s of a bar in the highest third of the bands, above 4 kHz."""
_NEAR_S = 0.5
"""A network's boundary half a second off belongs to its bar."""
_LAG_COST, _SOUND_WEIGHT = 0.03, 0.35
"""What a bar of lag takes of a likeness, and how another texture speaks against one; set on our own songs."""
_VOICE_WEIGHT, _OFTEN = 0.7, 0.25
"""A chorus is told by energy, by voice a little less, and by how often it comes, at most thrice (decision 80)."""


class BarFeatures(NamedTuple):
    """Per bar. Shape: timbre (24, bars), harmony (48, bars): four quarters of chroma, energy (bars,), voice (bars,),
    crash (bars,).
    """

    timbre: Floats
    harmony: Floats
    energy: Floats
    voice: Floats
    crash: Floats
    turn: Floats
    """How sure a trained network is that a part begins here; zeros where none listened."""


def find_sections(bars_s: Floats, features: BarFeatures, duration_s: float) -> tuple[Section, ...]:
    """Sections that cover the recording; one where there are fewer than eight bars."""
    if len(bars_s) < _FEWEST_BARS:
        return (Section(start_s=0.0, end_s=duration_s, label="verse"),)
    starts = parted_by_singing(section_starts(features), features.voice)
    groups = repeated_groups(features, starts)
    starts, labels = _joined(starts, name_parts(features, starts, groups), len(bars_s))
    edges = [0.0, *(float(bars_s[s]) for s in starts[1:]), duration_s]
    spans = zip(edges[:-1], edges[1:], labels, strict=True)
    return tuple(Section(start_s=a, end_s=b, label=label) for a, b, label in spans if b > a)


def _joined(starts: list[int], labels: list[SectionLabel], bars: int) -> tuple[list[int], list[SectionLabel]]:
    """Short neighbours of one name are one part: two halves of a chorus are not two choruses; and there is one
    outro.
    """
    kept: list[int] = []
    names: list[SectionLabel] = []
    if len(starts) > 1 and starts[1] < _SHORTEST_PART:
        starts, labels = [0, *starts[2:]], labels[1:]
    for begin, end, label in zip(starts, [*starts[1:], bars], labels, strict=True):
        if names and names[-1] == label and (label == "outro" or end - kept[-1] <= _JOINED_BARS):
            continue
        if names and end - begin < (_SHORTEST_CHORUS if label == "chorus" else _SHORTEST_PART):
            continue
        kept.append(begin)
        names.append(label)
    return kept, names


def bar_features(
    bars_s: Floats,
    duration_s: float,
    timbre: Array,
    chroma: Array,
    chroma_fps: float,
    voice: Array,
    voice_fps: float,
    trained: BeatSigns | None = None,
) -> BarFeatures:
    """Pool frames over bars. Shape: timbre (48, frames), chroma (12, frames), voice (frames,) 0-1."""
    edges = np.append(bars_s, duration_s)
    mel = _pooled(timbre, edges, TIMBRE_FPS)
    cepstrum = (
        np.cos(np.pi / mel.shape[0] * (np.arange(mel.shape[0]) + 0.5)[None, :] * np.arange(_CEPSTRUM)[:, None]) @ mel
    )
    quarters = np.concatenate([np.linspace(a, b, 5)[:4] for a, b in itertools.pairwise(edges)] + [edges[-1:]])
    harmony = _pooled(chroma, quarters, chroma_fps)
    harmony = harmony / (np.linalg.norm(harmony, axis=0) + 1e-6)
    high = timbre[_HIGH_BANDS:].mean(axis=0, keepdims=True)
    first_beats = np.stack([edges[:-1], edges[:-1] + _CRASH_S], axis=1).ravel()
    crash = _pooled(high, np.append(first_beats, edges[-1]), TIMBRE_FPS)[0, ::2] - _pooled(high, edges, TIMBRE_FPS)[0]
    return BarFeatures(
        timbre=(cepstrum - cepstrum.mean(axis=1, keepdims=True)) / (cepstrum.std(axis=1, keepdims=True) + 1e-6),
        harmony=harmony.T.reshape(len(bars_s), -1).T,
        energy=mel.mean(axis=0),
        voice=_pooled(voice[None, :], edges, voice_fps)[0],
        crash=crash,
        turn=np.zeros(len(bars_s)) if trained is None else _near(trained.events[:, 2], bars_s, trained.fps),
    )


def _near(curve: Array, times_s: Floats, fps: float) -> Floats:
    """The highest value within half a second of each time."""
    wide = maximum_filter1d(curve, 2 * round(_NEAR_S * fps) + 1)
    return wide[np.clip(np.round(times_s * fps).astype(int), 0, len(curve) - 1)].astype(np.float64)


def _pooled(frames: Array, edges_s: Floats, fps: float) -> Floats:
    at = np.clip(np.round(edges_s * fps).astype(int), 0, max(0, frames.shape[1] - 1))
    total = np.concatenate([np.zeros((frames.shape[0], 1)), np.cumsum(frames, axis=1, dtype=np.float64)], axis=1)
    until = np.maximum(at[1:], at[:-1] + 1)
    return (total[:, until] - total[:, at[:-1]]) / (until - at[:-1])


def _z(values: Floats) -> Floats:
    return (values - values.mean()) / (values.std() + 1e-6)


def section_starts(features: BarFeatures) -> list[int]:
    """Bars where a part begins, bar 0 first: novelty weighed against how long parts of music usually are."""
    novelty = np.concatenate([_novelty(part) for part in _in_blocks(features)])
    bars = len(novelty)
    usual = np.array([_length_cost(n) for n in range(_LONGEST_PART + 1)])
    best = np.full(bars + 1, -np.inf)
    came = np.zeros(bars + 1, np.int64)
    best[0] = 0.0
    for end in range(1, bars + 1):
        begin = np.arange(max(0, end - _LONGEST_PART), end)
        weight = 1.0 if end < bars else 0.5
        value = best[begin] - weight * usual[end - begin]
        came[end] = begin[int(value.argmax())]
        best[end] = value.max() + (novelty[end] - _BOUNDARY_COST if end < bars else 0.0)
    starts = [bars]
    while starts[-1] > 0:
        starts.append(int(came[starts[-1]]))
    return starts[:0:-1]


def _length_cost(bars: int) -> float:
    """Eight bars are free, other round lengths cheap."""
    return _LENGTH_WEIGHT * _USUAL_LENGTHS.get(bars, 1.2 if bars < 34 else 2.0)


def _in_blocks(features: BarFeatures) -> list[BarFeatures]:
    """The bars in blocks that a likeness matrix can hold."""
    bars = features.timbre.shape[1]
    edges = [*range(0, bars, _MOST_BARS), bars]
    return [BarFeatures(*(part[..., a:b] for part in features)) for a, b in pairwise(edges)]


def _novelty(features: BarFeatures) -> Floats:
    """How much the music turns at each bar: texture, harmony, crashes and returning passages, standardised."""
    distance = np.zeros((features.timbre.shape[1],) * 2)
    for row in features.timbre:
        distance += np.square(row[:, None] - row[None, :]) / features.timbre.shape[0]
    harmony = _z(features.harmony.T @ features.harmony / 4)
    both = _z(np.exp(-distance)) + harmony
    return (
        _z(_foote(both, _NEAR_BARS))
        + _FAR_WEIGHT * _z(_foote(both, _FAR_BARS))
        + _CRASH_WEIGHT * _z(features.crash)
        + _RETURN_WEIGHT * _z(_returns(harmony))
        + _TURN_WEIGHT * _z(features.turn)
    )


def _foote(likeness: Floats, reach: int) -> Floats:
    """Checkerboard novelty along the diagonal. Source: Foote, ICME 2000."""
    bars = likeness.shape[0]
    novelty = np.zeros(bars)
    for k in range(1, bars):
        width = min(reach, k, bars - k)
        sign = np.repeat([-1.0, 1.0], width)
        part = likeness[k - width : k + width, k - width : k + width]
        novelty[k] = float(sign @ part @ sign) / (4 * width * width) * np.sqrt(width)
    return novelty


def _returns(harmony: Floats) -> Floats:
    """How strongly an earlier or later passage begins again at each bar, where the bars before do not match."""
    bars = harmony.shape[0]
    forward = _diagonal_mean(harmony, 4)
    backward = np.full_like(harmony, 0.0)
    backward[1:, 1:] = harmony[:-1, :-1]
    gain = forward - backward
    apart = np.abs(np.subtract.outer(np.arange(bars), np.arange(bars))) >= 4
    return np.where(apart, gain, 0.0).max(axis=1)


def _diagonal_mean(likeness: Floats, length: int) -> Floats:
    bars = likeness.shape[0]
    total, count = np.zeros_like(likeness), np.zeros_like(likeness)
    for t in range(length):
        total[: bars - t, : bars - t] += likeness[t:, t:]
        count[: bars - t, : bars - t] += 1
    return total / np.maximum(count, 1)


def repeated_groups(features: BarFeatures, starts: list[int]) -> list[int]:
    """The same number for parts that repeat each other in harmony and texture."""
    parts = list(pairwise([*starts, features.harmony.shape[1]]))
    level = float(np.sum(np.square(features.harmony.mean(axis=1))) / 4)
    groups: list[int] = []
    for i, part in enumerate(parts):
        best, found = _SAME, max(groups, default=-1) + 1
        for group in set(groups):
            kin = sorted(_likeness(features, part, parts[j], level) for j in range(i) if groups[j] == group)[-2:]
            if np.mean(kin) > best:
                best, found = float(np.mean(kin)), group
        groups.append(found)
    return groups


def _likeness(features: BarFeatures, one: tuple[int, int], other: tuple[int, int], level: float) -> float:
    """1 for the same harmony bar by bar, 0 for no more than two bars of this music share on average; a bar of lag is
    allowed.
    """
    (a, b), (c, d) = one, other
    length = min(b - a, d - c)
    if length < 0.4 * max(b - a, d - c):
        return -1.0
    best = -1.0
    for lag in (-1, 0, 1):
        first = max(c, c + lag)
        count = min(length, d - first, c + lag + length - first)
        if count < max(2, 0.6 * length):
            continue
        mine = features.harmony[:, a + first - c - lag : a + first - c - lag + count]
        shared = float(np.sum(mine * features.harmony[:, first : first + count])) / (4 * count)
        best = max(best, (shared - level) / (1 - level + 1e-6) - _LAG_COST * abs(lag))
    sound = features.timbre[:, a:b].mean(axis=1) - features.timbre[:, c:d].mean(axis=1)
    return best - _SOUND_WEIGHT * float(np.mean(np.square(sound)))


def name_parts(features: BarFeatures, starts: list[int], groups: list[int]) -> list[SectionLabel]:
    """Musicians' names by repetition, energy and voice: of the parts that return, the strongest that did not sing
    first is the chorus.
    """
    parts = _parts(features, starts)
    members = {g: [i for i, other in enumerate(groups) if other == g] for g in groups}
    repeated = {g for g, places in members.items() if len(places) > 1}
    usual = float(np.percentile(parts.voice, 75))
    sung = parts.voice > _SUNG_SHARE * usual + 1e-9
    played = {g for g in repeated if usual > 0 and parts.voice[members[g]].mean() <= _SUNG_SHARE * usual}
    chorus = _choose_chorus(parts, members, repeated - played, sung)
    first = members[chorus][0]
    bridge = next(
        (i for i in range(len(groups) // 2, len(groups)) if groups[i] not in repeated and sung[i] and i > first), -1
    )
    strong = parts.energy >= np.median(parts.energy) - 0.5 * parts.energy.std()
    labels: list[SectionLabel] = []
    for i, group in enumerate(groups):
        if group == chorus and len(groups) > 1:
            labels.append("chorus")
        elif i == bridge:
            labels.append("bridge")
        elif (group in repeated and group not in played) or sung[i]:
            labels.append("verse")
        else:
            labels.append("solo" if strong[i] else "break")
    return _name_ends(labels, parts, groups, repeated, sung)


class _Parts(NamedTuple):
    """Per part: mean energy, mean voice, bars."""

    energy: Floats
    voice: Floats
    bars: NDArray[np.int64]


def _parts(features: BarFeatures, starts: list[int]) -> _Parts:
    edges = list(pairwise([*starts, len(features.energy)]))
    energy, voice = (np.array([row[a:b].mean() for a, b in edges]) for row in (features.energy, features.voice))
    return _Parts(energy, voice, np.array([b - a for a, b in edges]))


def _choose_chorus(parts: _Parts, members: dict[int, list[int]], returning: set[int], sung: NDArray[np.bool_]) -> int:
    """The group that stands out by energy, voice and number; verses are sung before choruses, and neither opens the
    song.
    """
    rank = _z(parts.energy) + _VOICE_WEIGHT * _z(parts.voice)
    opening = next(iter(members))
    verse = next(
        (
            g
            for g, places in members.items()
            if g in returning and sung[places[0]] and (g != opening or len(returning) > 1)
        ),
        -1,
    )
    standing = {
        g: float(np.mean(rank[places])) + _OFTEN * min(len(places), 3) - _FIRST_SUNG * (g == verse)
        for g, places in members.items()
    }
    rivals = [g for g in returning if g != opening] or [g for g in members if g != opening] or [opening]
    return max(rivals, key=lambda g: (standing[g], -g))


def _name_ends(
    labels: list[SectionLabel], parts: _Parts, groups: list[int], repeated: set[int], sung: NDArray[np.bool_]
) -> list[SectionLabel]:
    """Intro and outro: quiet or unsung ends; an outro may be several parts of which none returns as it was."""
    last = len(groups) - 1
    if last < 2:
        return labels
    quiet = parts.energy < np.median(parts.energy)
    nobody = not sung.any()
    if labels[0] != "chorus" and parts.bars[0] <= _LONGEST_INTRO and (not sung[0] or (nobody and quiet[0])):
        labels[0] = "intro"
    if (labels[last] != "chorus" and (quiet[last] or not sung[last])) or (quiet[last] and parts.bars[last] <= 4):
        labels[last] = "outro"
    for i in range(last - 1, len(groups) // 2, -1):
        fading = not sung[i] or groups[i] not in repeated
        if labels[i + 1] != "outro" or not (quiet[i] and fading) or parts.bars[i:].sum() > _LONGEST_OUTRO:
            break
        labels[i] = "outro"
    return labels


def voice_activity(strength: Array, level: Array) -> Array:
    """0-1 per frame: where the followed pitch is strong and holds. Shape: (frames,) each."""
    if not strength.size or strength.max() <= 0:
        return np.zeros_like(strength)
    steady = minimum_filter1d(strength, 5)
    return np.clip(steady / (np.percentile(strength[strength > 0], 80) + 1e-9), 0, 1).astype(np.float32)
