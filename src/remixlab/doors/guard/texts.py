"""What may be in a request as text: nothing that a database cannot keep, and no JSON deeper than anything described."""

from __future__ import annotations

import json
import re
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from remixlab.domain.errors import Invalid

DEPTH_MAX: Final = 32
"""A plan, the deepest that is described, has ten levels."""
DIGITS_MAX: Final = 400
"""More digits than any number that fits a float or an integer of ours; longer ones take quadratic time to read."""

_TOKENS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]|\d{%d}' % DIGITS_MAX, re.DOTALL)
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def check_address(path: bytes, query: bytes) -> None:
    """Raises: Invalid for an address with a NUL in it; no id and no word has one."""
    if b"\0" in unquote_to_bytes(path) or b"\0" in unquote_to_bytes(query):
        raise _unkept("The address")


def check_json(body: bytes) -> None:
    """Raises: Invalid for a body that is no JSON in UTF-8, too deep, or has text that cannot be kept."""
    _check_depth(body)
    try:
        tree = json.loads(body.decode())
    except UnicodeDecodeError as wrong:
        raise _unread("it is not UTF-8") from wrong
    except ValueError as wrong:
        raise _unread(str(wrong)) from wrong
    if b"\\u" in body and not _is_kept(tree):
        raise _unkept("The body")


def _check_depth(body: bytes) -> None:
    depth = 0
    for token in _TOKENS.findall(body):
        if token in (b"[", b"{"):
            depth += 1
            if depth > DEPTH_MAX:
                raise Invalid(f"The JSON is nested deeper than {DEPTH_MAX} levels.", code="request.too_deep")
        elif token in (b"]", b"}"):
            depth -= 1
        elif token[:1] != b'"':
            raise _unread(f"it has a number of more than {DIGITS_MAX - 1} digits")


def _is_kept(tree: Any) -> bool:
    """Whether every text in a tree can be written down: as UTF-8, and without the character that ends a string."""
    if isinstance(tree, str):
        return "\0" not in tree and not _SURROGATES.search(tree)
    if isinstance(tree, dict):
        return all(map(_is_kept, tree)) and all(map(_is_kept, tree.values()))
    return all(map(_is_kept, tree)) if isinstance(tree, list) else True


def _unread(why: str) -> Invalid:
    return Invalid(f"body: {why}", code="request.invalid", mistakes=[f"body: {why}"])


def _unkept(where: str) -> Invalid:
    return Invalid(f"{where} has a character that no text can keep.", code="request.text")
