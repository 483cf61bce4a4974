"""Names: the product's own, those of the machine it runs on, and how any other is folded to be found."""

from typing import Final
from unicodedata import combining, normalize

PRODUCT: Final = "RemixLab"

LOOPBACK_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""What a machine calls itself: names that no other machine can be reached by. Source: RFC 6761, 5735 and 4291."""


def fold_name(name: str) -> str:
    """A name as it is looked up: no accents, no case, no punctuation, single spaces.

    `Beyoncé  (Live)` is `beyonce live`.
    """
    plain = "".join(c for c in normalize("NFKD", name) if not combining(c)).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def key_name(name: str) -> str:
    """A name as whose it is: no case, single blanks, composed letters, and every other letter of its own.

    `Weiß` and `Weiss` are two people, as `Müller` and `Möller` are.
    """
    return " ".join(normalize("NFC", name).lower().split())
