"""The catalogue's index follows the catalogue: what is new, what was taken again, what is gone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from remixlab.usecases.catalogue.index import catalogue_index

from remixlab.identify import Fingerprint, Harmony, Peaks


def heard(seed: int, *, scored: bool = False) -> bytes:
    dice = np.random.default_rng(seed)
    harmony = Harmony(dice.integers(0, 255, (40, 24), np.uint8), np.zeros((40, 3, 12), np.uint8), 0.5)
    peaks = Peaks(np.sort(dice.integers(0, 600, 200)).astype(np.int32), dice.integers(0, 190, 200).astype(np.float32))
    return Fingerprint(peaks, harmony, 9.6, harmony if scored else None).to_bytes()


def test_an_index_takes_up_what_changed_and_reads_nothing_else() -> None:
    blobs = {"one": heard(1), "two": heard(2), "two-scored": heard(2, scored=True), "three": heard(3)}
    read: list[str] = []

    def get(name: str) -> bytes:
        read.append(name)
        return blobs[name]

    context: Any = SimpleNamespace(memory=SimpleNamespace(index=None), blobs=SimpleNamespace(get=get))
    for known in ({"a": "one", "b": "two"}, {"a": "one", "b": "two-scored", "c": "three"}, {"b": "two-scored"}, {}):
        records: Any = SimpleNamespace(fingerprints=lambda known=known: known)
        index = catalogue_index(records, context)
        assert set(index.ids) == set(known)
        for recording_id, blob in known.items():
            assert index.fingerprint_of(recording_id).to_bytes() == blobs[blob]
    assert sorted(read) == ["one", "three", "two", "two-scored"]
