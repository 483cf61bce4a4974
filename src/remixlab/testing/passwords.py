"""Passwords that are hashed at once: for tests that sign in often."""

from __future__ import annotations

import hashlib


class PlainPasswords:
    def hashed(self, password: str) -> str:
        return "sha256:" + hashlib.sha256(password.encode()).hexdigest()

    def fits(self, password: str, kept: str | None) -> bool:
        return kept == self.hashed(password)

    def is_outdated(self, kept: str) -> bool:
        return not kept.startswith("sha256:")
