"""Password hashing: slow on purpose, with a salt that the implementation draws."""

from __future__ import annotations

from typing import Protocol


class Passwords(Protocol):
    def hashed(self, password: str) -> str:
        """What may be kept of a password. Raises: TooManyAttempts."""
        ...

    def fits(self, password: str, kept: str | None) -> bool:
        """Whether it is the password that was kept. Takes as long when nothing was. Raises: TooManyAttempts."""
        ...

    def is_outdated(self, kept: str) -> bool:
        """Whether what was kept should be made anew, because hashing has become stronger since."""
        ...
