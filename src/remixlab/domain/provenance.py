"""Provenance on record: what a file that came in says of its making, and the manifests of what left."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime

from remixlab.domain.harmless import Harmless
from remixlab.domain.value import Value

Declared = Literal["generated", "partly", "none", "undeclared"]
"""How much of a delivered recording trained models made, as its owners say. Nobody's silence counts as `none`."""
ManifestState = Literal["none", "invalid", "valid", "trusted"]


class Credential(Value):
    """What speaks for the making of a recording: the signed manifest inside its file, a mark of ours in its sound, and
    what its owners declare.
    """

    recording_id: str
    declared: Declared = "undeclared"
    state: ManifestState = "none"
    manifest_id: Harmless | None = None
    generator: Harmless = ""
    issuer: Harmless = ""
    signed_at: AwareDatetime | None = None
    source_types: tuple[Harmless, ...] = ()
    """What its manifest says of how its parts were made, in IPTC's words."""
    bindings: tuple[tuple[Harmless, Harmless], ...] = ()
    """Marks and fingerprints that its manifest names: algorithm and value."""
    mark_of: str | None = None
    """The remix of this workspace whose mark is in the sound."""

    @property
    def says_generated(self) -> bool:
        """Whether an intact manifest says that a trained model made it, or a part of it."""
        return self.state in ("valid", "trusted") and any("rainedAlgorithmic" in kind for kind in self.source_types)

    @property
    def made(self) -> Declared:
        """What may be told of it: the owners' word, which a signed manifest that says more stands above."""
        if self.declared in ("none", "undeclared") and self.says_generated:
            whole = all(kind.endswith("/trainedAlgorithmicMedia") for kind in self.source_types)
            return "generated" if whole else "partly"
        return self.declared


class KeptManifest(Value):
    """A signed manifest of a remix in one format, found again by its id, or by the handle of the mark in the sound."""

    manifest_id: str
    handle: str
    remix_id: str
    suffix: str
    blob_sha256: str
