"""Words that come from outside (tags, tables, file names, people): how bytes become them, and how they are shown.

Nothing here guesses what a table says: a letter that is replaced makes two people one. What is printed, drawn or
written into a file goes through `harmless` or `clean`.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from remixlab.domain.code_pages import decode_unknown
from remixlab.domain.errors import Invalid

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""What a file begins with that says its encoding; the longer before those that they begin with."""
_BIDIRECTIONAL: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks, embeddings, overrides and isolates. Source: Unicode UAX #9, table 1 and 3."""
_ESCAPES: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\].*?(?:\x07|\x1b\\|$)|\x1b[@-_]?|\x9b[0-?]*[ -/]*[@-~]", re.DOTALL
)
"""What moves a terminal's cursor, colours its letters or names its window. Source: ECMA-48."""
_UNSEEN: Final = re.compile(
    "[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Marks that change the direction of text or are not seen; the joiners of scripts that need them stay."""
_LINES, _LAYOUT = frozenset("\t\n"), frozenset("\t\n\r")


def decode_text(raw: bytes, name: str, encoding: str | None = None) -> str:
    """A table or another text file as words: UTF-8, or UTF-16 and UTF-32 in either order, or the encoding that is
    named.

    Raises: Invalid naming the file and the line, where a byte means nothing or a letter was lost before.
    """
    if raw[:4] == b"PK\x03\x04" or raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise _refused(f"{name} is a workbook, not a table of text", "Save it as CSV UTF-8, and bring that.")
    said, page = _encoding_of(raw, encoding)
    try:
        text = raw[said:].decode(page)
    except UnicodeDecodeError as wrong:
        line = raw[said : said + wrong.start].decode(page, "ignore").count("\n") + 1
        raise _refused(
            f"{name} is not {page.upper()}: line {line} holds the byte 0x{raw[said + wrong.start]:02X}, "
            "which means nothing in it",
            "Save it as UTF-8, or name its encoding, such as --encoding cp1252.",
        ) from wrong
    except UnicodeError as wrong:
        raise _refused(f"{name} is not {page.upper()}: {wrong}", "Save it as UTF-8.") from wrong
    _check_letters(text, name, page)
    return text


def harmless(text: str, *, lines: bool = False) -> str:
    """Text that does nothing where it is printed: `\\x1b` instead of ESC, `\\n` instead of the end of a line.

    Nothing in it turns the direction of writing. `lines` lets the ends of lines be.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = _LINES if lines else frozenset[str]()
    return "".join(c if c in kept or not is_harmful(c) else _named(c) for c in text)


def is_harmful(c: str) -> bool:
    """Whether a character controls what shows it, or is half of one."""
    return unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in _BIDIRECTIONAL


def make_harmless(tree: Any) -> Any:
    """The same for every text of a tree of lists and tables."""
    if isinstance(tree, str):
        return harmless(tree)
    if isinstance(tree, Mapping):
        return {key: make_harmless(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [make_harmless(value) for value in tree]
    return tree


def clean(text: str) -> str:
    """Text that is kept: no control characters, no marks of direction, single blanks, composed letters."""
    text = _UNSEEN.sub("", _ESCAPES.sub("", text))
    text = "".join(
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text if unicodedata.category(c) != "Cs"
    )
    return unicodedata.normalize("NFC", " ".join(text.split()))


def readable(text: str) -> str:
    """A name that the system gave as bytes, in letters: what is no UTF-8 is read in the page that gives words.

    Law: a text without surrogates stays as it is.
    """
    try:
        text.encode()
        return text
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "surrogateescape") if _is_escaped(text) else text.encode("utf-8", "replace")
        return decode_unknown(raw) or raw.decode("utf-8", "backslashreplace")


def _encoding_of(raw: bytes, named: str | None) -> tuple[int, str]:
    """How many bytes say the encoding, and which it is. Raises: Invalid for a name of none."""
    marked = next(((len(mark), page) for mark, page in _MARKS if raw.startswith(mark)), None)
    if marked:
        return marked
    if named is not None:
        return 0, _named_encoding(named)
    if b"\0" in raw and len(raw) % 2 == 0:
        return 0, "utf-16-le" if raw[1::2].count(0) > raw[0::2].count(0) else "utf-16-be"
    return 0, "utf-8"


def _named_encoding(named: str) -> str:
    try:
        found = codecs.lookup(named)
        "a".encode(found.name)
    except (LookupError, ValueError, UnicodeError) as wrong:
        raise Invalid(
            f"'{harmless(named[:40])}' is no encoding of text that is known here",
            code="text.encoding",
            hint="Such names are cp1252, cp1250, latin-1, mac-roman, shift-jis, gb18030, utf-16.",
        ) from wrong
    return found.name


def _check_letters(text: str, name: str, page: str) -> None:
    """Raises: Invalid for letters that were lost already, and for characters that no table has."""
    for place, c in enumerate(text):
        if c == "\ufffd":
            what, hint = "a letter that was lost (U+FFFD)", "Export it again from where its names are whole."
        elif unicodedata.category(c) in ("Cc", "Cs") and c not in _LAYOUT:
            what, hint = f"the control character U+{ord(c):04X}", "Name its encoding with --encoding."
        else:
            continue
        line = text.count("\n", 0, place) + 1
        raise _refused(f"{name}, read as {page.upper()}, holds {what} in line {line}", hint)


def _refused(message: str, hint: str) -> Invalid:
    return Invalid(message, code="text.encoding", hint=hint)


def _is_escaped(text: str) -> bool:
    """Whether every half character stands for one byte (PEP 383)."""
    return all("\udc80" <= c <= "\udcff" for c in text if "\ud800" <= c <= "\udfff")


def _named(c: str) -> str:
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(c)
    return short or (f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}")
