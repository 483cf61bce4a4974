"""What the networks hear: the features of `remixlab.listening`, of sound that is at their rate already."""

from __future__ import annotations

import numpy as np

from remixlab.domain.audio import Audio
from remixlab.listening.features import BEATS, CHORDS, FEEL, NOTES, Feature, hear_feature
from remixlab.listening.frames import RATE

__all__ = ["BEATS", "CHORDS", "FEEL", "NOTES", "RATE", "hear"]


def hear(sound: np.ndarray, feature: Feature) -> np.ndarray:
    """Give the spectrum that a network is shown. The whole sound is brought to the networks' level first.

    Shape: (frames,) at 22050 Hz to (frames, bands).
    """
    return hear_feature(Audio(np.ascontiguousarray(sound, np.float32)[None], RATE), feature)
