"""A short song whose truth is known: twelve bars in A minor at 120 bpm, with stems."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.domain.audio import Audio, Stems
from remixlab.domain.material import Material
from remixlab.domain.music import Analysis, Chord, DrumHit, Note, Section
from remixlab.signal.instruments import HitEvent, NoteEvent, play, play_kit

RATE = 44_100
BEAT_S = 0.5
BARS = 12
ROOTS = (57, 53, 48, 55)
SYMBOLS = ("A:min", "F:maj", "C:maj", "G:maj")
TUNE = (69, 72, 71, 67, 69, 64, 67, 69)


def _frame(seconds: float) -> int:
    return round(seconds * RATE)


def make_song(bars: int = BARS, *, start_s: float = 0.25) -> Material:
    """A song of whole bars, after a short silence."""
    bar_s = 4 * BEAT_S
    length = _frame(start_s + bars * bar_s + 0.5)
    starts = [start_s + k * bar_s for k in range(bars)]
    beats = [start_s + k * BEAT_S for k in range(4 * bars)]
    melody = [
        Note(start_s=s + k * BEAT_S, end_s=s + k * BEAT_S + 0.42, midi=float(TUNE[(k + 3 * n) % 8]), velocity=0.8)
        for n, s in enumerate(starts[2:], start=2)
        for k in range(3)
    ]
    hits = [
        DrumHit(time_s=s + k * BEAT_S, piece="kick" if k % 2 == 0 else "snare", velocity=0.8)
        for s in starts
        for k in range(4)
    ]
    chords = [Chord(start_s=s, end_s=s + bar_s, symbol=SYMBOLS[n % 4]) for n, s in enumerate(starts)]
    sung = [NoteEvent(_frame(n.start_s), _frame(n.end_s - n.start_s), n.midi, n.velocity) for n in melody]
    struck = [HitEvent(_frame(h.time_s), h.piece, h.velocity) for h in hits]
    low = [
        NoteEvent(_frame(s + k * BEAT_S), 20_000, float(ROOTS[n % 4] - 12), 0.8)
        for n, s in enumerate(starts)
        for k in range(4)
    ]
    held = [
        NoteEvent(_frame(s), _frame(bar_s) - 2000, float(ROOTS[n % 4] + step), 0.7)
        for n, s in enumerate(starts)
        for step in ((0, 3, 7) if n % 4 == 0 else (0, 4, 7))
    ]
    stems = Stems(
        Audio(play("clarinet", sung, length) * np.float32(0.5), RATE),
        Audio(play_kit("acoustic-kit", struck, length) * np.float32(0.5), RATE),
        Audio(play("electric-bass", low, length) * np.float32(0.5), RATE),
        Audio(play("organ", held, length) * np.float32(0.25), RATE),
    )
    edges = [0, 2, 6, 10, bars]
    labels = ("intro", "verse", "chorus", "outro")
    sections = [
        Section(start_s=start_s + a * bar_s, end_s=start_s + b * bar_s, label=label)
        for a, b, label in zip(edges, edges[1:], labels, strict=False)
        if b > a
    ]
    analysis = Analysis(
        duration_s=length / RATE,
        tempo_bpm=120.0,
        beats=tuple(beats),
        downbeats=tuple(starts),
        key="A minor",
        key_confidence=0.9,
        chords=tuple(chords),
        sections=tuple(sections),
        melody=tuple(melody),
        drums=tuple(hits),
        bass=tuple(Note(start_s=s, end_s=s + bar_s, midi=float(ROOTS[n % 4] - 12)) for n, s in enumerate(starts)),
        loudness_lufs=-18.0,
    )
    return Material("test-song", stems.mix(), stems, analysis)


@pytest.fixture(scope="session")
def song() -> Material:
    return make_song()
