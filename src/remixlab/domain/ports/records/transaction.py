"""The registry and its transactions (units of work): every area's records, seen at one moment or written all
together.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from remixlab.domain.ports.records.accounts import AccountReader, AccountWriter
from remixlab.domain.ports.records.catalogue import CatalogueReader, CatalogueWriter
from remixlab.domain.ports.records.community import CommunityReader, CommunityWriter
from remixlab.domain.ports.records.hearing import HearingReader, HearingWriter
from remixlab.domain.ports.records.ledger import LedgerReader, LedgerWriter
from remixlab.domain.ports.records.people import PeopleReader, PeopleWriter
from remixlab.domain.ports.records.provenance import ProvenanceReader, ProvenanceWriter
from remixlab.domain.ports.records.quarantine import QuarantineReader, QuarantineWriter
from remixlab.domain.ports.records.remixes import RemixReader, RemixWriter
from remixlab.domain.ports.records.rights import RightsReader, RightsWriter
from remixlab.domain.ports.records.shares import ShareReader, ShareWriter
from remixlab.domain.ports.records.sign_ins import SignInReader, SignInWriter


class ReadTransaction(Protocol):
    """One consistent view: nothing that others write meanwhile is seen."""

    @property
    def accounts(self) -> AccountReader: ...
    @property
    def catalogue(self) -> CatalogueReader: ...
    @property
    def community(self) -> CommunityReader: ...
    @property
    def hearing(self) -> HearingReader: ...
    @property
    def ledger(self) -> LedgerReader: ...
    @property
    def people(self) -> PeopleReader: ...
    @property
    def provenance(self) -> ProvenanceReader: ...
    @property
    def quarantine(self) -> QuarantineReader: ...
    @property
    def remixes(self) -> RemixReader: ...
    @property
    def rights(self) -> RightsReader: ...
    @property
    def shares(self) -> ShareReader: ...
    @property
    def sign_ins(self) -> SignInReader: ...


class WriteTransaction(Protocol):
    """Everything written together, or nothing.

    Law: what was said or done by somebody leaves an audit entry in the same transaction; without one the transaction
    fails (`AssertionError`). What was only heard (`hearing`, pressings, manifests,
    idempotency) can be made again and needs none.
    """

    @property
    def accounts(self) -> AccountWriter: ...
    @property
    def catalogue(self) -> CatalogueWriter: ...
    @property
    def community(self) -> CommunityWriter: ...
    @property
    def hearing(self) -> HearingWriter: ...
    @property
    def ledger(self) -> LedgerWriter: ...
    @property
    def people(self) -> PeopleWriter: ...
    @property
    def provenance(self) -> ProvenanceWriter: ...
    @property
    def quarantine(self) -> QuarantineWriter: ...
    @property
    def remixes(self) -> RemixWriter: ...
    @property
    def rights(self) -> RightsWriter: ...
    @property
    def shares(self) -> ShareWriter: ...
    @property
    def sign_ins(self) -> SignInWriter: ...


class Registry(Protocol):
    """The registry, opened for one consistent view or for one transaction."""

    def read(self) -> AbstractContextManager[ReadTransaction]: ...

    def write(self) -> AbstractContextManager[WriteTransaction]: ...
