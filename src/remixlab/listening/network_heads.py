"""The outputs (heads) of the trained networks, stitched from chunks so that memory stays flat; nothing where their
weights are not
shipped.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from remixlab.domain.audio import Audio
from remixlab.listening.features import BEATS, CHORDS, NOTES, Feature, hear_feature
from remixlab.listening.frames import Array
from remixlab.networks.load import Network, has_network, load_network

ROOM = "remixlab.listening"
"""The package whose weights are loaded."""
LOWEST_NOTE = 21
"""Row 0 of the note network: A0, the lowest key of a piano."""

_BEATS_CHUNK_S, _CHORDS_CHUNK_S, _NOTES_CHUNK_S = 300.0, 600.0, 30.0
"""Heard at once: as much as keeps memory flat; the note network's layers are the largest by far."""
_OVERLAP_S, _NOTES_OVERLAP_S = 20.0, 1.0
"""Of which the inner halves are kept: more than each network looks to either side."""


class Ears(NamedTuple):
    """The networks at hand."""

    beats: Network | None = None
    chords: Network | None = None
    notes: Network | None = None

    @property
    def trained(self) -> bool:
        return any(network is not None for network in self)


class BeatSigns(NamedTuple):
    """Shape: events (frames, 3): beat, downbeat, boundary; meter (3,): shares of 3, 4, 6; drums (frames, 3): kick,
    snare, hats; all 0-1.
    """

    events: Array
    meter: Array
    drums: Array
    fps: float


class ChordSigns(NamedTuple):
    """Shape: root, bass (frames, 13): C..B, none; notes (frames, 12); key (24,): C..B major, then minor; all 0-1."""

    root: Array
    bass: Array
    notes: Array
    key: Array
    fps: float


class NoteSigns(NamedTuple):
    """Shape: frame, onset (frames, 88): MIDI 21-108 of one part, 0-1; heard (frames, 264): the spectrum that they
    were read from.
    """

    frame: Array
    onset: Array
    fps: float
    heard: Array | None = None


def own_names() -> tuple[str, ...]:
    """Which networks ship with the package."""
    return tuple(name for name in Ears._fields if has_network(ROOM, name))


def own_ears() -> Ears:
    """The networks that ship with the package, loaded once each."""
    return Ears(**{name: load_network(ROOM, name) for name in own_names()})


def hear_beat_signs(recording: Audio, network: Network) -> BeatSigns:
    found = _run(network, hear_feature(recording, BEATS), BEATS, chunk_s=_BEATS_CHUNK_S, overlap_s=_OVERLAP_S)
    return BeatSigns(found["activations"], found["meter"].mean(axis=0), found["drums"], BEATS.fps)


def hear_chord_signs(recording: Audio, network: Network, tuning_cents: float = 0.0) -> ChordSigns:
    heard = hear_feature(recording, CHORDS, tuning_cents=tuning_cents)
    found = _run(network, heard, CHORDS, chunk_s=_CHORDS_CHUNK_S, overlap_s=_OVERLAP_S)
    return ChordSigns(found["root"], found["bass"], found["notes"], found["key"].mean(axis=0), CHORDS.fps)


def hear_note_signs(
    recording: Audio, network: Network, tuning_cents: float = 0.0
) -> tuple[NoteSigns, NoteSigns, NoteSigns]:
    """Voice, bass and the rest."""
    heard = hear_feature(recording, NOTES, tuning_cents=tuning_cents)
    found = _run(network, heard, NOTES, chunk_s=_NOTES_CHUNK_S, overlap_s=_NOTES_OVERLAP_S)
    voice, bass, other = (
        NoteSigns(found["frame"][..., part], found["onset"][..., part], NOTES.fps, heard) for part in range(3)
    )
    return voice, bass, other


def _run(network: Network, heard: Array, feature: Feature, *, chunk_s: float, overlap_s: float) -> dict[str, Array]:
    """Outputs over all frames; of each overlap the inner halves are kept."""
    chunk, margin = round(chunk_s * feature.fps), round(overlap_s * feature.fps / 2)
    parts: list[dict[str, Array]] = []
    frames = heard.shape[0]
    for first in range(0, frames, chunk):
        begin, end = max(0, first - margin), min(frames, first + chunk + margin)
        found = network(np.ascontiguousarray(heard[None, begin:end]))
        kept = slice(first - begin, min(first + chunk, frames) - begin)
        parts.append({name: value[0, kept] for name, value in found.items()})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
