"""Signing: what a workspace says of itself, so that anybody can tell that it said so."""

from __future__ import annotations

from typing import Protocol


class Signer(Protocol):
    """A key of the workspace's own. Source: RFC 8032 (Ed25519)."""

    @property
    def public_key(self) -> bytes:
        """32 bytes; whoever has them can verify."""
        ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes; the same message gives the same signature."""
        ...
