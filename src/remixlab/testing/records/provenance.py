"""Provenance records in memory: what recordings say of their making, and the manifests of remixes."""

from __future__ import annotations

from remixlab.domain.audit import Acts
from remixlab.domain.errors import RecordingNotFound
from remixlab.domain.provenance import Credential, Declared, KeptManifest
from remixlab.testing.records.kept import Kept


class MemoryProvenance:
    def __init__(self, kept: Kept, acts: Acts) -> None:
        self.kept = kept
        self._acts = acts

    def credential(self, recording_id: str) -> Credential:
        read = self.kept.credentials.get(recording_id) or Credential(recording_id=recording_id)
        return read.model_copy(update={"declared": self.kept.declared.get(recording_id, "undeclared")})

    def manifest(self, manifest_id: str) -> KeptManifest | None:
        return self.kept.manifests.get(manifest_id)

    def manifests_of(self, handle: str) -> tuple[KeptManifest, ...]:
        found = (kept for kept in self.kept.manifests.values() if kept.handle == handle)
        return tuple(sorted(found, key=lambda kept: (kept.suffix != "flac", kept.suffix)))

    def keep_credential(self, credential: Credential) -> None:
        self.kept.credentials[credential.recording_id] = credential

    def declare(self, recording_id: str, declared: Declared) -> Credential:
        if recording_id not in self.kept.recordings:
            raise RecordingNotFound(f"there is no recording '{recording_id}'")
        self.kept.declared[recording_id] = declared
        self._acts.did("a declaration")
        return self.credential(recording_id)

    def keep_manifest(self, manifest: KeptManifest) -> None:
        self.kept.manifests.setdefault(manifest.manifest_id, manifest)
