"""Tags are cleaned and shown, and never a reason to refuse the music."""

from __future__ import annotations

import struct
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odd_files import encode, frame, id3, mp3, music, synchsafe, vorbis_comments, wav, with_comments
from remixlab.domain.code_pages import decode_unknown
from remixlab.domain.ids import ISRC
from remixlab.domain.text import clean
from remixlab.stores.files import SoundFiles
from remixlab.stores.files.tags.read import choose_isrc

FILES = SoundFiles()
SOUND = music(0.5)
MP3, FLAC = mp3(SOUND), encode(SOUND, "FLAC", "PCM_16")


def tags_of(data: bytes) -> dict[str, str]:
    assert FILES.decode(data, "x").length_frames > 0
    return dict(FILES.read_tags(data, "x"))


def test_every_artist_is_named() -> None:
    three = [b"ARTIST=Ann Example", b"artist=Bo Sample", b"ARTIST=Cy Test", b"ARTIST=Ann Example"]
    assert tags_of(with_comments(FLAC, *three)) == {"artist": "Ann Example, Bo Sample, Cy Test"}
    tag = id3(frame("TPE1", b"\3Ann Example\0Bo Sample\0Cy Test", 4), version=4)
    assert tags_of(tag + MP3) == {"artist": "Ann Example, Bo Sample, Cy Test"}


def test_an_unsynchronised_tag_reads_as_any_other() -> None:
    text = b"\1\xff\xfe" + "Ünsync ÿ".encode("utf-16-le")
    apart = text.replace(b"\xff", b"\xff\0")
    framed = b"TIT2" + synchsafe(len(apart) + 4) + b"\0\x03" + synchsafe(len(text)) + apart
    assert tags_of(b"ID3\4\0\x80" + synchsafe(len(framed)) + framed + MP3)["title"] == "Ünsync ÿ"
    older = frame("TIT2", text).replace(b"\xff", b"\xff\0")
    assert tags_of(b"ID3\3\0\x80" + synchsafe(len(older)) + older + MP3)["title"] == "Ünsync ÿ"


def test_sizes_that_a_program_wrote_in_the_old_way_lead_to_the_next_frame() -> None:
    long = b"\3" + b"long " * 40
    body = b"TALB" + struct.pack(">I", len(long)) + b"\0\0" + long + frame("TIT2", b"\3Behind", 4)
    assert tags_of(b"ID3\4\0\0" + synchsafe(len(body)) + body + MP3)["title"] == "Behind"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("cp1251", "Белый снег"), ("cp1251", "МОСКВА"), ("koi8-r", "Белый снег"), ("shift_jis", "白い雪"), ("shift_jis", "東京"),
        ("euc_jp", "さくら"), ("cp949", "방탄소년단 - 봄날"), ("gbk", "我们的歌"), ("big5", "周杰倫"), ("cp1253", "Ελλάδα"),
        ("cp1250", "Żółta łódź podwodna"), ("cp1252", "Café"), ("cp1252", "Ça va où? Déjà vu"), ("cp1252", "Don’t"), ("latin-1", "Ünder"),
        ("utf-8", "Grüße aus Köln"),
    ],
)  # fmt: skip
def test_text_in_the_page_of_a_system_is_read_as_words(page: str, words: str) -> None:
    raw = words.encode(page)
    assert decode_unknown(raw) == words
    assert tags_of(id3(frame("TIT2", b"\0" + raw)) + MP3)["title"] == words
    assert tags_of(with_comments(FLAC, b"TITLE=" + raw))["title"] == words
    info = b"INFOINAM" + struct.pack("<I", len(raw) + 1) + raw + b"\0" * (1 + (len(raw) + 1) % 2)
    assert tags_of(wav(SOUND.samples, after=b"LIST" + struct.pack("<I", len(info)) + info))["title"] == words


