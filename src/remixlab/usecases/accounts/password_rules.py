"""What a password must be: long. Source: NIST SP 800-63B, section 3.1.1.2 (length, no rules of composition)."""

from __future__ import annotations

from typing import Final

from remixlab.domain.errors import InvalidPassword
from remixlab.domain.naming import fold_name

LENGTH_MIN: Final = 12
LENGTH_MAX: Final = 256
DIFFERENT_MIN: Final = 5
"""Different characters: `aaaaaaaaaaaa` and `123412341234` are the first that are tried."""
EASY: Final = ("password", "passwort", "qwertyuiop", "letmein", "iloveyou", "123456789", "remixlab")


def checked_password(password: str, name: str, email: str | None = None) -> str:
    """Raises: InvalidPassword."""
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        raise InvalidPassword(f"A password has {LENGTH_MIN} to {LENGTH_MAX} characters.", hint="A few words are best.")
    plain = password.casefold()
    own = [part for part in (fold_name(name), (email or "").casefold().partition("@")[0]) if len(part) > 3]
    left = min((len(plain.replace(part, "")) for part in (*EASY, *own) if part in plain), default=LENGTH_MIN)
    if len(set(plain)) < DIFFERENT_MIN or left < LENGTH_MIN // 2:
        raise InvalidPassword("This password is easily guessed.", hint="A few words that belong to nobody are best.")
    return password
