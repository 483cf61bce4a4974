"""A small world for tests of use cases: a label, a band, a writer, two fans; what they own, and what they made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from remixlab.domain.accounts import Account, Membership
from remixlab.domain.actor import Actor, Mandate, Role
from remixlab.domain.audit import AuditEntry
from remixlab.domain.page import follow
from remixlab.domain.ports.records.transaction import Registry, WriteTransaction
from remixlab.domain.rights import Party, Recording, Right, Share, Tier, Work
from remixlab.testing import MemoryBlobs, MemoryRegistry
from remixlab.usecases.context.records import Records

NOW = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)
BAND = Party(party_id="band", name="Juniper Vale", kind="group")
LABEL = Party(party_id="label", name="Lantern Row", kind="company")
OTHER = Party(party_id="other", name="Another Label", kind="company")
WRITER = Party(party_id="writer", name="Teo Brand")
SINGER = Party(party_id="singer", name="Mara Okonjo")
WORK = Work(work_id="work", title="Neon Harbour")
OPEN = Recording(
    recording_id="rec_open",
    title="Neon Harbour",
    artist="Juniper Vale",
    duration_s=181.0,
    sha256="a" * 64,
    isrc="QZRLB2600001",
    artist_id="band",
    label_id="label",
    release="first",
    work_ids=("work",),
    voice_ids=("singer",),
)
ELSEWHERE = Recording(
    recording_id="rec_else",
    title="Far Off",
    artist="Juniper Vale",
    duration_s=100.0,
    sha256="b" * 64,
    artist_id="band",
    label_id="other",
    release="shared name",
)
SAME_RELEASE = Recording(
    recording_id="rec_same",
    title="Near By",
    artist="Juniper Vale",
    duration_s=100.0,
    sha256="c" * 64,
    artist_id="band",
    label_id="label",
    release="shared name",
)
OWN = Recording(recording_id="rec_own", title="Mine", artist="Ann", duration_s=60.0, sha256="d" * 64, attested_by="ann")

SURE = Recording(
    recording_id="rec_sure",
    title="Surely mine",
    artist="Ann",
    duration_s=60.0,
    sha256="e" * 64,
    attested_by="ann",
    attestation="confirmed",
)


@dataclass
class StoppedClock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


def enter(records: WriteTransaction, what: str = "catalogue.add") -> None:
    """The audit entry of what a test writes by itself."""
    records.accounts.append_audit(AuditEntry(account="a test", action=what, subject="workspace", at=NOW))


def enrol(
    records: WriteTransaction,
    account_id: str,
    *parties: str | Mandate,
    roles: Iterable[Role] = (Role.FAN,),
    **more: Any,
) -> Account:
    """An account that is called as its id says, with memberships of parties."""
    fields = {"name": account_id, "roles": frozenset(roles), "created_at": NOW, **more}
    account = Account(account_id=account_id, **fields)
    records.people.add_account(account)
    for number, party in enumerate(parties):
        mandate = party if isinstance(party, Mandate) else Mandate(party_id=party)
        records.people.add_membership(
            Membership(
                membership_id=f"mem_{account_id}_{number}",
                account_id=account_id,
                mandate=mandate,
                granted_by="me",
                granted_at=NOW,
            )
        )
    enter(records)
    return account


def enrolled(context: Records, account_id: str, *parties: str | Mandate, **more: Any) -> Account:
    with context.write() as records:
        return enrol(records, account_id, *parties, **more)


def fill(records: WriteTransaction) -> None:
    """Owners, a work, three recordings of the catalogue and one that Ann brought as her own."""
    for party in (BAND, LABEL, OTHER, WRITER, SINGER):
        records.catalogue.add_party(party)
    records.catalogue.add_work(WORK, [Share(party_id="writer", right=Right.PUBLISHING, ppm=1_000_000)])
    for recording in (OPEN, ELSEWHERE, SAME_RELEASE):
        owner = recording.label_id or ""
        records.catalogue.add_recording(recording, [Share(party_id=owner, right=Right.MASTER, ppm=1_000_000)])
    records.catalogue.add_recording(OWN)
    enter(records)


def filled_registry() -> MemoryRegistry:
    registry = MemoryRegistry(currency="EUR")
    with registry.write() as records:
        fill(records)
    return registry


def records_of(registry: Registry | None = None) -> Records:
    return Records(registry or filled_registry(), MemoryBlobs(), StoppedClock(), "EUR", prompts_kept=timedelta(days=30))


def actor(
    account: str, *acts_for: str, roles: Iterable[Role] = (Role.FAN,), at: datetime = NOW, tier: Tier = Tier.FREE
) -> Actor:
    return Actor(
        account=account, acts_for=frozenset(acts_for), roles=frozenset(roles), tier=tier, territory="US", at=at
    )


OPERATOR = actor("desk", roles=[Role.OPERATOR])
AUDITOR = actor("audit", roles=[Role.AUDITOR])
ANN = actor("ann")
BOB = actor("bob")
NOBODY = Actor.nobody("US", NOW)


def audit_of(context: Records) -> list[AuditEntry]:
    """What was written into the audit log since the world was filled."""
    with context.read() as records:
        return [entry for entry in follow(records.accounts.audit) if entry.account != "a test"]
