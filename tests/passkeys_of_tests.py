"""A device that holds passkeys, in software: what a browser would answer, and what a thief would make of it."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


def text(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def octets(letters: str) -> bytes:
    return urlsafe_b64decode(letters + "=" * (-len(letters) % 4))


@dataclass
class Device:
    """One key pair, made for an account when `create` is asked; it counts how often it was used."""

    origin: str = "http://localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: str = ""

    def create(self, options: dict[str, Any], *, origin: str = "", rp_id: str = "") -> dict[str, Any]:
        """What the browser answers to `navigator.credentials.create`."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        named = b"\0" * 16 + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        about = self._about(rp_id or options["rp"]["id"], WITH_KEY) + named + cbor2.dumps(cose)
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about})
        client = self._client("webauthn.create", options["challenge"], origin)
        return self._answer({"clientDataJSON": text(client), "attestationObject": text(attested)})

    def get(
        self, options: dict[str, Any], *, origin: str = "", rp_id: str = "", **forged: str | None
    ) -> dict[str, Any]:
        """What the browser answers to `navigator.credentials.get`; `forged` replaces parts of the response."""
        self.count += 1
        about = self._about(rp_id or options["rpId"])
        client = self._client("webauthn.get", options["challenge"], origin)
        signed = self.key.sign(about + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": text(client), "authenticatorData": text(about), "signature": text(signed),
            "userHandle": self.handle, **forged,
        }  # fmt: skip
        return self._answer({name: value for name, value in response.items() if value is not None})

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        named = text(self.credential_id)
        return {"id": named, "rawId": named, "type": "public-key", "response": response}

    def _about(self, rp_id: str, more: int = 0) -> bytes:
        told = bytes([self.flags | more]) + self.count.to_bytes(4, "big")
        return hashlib.sha256(rp_id.encode()).digest() + told

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin or self.origin}).encode()


def keep_passkey(browser: Any, device: Device, name: str = "A device", **begin: str) -> Any:
    """Keep a passkey of a device for whoever is signed in in a browser."""
    options = browser.post("/v1/account/passkeys/options", json=begin).json()["publicKey"]
    return browser.post("/v1/account/passkeys", json={"name": name, "credential": device.create(options)})


def sign_in_with(browser: Any, device: Device, **forged: Any) -> Any:
    options = browser.post("/v1/session/passkey", json={}).json()["publicKey"]
    return browser.post("/v1/session", json={"passkey": device.get(options, **forged)})
