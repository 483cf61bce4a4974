"""Receipts: a yes, a no or a passport as a signed document that somebody keeps and anybody can verify, offline.

The document is canonical JSON (RFC 8785) and its signature is Ed25519 (RFC 8032) over exactly those bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import ValidationError

from remixlab.domain.errors import InvalidReceipt
from remixlab.domain.ports.signing import Signer
from remixlab.domain.rights import Consent, Passport
from remixlab.domain.value import Value, canonical

SCHEMA: Final = "remixlab.receipt/1"
PASSPORT_SCHEMA: Final = "remixlab.passport/1"
_HOLDS: Final[dict[str, tuple[str, type[Value]]]] = {
    SCHEMA: ("consent", Consent),
    PASSPORT_SCHEMA: ("passport", Passport),
}
"""What each kind of document holds, and under which name."""
KEY_BYTES: Final = 32


class VerifiedReceipt(NamedTuple):
    """Whether a receipt is as it was signed, and by which key; `ours` when that key is the one that was expected."""

    genuine: bool
    ours: bool
    key: str
    reason: str


class Ed25519Signer:
    """A signing key made from a seed of 32 bytes. Law: neither `repr` nor `str` shows it."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"Ed25519Signer({fingerprint(self.public_key)})"


def receipt_for(consent: Consent, party: str, at: datetime, signer: Signer) -> dict[str, Any]:
    """The signed document of one word. Law: `verify_receipt` finds it genuine; the same day gives the same bytes."""
    document = {
        "schema": SCHEMA,
        "receipt_id": "rcp_" + hashlib.sha256(canonical([consent.to_dict(), at.isoformat()])).hexdigest()[:24],
        "issued_at": at.isoformat(),
        "party": party,
        "consent": consent.to_dict(),
        "meaning": sentence_of(consent, party),
    }
    return signed_document(document, signer)


def signed_document(body: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    """A document with who issued it, and the signature over all of that."""
    document = {**body, "issuer": base64.b64encode(signer.public_key).decode()}
    return {**document, "signature": base64.b64encode(signer.sign(canonical(document))).decode()}


def verify_receipt(document: Mapping[str, Any], expected: bytes | None = None) -> VerifiedReceipt:
    """Whether a document is genuine: signed by the key that it names, and (with `expected`) by that very key.

    Raises: InvalidReceipt when it is no receipt at all.
    """
    signature, issuer = _bytes(document, "signature", 64), _bytes(document, "issuer", KEY_BYTES)
    holds = _HOLDS.get(str(document.get("schema")))
    if holds is None:
        raise InvalidReceipt("this is no receipt", hint=f"Its schema is one of {', '.join(_HOLDS)}.")
    key, ours = fingerprint(issuer), expected is not None and issuer == expected
    signed = {name: value for name, value in document.items() if name != "signature"}
    try:
        Ed25519PublicKey.from_public_bytes(issuer).verify(signature, canonical(signed))
    except (InvalidSignature, ValueError, TypeError):
        return VerifiedReceipt(False, ours, key, "It was changed after it was signed.")
    name, kind = holds
    try:
        kind.model_validate(document.get(name))
    except ValidationError:
        return VerifiedReceipt(False, ours, key, f"It is signed, and holds no {name} that can be read.")
    if expected is not None and not ours:
        return VerifiedReceipt(True, False, key, "It is signed by another key than this workspace's.")
    return VerifiedReceipt(True, ours, key, "It is as it was signed.")


def fingerprint(public_key: bytes) -> str:
    """A key's name for people: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def sentence_of(consent: Consent, party: str) -> str:
    """A word in one sentence: who permits or prohibits what, of which subject, until when, and whether it ended."""
    verb = "permits" if consent.effect == "permit" else "prohibits"
    uses = ", ".join(scope.value for scope in sorted(consent.scopes))
    until = f" until {consent.valid_to:%Y-%m-%d}" if consent.valid_to else ""
    ended = "".join(f" {ending.kind} from {ending.since:%Y-%m-%d}." for ending in consent.endings)
    about = f"the {consent.side.value} side of the {consent.subject_kind} {consent.subject}"
    return f"{party} {verb} {uses} on {about}{until}.{ended}"


def _bytes(document: Mapping[str, Any], name: str, length: int) -> bytes:
    try:
        found = base64.b64decode(str(document.get(name, "")), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != length:
        raise InvalidReceipt(f"this is no receipt: its {name} cannot be read")
    return found
