"""Manifests found again: by the mark in a sound that lost its own, by what names the mark, or by id. For everybody.

Source: C2PA Soft Binding Resolution API 1.0.
"""

from __future__ import annotations

import base64
import re
from typing import Annotated, Final, NamedTuple

from pydantic import Field

from remixlab.domain.errors import InvalidBinding, ManifestNotFound
from remixlab.domain.ports.blobs import Content
from remixlab.domain.value import Value
from remixlab.seal import BINDING_ALGORITHM, only_active
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.records import Records
from remixlab.usecases.provenance.examine import find_mark, read_sound

ALGORITHMS: Final = (BINDING_ALGORITHM,)
"""The soft bindings that lead to a manifest here: our mark, and nobody else's."""
MATCHES_MAX: Final = 100
_VALUE_MAX: Final = 4096
_HANDLE: Final = re.compile(r"[0-9a-f]{32}")


class ManifestMatch(Value):
    """A manifest that a binding or a sound leads to; how strong the match is, where that was measured."""

    manifest_id: str
    similarity: Annotated[int, Field(ge=0, le=100)] | None = None


class ManifestStore(NamedTuple):
    """A manifest with those of its ingredients, as it is kept: JUMBF, what C2PA calls a manifest store."""

    manifest_id: str
    content: bytes


def match_binding(alg: str, value: str, context: Records, *, limit: int = 10) -> tuple[ManifestMatch, ...]:
    """The manifests that a soft binding names; none where the algorithm is not ours.

    `value` is the base64 of the binding's value, or the value as our manifests write it. Raises: InvalidBinding.
    """
    handle = _handle_of(value)
    if alg not in ALGORITHMS:
        return ()
    with context.read() as records:
        kept = records.provenance.manifests_of(handle)
    return tuple(ManifestMatch(manifest_id=one.manifest_id) for one in kept[: min(limit, MATCHES_MAX)])


def match_content(
    content: Content, name: str, context: Making, *, alg: str | None = None, limit: int = 10
) -> tuple[ManifestMatch, ...]:
    """The manifests of the remix whose mark is in a sound, read as `verify` reads it; nothing of it is kept.

    Raises: InvalidAudio.
    """
    if alg is not None and alg not in ALGORITHMS:
        return ()
    found = find_mark(read_sound(content, name, context), context).mark
    if found.mark_id is None:
        return ()
    with context.read() as records:
        kept = [one for handle in context.keys.marks.handles(found.mark_id)
                for one in records.provenance.manifests_of(handle)]  # fmt: skip
    similarity = min(100, max(0, round(100 * found.confidence)))
    return tuple(
        ManifestMatch(manifest_id=one.manifest_id, similarity=similarity) for one in kept[: min(limit, MATCHES_MAX)]
    )


def read_manifest_store(manifest_id: str, context: Records, *, active_only: bool = False) -> ManifestStore:
    """A manifest by its id, with those of its ingredients or alone. Raises: ManifestNotFound, StoreUnavailable."""
    with context.read() as records:
        kept = records.provenance.manifest(manifest_id[:200])
    if kept is None:
        raise ManifestNotFound("There is no such manifest here.")
    store = context.blobs.get(kept.blob_sha256)
    return ManifestStore(manifest_id, only_active(store, manifest_id) if active_only else store)


def _handle_of(value: str) -> str:
    if _HANDLE.fullmatch(value):
        return value
    try:
        decoded = base64.b64decode(value[: _VALUE_MAX + 1], validate=True) if len(value) <= _VALUE_MAX else b""
        return decoded.decode("ascii") if decoded else _no_binding()
    except ValueError:  # no base64, or no text of ours in it
        return _no_binding()


def _no_binding() -> str:
    raise InvalidBinding("The value of the binding is no base64.", hint="Send what the manifest's assertion holds.")
