"""Provenance records in SQL: what recordings say of their making, and the manifests of remixes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remixlab.domain.errors import RecordingNotFound
from remixlab.domain.provenance import Credential, Declared, KeptManifest
from remixlab.domain.value import canonical
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import TablePart

_kept = t.manifests
_LOSSLESS = "flac"


class SqlProvenance(TablePart):
    """Law: what was read of a file and what its owners say of it are kept apart; neither overwrites the other."""

    def credential(self, recording_id: str) -> Credential:
        row = self.connection.execute(sa.select(t.credentials).where(t.credentials.c.recording_id == recording_id))
        found = row.first()
        if found is None:
            return Credential(recording_id=recording_id)
        read = Credential.model_validate_json(found.body) if found.body else Credential(recording_id=recording_id)
        return read.model_copy(update={"declared": found.declared})

    def manifest(self, manifest_id: str) -> KeptManifest | None:
        row = self.connection.execute(sa.select(_kept).where(_kept.c.id == manifest_id)).first()
        return None if row is None else _manifest(row)

    def manifests_of(self, handle: str) -> tuple[KeptManifest, ...]:
        rows = self.connection.execute(
            sa.select(_kept).where(_kept.c.handle == handle).order_by(_kept.c.suffix != _LOSSLESS, _kept.c.suffix)
        )
        return tuple(_manifest(row) for row in rows)

    def keep_credential(self, credential: Credential) -> None:
        body = canonical(credential.model_copy(update={"declared": "undeclared"}).to_dict()).decode()
        self._put(t.credentials, {"recording_id": credential.recording_id}, {"body": body})

    def declare(self, recording_id: str, declared: Declared) -> Credential:
        if not self.connection.scalar(sa.select(t.recordings.c.id).where(t.recordings.c.id == recording_id)):
            raise RecordingNotFound(f"there is no recording '{recording_id[:80]}'")
        self._put(t.credentials, {"recording_id": recording_id}, {"declared": declared})
        self._acts.did("a declaration")
        return self.credential(recording_id)

    def keep_manifest(self, manifest: KeptManifest) -> None:
        columns = manifest.model_dump()
        self._add_once(_kept, {"id": columns.pop("manifest_id")}, columns)


def _manifest(row: sa.Row[Any]) -> KeptManifest:
    return KeptManifest(
        manifest_id=row.id, handle=row.handle, remix_id=row.remix_id, suffix=row.suffix, blob_sha256=row.blob_sha256
    )
