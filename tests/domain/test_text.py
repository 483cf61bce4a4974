"""Words from outside become letters or are refused by name; shown again, they do nothing but say something."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasty_strings import NASTY
from remixlab.domain.errors import Invalid
from remixlab.domain.ids import party_id, work_id
from remixlab.domain.text import clean, decode_text, harmless, is_harmful, make_harmless, readable

TABLE = "isrc;party\nQZRLB2600011;Müller\nQZRLB2600012;Möller Łódź 白い雪\n"


@pytest.mark.parametrize(
    "page", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"], ids=str
)
def test_a_table_in_any_form_of_unicode_is_read(page: str) -> None:
    raw = TABLE.encode(page)
    named = "utf-32-le" if page == "utf-32-le" else None
    assert decode_text(raw, "owners.csv", named) == TABLE
    marked_big = b"\xfe\xff" + TABLE.encode("utf-16-be")
    assert decode_text(marked_big, "owners.csv", "cp1252") == TABLE, "a mark says more than a person"


@pytest.mark.parametrize("page", ["cp1252", "latin-1", "mac-roman", "cp850"])
def test_another_encoding_is_refused_by_line_and_read_when_it_is_named(page: str) -> None:
    text = TABLE.replace(" Łódź 白い雪", "")
    with pytest.raises(Invalid, match=r"owners\.csv.*line 2") as refused:
        decode_text(text.encode(page), "owners.csv")
    assert refused.value.stable_code == "text.encoding" and "--encoding" in refused.value.hint
    assert decode_text(text.encode(page), "owners.csv", page) == text


@pytest.mark.parametrize(
    ("raw", "encoding", "words"),
    [
        (b"a\nb\xff\n", None, "line 2"),
        ("a\nM\ufffdller\n".encode(), None, "line 2"),
        ("a\nb\nM\x90ller".encode("latin-1"), "latin-1", "line 3"),
        (b"a\0b\0\x1b\0c\0", None, "U\\+001B"),
        (b"abc\0d", None, "U\\+0000"),
        (b"\xff\xfea\0\0\xd8b\0", None, "UTF-16-LE"),
        (b"PK\x03\x04anything", None, "workbook"),
        (b"a", "no such page", "no encoding"),
        (b"a", "base64", "no encoding"),
        (b"a", "rot13", "no encoding"),
    ],
)
def test_what_means_nothing_is_never_guessed(raw: bytes, encoding: str | None, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        decode_text(raw, "owners.csv", encoding)


@given(raw=st.binary(max_size=80), encoding=st.sampled_from([None, "utf-8", "cp1252", "utf-16", "shift-jis", "hz"]))
def test_any_bytes_are_whole_words_or_a_refusal(raw: bytes, encoding: str | None) -> None:
    try:
        text = decode_text(raw, "any.csv", encoding)
    except Invalid as refused:
        assert refused.stable_code == "text.encoding"
        return
    assert "\ufffd" not in text and not any(unicodedata.category(c) == "Cc" for c in text if c not in "\t\n\r")


def test_two_people_are_two_parties_in_whatever_case_and_form_they_are_written() -> None:
    for one, other in (("Müller", "Möller"), ("Weiß", "Weiss"), ("Æsa", "AEsa"), ("ﬁn", "fin")):
        assert party_id(one) != party_id(other) and work_id(one) != work_id(other)
    assert party_id("Müller") == party_id("MÜLLER ") == party_id("mu\u0308ller")


@pytest.mark.parametrize("text", NASTY)
def test_a_nasty_text_does_nothing_where_it_is_shown(text: str) -> None:
    for made in (harmless(text), clean(text), make_harmless({"a": [text]})["a"][0]):
        assert not any(map(is_harmful, made))
        made.encode()
    assert harmless(harmless(text)) == harmless(text)


@given(st.text(st.characters()))
def test_shown_text_is_harmless_and_plain_text_stays(text: str) -> None:
    assert not any(map(is_harmful, harmless(text)))
    if not any(map(is_harmful, text)):
        assert harmless(text) == text


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"caf\xe9 song", "café song"),
        ("Белый снег".encode("cp1251"), "Белый снег"),
        ("白い雪のうた".encode("shift_jis"), "白い雪のうた"),
        (b"plain", "plain"),
    ],
)
def test_a_file_name_in_the_page_of_its_system_is_readable(raw: bytes, words: str) -> None:
    assert readable(raw.decode("utf-8", "surrogateescape")) == words


@given(st.binary(max_size=40))
def test_any_file_name_becomes_letters(raw: bytes) -> None:
    readable(raw.decode("utf-8", "surrogateescape")).encode()
