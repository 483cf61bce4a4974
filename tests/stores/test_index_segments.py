"""The index of a house: shared by its processes, whole whenever one is killed, and never made twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from remixlab.identify import Cursor, Fingerprint, Harmony, Library, Peaks
from remixlab.stores.files import IndexSegments, index_segments


def heard(seed: int, length_s: float = 20.0) -> Fingerprint:
    dice = np.random.default_rng(seed)
    steps, count = int(length_s / 0.24), int(length_s * 20)
    harmony = Harmony(dice.integers(0, 255, (steps, 24), np.uint8), np.zeros((steps, 3, 12), np.uint8), 0.5)
    frames = np.sort(dice.integers(0, int(length_s * 62), count)).astype(np.int32)
    return Fingerprint(Peaks(frames, dice.integers(0, 190, count).astype(np.float32)), harmony, length_s)


def extend(store: IndexSegments, number: int, gone: tuple[str, ...] = ()) -> bool:
    begun, _ = store.open()
    return store.extend(begun, Cursor(number, f"{number:064x}"), {f"rec_{number}": heard(number)}, gone)


def test_processes_share_one_index_and_see_what_the_others_added(tmp_path: Path) -> None:
    one, other = IndexSegments(tmp_path), IndexSegments(tmp_path)
    assert one.open() == (Cursor(), Library())
    assert extend(one, 1)
    cursor, library = other.open()
    assert (cursor.number, library.ids) == (1, ("rec_1",))
    assert extend(other, 2)
    assert set(one.open()[1].ids) == {"rec_1", "rec_2"}
    assert one.open()[1] is one.open()[1], "nothing is opened again while nothing changed"


def test_who_comes_second_does_not_add_the_same_twice(tmp_path: Path) -> None:
    one, other = IndexSegments(tmp_path), IndexSegments(tmp_path)
    begun, _ = one.open()
    assert extend(other, 1)
    assert not one.extend(begun, Cursor(1, "f" * 64), {"rec_1": heard(1)}, ())
    assert len(one.open()[1]) == 1


def test_what_is_gone_is_found_no_more_also_after_merging(tmp_path: Path) -> None:
    store = IndexSegments(tmp_path)
    for number in range(1, 9):
        assert extend(store, number)
    assert extend(store, 9, gone=("rec_3",))
    expected = {f"rec_{n}" for n in range(1, 10)} - {"rec_3"}
    assert set(store.open()[1].ids) == expected
    assert set(IndexSegments(tmp_path).open()[1].ids) == expected
    assert len(list(tmp_path.glob("*.segment"))) <= 3, "segments are merged as they come"


class NotYet:
    """A thread that does not start."""

    def __init__(self, **_: object) -> None: ...

    def start(self) -> None: ...


def test_segments_are_merged_beside_whoever_adds_and_takes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_segments, "_AT_ONCE", 0)
    monkeypatch.setattr(index_segments, "Thread", NotYet)
    store = IndexSegments(tmp_path)
    for number in range(1, 6):
        extend(store, number)
    assert len(store.open()[1].segments) == 5
    whole = index_segments.merge_segments

    def meanwhile(segments: object) -> object:
        merged = whole(list(segments))  # type: ignore[call-overload]
        other = IndexSegments(tmp_path)
        assert extend(other, 6, gone=("rec_2",))
        return merged

    monkeypatch.setattr(index_segments, "merge_segments", meanwhile)
    store.merge()
    cursor, library = store.open()
    assert cursor.number == 6
    assert set(library.ids) == {"rec_1", "rec_3", "rec_4", "rec_5", "rec_6"}
    assert len(library.segments) == 2
    assert len(list(tmp_path.glob("*.segment"))) == 2


def test_a_library_that_was_opened_before_a_merge_can_be_searched_on(tmp_path: Path) -> None:
    store = IndexSegments(tmp_path)
    extend(store, 1)
    _, before = store.open()
    for number in range(2, 6):
        extend(IndexSegments(tmp_path), number)
    assert before.ids == ("rec_1",)
    assert np.array_equal(before.peaks_of(0).frames, heard(1).peaks.frames)


def test_a_write_that_breaks_off_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = IndexSegments(tmp_path)
    extend(store, 1)
    whole = index_segments.write_durably

    def broken(place: Path, data: bytes) -> None:
        if place.name == "manifest.json":
            raise KeyboardInterrupt
        whole(place, data)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(index_segments, "write_durably", broken)
        extend(store, 2)
    assert IndexSegments(tmp_path).open()[1].ids == ("rec_1",)
    assert extend(store, 2)
    assert set(store.open()[1].ids) == {"rec_1", "rec_2"}
    manifest = (tmp_path / "manifest.json").read_text()
    assert all(file.name in manifest for file in tmp_path.glob("*.segment")), "what nobody names is swept away"


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_index_segments import extend
from remixlab.stores.files import IndexSegments
store = IndexSegments(Path({folder!r}))
extend(store, store.open()[0].number + 1)
print("ready", flush=True)
while True:
    extend(store, store.open()[0].number + 1)
"""


def test_a_process_killed_while_it_adds_leaves_a_whole_index(tmp_path: Path) -> None:
    program = KILLED.format(tests=str(Path(__file__).parent), folder=str(tmp_path))
    dice, reached = np.random.default_rng(7), 0
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            try:
                process.wait(float(dice.uniform(0.02, 0.3)))
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
        cursor, library = IndexSegments(tmp_path).open()
        assert cursor.number >= reached
        assert set(library.ids) == {f"rec_{n}" for n in range(1, cursor.number + 1)}
        reached = cursor.number
    assert reached > 2


@pytest.mark.parametrize("damage", ["cut", "other"])
def test_a_damaged_segment_is_no_answer_and_the_index_begins_anew(tmp_path: Path, damage: str) -> None:
    extend(IndexSegments(tmp_path), 1)
    [segment] = tmp_path.glob("*.segment")
    segment.write_bytes(segment.read_bytes()[:5000] if damage == "cut" else b"something else" * 100)
    store = IndexSegments(tmp_path)
    assert store.open() == (Cursor(), Library())
    assert extend(store, 1)
    assert store.open()[1].ids == ("rec_1",)


def test_a_manifest_of_another_kind_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"version": 99, "generation": 12}')
    store = IndexSegments(tmp_path)
    assert store.open() == (Cursor(), Library())
    assert extend(store, 1)
