"""The secrets behind the mark: one per epoch, each giving separate keys for pattern, payload and handle."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from remixlab.domain.errors import Invalid

SECRET_BYTES = 32
"""256 bits, as many as HMAC-SHA-256 and AES-256 use."""


@dataclass(frozen=True, slots=True, repr=False)
class EpochKeys:
    """Keys of one epoch. The pattern key finds a mark, the payload key reads and writes it, the handle key hides its
    id.
    """

    epoch: int
    pattern: bytes
    payload: bytes
    handle: bytes

    def __repr__(self) -> str:
        return f"EpochKeys(epoch={self.epoch}, <secret>)"


@dataclass(frozen=True, slots=True, repr=False)
class MarkKeys:
    """The epochs whose marks can be read, newest first; new marks are laid with the newest.

    Law: neither `repr` nor `str` shows a secret.
    """

    epochs: tuple[EpochKeys, ...]

    @classmethod
    def from_secrets(cls, secrets: Mapping[int, bytes]) -> MarkKeys:
        """Keys from 32 random bytes per epoch number. Raises: Invalid when there are none, or of another length."""
        if not secrets:
            raise Invalid("there is no secret to make mark keys from", code="keys.invalid")
        if any(len(secret) != SECRET_BYTES for secret in secrets.values()):
            raise Invalid(f"a mark secret has {SECRET_BYTES} bytes", code="keys.invalid")
        return cls(tuple(_derive_epoch(epoch, secrets[epoch]) for epoch in sorted(secrets, reverse=True)))

    @property
    def newest(self) -> EpochKeys:
        return self.epochs[0]

    def handle(self, mark_id: int) -> str:
        """A name for a mark that may be public: it finds the record, and tells nothing of the id."""
        return self.handles(mark_id)[0]

    def handles(self, mark_id: int) -> tuple[str, ...]:
        """Every name that a mark may have been given, the newest epoch's first."""
        named = (hmac.digest(e.handle, mark_id.to_bytes(8, "big"), "sha256").hex()[:32] for e in self.epochs)
        return tuple(named)

    def __repr__(self) -> str:
        return f"MarkKeys(epochs={[e.epoch for e in self.epochs]}, <secret>)"


def _derive_epoch(epoch: int, secret: bytes) -> EpochKeys:
    """Source: RFC 5869."""

    def derive(purpose: str) -> bytes:
        info = f"remixlab seal/1 epoch {epoch} {purpose}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)

    return EpochKeys(epoch, derive("pattern"), derive("payload"), derive("handle"))
