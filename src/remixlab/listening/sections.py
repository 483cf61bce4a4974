"""The form: where parts begin, which of them repeat, and what musicians would call them."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d

from remixlab.domain.music import Section, SectionLabel
from remixlab.listening.frames import TIMBRE_FPS, Array

Floats = NDArray[np.float64]
_PHRASE_BARS = 4
_SLIP_COST = 3.5
_MOST_UNITS = 1500
_SAME = 0.62


class BarFeatures(NamedTuple):
    """Per bar. Shape: timbre (24, bars), harmony (48, bars): four quarters of chroma, energy (bars,), voice (bars,), crash (bars,)."""

    timbre: Floats
    harmony: Floats
    energy: Floats
    voice: Floats
    crash: Floats


def find_sections(bars_s: Floats, features: BarFeatures, duration_s: float) -> tuple[Section, ...]:
    """Sections that cover the recording; one where there are fewer than eight bars."""
    if len(bars_s) < 2 * _PHRASE_BARS:
        return (Section(start_s=0.0, end_s=duration_s, label="verse"),)
    starts = section_starts(features)
    edges = [0.0, *(float(bars_s[s]) for s in starts[1:]), duration_s]
    groups = repeated_groups(features, starts)
    labels = name_parts(features, starts, groups)
    spans = zip(edges[:-1], edges[1:], labels, strict=True)
    return tuple(Section(start_s=a, end_s=b, label=label) for a, b, label in spans if b > a)


def bar_features(
    bars_s: Floats, duration_s: float, timbre: Array, chroma: Array, chroma_fps: float, voice: Array, voice_fps: float
) -> BarFeatures:
    """Pool frames over bars. Shape: timbre (48, frames), chroma (12, frames), voice (frames,) 0-1."""
    edges = np.append(bars_s, duration_s)
    mel = _pooled(timbre, edges, TIMBRE_FPS)
    cepstrum = np.cos(np.pi / mel.shape[0] * (np.arange(mel.shape[0]) + 0.5)[None, :] * np.arange(14)[:, None]) @ mel
    quarters = np.concatenate([np.linspace(a, b, 5)[:4] for a, b in itertools.pairwise(edges)] + [edges[-1:]])
    harmony = _pooled(chroma, quarters, chroma_fps)
    harmony = harmony / (np.linalg.norm(harmony, axis=0) + 1e-6)
    high = timbre[32:].mean(axis=0, keepdims=True)
    first_beats = np.stack([edges[:-1], edges[:-1] + 0.35], axis=1).ravel()
    crash = _pooled(high, np.append(first_beats, edges[-1]), TIMBRE_FPS)[0, ::2] - _pooled(high, edges, TIMBRE_FPS)[0]
    return BarFeatures(
        timbre=(cepstrum - cepstrum.mean(axis=1, keepdims=True)) / (cepstrum.std(axis=1, keepdims=True) + 1e-6),
        harmony=harmony.T.reshape(len(bars_s), -1).T,
        energy=mel.mean(axis=0),
        voice=_pooled(voice[None, :], edges, voice_fps)[0],
        crash=crash,
    )


def _pooled(frames: Array, edges_s: Floats, fps: float) -> Floats:
    at = np.clip(np.round(edges_s * fps).astype(int), 0, max(0, frames.shape[1] - 1))
    total = np.concatenate([np.zeros((frames.shape[0], 1)), np.cumsum(frames, axis=1, dtype=np.float64)], axis=1)
    until = np.maximum(at[1:], at[:-1] + 1)
    return (total[:, until] - total[:, at[:-1]]) / (until - at[:-1])


def _z(values: Floats) -> Floats:
    return (values - values.mean()) / (values.std() + 1e-6)


def section_starts(features: BarFeatures) -> list[int]:
    """Bars where a part begins, bar 0 first. Phrases of four bars are expected; a broken phrase costs."""
    novelty = _novelty(features)
    bars = len(novelty)
    score = np.zeros(_PHRASE_BARS)
    came = np.zeros((bars, _PHRASE_BARS), np.int64)
    for k in range(bars):
        fresh = np.roll(score, 1)
        came[k] = (np.arange(_PHRASE_BARS) - 1) % _PHRASE_BARS
        best = int(score.argmax())
        if score[best] - _SLIP_COST > fresh[0]:
            fresh[0], came[k, 0] = score[best] - _SLIP_COST, best
        score = fresh - novelty[k] / (_PHRASE_BARS - 1)
        score[0] = fresh[0] + novelty[k]
    phase = np.zeros(bars, np.int64)
    phase[-1] = int(score.argmax())
    for k in range(bars - 1, 0, -1):
        phase[k - 1] = came[k, phase[k]]
    starts = [0]
    for k in np.flatnonzero(phase == 0):
        if novelty[k] > 0.4 and k - starts[-1] >= 2 and bars - k >= 2:
            starts.append(int(k))
    return starts


def _novelty(features: BarFeatures) -> Floats:
    distance = (
        ((features.timbre[:, :, None] - features.timbre[:, None, :]) ** 2).mean(axis=0) if features.timbre.shape[1] <= _MOST_UNITS else None
    )
    bars = features.timbre.shape[1]
    if distance is None:
        return _z(np.convolve(np.abs(np.diff(features.energy, prepend=features.energy[0])), np.ones(3) / 3, mode="same"))
    texture = np.exp(-distance)
    harmony = features.harmony.T @ features.harmony / 4
    texture, harmony = _z(texture), _z(harmony)
    both = texture + harmony
    novelty = (
        _z(_foote(both, 4)) + _z(_foote(both, 8)) + 0.8 * _z(features.crash) + 0.8 * _z(_returns(harmony)) + 0.5 * _z(_foote(texture, 2))
    )
    novelty[0] = 2.0
    return novelty if bars else np.zeros(0)


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
    ends = [*starts[1:], features.harmony.shape[1]]
    centre = features.timbre / np.sqrt((features.timbre**2).mean() + 1e-9)
    groups: list[int] = []
    for i, (a, b) in enumerate(zip(starts, ends, strict=True)):
        best, found = 0.0, -1
        for j in range(i):
            c, d = starts[j], ends[j]
            length = min(b - a, d - c)
            if length * 2.5 < max(b - a, d - c):
                continue
            notes = float(np.mean(np.sum(features.harmony[:, a : a + length] * features.harmony[:, c : c + length], axis=0) / 4))
            sound = float(np.exp(-0.5 * np.mean((centre[:, a:b].mean(axis=1) - centre[:, c:d].mean(axis=1)) ** 2)))
            likeness = notes * sound
            if likeness > best:
                best, found = likeness, groups[j]
        groups.append(found if best > _SAME else max(groups, default=-1) + 1)
    return groups


def name_parts(features: BarFeatures, starts: list[int], groups: list[int]) -> list[SectionLabel]:
    """Musicians' names by repetition, energy and voice: the strongest repeated part is the chorus."""
    ends = [*starts[1:], len(features.energy)]
    energy = np.array([features.energy[a:b].mean() for a, b in zip(starts, ends, strict=True)])
    voice = np.array([features.voice[a:b].mean() for a, b in zip(starts, ends, strict=True)])
    length = np.array([b - a for a, b in zip(starts, ends, strict=True)])
    rank = _z(energy) + 0.7 * _z(voice)
    members = {g: [i for i, other in enumerate(groups) if other == g] for g in set(groups)}
    repeated = [g for g, parts in members.items() if len(parts) > 1]
    candidates = repeated or sorted(members, key=lambda g: -float(np.mean(rank[members[g]])))[:1]
    chorus = max(candidates, key=lambda g: float(np.mean(rank[members[g]])) + 0.25 * len(members[g]))
    sung = voice > 0.5 * (np.percentile(voice, 75) + 1e-9)
    labels: list[SectionLabel] = []
    for i, group in enumerate(groups):
        if group == chorus and len(groups) > 1:
            labels.append("chorus")
        elif group in repeated:
            labels.append("verse")
        elif not sung[i] and energy[i] < np.median(energy) - 0.5 * energy.std():
            labels.append("break")
        elif not sung[i]:
            labels.append("solo")
        else:
            labels.append("bridge" if "chorus" in labels else "verse")
    last = len(groups) - 1
    quiet = energy < np.median(energy)
    if last >= 2:
        if labels[0] != "chorus" and (quiet[0] or not sung[0]):
            labels[0] = "intro"
        if (labels[last] != "chorus" and (quiet[last] or not sung[last])) or (quiet[last] and length[last] <= 4):
            labels[last] = "outro"
    return labels


def voice_activity(strength: Array, level: Array) -> Array:
    """0-1 per frame: where the followed pitch is strong and holds. Shape: (frames,) each."""
    if not strength.size or strength.max() <= 0:
        return np.zeros_like(strength)
    steady = minimum_filter1d(strength, 5)
    return np.clip(steady / (np.percentile(strength[strength > 0], 80) + 1e-9), 0, 1).astype(np.float32)
