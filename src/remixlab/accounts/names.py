"""What an account may be called: nothing that reads like a party, like the workspace itself, or like another script."""

from __future__ import annotations

from typing import Final
from unicodedata import category, name

from remixlab.domain.errors import InvalidAccount
from remixlab.domain.naming import fold_name

RESERVED: Final = frozenset(
    {
        *("anonymous", "everybody", "me", "nobody", "owner", "remixlab", "root", "support", "system", "workspace"),
        *("admin", "administrator", "auditor", "moderator", "operator", "platform", "remixer", "suspense", "unclaimed"),
    }
)
"""Names that the workspace goes by, folded, and those of accounts in its books."""

SCRIPTS: Final = ("LATIN", "CYRILLIC", "GREEK")
"""Scripts whose letters look alike: a name is written in one of them."""


def checked_name(text: str, *, is_party: bool) -> str:
    """A name for an account, without space around it; `is_party` says whether a party is called so.

    Raises: InvalidAccount.
    """
    called = " ".join(text.split())
    folded = fold_name(called)
    if not folded or len(called) > 200:
        raise InvalidAccount("A name has letters or digits, and at most 200 characters.")
    if any(category(letter) in ("Cc", "Cf", "Co", "Cs", "Cn") for letter in called):
        raise InvalidAccount("A name has no invisible characters.", code="account.name")
    if ":" in called or "@" in called:
        raise InvalidAccount("A name has no ':' and no '@'.", code="account.name")
    if len(scripts_of(called)) > 1:
        raise InvalidAccount("A name is written in one script.", code="account.name")
    if folded in RESERVED or is_party:
        raise InvalidAccount(
            f"No account can be called '{called[:80]}' here.",
            code="account.name",
            hint="Who acts for a party has an account of their own, and a membership of the party.",
        )
    return called


def scripts_of(text: str) -> frozenset[str]:
    """The scripts that look alike, of those whose letters are in a text."""
    named = (name(letter, "").split(" ")[0] for letter in text if letter.isalpha())
    return frozenset(script for script in named if script in SCRIPTS)
