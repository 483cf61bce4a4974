"""Every file is read to its end, or named and refused in a sentence: lengths, headers and first bytes are never
believed.
"""

from __future__ import annotations

import os
import re
import struct
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from odd_files import (
    RATE,
    ape_header,
    encode,
    first_frame_bytes,
    frame,
    id3,
    mp3,
    music,
    ogg_flac,
    wav,
    with_comments,
    with_total,
)  # fmt: skip
from remixlab.domain.audio import Audio, Samples
from remixlab.domain.errors import InvalidAudio
from remixlab.domain.ogg import page_checksum
from remixlab.domain.speakers import Speaker, usual_layout
from remixlab.stores.files import SoundFiles, containers
from remixlab.stores.files import audio_blocks as reading
from remixlab.stores.files.formats import mpeg
from remixlab.stores.files.formats.pieces import PieceReader
from remixlab.stores.files.formats.recognising import recognise

FILES = SoundFiles()
SOUND = music()
MP3, BARE_MP3 = mp3(SOUND), mp3(SOUND, with_info=False)
FLAC = encode(SOUND, "FLAC", "PCM_16")
WAV = wav(SOUND.samples)
EXACT = np.rint(SOUND.samples * 32767) / 32768
"""What a 16-bit WAV file of the sound holds."""


def read(data: bytes) -> Samples:
    return FILES.decode(data, "song").samples


def refused(data: bytes) -> InvalidAudio:
    with pytest.raises(InvalidAudio) as found:
        FILES.decode(data, "song")
    assert "\n" not in found.value.message
    return found.value


# --- MP3 ------------------------------------------------------------------------------------------------------------


def test_an_mp3_of_variable_bit_rate_without_a_header_is_read_to_its_end() -> None:
    heard = FILES.decode(BARE_MP3, "song.mp3")
    assert 0 <= heard.duration_s - 3 < 0.06
    delay = heard.length_frames - mpeg.scan(BARE_MP3, 0).frames * 1152
    assert delay == 0


def test_an_mp3_whose_header_counts_too_few_frames_is_read_to_its_end_and_still_begins_on_time() -> None:
    place = MP3.index(b"Xing") + 8 if b"Xing" in MP3[:200] else MP3.index(b"Info") + 8
    lying = MP3[:place] + struct.pack(">I", 40) + MP3[place + 4 :]
    whole, heard = read(MP3), read(lying)
    assert np.array_equal(heard[:, : whole.shape[1]], whole)
    assert 0 <= heard.shape[1] - whole.shape[1] < 2 * 1152


@pytest.mark.parametrize(
    "before",
    [
        b"\0" * 1000,
        b" " * 6000,
        ape_header(),
        id3(frame("TIT2", b"\0Song")) + b"\0" * 10_000,
        id3(frame("TIT2", b"\0Song")) + b" " * 6000,
        id3(frame("TIT2", b"\0Song")) * 3,
        b"\xff\xfb\x90\x64" + b"\x55" * 300,
        np.random.default_rng(3).bytes(40_000),
    ],
    ids=[
        "zeros",
        "blanks",
        "an APE tag",
        "uncounted padding",
        "blanks behind a tag",
        "three tags",
        "a broken frame",
        "noise",
    ],
)
def test_what_stands_before_an_mp3_is_passed_over(before: bytes) -> None:
    assert np.array_equal(read(before + MP3), read(MP3))


@pytest.mark.parametrize(
    "behind",
    [b"TAG" + bytes(125), b"\0" * 5000, ape_header(32) * 2, b"<html>" * 400],
    ids=["ID3v1", "zeros", "APE", "text"],
)
def test_what_stands_behind_an_mp3_is_no_sound(behind: bytes) -> None:
    assert np.array_equal(read(MP3 + behind), read(MP3))
    assert np.array_equal(read(BARE_MP3 + behind), read(BARE_MP3))


def test_an_mp3_that_begins_in_the_middle_of_a_frame_lacks_only_that_frame() -> None:
    begun = BARE_MP3[100:]
    assert read(begun).shape[1] == read(BARE_MP3).shape[1] - 1152


def test_a_tag_between_the_frames_of_an_mp3_is_passed_over() -> None:
    border = first_frame_bytes(BARE_MP3)
    parted = (
        BARE_MP3[:border] + id3(frame("APIC", b"\0image/png\0\3\0" + b"\xff\xfb\x90\x64" * 500)) + BARE_MP3[border:]
    )
    assert np.array_equal(read(parted), read(BARE_MP3))


