"""Audio files in and out: right sound, or one clear sentence."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remixlab.domain.audio import Audio
from remixlab.domain.errors import InvalidAudio
from remixlab.stores.files import SoundFiles, containers
from remixlab.stores.files import audio_blocks as reading

FILES = SoundFiles()
REAL = Path(__file__).parents[2].parent / "shared" / "audio"


def tone(seconds: float = 1.0, rate: int = 44_100, channels: int = 2, level: float = 0.5) -> Audio:
    moments = np.arange(round(seconds * rate)) / rate
    waves = [level * np.sin(2 * np.pi * 220 * (1 + n) * moments) for n in range(channels)]
    return Audio(np.array(waves, dtype=np.float32), rate)


@pytest.mark.parametrize(
    ("suffix", "worst"),
    [("wav", 2e-7), ("wav16", 4e-5), ("wav24", 2e-7), ("wav32", 0), ("flac", 2e-7), (".FLAC", 2e-7)],
)
def test_lossless_formats_give_back_every_sample(suffix: str, worst: float) -> None:
    sound = tone()
    read = FILES.decode(FILES.encode(sound, suffix), "x")
    assert read.sample_rate == 44_100
    assert read.samples.shape == sound.samples.shape
    assert np.abs(read.samples - sound.samples).max() <= worst


@pytest.mark.parametrize("suffix", ["mp3", "ogg"])
def test_lossy_formats_give_back_the_sound_at_its_length(suffix: str) -> None:
    sound = tone(3.0)
    read = FILES.decode(FILES.encode(sound, suffix), "x")
    assert read.samples.shape == sound.samples.shape
    error = read.samples[:, 4410:-4410] - sound.samples[:, 4410:-4410]
    assert np.sqrt((error**2).mean()) < 0.01


def test_opus_holds_48_khz() -> None:
    read = FILES.decode(FILES.encode(tone(1.0, 48_000), "opus"), "x.opus")
    assert (read.sample_rate, read.channels) == (48_000, 2)
    assert abs(read.length_frames - 48_000) <= 480


def test_float_keeps_what_is_beyond_full_scale_and_whole_numbers_clip_it() -> None:
    loud = Audio(np.array([[1.5, -1.5, 0.25] * 100], dtype=np.float32), 44_100)
    assert FILES.decode(FILES.encode(loud, "wav32"), "x").samples.max() == 1.5
    for suffix in ("wav16", "wav24", "flac"):
        read = FILES.decode(FILES.encode(loud, suffix), "x").samples
        assert read.max() == pytest.approx(1.0, abs=1e-4)
        assert read.min() == pytest.approx(-1.0, abs=1e-4)


def test_a_long_song_is_written_as_ogg_in_blocks() -> None:
    quiet = Audio(np.zeros((2, 44_100 * 75), dtype=np.float32), 44_100)
    assert FILES.decode(FILES.encode(quiet, "ogg"), "x").length_frames == quiet.length_frames


def test_mono_96_khz_and_a_fifth_of_a_second_are_music_too() -> None:
    for sound in (tone(channels=1), tone(rate=96_000), tone(0.2), tone(rate=8_000)):
        read = FILES.decode(FILES.encode(sound, "flac"), "x")
        assert (read.channels, read.sample_rate, read.length_frames) == (
            sound.channels,
            sound.sample_rate,
            sound.length_frames,
        )


def _not_a_number() -> bytes:
    data = bytearray(FILES.encode(tone(0.1), "wav32"))
    data[-4:] = struct.pack("<f", float("nan"))
    return bytes(data)


BAD = {
    "empty": (b"", "audio.empty"),
    "text": (b"Dear diary, today I wrote no song.\n" * 40, "audio.not_audio"),
    "binary": (bytes(range(256)) * 40, "audio.not_audio"),
    "zero frames": (FILES.encode(Audio(np.zeros((1, 0), np.float32), 44_100), "wav"), "audio.no_frames"),
    "wav cut off": (FILES.encode(tone(5), "wav")[:100_000], "audio.truncated"),
    "flac cut off": (FILES.encode(tone(5), "flac")[:100_000], "audio.damaged"),
    "ogg cut off": (FILES.encode(tone(5), "ogg")[:-1500], "audio.truncated"),
    "mp3 cut off": (FILES.encode(tone(5), "mp3")[:40_000], "audio.truncated"),
    "wav header alone": (FILES.encode(tone(1), "wav")[:44], "audio.truncated"),
    "flac header alone": (FILES.encode(tone(1), "flac")[:60], "audio.damaged"),
    "not a number": (_not_a_number(), "audio.not_finite"),
    "m4a": (b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom" + b"\0" * 100, "audio.needs_formats"),
}


@pytest.mark.parametrize(("data", "code"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_one_clear_sentence(data: bytes, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_extra(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(containers, "import_module", nothing_extra)
    with pytest.raises(InvalidAudio) as refused:
        FILES.decode(data, "my song.mp3")
    assert refused.value.stable_code == code
    assert "\n" not in refused.value.message
    assert "my song" in refused.value.message
    if code == "audio.needs_formats":
        assert "pip install 'remixlab[formats]'" in refused.value.hint


def test_more_than_three_hours_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LENGTH_MAX_S", 2)
    for suffix in ("wav", "flac", "ogg"):
        with pytest.raises(InvalidAudio, match="three hours"):
            FILES.decode(FILES.encode(tone(3), suffix), "x")
    assert FILES.decode(FILES.encode(tone(2), "flac"), "x").duration_s == 2


@pytest.mark.parametrize("suffix", ["m4a", "", "exe", "wav; rm"])
def test_other_formats_are_not_written(suffix: str) -> None:
    with pytest.raises(InvalidAudio, match="not a format"):
        FILES.encode(tone(), suffix)


def test_what_mp3_cannot_hold_is_refused() -> None:
    with pytest.raises(InvalidAudio):
        FILES.encode(tone(rate=96_000), "mp3")
    with pytest.raises(InvalidAudio):
        FILES.encode(tone(channels=4), "mp3")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FILES.write(tone(), tmp_path / "out.flac")
    before = (tmp_path / "out.flac").read_bytes()

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(Exception, match="cannot be written"):
        FILES.write(tone(2), tmp_path / "out.flac")
    assert [p.name for p in tmp_path.iterdir()] == ["out.flac"]
    assert (tmp_path / "out.flac").read_bytes() == before


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["wav", "wav32", "flac", "mp3", "ogg"]),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=12),
    st.integers(0, 6000),
)
def test_a_damaged_header_is_a_sentence_or_sound_and_never_a_crash(
    suffix: str, touched: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(SAMPLES[suffix])
    for place, value in touched:
        data[place % len(data)] = value
    try:
        audio = FILES.decode(bytes(data[: max(1, len(data) - cut)]), "x")
    except InvalidAudio as refused:
        assert "\n" not in refused.message
    else:
        assert audio.length_frames > 0
        assert np.isfinite(audio.samples).all()
    FILES.read_tags(bytes(data), "x")


SAMPLES = {suffix: FILES.encode(tone(0.3), suffix) for suffix in ("wav", "wav32", "flac", "mp3", "ogg")}


@given(st.binary(max_size=300))
def test_noise_is_never_a_crash(data: bytes) -> None:
    for head in (
        b"",
        b"RIFF\0\0\0\0WAVE",
        b"fLaC",
        b"OggS",
        b"ID3\4\0\0\0\0\0\1",
        b"\xff\xfb\x90\x64",
        b"FORM\0\0\0\0AIFF",
    ):
        try:
            assert FILES.decode(head + data, "x").length_frames > 0
        except InvalidAudio as refused:
            assert refused.message


def test_media_types_are_told_by_content() -> None:
    assert {s: FILES.media_type(d) for s, d in SAMPLES.items()} == {
        "wav": "audio/wav", "wav32": "audio/wav", "flac": "audio/flac", "mp3": "audio/mpeg", "ogg": "audio/ogg",
    }  # fmt: skip
    assert FILES.media_type(b"hello") == "application/octet-stream"


def test_tags_are_read_where_they_are() -> None:
    place = REAL / "hobbs_lets_go_fishin.ogg"
    if not place.exists():
        pytest.skip("the real recordings are not here")
    assert dict(FILES.read_tags(place.read_bytes(), place.name)) == {
        "title": "Let's Go Fishin'", "artist": "Karissa Hobbs", "album": "Age of Flowers", "genre": "Folk",
    }  # fmt: skip
    assert dict(FILES.read_tags(b"no tags here", "x")) == {}


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_a_streamed_file_is_the_decoded_one_by_bytes_and_by_place(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, t = SoundFiles(), np.arange(60_000) / 44_100
    audio = Audio(np.stack([np.sin(2700 * t), np.cos(900 * t)]).astype(np.float32) * np.float32(0.5), 44_100)
    data = files.encode(audio, suffix)
    (tmp_path / "named.wrong").write_bytes(data)
    whole = files.decode(data, "song")
    monkeypatch.setattr(reading, "BLOCK_FRAMES", 7000)
    for content in (data, tmp_path / "named.wrong"):
        stream = files.stream(content, "song")
        blocks = list(stream.blocks)
        assert (stream.sample_rate, stream.channels) == (44_100, 2) and len(blocks) > 5
        assert np.array_equal(np.concatenate(blocks, axis=1), whole.samples)
        assert files.read_tags(content, "song.wav") == {}


MP3_KINDS = {
    "quiet VBR": (44_100, 2, 0.02, "VARIABLE", 0.6, 0.3),
    "low-rate mono": (16_000, 1, 0.5, "CONSTANT", 0.9, 0.0),
    "VBR mono": (22_050, 1, 0.1, "VARIABLE", 0.9, 0.0),
    "joint stereo": (44_100, 2, 0.5, "CONSTANT", 0.6, 0.9),
    "low-rate joint stereo": (24_000, 2, 0.3, "AVERAGE", 0.8, 0.7),
}
"""Rate in Hz, channels, level, kind of bitrate, compression, how much the channels have in common."""


def _music(rate: int, channels: int, level: float, common: float) -> Audio:
    """Eight seconds in which loud strokes and quiet tones follow each other: strokes need bits that quiet frames
    saved.
    """
    dice, t = np.random.default_rng(7), np.arange(8 * rate) / rate
    strokes = dice.normal(0, 1, (channels + 1, t.size)) * np.exp(-8 * (t % 0.5))
    apart = [
        common * strokes[-1] + (1 - common) * one + 0.3 * np.sin(2 * np.pi * (220 + 110 * n) * t)
        for n, one in enumerate(strokes[:-1])
    ]
    return Audio((level / 4 * np.stack(apart)).clip(-1, 1).astype(np.float32), rate)


def _mp3(audio: Audio, bitrate_mode: str, compression: float) -> bytes:
    sink = io.BytesIO()
    with soundfile.SoundFile(
        sink,
        "w",
        audio.sample_rate,
        audio.channels,
        format="MP3",
        bitrate_mode=bitrate_mode,
        compression_level=compression,
    ) as file:
        file.write(audio.samples.T)
    return sink.getvalue()


@pytest.mark.parametrize("block_frames", [1 << 16, 30_000, 5000])
@pytest.mark.parametrize("kind", MP3_KINDS)
def test_an_mp3_read_in_blocks_has_no_seams(kind: str, block_frames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rate, channels, level, bitrate_mode, compression, common = MP3_KINDS[kind]
    data = _mp3(_music(rate, channels, level, common), bitrate_mode, compression)
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        whole = file.read(dtype="float32", always_2d=True).T  # one read: no place for a seam
    monkeypatch.setattr(reading, "BLOCK_FRAMES", block_frames)
    blocks = list(FILES.stream(data, "x.mp3").blocks)
    assert len(blocks) > 1
    assert np.array_equal(np.concatenate(blocks, axis=1), whole)


def test_a_wav_is_written_block_by_block_whole_or_not_at_all(tmp_path: Path) -> None:
    files, samples = SoundFiles(), np.random.default_rng(1).normal(0, 1, (2, 9000)).astype(np.float32)
    with files.writing(tmp_path / "stem.wav", 48_000, 2, 9000) as append:
        append(samples[:, :4000])
        append(samples[:, 4000:])
    read = files.decode(tmp_path / "stem.wav", "stem.wav")
    assert read.sample_rate == 48_000 and np.array_equal(read.samples, samples)
    with pytest.raises(RuntimeError, match="enough"), files.writing(tmp_path / "cut.wav", 48_000, 2, 9000):
        raise RuntimeError("enough")
    assert [p.name for p in tmp_path.iterdir()] == ["stem.wav"]


def test_what_a_wav_cannot_count_is_written_as_rf64(tmp_path: Path) -> None:
    with SoundFiles().writing(tmp_path / "hours.wav", 192_000, 2, 3 * 3600 * 192_000) as append:
        append(np.zeros((2, 100), np.float32))
    assert (tmp_path / "hours.wav").read_bytes()[:4] == b"RF64"
    assert SoundFiles().decode(tmp_path / "hours.wav", "hours.wav").length_frames == 100
