"""Sound over HTTP: single ranges as RFC 9110 has them, nothing read that is not sent, nothing kept too long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remixlab.doors.api.audio import PIECE_BYTES, span_of
from remixlab.stores.files import FolderBlobs

AUDIO = "/v1/recordings/rec_open/audio"
IGNORED = [
    "bytes=0-1,5-6", "bytes=0-0, -1", "lines=0-1", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=9-3", "bytes=1-2x",
    "seconds=1-2", "bytes=٣-٤",
]  # fmt: skip


@pytest.mark.parametrize("wanted", IGNORED)
def test_a_range_that_is_not_understood_is_ignored(wanted: str) -> None:
    assert span_of(wanted, 100) is None


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "seconds=1-2", "bytes=9-3"])
def test_an_ignored_range_gets_the_whole(world: Any, wanted: str) -> None:
    world.open()
    whole = world.get(AUDIO)
    answer = world.ask("GET", AUDIO, headers={"Range": wanted})
    assert answer.status_code == 200 and answer.content == whole.content


@pytest.mark.parametrize("wanted", ["9" * 5000 + "-", "-0", "100000000-", "0" * 5000 + "9" * 99 + "-"])
def test_a_part_that_is_not_there_is_said(world: Any, wanted: str) -> None:
    world.open()
    answer = world.ask("GET", AUDIO, headers={"Range": f"bytes={wanted}"})
    size = len(world.get(AUDIO).content)
    assert answer.status_code == 416 and answer.headers["content-range"] == f"bytes */{size}"


def test_a_suffix_longer_than_the_file_is_the_file(world: Any) -> None:
    world.open()
    whole = world.get(AUDIO).content
    answer = world.ask("GET", AUDIO, headers={"Range": "bytes=-" + "9" * 4999})
    assert answer.status_code == 206 and answer.content == whole


@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 200))
def test_a_range_is_cut_to_what_is_there(first: int, last: int, size: int) -> None:
    span = span_of(f"bytes={first}-{last}", size)
    if last < first:
        assert span is None
    elif first >= size:
        assert span is not None and span[0] > span[1]
    else:
        assert span == (first, min(last, size - 1))


# ---------------------------------------------------------------- what is kept


@pytest.mark.parametrize("share", ["public", "private"])
def test_nothing_that_a_listener_keeps_outlives_a_takedown(world: Any, share: str) -> None:
    world.open()
    world.made("rmx_1", share=share)
    path = "/v1/remixes/rmx_1/audio"
    first = world.get(path)
    assert first.headers["cache-control"] == "private, no-cache"
    assert {"Authorization", "Cookie", "RemixLab-As"} <= set(first.headers["vary"].split(", "))
    again = world.ask("GET", path, headers={"If-None-Match": f'W/"x", {first.headers["etag"]}'})
    assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == first.headers["etag"]
    assert world.ask("GET", path, headers={"If-None-Match": '"x"'}).status_code == 200
    world.ask("DELETE", "/v1/consents", who="band", params={"recording_id": "rec_open"})
    gone = world.ask("GET", path, headers={"If-None-Match": first.headers["etag"]})
    assert gone.status_code >= 400 or share == "private"


def test_a_part_of_another_file_is_not_put_to_the_first(world: Any) -> None:
    world.open()
    whole = world.get(AUDIO)
    for tag, status in ((whole.headers["etag"], 206), ('"another"', 200)):
        answer = world.ask("GET", AUDIO, headers={"Range": "bytes=4-9", "If-Range": tag})
        assert answer.status_code == status


# ---------------------------------------------------------------- what is read


class Watched(FolderBlobs):
    """Counts the bytes that are read of it."""

    read = 0

    def piece(self, sha256: str, first: int, last: int) -> bytes:
        self.read += last - first + 1
        return super().piece(sha256, first, last)

    def get(self, sha256: str) -> bytes:
        raise AssertionError("read whole")

    def open(self, sha256: str) -> Path:
        raise AssertionError("read whole")


def test_two_bytes_of_a_large_file_are_read_as_one_piece(world: Any, tmp_path: Path) -> None:
    context = world.workspace.context
    blobs = Watched(tmp_path / "blobs")
    large = world.sound_of_length(40 * PIECE_BYTES)
    digest = blobs.put(large)
    object.__setattr__(context, "blobs", blobs)
    world.entered("rec_large", digest)
    answer = world.ask("GET", "/v1/recordings/rec_large/audio", headers={"Range": "bytes=5000000-5000001"})
    assert answer.content == large[5_000_000:5_000_002]
    assert blobs.read <= (1 << 16) + 2  # what says the format, and the two
    assert world.ask("GET", "/v1/recordings/rec_large/audio").content == large


def test_a_damaged_part_is_an_error_and_never_sound(world: Any, tmp_path: Path) -> None:
    context = world.workspace.context
    blobs = FolderBlobs(tmp_path / "blobs")
    digest = blobs.put(world.sound_of_length(4 * PIECE_BYTES))
    object.__setattr__(context, "blobs", blobs)
    world.entered("rec_large", digest)
    place = next((tmp_path / "blobs" / "sha256").glob("*/*/*"))
    data = bytearray(place.read_bytes())
    data[3 * PIECE_BYTES + 7] ^= 1
    place.write_bytes(data)
    path = "/v1/recordings/rec_large/audio"
    whole = world.ask("GET", path, headers={"Range": "bytes=0-99"})
    assert whole.status_code == 206
    hurt = world.ask("GET", path, headers={"Range": f"bytes={3 * PIECE_BYTES}-"})
    assert (hurt.status_code, hurt.json()["code"]) == (503, "store.damaged")
