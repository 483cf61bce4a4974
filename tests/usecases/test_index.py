"""The catalogue's fingerprint index follows the catalogue: what is new, what was taken again; nothing is read twice."""

from __future__ import annotations

import numpy as np
import pytest

import sounds_of_tests as s
import world_of_tests as w
from remixlab.domain.page import Page
from remixlab.domain.ports.records.hearing import KeptFingerprint
from remixlab.identify import Fingerprint, Harmony, Peaks
from remixlab.testing import MemoryBlobs
from remixlab.testing.records.hearing import MemoryHearing
from remixlab.usecases.claims import catalogue_index
from remixlab.usecases.context.making import Making


class CountingBlobs(MemoryBlobs):
    """Remembers what was read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def get(self, sha256: str) -> bytes:
        self.read.append(sha256)
        return super().get(sha256)


def heard(seed: int, *, scored: bool = False) -> bytes:
    dice = np.random.default_rng(seed)
    harmony = Harmony(dice.integers(0, 255, (40, 24), np.uint8), np.zeros((40, 3, 12), np.uint8), 0.5)
    peaks = Peaks(np.sort(dice.integers(0, 600, 200)).astype(np.int32), dice.integers(0, 190, 200).astype(np.float32))
    return Fingerprint(peaks, harmony, 9.6, harmony if scored else None).to_bytes()


def keep(context: Making, recording_id: str, data: bytes) -> str:
    kept = context.blobs.put(data)
    with context.write() as records:
        records.hearing.keep_fingerprint(recording_id, kept)
    return kept


def test_an_index_takes_up_what_changed_and_reads_nothing_else() -> None:
    context = s.making_of()
    blobs = CountingBlobs()
    object.__setattr__(context, "blobs", blobs)
    assert len(catalogue_index(context)) == 0
    kept = [keep(context, "rec_open", heard(1)), keep(context, "rec_else", heard(2))]
    assert set(catalogue_index(context).ids) == {"rec_open", "rec_else"}
    kept += [keep(context, "rec_else", heard(2, scored=True)), keep(context, "rec_same", heard(3))]
    index = catalogue_index(context)
    assert set(index.ids) == {"rec_open", "rec_else", "rec_same"}
    assert index.fingerprint_of("rec_else").to_bytes() == heard(2, scored=True)
    assert catalogue_index(context) is index
    assert sorted(blobs.read) == sorted(kept)


def test_an_index_is_read_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    context = s.making_of()
    for n, recording in enumerate((w.OPEN, w.ELSEWHERE, w.SAME_RELEASE)):
        keep(context, recording.recording_id, heard(n))
    whole, asked = MemoryHearing.fingerprints, list[str | None]()

    def two(self: MemoryHearing, after: str | None = None, limit: int = 2) -> Page[KeptFingerprint]:
        asked.append(after)
        return whole(self, after, 2)

    monkeypatch.setattr(MemoryHearing, "fingerprints", two)
    assert set(catalogue_index(context).ids) == {"rec_open", "rec_else", "rec_same"}
    assert asked == [None, "1", "2"], "each time the newest that is there is asked for, and what follows it"


def test_a_forgotten_recording_leaves_the_index() -> None:
    context = s.making_of()
    keep(context, "rec_open", heard(1))
    keep(context, "rec_else", heard(2))
    assert set(catalogue_index(context).ids) == {"rec_open", "rec_else"}
    with context.write() as records:
        records.hearing.forget_fingerprint("rec_open")
    assert catalogue_index(context).ids == ("rec_else",)


def test_an_index_of_another_registry_is_made_anew() -> None:
    """A backup was restored, or a home was copied: what only the other registry knows must not be named."""
    context, older = s.making_of(), s.making_of()
    keep(context, "rec_open", heard(1))
    keep(context, "rec_else", heard(2))
    catalogue_index(context)
    object.__setattr__(older, "index", context.index)
    assert len(catalogue_index(older)) == 0
    keep(older, "rec_same", heard(3))
    assert catalogue_index(older).ids == ("rec_same",)
    keep(older, "rec_open", heard(1))
    assert set(catalogue_index(context).ids) == {"rec_open", "rec_else"}
