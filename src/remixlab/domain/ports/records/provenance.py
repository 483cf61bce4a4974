"""Provenance records: what recordings say of their making, and the manifests of remixes."""

from __future__ import annotations

from typing import Protocol

from remixlab.domain.provenance import Credential, Declared, KeptManifest


class ProvenanceReader(Protocol):
    def credential(self, recording_id: str) -> Credential:
        """What is known; of a recording that was never examined, nothing."""
        ...

    def manifest(self, manifest_id: str) -> KeptManifest | None: ...

    def manifests_of(self, handle: str) -> tuple[KeptManifest, ...]:
        """Those of the remix whose mark is named so, that of the lossless file first."""
        ...


class ProvenanceWriter(ProvenanceReader, Protocol):
    def keep_credential(self, credential: Credential) -> None:
        """Keep what was read of a file; what its owners declared stands."""
        ...

    def declare(self, recording_id: str, declared: Declared) -> Credential:
        """Raises: RecordingNotFound."""
        ...

    def keep_manifest(self, manifest: KeptManifest) -> None:
        """Keep a manifest under its id; the first stands."""
        ...
