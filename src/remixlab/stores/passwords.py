"""Password hashing with argon2id. Source: RFC 9106, section 4 (the second recommended parameters)."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

AT_ONCE: Final = 2
"""Hashes that are made at the same time: each takes 64 MiB, and nobody shall fill the memory by guessing."""


class ArgonPasswords:
    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = BoundedSemaphore(AT_ONCE)
        self._nobodys: str | None = None

    def hashed(self, password: str) -> str:
        with self._turns:
            return self._hasher.hash(password)

    def fits(self, password: str, kept: str | None) -> bool:
        # Of nobody, too, a hash is compared: the time it takes tells nothing.
        if kept is None and self._nobodys is None:
            self._nobodys = self.hashed("the password of nobody")
        with self._turns:
            try:
                return self._hasher.verify(kept or self._nobodys or "", password) and kept is not None
            except (Argon2Error, InvalidHashError):
                return False

    def is_outdated(self, kept: str) -> bool:
        return self._hasher.check_needs_rehash(kept)