def test_an_mp3_that_turns_to_mono_goes_on_in_stereo() -> None:
    mono = mp3(music(channels=1, seed=2), with_info=False)
    heard, alone = read(BARE_MP3 + mono), read(mono)
    border = read(BARE_MP3).shape[1]
    assert heard.shape == (2, border + alone.shape[1])
    assert np.array_equal(heard[:, border:], np.repeat(alone, 2, axis=0))


def test_an_mp3_that_changes_its_rate_comes_at_the_rate_of_the_longer_part() -> None:
    faster = mp3(music(2.0, 48_000), with_info=False)
    heard = FILES.decode(BARE_MP3 + faster, "song.mp3")
    assert heard.sample_rate == RATE
    assert heard.duration_s == pytest.approx(
        FILES.decode(BARE_MP3, "x").duration_s + FILES.decode(faster, "x").duration_s, abs=1e-4
    )


def test_an_mp3_inside_a_wav_file_is_read() -> None:
    fmt = struct.pack("<HHIIHH", 0x55, 2, RATE, 16_000, 1, 0) + struct.pack("<HHIHHH", 12, 1, 2, 417, 1, 1393)
    chunks = b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt + b"data" + struct.pack("<I", len(MP3)) + MP3
    assert np.array_equal(read(b"RIFF" + struct.pack("<I", len(chunks)) + chunks), read(MP3))


# --- FLAC and Ogg
# -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("total", [0, 1, 44_100])
def test_a_flac_file_whose_header_does_not_know_its_length_is_read_to_its_end(total: int) -> None:
    assert np.array_equal(read(with_total(FLAC, total)), read(FLAC))


@pytest.mark.parametrize(
    "around", [(b"", b"TAG" + bytes(125)), (id3(frame("TIT2", b"\0Song")), b""), (b"\0" * 99, b"\0" * 99)]
)
def test_what_stands_around_a_flac_file_is_passed_over(around: tuple[bytes, bytes]) -> None:
    for data in (FLAC, with_total(FLAC, 0)):
        assert np.array_equal(read(around[0] + data + around[1]), read(FLAC))


def test_flac_files_that_were_joined_are_read_one_behind_the_other() -> None:
    assert np.array_equal(read(FLAC + with_total(FLAC, 0)), np.concatenate([read(FLAC)] * 2, axis=1))


def test_a_cover_of_twenty_megabytes_is_no_reason_to_refuse_the_music() -> None:
    cover = b"\0image/jpeg\0\3\0" + np.random.default_rng(5).bytes(20_000_000)
    tagged = id3(frame("TIT2", b"\0Song"), frame("APIC", cover)) + MP3
    assert np.array_equal(read(tagged), read(MP3))
    assert FILES.read_tags(tagged, "x.mp3") == {"title": "Song"}


def test_flac_in_ogg_is_read_with_its_tags() -> None:
    data = ogg_flac(FLAC, "TITLE=Überall".encode())
    assert np.array_equal(read(data), read(FLAC))
    assert FILES.read_tags(data, "song.oga") == {"title": "Überall"}


@pytest.mark.parametrize(("subtype", "rate"), [("VORBIS", 44_100), ("OPUS", 48_000)])
def test_a_chained_ogg_file_is_read_link_by_link(subtype: str, rate: int) -> None:
    links = [encode(music(2.0, rate, seed=seed), "OGG", subtype) for seed in (1, 2)]
    assert np.array_equal(read(b"".join(links)), np.concatenate([read(link) for link in links], axis=1))


