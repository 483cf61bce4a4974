"""Which notes sound: non-negative least squares of a constant-Q spectrum on harmonic notes, and their fold to 12 classes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from remixlab.signal.measure.constant_q import BINS_PER_OCTAVE, constant_q

LOWEST_MIDI = 28
OCTAVES = 6
NOTES = 12 * OCTAVES
"""Notes of the dictionary: MIDI 28 (E1) to 99."""


@lru_cache(maxsize=1)
def _dictionary() -> NDArray[np.float32]:
    """Shape: (216, 72): one decaying harmonic series per note, unit length. Source: Mauch & Dixon, ISMIR 2010."""
    bins = OCTAVES * BINS_PER_OCTAVE
    per_note = BINS_PER_OCTAVE // 12
    atoms = np.zeros((bins, NOTES))
    axis = np.arange(bins)
    for note in range(NOTES):
        for harmonic in range(1, 13):
            centre = (note + 12 * np.log2(harmonic)) * per_note
            atoms[:, note] += 0.75 ** (harmonic - 1) * np.exp(-0.5 * ((axis - centre) / 0.6) ** 2)
    return (atoms / np.linalg.norm(atoms, axis=0)).astype(np.float32)


def note_activations(mono: NDArray[np.float32], rate: int, *, hop: int, iterations: int = 40) -> NDArray[np.float32]:
    """How strongly each note of `LOWEST_MIDI`.. sounds, frame by frame. Shape: (72, 1 + frames // hop)."""
    lowest_hz = 440.0 * 2 ** ((LOWEST_MIDI - 69) / 12)
    spectrum = constant_q(mono, rate, hop=hop, lowest_hz=lowest_hz, octaves=OCTAVES)
    whitened = spectrum**0.7
    whitened -= uniform_filter1d(whitened, 37, axis=0)
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
    return _folded(notes, np.exp(-0.5 * ((midi - 62) / 10.0) ** 2))


def bass_chroma(notes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fold the notes below middle C to pitch classes, C first. Shape: (12, frames)."""
    midi = LOWEST_MIDI + np.arange(NOTES)
    return _folded(notes, np.clip(1 - (midi - 52) / 6.0, 0, 1))


def _folded(notes: NDArray[np.float32], weight: NDArray[np.float64]) -> NDArray[np.float32]:
    chroma = np.zeros((12, notes.shape[1]), np.float32)
    for row in range(NOTES):
        chroma[(LOWEST_MIDI + row) % 12] += np.float32(weight[row]) * notes[row]
    return chroma
