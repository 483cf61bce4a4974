"""Password hashing with argon2id. Source: RFC 9106, section 4 (the second recommended parameters)."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from remixlab.domain.errors import TooManyAttempts

AT_ONCE: Final = 2
"""Hashes that are made at the same time: each takes 64 MiB, and nobody shall fill the memory by guessing."""
IN_LINE: Final = 8
"""Those that are made or wait for it; whoever comes then is sent away, or guessing would hold up everything else."""


class ArgonPasswords:
    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = BoundedSemaphore(AT_ONCE)
        self._line = BoundedSemaphore(IN_LINE)
        self._nobodys: str | None = None

    def hashed(self, password: str) -> str:
        with self._turn():
            return self._hasher.hash(password)

    def fits(self, password: str, kept: str | None) -> bool:
        # Of nobody, too, a hash is compared: the time it takes tells nothing.
        if kept is None and self._nobodys is None:
            self._nobodys = self.hashed("the password of nobody")
        with self._turn():
            try:
                return self._hasher.verify(kept or self._nobodys or "", password) and kept is not None
            except (Argon2Error, InvalidHashError):
                return False

    @contextmanager
    def _turn(self) -> Generator[None]:
        """Raises: TooManyAttempts."""
        if not self._line.acquire(blocking=False):
            raise TooManyAttempts("Too many people sign in at this moment.", hint="Try again.", retry_after_s=2)
        try:
            with self._turns:
                yield
        finally:
            self._line.release()

    def is_outdated(self, kept: str) -> bool:
        return self._hasher.check_needs_rehash(kept)
