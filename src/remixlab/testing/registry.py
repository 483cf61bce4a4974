"""A registry in memory: for tests of use cases. It passes the same suite as the real one."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from threading import RLock

from remixlab.domain.audit import Acts
from remixlab.testing.records.accounts import MemoryAccounts
from remixlab.testing.records.catalogue import MemoryCatalogue
from remixlab.testing.records.community import MemoryCommunity
from remixlab.testing.records.hearing import MemoryHearing
from remixlab.testing.records.kept import Kept
from remixlab.testing.records.ledger import MemoryLedger
from remixlab.testing.records.people import MemoryPeople
from remixlab.testing.records.provenance import MemoryProvenance
from remixlab.testing.records.quarantine import MemoryQuarantine
from remixlab.testing.records.remixes import MemoryRemixes
from remixlab.testing.records.rights import MemoryRights
from remixlab.testing.records.shares import MemoryShares
from remixlab.testing.records.sign_ins import MemorySignIns


class MemoryTransaction:
    """One view or one transaction, as `domain.ports.records.transaction` promises it."""

    def __init__(self, kept: Kept, acts: Acts) -> None:
        self.accounts = MemoryAccounts(kept, acts)
        self.shares = MemoryShares(kept, acts)
        self.catalogue = MemoryCatalogue(kept, acts, self.shares)
        self.community = MemoryCommunity(kept, acts)
        self.hearing = MemoryHearing(kept)
        self.people = MemoryPeople(kept, acts)
        self.provenance = MemoryProvenance(kept, acts)
        self.quarantine = MemoryQuarantine(kept, acts)
        self.rights = MemoryRights(kept, acts, self.catalogue)
        self.ledger = MemoryLedger(kept, acts, self.rights, self.catalogue)
        self.remixes = MemoryRemixes(kept, acts, self.rights)
        self.sign_ins = MemorySignIns(kept, acts)


class MemoryRegistry:
    """Keeps everything in dictionaries. Law: a block that raises leaves nothing behind.

    `currency` is taken as the real registry takes it; here an account needs no opening.
    """

    def __init__(self, *, currency: str) -> None:
        self.currency = currency
        self._kept = Kept()
        self._one_writer = RLock()

    @contextmanager
    def read(self) -> Generator[MemoryTransaction]:
        yield MemoryTransaction(self._kept, Acts())

    @contextmanager
    def write(self) -> Generator[MemoryTransaction]:
        """Raises: AssertionError, and nothing is kept, when no audit entry says who said or did something."""
        with self._one_writer:
            draft, acts = self._kept.copy(), Acts()
            yield MemoryTransaction(draft, acts)
            acts.check()
            self._kept = draft
