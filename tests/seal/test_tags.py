"""Tags: what is written is read back, by us and by others, and the sound stays as it was."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from tinytag import TinyTag

from remixlab.domain.errors import InvalidAudio
from remixlab.seal import Tags, read_tags, title_remix, write_tags

FORMATS = {
    "wav": ("WAV", "FLOAT"),
    "flac": ("FLAC", "PCM_16"),
    "mp3": ("MP3", None),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
}
TAGS = Tags(
    title="AI synthwave remix of Fjärran by Åsa & the 5 Ωs",
    artist="Åsa & the 5 Ωs, remixed by fan",
    source="Fjärran by Åsa & the 5 Ωs",
    source_isrc="QZRLB2600001",
    remix_id="rmx_0123456789abcdef",
    label="This remix was made with AI: the trained model net touched the vocals.",
    made_with_ai=True,
    comment="made for listening",
)


def encode(suffix: str, length_s: float = 0.5) -> bytes:
    container, subtype = FORMATS[suffix]
    sound = 0.2 * np.sin(np.arange(int(48000 * length_s)) * 0.05).astype(np.float32)
    target = io.BytesIO()
    soundfile.write(target, np.stack([sound, sound], 1), 48000, format=container, subtype=subtype)
    return target.getvalue()


def decode(encoded: bytes) -> np.ndarray:
    return soundfile.read(io.BytesIO(encoded), dtype="float32")[0]


@pytest.mark.parametrize("suffix", FORMATS)
def test_tags_come_back_and_the_sound_is_untouched(suffix: str) -> None:
    plain = encode(suffix)
    tagged = write_tags(plain, suffix, TAGS)
    assert read_tags(tagged, suffix) == TAGS
    assert np.array_equal(decode(tagged), decode(plain))


@pytest.mark.parametrize("suffix", FORMATS)
def test_other_programs_read_title_and_artist(suffix: str) -> None:
    tag = TinyTag.get(filename=f"x.{suffix}", file_obj=io.BytesIO(write_tags(encode(suffix), suffix, TAGS)))
    assert (tag.title, tag.artist) == (TAGS.title, TAGS.artist)


@pytest.mark.parametrize("suffix", FORMATS)
def test_writing_again_replaces(suffix: str) -> None:
    once = write_tags(encode(suffix), suffix, TAGS)
    again = write_tags(once, suffix, TAGS.model_copy(update={"title": "Another"}))
    tags = read_tags(again, suffix)
    assert tags is not None
    assert tags.title == "Another"
    assert write_tags(again, suffix, TAGS) == once


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "ogg", "opus"])
@settings(max_examples=15)
@given(title=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=300), ai=st.booleans())
def test_any_text_survives(suffix: str, title: str, ai: bool) -> None:
    tags = Tags(title=title, artist="x", made_with_ai=ai)
    assert read_tags(write_tags(encode(suffix, 0.05), suffix, tags), suffix) == tags


@pytest.mark.parametrize("suffix", ["flac", "wav", "ogg", "opus"])
@pytest.mark.parametrize("keep", [0, 3, 20, 60])
def test_a_damaged_file_is_refused_in_one_sentence(suffix: str, keep: int) -> None:
    broken = encode(suffix)[:keep] if suffix != "wav" else b"RIFX" + encode(suffix)[4:keep]
    with pytest.raises(InvalidAudio):
        write_tags(broken, suffix, TAGS)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(InvalidAudio):
        write_tags(b"", "aiff", TAGS)


@pytest.mark.parametrize(
    ("ai", "style", "expected"),
    [
        (True, "synthwave", "AI synthwave remix of A by B"),
        (False, "", "Remix of A by B"),
        (False, "dub", "Dub remix of A by B"),
    ],
)
def test_the_title_says_ai_only_where_it_is_true(ai: bool, style: str, expected: str) -> None:
    assert title_remix("remix", "A", "B", made_with_ai=ai, style=style) == expected