def test_an_id3_chunk_in_a_wav_file_has_more_room_than_its_info() -> None:
    info = b"INFOINAM\4\0\0\0Cut\0IART\4\0\0\0Ann\0"
    tag = id3(frame("TIT2", b"\1" + "Cut no more".encode("utf-16")))
    chunks = b"LIST" + struct.pack("<I", len(info)) + info + b"id3 " + struct.pack("<I", len(tag)) + tag
    assert tags_of(wav(SOUND.samples, after=chunks + b"\0" * (len(tag) % 2))) == {"title": "Cut no more"} | {
        "artist": "Ann"
    }


def test_marks_and_escapes_in_text_are_harmless() -> None:
    said = "\ufeffNight\x1b[31m\x1b]0;another title\x07 Drive\u202etxt\x00\x85\n[live]"
    assert clean(said) == "Night Drivetxt [live]"
    assert tags_of(with_comments(FLAC, b"TITLE=" + said.encode()))["title"] == "Night Drivetxt [live]"


@given(st.text(max_size=80))
def test_cleaned_text_has_no_control_character_and_is_cleaned_once(text: str) -> None:
    found = clean(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in found)
    assert not set(found) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")
    assert clean(found) == found


@given(st.binary(max_size=60))
def test_any_bytes_are_words_or_nothing(raw: bytes) -> None:
    found = decode_unknown(raw)
    assert found is None or isinstance(found, str)


@pytest.mark.parametrize(
    ("said", "isrc", "noted"),
    [
        ("QZRLB2600001;QZRLB2600002", "QZRLB2600001", "QZRLB2600002"),
        ("QZ-RLB-26-00001", "QZRLB2600001", ""),
        ("ISRC qz rlb 26 00001", "QZRLB2600001", ""),
        ("QZRLB2600001\0QZRLB2600001", "QZRLB2600001", ""),
        ("0", "", "'0'"),
        ("None", "", "'None'"),
        ("QZRLB260001", "", "'QZRLB260001'"),
        ("", "", ""),
    ],
)
def test_an_isrc_that_is_right_is_taken_and_what_is_left_out_is_said(said: str, isrc: str, noted: str) -> None:
    tags = tags_of(id3(frame("TIT2", b"\0Song"), frame("TSRC", b"\0" + said.encode())) + MP3)
    assert tags.get("isrc", "") == isrc
    assert noted in tags.get("note", "")
    assert bool(tags.get("note")) == bool(noted)
    assert tags["title"] == "Song"


@given(st.lists(st.text(max_size=30), max_size=5))
def test_an_isrc_from_tags_is_always_one(said: list[str]) -> None:
    code, _ = choose_isrc(said)
    assert not code or ISRC.parse(code) == code


def test_the_old_tag_and_the_one_of_monkeys_audio_speak_where_no_other_does() -> None:
    old = (
        b"TAG"
        + b"Old title".ljust(30, b"\0")
        + b"Old artist".ljust(30, b" ")
        + bytes(30)
        + b"1999"
        + bytes(30)
        + b"\x11"
    )
    assert tags_of(MP3 + old) == {"title": "Old title", "artist": "Old artist", "year": "1999", "genre": "Rock"}
    items = struct.pack("<II", 9, 0) + b"Title\0" + b"New title"
    foot = b"APETAGEX" + struct.pack("<IIII", 2000, len(items) + 32, 1, 0) + bytes(8)
    assert tags_of(MP3 + items + foot + old)["title"] == "New title"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_broken_tag_is_never_a_crash(kind: int, touched: list[tuple[int, int]]) -> None:
    whole = (
        id3(frame("TIT2", b"\1\xff\xfeS\0o\0"), frame("TPE1", b"\3A\0B", 4), version=4) + MP3,
        with_comments(FLAC, b"TITLE=Song", b"ARTIST=Ann"),
        wav(SOUND.samples, before=b"LIST\x14\0\0\0INFOINAM\x05\0\0\0Song\0\0"),
        encode(SOUND, "OGG", "VORBIS") + vorbis_comments(b"TITLE=x"),
    )[kind]
    data = bytearray(whole)
    for place, value in touched:
        data[place] = value
    assert all(isinstance(text, str) for text in FILES.read_tags(bytes(data), "x").values())
