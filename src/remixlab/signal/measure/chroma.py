"""Which notes sound: non-negative least squares of a constant-Q spectrum on harmonic notes, and their fold to 12
classes.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from remixlab.signal.measure.constant_q import BINS_PER_OCTAVE, constant_q

LOWEST_MIDI = 28
"""The lowest note of the dictionary, E1: the open E string of a bass."""
OCTAVES = 6
"""Up to D sharp 7: above it notes have no harmonics left in the band."""
NOTES = 12 * OCTAVES
"""Notes of the dictionary: MIDI 28 (E1) to 99."""
_HARMONICS, _DECAY = 12, 0.75
"""A note's harmonic series in the dictionary, each weaker by so much. Source: Mauch and Dixon (2010), who take .9
for low to .6 for high.
"""
_WIDTH_BINS = 0.6
"""How wide a partial is drawn: a fifth of a semitone, the width of a constant-Q bin."""
ROUNDS = 40
"""Rounds of the multiplicative updates: a round figure, not tuned."""
_LOUDNESS = 0.7
"""Power that magnitudes are taken to: soft notes count, as they do to the ear."""
_OCTAVE_BINS = 37
"""An octave about each bin, whose mean is taken away: colour goes, notes stay."""
_TREBLE_MIDI, _TREBLE_SPREAD = 62, 10.0
"""Chords are spelt about middle D, give or take ten semitones."""
_BASS_MIDI, _BASS_FADE = 52, 6.0
"""What is at or under E3 counts as bass, less and less up to B flat 3."""


@lru_cache(maxsize=1)
def _dictionary() -> NDArray[np.float32]:
    """Shape: (216, 72): one decaying harmonic series per note, unit length. Source: Mauch & Dixon, ISMIR 2010."""
    bins = OCTAVES * BINS_PER_OCTAVE
    per_note = BINS_PER_OCTAVE // 12
    atoms = np.zeros((bins, NOTES))
    axis = np.arange(bins)
    for note in range(NOTES):
        for harmonic in range(1, _HARMONICS + 1):
            centre = (note + 12 * np.log2(harmonic)) * per_note
            atoms[:, note] += _DECAY ** (harmonic - 1) * np.exp(-0.5 * ((axis - centre) / _WIDTH_BINS) ** 2)
    return (atoms / np.linalg.norm(atoms, axis=0)).astype(np.float32)


def note_activations(
    mono: NDArray[np.float32], rate: int, *, hop: int, iterations: int = ROUNDS, tuning_cents: float = 0.0
) -> NDArray[np.float32]:
    """How strongly each note of `LOWEST_MIDI`.. sounds, frame by frame, its A so many cents above 440 Hz.

    Shape: (72, 1 + frames // hop).
    """
    lowest_hz = 440.0 * 2 ** ((LOWEST_MIDI - 69 + tuning_cents / 100) / 12)
    spectrum = constant_q(mono, rate, hop=hop, lowest_hz=lowest_hz, octaves=OCTAVES)
    whitened = spectrum**_LOUDNESS
    whitened -= uniform_filter1d(whitened, _OCTAVE_BINS, axis=0)
    np.maximum(whitened, 0, out=whitened)
    return _decompose(whitened, iterations)


def _decompose(spectrum: NDArray[np.float32], iterations: int) -> NDArray[np.float32]:
    """Multiplicative non-negative least squares. Source: Lee & Seung, NIPS 2000."""
    atoms = _dictionary()
    gram = atoms.T @ atoms
    target = atoms.T @ spectrum
    notes = np.maximum(target, 1e-6)
    for _ in range(iterations):
        notes *= target / (gram @ notes + 1e-9)
    return notes


def treble_chroma(notes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fold to pitch classes, C first, weighted round middle D. Shape: (12, frames)."""
    midi = LOWEST_MIDI + np.arange(NOTES)
    return _folded(notes, np.exp(-0.5 * ((midi - _TREBLE_MIDI) / _TREBLE_SPREAD) ** 2))


def bass_chroma(notes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fold the notes below middle C to pitch classes, C first. Shape: (12, frames)."""
    midi = LOWEST_MIDI + np.arange(NOTES)
    return _folded(notes, np.clip(1 - (midi - _BASS_MIDI) / _BASS_FADE, 0, 1))


def _folded(notes: NDArray[np.float32], weight: NDArray[np.float64]) -> NDArray[np.float32]:
    chroma = np.zeros((12, notes.shape[1]), np.float32)
    for row in range(NOTES):
        chroma[(LOWEST_MIDI + row) % 12] += np.float32(weight[row]) * notes[row]
    return chroma
