"""Sing notes as people do: a syllable to a note, its consonant before the beat, its vowel held; several notes to a
syllable only now and then.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.fft import irfft, rfft
from scipy.ndimage import convolve1d

from synthesis.smf import Note
from synthesis.syllables import FFT, HOP, RATE, Mouth, Syllable, read_mouth

FRAME_S = HOP / RATE
BOUND = 0.15
"""How many of the notes that follow without a gap at another pitch share the syllable of the one before."""
JOINED_S = 0.12
"""A shorter rest between two notes may be sung through."""
_SILENT_DB = -90.0
_BATCH = 1024


class Singer(NamedTuple):
    """What somebody does alike in all that he sings."""

    tract: float
    late_s: float
    vibrato_hz: float
    vibrato: float
    scoops: float
    breath: float
    ring_db: float


class Sung(NamedTuple):
    """One note as it is sung: the vowel, or the new pitch of one that goes on, begins at `start_s`."""

    start_s: float
    end_s: float
    pitch: int
    syllable: Syllable | None
    consonant_s: float
    closure_s: float
    after_rest: bool
    before_rest: bool


class Line(NamedTuple):
    """A sung line frame by frame: place in the mouth, level in dB, share of voice, pitch in MIDI numbers."""

    place: np.ndarray
    level_db: np.ndarray
    voiced: np.ndarray
    pitch: np.ndarray


Sing = Callable[[list[Note], list[np.ndarray], float, np.random.Generator], tuple[np.ndarray, list[Note]]]
"""Of notes, speech, a length in seconds and dice: the line that is sung, and the notes as they were sung."""


def sing_notes(
    notes: list[Note], speech: list[np.ndarray], length_s: float, rng: np.random.Generator
) -> tuple[np.ndarray, list[Note]]:
    """Sing notes with the words of one speaker; also the notes as they were sung, each from where its vowel or its new
    pitch begins.

    Shape: speech (frames,) each, at 44100 Hz; (frames,).
    """
    out = np.zeros(int(length_s * RATE), np.float32)
    told = sorted((n for n in notes if n.start_s < length_s), key=lambda n: n.start_s)
    if not told:
        return out, []
    sentences = [speech[int(k)] for k in rng.permutation(len(speech))[:3]]
    mouth = read_mouth(np.concatenate([s / (np.abs(s).max() + 1e-9) for s in sentences]))
    singer = Singer(
        tract=float(rng.uniform(0.85, 1.2)),
        late_s=float(rng.uniform(0.004, 0.016)),
        vibrato_hz=float(rng.uniform(4.6, 6.4)),
        vibrato=float(rng.uniform(0.05, 0.5)),
        scoops=float(rng.uniform(0.05, 0.5)),
        breath=float(rng.uniform(0.02, 0.12)),
        ring_db=float(rng.uniform(0, 7)),
    )
    sung = _set_words(told, mouth, singer, rng, length_s)
    line = _draw_line(sung, mouth, singer, rng, length_s)
    sound = _voice_line(line, mouth, singer, rng)[: len(out)]
    out[: len(sound)] = sound / (np.abs(sound).max() + 1e-9) * 0.7
    return out, [n._replace(start_s=s.start_s, end_s=s.end_s) for n, s in zip(told, sung, strict=True)]


def _set_words(told: list[Note], mouth: Mouth, singer: Singer, rng: np.random.Generator, length_s: float) -> list[Sung]:
    """Give every note its time and its syllable; words follow one another as they were spoken."""
    late = np.clip(rng.normal(0, singer.late_s, len(told)), -0.03, 0.03)
    starts = [max(0.0, n.start_s + float(d)) for n, d in zip(told, late, strict=True)]
    for i in range(1, len(starts)):
        starts[i] = max(starts[i], starts[i - 1] + 0.05)
    sung: list[Sung] = []
    word = int(rng.integers(len(mouth.syllables)))
    for i, note in enumerate(told):
        gap = note.start_s - told[i - 1].end_s if i else math.inf
        joined = gap < JOINED_S and (gap < 0.02 or rng.random() < 0.7)
        bound = joined and gap < 0.04 and note.pitch != told[i - 1].pitch and abs(note.pitch - told[i - 1].pitch) <= 5
        if bound and rng.random() < BOUND:
            sung.append(Sung(starts[i], note.end_s, note.pitch, None, 0.0, 0.0, False, True))
        else:
            word = int(rng.integers(len(mouth.syllables))) if gap > 1 else (word + 1) % len(mouth.syllables)
            syllable = mouth.syllables[word]
            free = starts[i] - (starts[i - 1] + 0.05 if i else 0.0)
            spoken = (syllable.vowel - syllable.begin) * FRAME_S
            consonant = max(0.0, min(spoken, free, float(rng.uniform(0.045, 0.08))))
            closure = min(max(0.0, free - consonant), float(rng.uniform(0.01, 0.035))) if syllable.stopped else 0.0
            sung.append(Sung(starts[i], note.end_s, note.pitch, syllable, consonant, closure, not joined, True))
        if i and joined:
            sung[i - 1] = sung[i - 1]._replace(end_s=_taken_from(sung[i]), before_rest=False)
    after = [_taken_from(s) for s in sung[1:]] + [length_s]
    return [s._replace(end_s=max(min(s.end_s, limit), s.start_s + 0.03)) for s, limit in zip(sung, after, strict=True)]


def _taken_from(sung: Sung) -> float:
    """Where the vowel before must have ended."""
    return sung.start_s - sung.consonant_s - sung.closure_s


def _draw_line(sung: list[Sung], mouth: Mouth, singer: Singer, rng: np.random.Generator, length_s: float) -> Line:
    """Lay words, levels and pitches out on frames."""
    frames = int(length_s / FRAME_S) + 2
    place, level = np.zeros(frames), np.full(frames, _SILENT_DB)
    word = next(s.syllable for s in sung if s.syllable)
    middle = float(np.median([s.pitch for s in sung]))
    begin = 0
    for number, note in enumerate(sung):
        loud = float(rng.normal(0, 1.2)) + 0.15 * (note.pitch - middle)
        if note.syllable:
            word, begin = note.syllable, round(note.start_s / FRAME_S)
            _say_consonant(place, level, note, loud, previous=sung[number - 1] if number else None, rng=rng)
        _hold_vowel(place, level, note, word, begin, loud, rng)
        if note.after_rest:
            first, rise = max(0, round((note.start_s - note.consonant_s) / FRAME_S)), int(rng.integers(3, 10))
            level[first : first + rise] += np.linspace(-36, 0, rise, endpoint=False)[: len(level) - first]
        following = sung[number + 1] if number + 1 < len(sung) else None
        _close(place, level, note, word, None if note.before_rest else following, rng)
        if note.after_rest and note.syllable and rng.random() < 0.4:
            _breathe(place, level, note, sung[number - 1].end_s if number else 0.0, word, rng)
    voiced = np.interp(place, np.arange(len(mouth.voiced)), mouth.voiced)
    voiced[place < 0] = 0.0
    return Line(np.abs(place), level, voiced, _draw_pitch(sung, singer, frames, rng))


def _say_consonant(
    place: np.ndarray, level: np.ndarray, note: Sung, loud: float, previous: Sung | None, rng: np.random.Generator
) -> None:
    """The consonant ends where the vowel begins; without one that is heard the voice is put down for a moment."""
    assert note.syllable is not None
    at = round(note.start_s / FRAME_S)
    first = max(0, round((note.start_s - note.consonant_s) / FRAME_S))
    place[first:at] = np.linspace(note.syllable.begin, note.syllable.vowel, at - first, endpoint=False)
    level[first:at] = loud
    if note.after_rest or previous is None:
        return
    again = previous.pitch == note.pitch
    if note.syllable.seam_db < 4 and not note.closure_s and (again or rng.random() < 0.5):
        depth, width = rng.uniform(6, 14), rng.uniform(2, 4)
        low = max(0, at - 14)
        level[low:at] -= depth * np.exp(-(((np.arange(low, at) - (at - 4)) / width) ** 2))


def _hold_vowel(
    place: np.ndarray, level: np.ndarray, note: Sung, word: Syllable, begin: int, loud: float, rng: np.random.Generator
) -> None:
    """Into the vowel as it was spoken, then to and fro in what is steady of it;

    `begin` is the frame at which its syllable was put.
    """
    at, end = round(note.start_s / FRAME_S), round(note.end_s / FRAME_S)
    end = max(end, at + 4)
    since = np.arange(at, end) - begin
    into = word.steady - word.vowel
    steady = max(1, word.held - word.steady)
    walked = np.maximum(0, since - into) * rng.uniform(0.08, 0.25)
    swing = steady - np.abs(walked % (2 * steady) - steady)
    part = np.where(since < into, word.vowel + since, word.steady + swing)
    place[at:end] = part[: max(0, len(place) - at)]
    span = np.linspace(0, 1, end - at)
    shape = rng.uniform(-0.5, 2.5) * np.sin(np.pi * np.minimum(span * 1.3, 1)) - rng.uniform(0, 3) * span**2
    level[at:end] = (loud + shape)[: max(0, len(level) - at)]


def _close(
    place: np.ndarray, level: np.ndarray, note: Sung, word: Syllable, following: Sung | None, rng: np.random.Generator
) -> None:
    """Let the voice go: quickly where another syllable follows at once, else slowly or with what closes the
    syllable.
    """
    end = max(round(note.end_s / FRAME_S), round(note.start_s / FRAME_S) + 4)
    closes = following is None and rng.random() < 0.5
    if following:
        count = max(0, round((following.start_s - following.consonant_s) / FRAME_S) - end)
    else:
        count = word.end - word.held if closes else int(rng.integers(5, 16))
    count = min(count, len(place) - end)
    if count < 1:
        return
    after = slice(end, end + count)
    free = level[after] <= _SILENT_DB
    spoken = np.linspace(word.held, word.end - 1, count) if closes else np.full(count, place[end - 1])
    place[after] = np.where(free, spoken, place[after])
    level[after] = np.where(free, level[end - 1] + np.linspace(-3, -24 if closes else -45, count), level[after])


def _breathe(
    place: np.ndarray, level: np.ndarray, note: Sung, since_s: float, word: Syllable, rng: np.random.Generator
) -> None:
    """Take a breath before a phrase: noise in the shape of the vowel that follows. Negative places are breathed."""
    end = round((note.start_s - note.consonant_s - 0.04) / FRAME_S)
    count = int(rng.integers(25, 55))
    if end - count < since_s / FRAME_S + 20:
        return
    place[end - count : end] = -float(word.steady)
    level[end - count : end] = rng.uniform(-34, -24) + 6 * np.sin(np.linspace(0.1, np.pi - 0.3, count)) - 6


def _draw_pitch(sung: list[Sung], singer: Singer, frames: int, rng: np.random.Generator) -> np.ndarray:
    """Glides between notes, scoops into them, vibrato in the long ones, and a hand that is never quite still."""
    step = np.zeros(frames)
    added = np.zeros(frames)
    last = sung[0].pitch
    knots = np.arange(0, frames + 24, 24)
    added += np.interp(np.arange(frames), knots, rng.normal(0, 0.05, len(knots)))
    for note in sung:
        at, end = round(note.start_s / FRAME_S), max(round(note.end_s / FRAME_S), round(note.start_s / FRAME_S) + 4)
        width = rng.uniform(1.2, 2.6) if not note.after_rest else 0.5
        centre = at if note.syllable is None else at - min(note.consonant_s / FRAME_S / 2, 1 + 2 * width)
        low, high = max(0, int(centre) - 16), min(frames, int(centre) + 17)
        rise = 1 / (1 + np.exp(-(np.arange(low, high) - centre) / width))
        step[low:high] += np.diff(rise, prepend=0.0) * (note.pitch - last)
        step[min(high, frames - 1)] += (1 - rise[-1] if len(rise) else 1.0) * (note.pitch - last)
        last = note.pitch
        time = np.arange(min(end, frames) - at) * FRAME_S
        if len(time) < 1:
            continue
        off = np.full(len(time), rng.normal(0, 0.07))
        if note.syllable and rng.random() < (singer.scoops if note.after_rest else 0.3 * singer.scoops):
            off -= rng.uniform(0.3, 2.0) * np.exp(-time / rng.uniform(0.02, 0.05))
        swell = np.clip((time - rng.uniform(0.15, 0.35)) / 0.25, 0, 1) * singer.vibrato * rng.uniform(0.3, 1.3)
        off += swell * np.sin(2 * np.pi * singer.vibrato_hz * rng.uniform(0.95, 1.05) * time)
        if note.before_rest and rng.random() < 0.15:
            off -= rng.uniform(0.5, 2) * np.clip((time - time[-1] + 0.12) / 0.12, 0, 1) ** 2
        added[at : at + len(time)] += off
    return sung[0].pitch + np.cumsum(step) + convolve1d(added, np.hanning(9)[1:-1] / np.hanning(9).sum())


def _voice_line(line: Line, mouth: Mouth, singer: Singer, rng: np.random.Generator) -> np.ndarray:
    """Pulses of the voice and noise of the breath, each through the mouth of its moment. Shape: (frames,)."""
    frames = len(line.place)
    length = frames * HOP
    hertz = 440 * 2 ** ((np.interp(np.arange(length) / HOP, np.arange(frames), line.pitch) - 69) / 12)
    knots = np.arange(length // 700 + 2) * 700
    hertz *= 1 + 0.003 * np.interp(np.arange(length), knots, rng.standard_normal(len(knots)))
    turns = np.cumsum(hertz / RATE)
    before = np.flatnonzero(np.diff(np.floor(turns)) > 0)
    exact = before + (np.floor(turns[before + 1]) - turns[before]) / (turns[before + 1] - turns[before])
    strength = np.sqrt(RATE / hertz[before]) * (1 + 0.03 * rng.standard_normal(len(before)))
    noise = np.pad(rng.standard_normal(length).astype(np.float32), FFT // 2)
    out = np.zeros(length + 2 * FFT, np.float32)
    sounding = line.level_db > _SILENT_DB + 5
    for first in range(0, frames, _BATCH):
        part = slice(first, min(first + _BATCH, frames))
        if not sounding[part].any():
            continue
        envelope = _shape_mouth(line, mouth, singer, part)
        voice, air = _split_voice(envelope, line.voiced[part], singer.breath)
        inside = (exact >= first * HOP) & (exact < part.stop * HOP)
        _add_pulses(out, exact[inside], strength[inside], voice, first)
        _add_noise(out, noise, air, first)
    return out[FFT // 2 : FFT // 2 + length]


def _shape_mouth(line: Line, mouth: Mouth, singer: Singer, part: slice) -> np.ndarray:
    """Natural logarithms of the magnitudes of a stretch of frames. Shape: (frames, FFT / 2 + 1)."""
    around = np.clip(np.arange(part.start - 1, part.stop + 1), 0, len(line.place) - 1)
    place = np.clip(line.place[around], 0, len(mouth.log_envelope) - 1)
    floor = place.astype(int)
    share = (place - floor)[:, None].astype(np.float32)
    log = (
        mouth.log_envelope[floor] * (1 - share)
        + mouth.log_envelope[np.minimum(floor + 1, len(mouth.log_envelope) - 1)] * share
    )
    log = log + (line.level_db[around] * math.log(10) / 20)[:, None].astype(np.float32)
    log = 0.25 * log[:-2] + 0.5 * log[1:-1] + 0.25 * log[2:]
    grid = np.clip(np.arange(log.shape[1]) / singer.tract, 0, log.shape[1] - 1)
    low = grid.astype(int)
    rest = (grid - low).astype(np.float32)
    log = log[:, low] * (1 - rest) + log[:, np.minimum(low + 1, log.shape[1] - 1)] * rest
    hertz = np.arange(log.shape[1]) * RATE / FFT
    ring = singer.ring_db * np.exp(-(((hertz - 2900) / 700) ** 2)) - 30 * np.clip(1 - hertz / 90, 0, 1)
    return log + (ring * math.log(10) / 20).astype(np.float32)


def _split_voice(log: np.ndarray, voiced: np.ndarray, breath: float) -> tuple[np.ndarray, np.ndarray]:
    """Share the mouth between the voice, whose response begins at once, and the air.

    Shape: complex and real, both as `log`.
    """
    rise = np.clip((np.arange(log.shape[1]) * RATE / FFT - 3000) / 6000, 0, 1)
    airy = np.sqrt(1 - voiced[:, None] ** 2 * (1 - np.minimum(breath + 0.4 * rise, 0.9)[None] ** 2)).astype(np.float32)
    cepstrum = np.asarray(irfft(log, axis=1))
    cepstrum[:, 1 : FFT // 2] *= 2
    cepstrum[:, FFT // 2 + 1 :] = 0
    tonal = np.sqrt(np.maximum(1 - airy**2, 0))
    return np.exp(np.asarray(rfft(cepstrum, axis=1))) * tonal, np.exp(log) * airy


def _add_pulses(out: np.ndarray, exact: np.ndarray, strength: np.ndarray, voice: np.ndarray, first: int) -> None:
    """Add the response of every pulse of a batch at its exact place."""
    turn = -2j * np.pi * np.arange(voice.shape[1], dtype=np.float32) / FFT
    for begin in range(0, len(exact), _BATCH):
        at = exact[begin : begin + _BATCH]
        whole = np.floor(at).astype(int)
        frame = np.clip(np.round(at / HOP).astype(int) - first, 0, len(voice) - 1)
        spectrum = (
            voice[frame]
            * np.exp(turn * (at - whole)[:, None].astype(np.float32))
            * strength[begin : begin + _BATCH, None]
        )
        for place, pulse in zip(whole + FFT // 2, irfft(spectrum.astype(np.complex64), axis=1), strict=True):
            out[place : place + FFT] += pulse


def _add_noise(out: np.ndarray, noise: np.ndarray, air: np.ndarray, first: int) -> None:
    window = np.hanning(FFT + 1)[:-1].astype(np.float32)
    starts = (first + np.arange(len(air))) * HOP
    pieces = np.stack([noise[s : s + FFT] for s in starts]) * window
    for start, piece in zip(
        starts,
        np.asarray(irfft(np.asarray(rfft(pieces, axis=1)) * air, axis=1)) * window * np.float32(1 / 1.5),
        strict=True,
    ):
        out[start : start + FFT] += piece
