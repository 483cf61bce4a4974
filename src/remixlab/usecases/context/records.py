"""`Records`: the registry, the blobs and the clock. Enough for accounts, rights, claims, money and community."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta

from remixlab.domain.ports.blobs import Blobs
from remixlab.domain.ports.process import Clock
from remixlab.domain.ports.records.transaction import ReadTransaction, Registry, WriteTransaction
from remixlab.domain.ports.signing import Signer
from remixlab.domain.ports.telemetry import SilentTelemetry, Telemetry


@dataclass(frozen=True, slots=True)
class Records:
    registry: Registry
    blobs: Blobs
    clock: Clock
    currency: str
    """ISO 4217; what the workspace keeps its books in."""
    prompts_kept: timedelta = field(default=timedelta(days=30), kw_only=True)
    """How long the words of a refused prompt are kept for appeal."""
    approvals_hold: timedelta = field(default=timedelta(days=90), kw_only=True)
    """How long the yes to one request counts."""

    signer: Signer | None = field(default=None, kw_only=True)
    """The workspace's own key; without it no receipt is given."""
    telemetry: Telemetry = field(default_factory=SilentTelemetry, kw_only=True)

    def read(self) -> AbstractContextManager[ReadTransaction]:
        """One consistent view of everything on record."""
        return self.registry.read()

    def write(self) -> AbstractContextManager[WriteTransaction]:
        """One transaction: all of it, or nothing."""
        return self.registry.write()
