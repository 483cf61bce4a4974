"""Arrays as one block of bytes that can be read back without a copy, also from a memory map."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.errors import Invalid

_ALIGNMENT = 64
"""Arrays begin on a cache line, so that a memory map can be computed on."""


def pack_arrays(magic: bytes, facts: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> bytes:
    """A header (magic, length, JSON) followed by the arrays, each on a 64-byte boundary."""
    offset, table = 0, {}
    for name, array in arrays.items():
        table[name] = {"dtype": array.dtype.str, "shape": array.shape, "offset": offset}
        offset += -(-array.nbytes // _ALIGNMENT) * _ALIGNMENT
    header = json.dumps({"facts": facts, "arrays": table}, ensure_ascii=False).encode()
    start = len(magic) + 8
    header += b" " * (-(start + len(header)) % _ALIGNMENT)
    parts = [magic, len(header).to_bytes(8, "little"), header]
    for array in arrays.values():
        raw = np.ascontiguousarray(array).tobytes()
        parts += [raw, bytes(-len(raw) % _ALIGNMENT)]
    return b"".join(parts)


def unpack_arrays(magic: bytes, packed: bytes | memoryview) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The facts and read-only views into `packed`. Raises: Invalid when it is something else or cut short."""
    view = memoryview(packed)
    start = len(magic) + 8
    try:
        if bytes(view[: len(magic)]) != magic:
            raise ValueError("another magic")
        length = int.from_bytes(view[len(magic) : start], "little")
        header = json.loads(bytes(view[start : start + length]))
        arrays = {name: _view_array(view, start + length, entry) for name, entry in header["arrays"].items()}
        return header["facts"], arrays
    except (ValueError, KeyError, TypeError) as broken:
        raise Invalid(f"these bytes are not a whole {magic.decode().strip()}", code="fingerprint.invalid") from broken


def _view_array(view: memoryview, base: int, entry: dict[str, Any]) -> NDArray[Any]:
    shape = tuple(entry["shape"])
    count = int(np.prod(shape, dtype=np.int64))
    array = np.frombuffer(view, dtype=entry["dtype"], count=count, offset=base + entry["offset"]).reshape(shape)
    array.flags.writeable = False
    return array
