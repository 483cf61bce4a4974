"""The 64 bits of a mark: a 40-bit id and 24 bits that must be zero, enciphered as a whole."""

from __future__ import annotations

import hmac

from remixlab.domain.errors import Invalid

PAYLOAD_BITS = 64
"""As many as five seconds carry: 128 halve the reach."""
MARK_ID_BITS = 40
"""A million million marks."""
_REDUNDANCY_BITS = PAYLOAD_BITS - MARK_ID_BITS
"""Zeros that must come out: one forgery in 16 million tries passes."""
_HALF_BITS = PAYLOAD_BITS // 2
"""Of a Feistel network."""
_ROUNDS = 10
"""As NIST SP 800-38G asks of FF1."""


def encipher(mark_id: int, key: bytes) -> int:
    """The payload of a mark id: without the key it cannot be read, changed or made up.

    Source: encode-then-encipher, Bellare and Rogaway (2000); Feistel network with HMAC-SHA-256 as its round function.
    Raises: Invalid when the id has more than 40 bits.
    """
    if not 0 <= mark_id < 1 << MARK_ID_BITS:
        raise Invalid(f"a mark id has {MARK_ID_BITS} bits", code="mark.invalid")
    left, right = _split(mark_id << _REDUNDANCY_BITS)
    for number in range(_ROUNDS):
        left, right = right, left ^ _round(key, number, right)
    return left << _HALF_BITS | right


def decipher(payload: int, key: bytes) -> int | None:
    """The mark id, or None when the payload was not made with this key: one in 16 million passes by chance."""
    left, right = _split(payload)
    for number in reversed(range(_ROUNDS)):
        left, right = right ^ _round(key, number, left), left
    plain = left << _HALF_BITS | right
    return None if plain & ((1 << _REDUNDANCY_BITS) - 1) else plain >> _REDUNDANCY_BITS


def _split(payload: int) -> tuple[int, int]:
    return payload >> _HALF_BITS, payload & ((1 << _HALF_BITS) - 1)


def _round(key: bytes, number: int, half: int) -> int:
    return int.from_bytes(hmac.digest(key, bytes([number]) + half.to_bytes(4, "big"), "sha256")[:4], "big")