@pytest.mark.parametrize(("subtype", "rate"), [("VORBIS", 44_100), ("OPUS", 24_000)])
def test_an_ogg_file_whose_second_half_is_damaged_is_not_read_as_a_shorter_one(subtype: str, rate: int) -> None:
    data = bytearray(encode(music(20.0, rate), "OGG", subtype))
    for page in re.finditer(b"OggS\0[\0\1\4]", bytes(data[len(data) // 2 :])):
        data[len(data) // 2 + page.start() + 300] ^= 0xFF
    assert refused(bytes(data)).stable_code == "audio.truncated"


@pytest.mark.parametrize("said_hz", [8_000, 16_000, 44_100])
def test_opus_is_read_at_48_khz_whatever_rate_it_says_it_was_made_from(said_hz: int) -> None:
    data = bytearray(encode(music(2.0, 48_000), "OGG", "OPUS"))
    head, end = data.index(b"OpusHead"), data.index(b"OggS", 4)
    data[head + 12 : head + 16] = said_hz.to_bytes(4, "little")
    data[22:26] = bytes(4)
    data[22:26] = page_checksum(data[:end]).to_bytes(4, "little")
    heard = FILES.decode(bytes(data), "song.opus")
    assert heard.sample_rate == 48_000
    assert np.array_equal(heard.samples, read(encode(music(2.0, 48_000), "OGG", "OPUS")))


def test_links_of_other_rates_and_channels_are_brought_to_the_longest() -> None:
    first, second = (encode(music(s, r, c), "OGG", "VORBIS") for s, r, c in ((1.0, 22_050, 1), (3.0, 44_100, 2)))
    heard = FILES.decode(first + second, "radio.ogg")
    assert (heard.sample_rate, heard.channels) == (44_100, 2)
    assert heard.duration_s == pytest.approx(4.0, abs=1e-3)
    assert np.array_equal(heard.samples[:, -100_000:], read(second)[:, -100_000:])


def test_a_link_that_is_damaged_is_an_error_that_says_where() -> None:
    link = encode(SOUND, "OGG", "VORBIS")
    broken = bytearray(encode(music(seed=4), "OGG", "VORBIS"))
    broken[30:60] = bytes(30)
    assert np.array_equal(read(link + bytes(broken)), read(link)) or "3.0 s" in refused(link + bytes(broken)).message


# --- RIFF and its kin
# -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [b"RIFF", b"RIFX", b"RF64", b"BW64"])
def test_every_form_of_wave_is_read(form: bytes) -> None:
    assert np.array_equal(read(wav(SOUND.samples, form=form)), EXACT)


@pytest.mark.parametrize("said", [0, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0xFFFF_FFDB])
def test_a_wav_file_with_an_unfinished_header_is_read_to_its_end(said: int) -> None:
    assert np.array_equal(read(wav(SOUND.samples, said=said)), EXACT)


@pytest.mark.parametrize("before", [id3(frame("TIT2", b"\0Song")), b"\0" * 512, b"\r\n"])
def test_what_stands_before_a_wav_file_is_passed_over(before: bytes) -> None:
    assert np.array_equal(read(before + WAV), EXACT)


def test_an_odd_chunk_without_padding_hides_no_sound() -> None:
    assert np.array_equal(read(wav(SOUND.samples, before=b"note\x03\0\0\0abc")), EXACT)


def test_chunks_behind_the_sound_are_no_sound() -> None:
    assert np.array_equal(read(wav(SOUND.samples, after=b"LIST\x04\0\0\0INFO")), EXACT)


@pytest.mark.parametrize("container", ["AIFF", "CAF", "AU", "W64", "VOC"])
def test_the_other_containers_of_samples_are_read_and_known_to_be_cut_off(container: str) -> None:
    data = encode(SOUND, container, "PCM_16")
    assert np.abs(read(data) - SOUND.samples).max() < 1e-4
    if container != "VOC":
        assert refused(data[: len(data) // 2]).stable_code == "audio.truncated"


# --- what is not read
# -------------------------------------------------------------------------------------------------------

NAMED = {
    "a ZIP archive": b"PK\x03\x04" + MP3,
    "a MIDI file": b"MThd\0\0\0\6\0\1",
    "a PDF document": b"%PDF-1.4\n" + bytes(500),
    "a SoundFont": b"RIFF\0\0\0\0sfbk",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(99),
    "an OptimFROG file": b"OFR \x0c\0\0\0" + bytes(99),
}


@pytest.mark.parametrize("name", NAMED)
def test_what_holds_no_sound_that_is_read_is_called_by_its_name(name: str) -> None:
    error = refused(NAMED[name])
    assert name in error.message
    assert error.hint


WITH_FORMATS = {
    "an MP4 or M4A file": b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom" + bytes(99),
    "a bare AAC stream": (b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)) * 9,
    "a WebM or Matroska file": b"\x1aE\xdf\xa3" + bytes(99),
    "a Windows Media file": b"0&\xb2u\x8ef\xcf\x11" + bytes(99),
    "a WavPack file": b"wvpk" + bytes(99),
    "a WAV file with DTS inside": wav(
        np.frombuffer(b"\xfe\x7f\x01\x80" * 9999, "<i2").reshape(2, -1).astype(np.float32) / 32767
    )[:44]
    + b"\xfe\x7f\x01\x80" * 9999,
}


@pytest.mark.parametrize("name", WITH_FORMATS)
def test_what_only_the_extra_reads_is_named_with_the_command_and_another_way(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_extra(wanted: str) -> object:
        raise ImportError(wanted)

    monkeypatch.setattr(containers, "import_module", nothing_extra)
    error = refused(WITH_FORMATS[name])
    assert error.stable_code == "audio.needs_formats"
    assert name in error.message
    assert "pip install 'remixlab[formats]'" in error.hint
    assert "ffmpeg -i" in error.hint


def test_an_aac_stream_that_begins_in_the_middle_of_a_frame_is_known_as_one() -> None:
    found = recognise(b"\x21\x10" * 99 + (b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)) * 9)
    assert found is not None and (found.kind, found.start) == ("aac", 198)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_refused_in_a_sentence(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "stdin")
    writer = threading.Thread(target=lambda: (tmp_path / "stdin").open("wb").close(), daemon=True)
    writer.start()
    with pytest.raises(InvalidAudio, match="'stdin' is a pipe"):
        FILES.decode(tmp_path / "stdin", "stdin")
    (tmp_path / "stdin").open("rb").close()


def test_with_the_extra_an_m4a_file_has_its_own_channels_and_every_frame(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    six = music(channels=6)
    with av.open(str(tmp_path / "six.m4a"), "w") as container:
        stream = container.add_stream("alac", rate=RATE, layout="5.1")
        ints = np.rint(six.samples * 32767).astype(np.int16)
        for begin in range(0, six.length_frames, 4096):
            piece = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(ints[:, begin : begin + 4096]), format="s16p", layout="5.1"
            )
            piece.sample_rate, piece.pts = RATE, begin
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    stream = FILES.stream(tmp_path / "six.m4a", "six.m4a")
    assert stream.layout == usual_layout(6)
    heard = np.concatenate(list(stream.blocks), axis=1)
    assert heard.shape == six.samples.shape
    assert np.abs(heard - six.samples).max() < 1e-4


# --- channels
# ------------------------------------------------------------------------------------------------------------------


def test_files_say_where_their_channels_stand() -> None:
    six = music(1.0, channels=6).samples
    assert FILES.stream(wav(six, mask=0x60F), "x").layout == tuple(map(Speaker, ["FL", "FR", "FC", "LFE", "SL", "SR"]))
    assert FILES.stream(wav(six), "x").layout == usual_layout(6)
    four = encode(Audio(six[:4], RATE), "FLAC", "PCM_16")
    assert FILES.stream(four, "x").layout == usual_layout(4)
    said = with_comments(four, b"WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x107")
    assert FILES.stream(said, "x").layout == tuple(map(Speaker, ["FL", "FR", "FC", "BC"]))
    assert FILES.stream(encode(Audio(six, RATE), "OGG", "VORBIS"), "x").layout[:3] == (
        Speaker.LEFT,
        Speaker.CENTRE,
        Speaker.RIGHT,
    )


# --- the way there
# ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [WAV, FLAC, MP3, encode(SOUND, "OGG", "VORBIS")], ids=["wav", "flac", "mp3", "ogg"])
def test_an_ordinary_file_is_one_part_and_recognised_at_its_start(data: bytes) -> None:
    found = recognise(data)
    assert found is not None and found.start == 0
    assert len(reading.read_parts(data, found)) == 1


def test_pieces_read_as_one_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(bytes(range(100)))
    with PieceReader(tmp_path / "x", [b"head", (10, 20), (50, 50), (90, 95)]) as file:
        whole = b"head" + bytes(range(10, 20)) + bytes(range(90, 95))
        assert file.read() == whole
        for place, size in ((0, 3), (3, 4), (12, 9), (18, 30)):
            file.seek(place)
            assert file.read(size) == whole[place : place + size]
        assert file.seek(-2, os.SEEK_END) == len(whole) - 2


def test_the_frames_of_an_mp3_lie_side_by_side() -> None:
    sound = mpeg.scan(id3(frame("TIT2", b"\0Song")) + MP3, 0)
    assert sound is not None and sound.is_plain
    assert all(a[1] <= b[0] for a, b in pairwise(sound.runs[0].spans))
    assert with_comments(FLAC, b"TITLE=x")[:4] == b"fLaC"
