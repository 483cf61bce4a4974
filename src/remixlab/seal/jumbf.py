"""The boxes that manifests are kept in: one manifest taken out of a store of several.

Source: ISO/IEC 19566-5 (JUMBF); C2PA 2.2, 11.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_SUPERBOX: Final = b"jumb"
"""The type of a box that holds others. Source: ISO 19566-5, annex A."""
_HEAD_BYTES: Final = 8
"""Length and type, four bytes each, before what a box holds."""
_LABEL_AT: Final = 17
"""In a description box: after the UUID of the type and a byte of toggles."""


def only_active(store: bytes, manifest_id: str) -> bytes:
    """The store with one manifest alone: what it names of others is then not inside. The store itself where it is none
    that is understood.
    """
    whole = next(_boxes(store), None)
    if whole is None or whole[0] != _SUPERBOX:
        return store
    description, *manifests = _boxes(whole[1])
    active = [body for kind, body in manifests if kind == _SUPERBOX and _label_of(body) == manifest_id]
    return _box(_SUPERBOX, _box(*description) + _box(_SUPERBOX, active[-1])) if active else store


def ids_in(store: bytes) -> tuple[str, ...]:
    """The ids of the manifests of a store, the active one last."""
    whole = next(_boxes(store), None)
    return tuple(_label_of(body) for kind, body in _boxes(whole[1]) if kind == _SUPERBOX) if whole else ()


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + _HEAD_BYTES <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        if size < _HEAD_BYTES or place + size > len(data):
            return
        yield data[place + 4 : place + _HEAD_BYTES], data[place + _HEAD_BYTES : place + size]
        place += size


def _label_of(superbox: bytes) -> str:
    described = next(_boxes(superbox), (b"", b""))[1]
    return described[_LABEL_AT:].split(b"\0", 1)[0].decode("utf-8", "replace")


def _box(kind: bytes, body: bytes) -> bytes:
    return (_HEAD_BYTES + len(body)).to_bytes(4, "big") + kind + body
