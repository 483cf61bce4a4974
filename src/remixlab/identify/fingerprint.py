"""What identification remembers of a recording: its spectral peaks and its harmony, beat by beat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remixlab.domain.audio import Audio
from remixlab.identify.harmony import Harmony, measure_harmony
from remixlab.identify.packing import pack_arrays, unpack_arrays
from remixlab.identify.peaks import Peaks, measure_spectrogram, pick_peaks

_MAGIC = b"RLPRINT1"
_BIN_STEPS = 256


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """The peaks and the harmony of one recording; the sound cannot be heard again from it."""

    peaks: Peaks
    harmony: Harmony
    duration_s: float

    def to_bytes(self) -> bytes:
        """About 0.6 MB an hour."""
        arrays = {
            "frames": self.peaks.frames,
            "bins": np.round(self.peaks.bins * _BIN_STEPS).astype(np.uint16),
            "chroma": self.harmony.chroma,
            "beats_s": self.harmony.beats_s,
        }
        return pack_arrays(_MAGIC, {"duration_s": self.duration_s}, arrays)

    @classmethod
    def from_bytes(cls, packed: bytes | memoryview) -> Fingerprint:
        """Raises: Invalid when the bytes are not a fingerprint."""
        facts, arrays = unpack_arrays(_MAGIC, packed)
        peaks = Peaks(arrays["frames"], (arrays["bins"] / _BIN_STEPS).astype(np.float32))
        return cls(peaks, Harmony(arrays["chroma"], arrays["beats_s"]), float(facts["duration_s"]))


def fingerprint(recording: Audio) -> Fingerprint:
    """Take the fingerprint of a recording of any length, rate and number of channels.

    Source: peak triplets after Sonnleitner and Widmer (2014) and Six and Leman (2014), without absolute pitch in the hash.
    """
    spectrogram = measure_spectrogram(recording)
    peaks = pick_peaks(spectrogram)
    # Stored bins have 1/256 of a bin; rounding here too makes a stored fingerprint match exactly as a fresh one.
    peaks = Peaks(peaks.frames, (np.round(peaks.bins * _BIN_STEPS) / _BIN_STEPS).astype(np.float32))
    return Fingerprint(peaks, measure_harmony(spectrogram), recording.duration_s)
