"""Small songs whose truth is known: clicks for drums, harmonic tones for chords, bass and a lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from remixlab.domain.audio import Audio, Stems
from remixlab.domain.music import ChordSymbol

RATE = 44100
REAL_AUDIO = Path(__file__).parents[2].parent / "shared" / "audio"


@dataclass(frozen=True)
class TestSong:
    __test__ = False
    recording: Audio
    stems: Stems
    beats: np.ndarray
    downbeats: np.ndarray
    chords: list[tuple[float, float, str]]
    lead: list[tuple[float, float, int]]


def _tone(midi: float, length_s: float, decay_s: float, harmonics: int = 6) -> np.ndarray:
    t = np.arange(int(length_s * RATE)) / RATE
    hz = 440 * 2 ** ((midi - 69) / 12)
    wave = sum(0.6**h * np.sin(2 * np.pi * hz * (h + 1) * t) for h in range(harmonics))
    return wave * np.exp(-t / decay_s) * np.minimum(1, t / 0.004) * np.minimum(1, (length_s - t) / 0.01)


def _add(to: np.ndarray, at_s: float, sound: np.ndarray, gain: float) -> None:
    begin = round(at_s * RATE)
    piece = sound[: max(0, len(to) - begin)]
    to[begin : begin + len(piece)] += gain * piece


def make_song(
    tempo_bpm: float = 120.0,
    beats_per_bar: int = 4,
    progression: tuple[str, ...] = ("C:maj", "A:min", "F:maj", "G:maj"),
    bars: int = 12,
    start_s: float = 0.31,
    drums: bool = True,
) -> TestSong:
    """One chord per bar, kick on strong beats, snare between, hats on eighths, a lead that sings chord notes."""
    rng = np.random.default_rng(7)
    beat_s = 60 / tempo_bpm
    length = int((start_s + bars * beats_per_bar * beat_s + 0.5) * RATE)
    other, bass, kit, lead = (np.zeros(length) for _ in range(4))
    t = np.arange(int(0.25 * RATE)) / RATE
    kick = np.sin(2 * np.pi * (50 * t + 4 * (1 - np.exp(-t / 0.02)))) * np.exp(-t / 0.07)
    snare = rng.normal(size=len(t)) * np.exp(-t / 0.05) + np.sin(2 * np.pi * 190 * t) * np.exp(-t / 0.06)
    hat = np.diff(rng.normal(size=len(t)), prepend=0) * np.exp(-t / 0.015)
    chords, sung = [], []
    for bar in range(bars):
        at = start_s + bar * beats_per_bar * beat_s
        symbol = progression[bar % len(progression)]
        chord = ChordSymbol.parse(symbol)
        chords.append((at, start_s + (bar + 1) * beats_per_bar * beat_s, symbol))
        for pitch in chord.pitch_classes:
            _add(other, at, _tone(60 + pitch, beats_per_bar * beat_s, 1.5), 0.12)
        for beat in range(beats_per_bar):
            here = at + beat * beat_s
            if beat % (3 if beats_per_bar % 3 == 0 else 2) == 0:
                _add(bass, here, _tone(36 + chord.pitch_classes[0], beat_s * 0.9, 0.6, 4), 0.25)
                _add(kit, here, kick, 0.5)
            elif drums:
                _add(kit, here, snare, 0.18)
            for half in (0, 0.5):
                _add(kit, here + half * beat_s, hat, 0.06)
            note = 72 + chord.pitch_classes[beat % 3] % 12 - 12
            _add(lead, here, _tone(note, beat_s * 0.85, 3.0), 0.15)
            sung.append((here, here + beat_s * 0.85, note))
    if not drums:
        kit[:] = 0
    parts = [Audio(np.stack([x, x]).astype(np.float32), RATE) for x in (lead, kit, bass, other)]
    beats = start_s + beat_s * np.arange(bars * beats_per_bar)
    stems = Stems(*parts)
    return TestSong(stems.mix(), stems, beats, beats[::beats_per_bar], chords, sung)


@pytest.fixture(scope="session")
def song() -> TestSong:
    return make_song()


@pytest.fixture(scope="session")
def compose() -> Callable[..., TestSong]:
    return make_song


@pytest.fixture(scope="session")
def real_audio() -> Path:
    if not REAL_AUDIO.is_dir():
        pytest.skip(f"no real recordings at {REAL_AUDIO}")
    return REAL_AUDIO
