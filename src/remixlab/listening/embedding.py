"""The audio embedding: what a recording feels like, as one direction in the space that sounds share with words."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np

from remixlab.domain.audio import Audio
from remixlab.domain.music import Embedding
from remixlab.listening.features import FEEL, hear_feature
from remixlab.listening.frames import Array
from remixlab.listening.network_heads import ROOM
from remixlab.networks.load import Network, has_network, load_network, weights_of
from remixlab.signal.downmix import to_mono

EXCERPT_S = 10.0
"""The encoder learned from windows of ten seconds."""
EXCERPTS_MAX = 8
"""Eight cost .05 s of a recording of any length, and cover a song's parts."""
SILENT_RMS = 1e-4
"""An excerpt 80 dB under full scale feels like nothing."""


@lru_cache(maxsize=1)
def feel_encoder() -> str:
    """The encoder of the package with the digest of its weights; empty where none is shipped."""
    if not has_network(ROOM, "feel"):
        return ""
    return f"feel/{hashlib.sha256(weights_of(ROOM, 'feel').read_bytes()).hexdigest()[:12]}"


def feel(recording: Audio, network: Network | None = None) -> Embedding | None:
    """Hear up to eight excerpts of ten seconds, spread over the recording. None for silence, and where no encoder is at
    hand.

    The same recording louder or softer feels the same. A network of one's own has the ear `feel/own`.
    """
    ear = "feel/own" if network else feel_encoder()
    if not ear:
        return None
    heard = [hear_feature(part, FEEL) for part in _excerpts(recording) if _rms(part) > SILENT_RMS]
    if not heard:
        return None
    frames = round(EXCERPT_S * FEEL.fps)
    windows = np.stack([np.resize(mel[:frames], (frames, FEEL.bands)) for mel in heard])
    found = (network or load_network(ROOM, "feel"))(windows)["feel"]
    return Embedding(encoder=ear, vector=tuple(round(float(x), 6) for x in unit(found.mean(axis=0))))


def unit(vector: Array) -> Array:
    """The same direction with length one; zero stays zero."""
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length else vector


def _excerpts(recording: Audio) -> list[Audio]:
    """Evenly spread, none overlapping another by more than its half."""
    length = round(EXCERPT_S * recording.sample_rate)
    count = int(np.clip(round(recording.length_frames / length), 1, EXCERPTS_MAX))
    starts = np.linspace(0, max(0, recording.length_frames - length), count).astype(int)
    return [Audio(np.ascontiguousarray(recording.samples[:, s : s + length]), recording.sample_rate) for s in starts]


def _rms(part: Audio) -> float:
    mono = to_mono(part)
    return float(np.sqrt(np.mean(np.square(mono)))) if mono.size else 0.0
