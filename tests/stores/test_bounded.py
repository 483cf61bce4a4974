"""Files of others are read in a bounded child: bombs end in one sentence, and the reader takes no harm."""

from __future__ import annotations

import io
import resource
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from remixlab.domain.errors import InvalidAudio
from remixlab.stores.files import BoundedFiles, SoundFiles
from remixlab.stores.files.audio_blocks import DENSE_FROM_BYTES, VALUES_MAX, check_effort

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no bounded children")


@pytest.fixture(scope="module")
def files() -> BoundedFiles:
    bounded = BoundedFiles(SoundFiles())
    bounded.read_tags(b"RIFF", "warm.wav")
    return bounded


def tone(seconds: float, suffix: str = "FLAC", rate: int = 44_100, channels: int = 2, **more: Any) -> bytes:
    samples = np.sin(np.arange(round(seconds * rate)) * 0.05)[:, None].repeat(channels, 1) * 0.1
    sink = io.BytesIO()
    sf.write(sink, samples, rate, format=suffix, **more)
    return sink.getvalue()


def silence(seconds: float, rate: int, channels: int) -> bytes:
    sink = io.BytesIO()
    with sf.SoundFile(sink, "w", rate, channels, "PCM_16", format="FLAC") as file:
        block = np.zeros((rate * 10, channels), np.int16)
        for _ in range(round(seconds / 10)):
            file.write(block)
    return sink.getvalue()


def many_frames(number: int) -> bytes:
    """An MP3 with so many user-defined text frames before the sound."""
    tags = b"".join(b"TXXX" + struct.pack(">IH", 10, 0) + b"\0k%06d\0v" % number for number in range(number))
    size = bytes((len(tags) >> shift) & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + tags + tone(3, "MP3")


@pytest.mark.parametrize("suffix", ["FLAC", "WAV", "OGG", "MP3"])
def test_a_child_reads_the_same_sound_and_tags_as_we_do(files: BoundedFiles, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix.lower()}"
    path.write_bytes(tone(20, suffix))
    for content in (path, path.read_bytes()):
        ours, theirs = SoundFiles().decode(content, path.name), files.decode(content, path.name)
        assert theirs.sample_rate == ours.sample_rate and np.array_equal(theirs.samples, ours.samples)
        assert files.read_tags(content, path.name) == SoundFiles().read_tags(content, path.name)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"hello, this is text", tone(2)[:2000], b"\x7fELF" * 20])
def test_a_child_says_the_same_sentence_as_we_do(files: BoundedFiles, content: bytes) -> None:
    sentences: list[tuple[str, str, str]] = []
    for reader in (SoundFiles(), files):
        with pytest.raises(InvalidAudio) as refused:
            reader.decode(content, "a.wav")
        sentences.append((refused.value.message, refused.value.stable_code, refused.value.hint))
    assert sentences[0] == sentences[1]


@pytest.mark.parametrize("value", [1e30, 3.4e38, -1e6])
def test_values_far_beyond_full_scale_are_no_music(files: BoundedFiles, value: float) -> None:
    sink = io.BytesIO()
    sf.write(sink, np.full((4000, 2), value, np.float32), 44_100, format="WAV", subtype="FLOAT")
    with pytest.raises(InvalidAudio) as refused:
        files.decode(sink.getvalue(), "a.wav")
    assert refused.value.stable_code == "audio.out_of_range"


# ---------------------------------------------------------------- bombs

BOMBS: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "many tags": (lambda: many_frames(200_000), None),
    "two minutes of nothing, 8 channels at 192 kHz": (lambda: silence(120, 192_000, 8), "audio.too_dense"),
    "half an hour of nothing": (lambda: silence(1800, 44_100, 2), "audio.too_dense"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_within_two_seconds_and_300_mb(files: BoundedFiles, name: str, tmp_path: Path) -> None:
    make, code = BOMBS[name]
    path = tmp_path / "bomb"
    path.write_bytes(make())
    before, began = resource.getrusage(resource.RUSAGE_SELF), monotonic()
    try:
        for _ in files.stream(path, "bomb").blocks:
            pass
        files.read_tags(path, "bomb")
        found = None
    except InvalidAudio as refused:
        found = refused.stable_code
        assert "\n" not in refused.message
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert found == code
    assert after.ru_utime - before.ru_utime < 2 and monotonic() - began < 20  # of a machine that is busy otherwise
    assert after.ru_maxrss - before.ru_maxrss < 300 * 1024


def test_music_at_the_lowest_rates_is_no_bomb() -> None:
    three_hours_at_8_kbit = 3 * 3600 * 1000
    check_effort(3 * 3600 * 48_000, three_hours_at_8_kbit, "talk.opus")
    check_effort(DENSE_FROM_BYTES // 2, 100, "short silence.flac")
    with pytest.raises(InvalidAudio):
        check_effort(VALUES_MAX + 1, 2**40, "endless.wav")


WICKED = """
import sys, os
sys.path[:0] = {path!r}
import remixlab.stores.files.bounded.child as child
class Wicked:
    def stream(self, path, name):
        {deed}
    def read_tags(self, path, name):
        {deed}
child.SoundFiles = Wicked
child.serve(int(sys.argv[1]))
"""
DEEDS = {
    "memory": "x = [bytearray(2**24) for _ in range(100)]",
    "time": "\n        while True: pass",
    "writing": "open('LOOT', 'wb').write(b'x' * 100000)",
    "crash": "os.kill(os.getpid(), 11)",
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_decoder_that_was_taken_over_meets_its_bounds(
    deed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from remixlab.stores.files.bounded import reading

    loot = tmp_path / "loot"
    program = WICKED.format(path=[path for path in sys.path if path], deed=DEEDS[deed].replace("LOOT", str(loot)))
    monkeypatch.setattr(reading, "_PROGRAM", program)
    files, began = BoundedFiles(SoundFiles()), monotonic()
    with pytest.raises(InvalidAudio) as refused:
        files.stream(tone(1), "a.flac")
    assert refused.value.stable_code == "audio.too_costly" and monotonic() - began < 40
    assert not loot.exists() or not loot.stat().st_size


def test_a_reader_that_was_killed_is_replaced(files: BoundedFiles) -> None:
    own = BoundedFiles(SoundFiles())
    assert own.decode(tone(1), "a.flac").channels == 2
    waiting = own._waiting
    assert waiting is not None
    waiting[1].shutdown(2)
    assert own.decode(tone(1), "a.flac").channels == 2


def test_a_stream_that_is_left_in_the_middle_leaves_nobody_behind(files: BoundedFiles) -> None:
    for _ in range(3):
        blocks = iter(files.stream(tone(60), "a.flac").blocks)
        next(blocks)
        blocks.close()  # type: ignore[attr-defined]  # pyright: ignore
    assert sum(1 for _ in Path("/dev/fd").iterdir()) < 200
