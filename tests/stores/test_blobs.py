"""Blobs by content: the same promises in a folder, in memory and in S3."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remixlab.domain.audio import Audio
from remixlab.domain.errors import StoreUnavailable
from remixlab.stores.files import FolderBlobs, FolderSounds, ObjectBlobs, open_blobs, write_durably
from remixlab.testing import MemoryBlobs


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """A bucket in a local server that speaks S3."""
    boto3 = pytest.importorskip("boto3", reason="the S3 client of the tests is not installed")
    server_module = pytest.importorskip("moto.server", reason="the S3 server of the tests is not installed")
    server = server_module.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1", **keys).create_bucket(
        Bucket="blobs"
    )
    from obstore.store import S3Store

    secrets = {"access_key_id": "test", "secret_access_key": "test"}
    yield S3Store(
        "blobs", endpoint=f"http://{host}:{port}", region="us-east-1", client_options={"allow_http": True}, **secrets
    )
    server.stop()


@pytest.fixture(params=["folder", "memory", "fake", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    match request.param:
        case "folder":
            return FolderBlobs(tmp_path / "blobs")
        case "memory":
            return open_blobs("memory://")
        case "fake":
            return MemoryBlobs()
        case _:
            return ObjectBlobs(request.getfixturevalue("s3"))


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=5000))
def test_what_is_put_is_got_by_its_digest(blobs: Any, data: bytes) -> None:
    name = blobs.put(data)
    assert name == hashlib.sha256(data).hexdigest() == blobs.put(data)
    assert blobs.get(name) == data
    assert blobs.has(name)


def test_what_is_not_there_is_said_to_be_missing(blobs: Any) -> None:
    assert not blobs.has("0" * 64)
    with pytest.raises(StoreUnavailable, match="not there"):
        blobs.get("0" * 64)


def test_many_writers_of_the_same_content_keep_one(blobs: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(blobs.put, [b"the same sound"] * 16))
    assert len(names) == 1
    assert blobs.get(names.pop()) == b"the same sound"


def test_blobs_are_listed_and_forgotten(tmp_path: Path, s3: Any) -> None:
    for kept in (FolderBlobs(tmp_path), open_blobs("memory://"), ObjectBlobs(s3)):
        names = {kept.put(b"one"), kept.put(b"two")}
        assert names <= set(kept.names())
        for name in names:
            kept.delete(name)
            kept.delete(name)
        assert not names & set(kept.names())


def test_damage_shows_as_an_error_and_never_as_content(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    name = blobs.put(b"a long song " * 100)
    place = blobs.path(name)
    assert place is not None
    place.write_bytes(b"A" + place.read_bytes()[1:])
    with pytest.raises(StoreUnavailable, match="damaged"):
        blobs.get(name)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "ABC", "a" * 63, "a" * 64 + "/..", "A" * 64])
def test_no_name_leaves_the_store(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreUnavailable):
        FolderBlobs(tmp_path).get(name)


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError):
        write_durably(tmp_path / "taken", b"x")
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreUnavailable, match="cannot be kept"):
        FolderBlobs(tmp_path / "file").put(b"x")


def test_urls_say_where_blobs_live(tmp_path: Path) -> None:
    folder = open_blobs(f"file://{tmp_path}/my%20blobs")
    folder.put(b"x")
    assert (tmp_path / "my blobs").is_dir()
    with pytest.raises(StoreUnavailable, match="nowhere://x"):
        open_blobs("nowhere://x")


def test_decoded_sound_comes_back_mapped_and_a_damaged_one_is_missing(tmp_path: Path) -> None:
    sounds = FolderSounds(tmp_path)
    audio = Audio(np.linspace(-2, 2, 2000, dtype=np.float32).reshape(2, 1000), 48_000)
    assert sounds.load("song/vocals") is None
    sounds.save("song/vocals", audio)
    sounds.save("song/vocals", audio)
    loaded = sounds.load("song/vocals")
    assert loaded is not None
    assert (loaded.sample_rate, loaded.samples.tolist()) == (48_000, audio.samples.tolist())
    assert sounds.load("song/drums") is None
    for place in tmp_path.rglob("*.npy"):
        place.write_bytes(place.read_bytes()[:40])
    assert sounds.load("song/vocals") is None


def test_a_sound_is_cached_while_it_is_made(tmp_path: Path) -> None:
    sounds = FolderSounds(tmp_path)
    samples = np.random.default_rng(0).normal(0, 1, (3, 5000)).astype(np.float32)
    with sounds.writing("song/master", 44_100) as append:
        for start in range(0, 5000, 700):
            append(samples[:, start : start + 700])
        assert sounds.load("song/master") is None
    loaded = sounds.load("song/master")
    assert loaded is not None and np.array_equal(loaded.samples, samples)
    sounds.forget("song/master")
    assert sounds.load("song/master") is None


def test_a_sound_that_breaks_off_is_not_cached(tmp_path: Path) -> None:
    sounds = FolderSounds(tmp_path)
    with pytest.raises(RuntimeError, match="enough"), sounds.writing("song/master", 44_100) as append:
        append(np.ones((2, 10), np.float32))
        raise RuntimeError("enough")
    assert sounds.load("song/master") is None
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_a_file_is_kept_by_its_place_as_by_its_bytes(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    (tmp_path / "song.wav").write_bytes(b"sound" * 1000)
    name = blobs.put(tmp_path / "song.wav")
    assert name == blobs.put(b"sound" * 1000)
    kept = blobs.open(name)
    assert kept.read_bytes() == blobs.get(name)
    kept.write_bytes(b"other")
    with pytest.raises(StoreUnavailable, match="damaged"):
        blobs.open(name)


# ---------------------------------------------------------------- pieces


@pytest.mark.parametrize("size", [1, 1000, (1 << 18), (1 << 18) + 1, 3 * (1 << 18) - 5])
def test_pieces_are_the_same_bytes_as_the_whole(blobs: Any, size: int) -> None:
    data = np.random.default_rng(size).bytes(size)
    name = blobs.put(data)
    assert blobs.size(name) == size
    for first, last in ((0, size - 1), (size // 2, size - 1), (size // 3, size // 3), (0, 0)):
        assert blobs.piece(name, first, last) == data[first : last + 1]


def test_a_piece_of_what_is_not_there_is_said(blobs: Any) -> None:
    for ask in (lambda: blobs.size("0" * 64), lambda: blobs.piece("0" * 64, 0, 9)):
        with pytest.raises(StoreUnavailable) as failed:
            ask()
        assert failed.value.stable_code == "store.missing"


def test_a_piece_is_checked_and_lost_or_damaged_sums_are_made_anew(tmp_path: Path) -> None:
    kept = FolderBlobs(tmp_path)
    data = np.random.default_rng(1).bytes(5 * (1 << 18))
    name = kept.put(data)
    sums = next((tmp_path / "sums").glob("*/*/*"))
    for spoilt in (b"", b"\0" * 80):
        sums.write_bytes(spoilt)
        assert kept.piece(name, 600_000, 600_009) == data[600_000:600_010]
        assert len(sums.read_bytes()) == 80 and sums.read_bytes() != spoilt
    sums.unlink()
    assert kept.piece(name, 0, 9) == data[:10] and sums.exists()
    place = next((tmp_path / "sha256").glob("*/*/*"))
    place.write_bytes(data[:600_000] + b"?" + data[600_001:])
    with pytest.raises(StoreUnavailable) as failed:
        kept.piece(name, 600_000, 600_009)
    assert failed.value.stable_code == "store.damaged"
    assert kept.piece(name, 0, 9) == data[:10]


def test_bringing_a_file_again_heals_a_damaged_one_of_the_same_size(tmp_path: Path) -> None:
    kept = FolderBlobs(tmp_path)
    name = kept.put(b"the sound")
    next((tmp_path / "sha256").glob("*/*/*")).write_bytes(b"the s?und")
    assert kept.put(b"the sound") == name and kept.get(name) == b"the sound"


def test_an_error_of_the_object_storage_tells_nobody_where_it_is() -> None:
    from obstore.store import S3Store

    options = {"allow_http": True, "timeout": "1s", "connect_timeout": "1s"}
    keys = {"access_key_id": "AKIASECRET", "secret_access_key": "hush"}
    nowhere = S3Store(
        "bucketname", endpoint="http://127.0.0.1:9", region="us-east-1", client_options=options,
        retry_config={"max_retries": 0}, **keys,
    )  # fmt: skip
    with pytest.raises(StoreUnavailable) as failed:
        ObjectBlobs(nowhere).get("0" * 64)
    assert not any(word in str(failed.value) for word in ("bucketname", "127.0.0.1", "AKIA", "hush"))


# ---------------------------------------------------------------- the cache of decoded sound


def noise(seed: int, seconds: float = 1.0) -> Audio:
    samples = np.random.default_rng(seed).normal(0, 0.1, (2, round(seconds * 44_100))).astype(np.float32)
    return Audio(samples, 44_100)


def spoil(place: Path, at: int, what: bytes) -> None:
    with place.open("r+b") as file:
        file.seek(at)
        file.write(what)


@pytest.mark.parametrize("at", [128, 128 + 40_000, -12, -4])
@pytest.mark.parametrize("what", [b"\0\0\xc0\x7f", b"\x12\x34\x56\x3d"], ids=["not a number", "noise"])
def test_a_damaged_entry_of_the_cache_is_dropped_and_made_anew(tmp_path: Path, at: int, what: bytes) -> None:
    kept = noise(1)
    FolderSounds(tmp_path).save("a", kept)
    place = next(tmp_path.glob("*/*.npy"))
    spoil(place, at if at > 0 else place.stat().st_size + at, what)
    cache = FolderSounds(tmp_path)
    assert cache.load("a") is None and not place.exists()
    cache.save("a", kept)
    found = cache.load("a")
    assert found is not None and np.array_equal(found.samples, kept.samples)


def test_what_is_not_a_number_is_not_given_out_though_it_was_written_so(tmp_path: Path) -> None:
    cache = FolderSounds(tmp_path)
    with cache.writing("a", 44_100) as append:
        append(np.full((2, 100), np.nan, np.float32))
    assert cache.load("a") is None


def test_an_entry_of_an_earlier_version_or_cut_short_is_a_missing_one(tmp_path: Path) -> None:
    cache = FolderSounds(tmp_path)
    for cut in (8, 4000):
        cache.save("a", noise(1))
        place = next(tmp_path.glob("*/*.npy"))
        with place.open("r+b") as file:
            file.truncate(place.stat().st_size - cut)
        assert FolderSounds(tmp_path).load("a") is None


def test_the_cache_has_a_bound_and_the_longest_unused_goes_first(tmp_path: Path) -> None:
    cache = FolderSounds(tmp_path, bytes_max=4 * 360_000)
    for number in range(6):
        cache.save(str(number), noise(number))
        for place in tmp_path.glob("*/*.npy"):
            os.utime(place, (place.stat().st_mtime - 100,) * 2)
        assert cache.load("0") is not None  # used again and again
    cache.collect()
    assert sum(place.stat().st_size for place in tmp_path.glob("*/*")) <= 4 * 360_000
    assert cache.load("0") is not None and cache.load("5") is not None and cache.load("1") is None


def test_what_a_dead_process_has_left_half_written_is_collected(tmp_path: Path) -> None:
    cache = FolderSounds(tmp_path, bytes_max=2**30)
    cache.save("a", noise(1))
    left = next(tmp_path.glob("*/*.npy")).with_name(".draft.part")
    left.write_bytes(b"half")
    cache.collect()
    assert left.exists()
    os.utime(left, (1, 1))
    cache.collect()
    assert not left.exists() and cache.load("a") is not None
