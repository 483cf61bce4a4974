"""The error-correcting code of the mark: every payload bit spread over sixty-six coded ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remixlab.seal.kernels import decode_soft
from remixlab.seal.payload import PAYLOAD_BITS

_REGISTER_BITS = 11
"""Constraint length 11: 13 read no more marks in trials, and costs four times as much to decode."""
_POLYNOMIALS = (0o2353, 0o2671, 0o3175, 0o3631, 0o2365, 0o3127)
"""Six generators, rate 1/6: of 5 s excerpts .73 were read; of 128 bits at rate 1/4 only .22."""
_RATE = len(_POLYNOMIALS)
"""Coded bits for each bit."""
_INPUT_BITS = PAYLOAD_BITS + _REGISTER_BITS - 1
"""The payload and its tail."""
CODED_BITS = _INPUT_BITS * _RATE
"""A tail of zeros brings the register back to where it started."""


def _parities() -> NDArray[np.uint8]:
    """Shape: (register states, rate): the coded bits that each content of the register gives."""
    states = np.arange(1 << _REGISTER_BITS, dtype=np.uint32)
    return np.stack([np.bitwise_count(states & p) & 1 for p in _POLYNOMIALS], axis=1).astype(np.uint8)


_outputs_by_state = _parities()
_outputs = (_outputs_by_state << np.arange(_RATE)).sum(axis=1).astype(np.int32)


def encode(payload: int) -> NDArray[np.int8]:
    """The coded bits as signs: +1 for 0, -1 for 1. Shape: (CODED_BITS,)."""
    register, mask = 0, (1 << _REGISTER_BITS) - 1
    coded: list[NDArray[np.uint8]] = []
    for position in range(_INPUT_BITS):
        bit = payload >> (PAYLOAD_BITS - 1 - position) & 1 if position < PAYLOAD_BITS else 0
        register = (register << 1 | bit) & mask
        coded.append(_outputs_by_state[register])
    return 1 - 2 * np.concatenate(coded).astype(np.int8)


def decode(evidence: NDArray[np.float32]) -> int:
    """The payload that fits the evidence best. Shape: (CODED_BITS,), positive where the coded bit is rather +1."""
    bits = decode_soft(evidence, _outputs, _REGISTER_BITS, _INPUT_BITS)
    return int.from_bytes(np.packbits(bits[:PAYLOAD_BITS]).tobytes(), "big")
