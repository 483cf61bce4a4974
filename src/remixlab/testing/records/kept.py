"""Everything on record, in dictionaries, and how a part of a list is read from them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from remixlab.domain.accounts import Account, Ceremony, Identity, Membership, OneTimeLink, Passkey, Session
from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.audit import AuditEntry
from remixlab.domain.choices import Chosen
from remixlab.domain.ledger import Booking, Play, Served
from remixlab.domain.music import Analysis, Embedding
from remixlab.domain.page import Newest, Page, cut, page_size, read_number
from remixlab.domain.ports.records.accounts import ApiKey
from remixlab.domain.ports.records.hearing import KeptFingerprint
from remixlab.domain.ports.records.people import Attempts
from remixlab.domain.provenance import Credential, Declared, KeptManifest
from remixlab.domain.quarantine import Quarantine
from remixlab.domain.remix import Remix, Rendition
from remixlab.domain.rights import (
    Approval,
    Consent,
    Decision,
    Ending,
    Hold,
    Party,
    Recording,
    Terms,
    Wish,
    Work,
)
from remixlab.domain.rights.splits import Dispute, Split
from remixlab.domain.shelf import ShelfEntry

K = TypeVar("K")
T = TypeVar("T")


@dataclass
class KeptKey:
    """An API key with what nobody may read of it."""

    key: ApiKey
    secret_hash: str
    revoked: bool = False


@dataclass
class KeptAccount:
    """An account with what nobody may read of it."""

    account: Account
    password: str | None = None
    attempts: Attempts = field(default=Attempts(0, None))


@dataclass
class KeptSession:
    """A session and the digest of its token."""

    session: Session
    token_hash: str


@dataclass
class KeptLink:
    """A one-time link and the digest of its token."""

    link: OneTimeLink
    token_hash: str


@dataclass
class KeptRequest:
    """A claimed idempotency key, and what was answered under it."""

    request_hash: str
    expires_at: datetime
    status: int | None = None
    response: str = ""


@dataclass
class Kept:
    """Everything on record; copied when a transaction begins, so that a failed one leaves no trace.

    Values in it are replaced, never changed.
    """

    parties: dict[str, Party] = field(default_factory=dict[str, Party])
    works: dict[str, Work] = field(default_factory=dict[str, Work])
    recordings: dict[str, Recording] = field(default_factory=dict[str, Recording])
    splits: list[Split] = field(default_factory=list[Split])
    disputes: dict[str, Dispute] = field(default_factory=dict[str, Dispute])
    isrcs: dict[str, str] = field(default_factory=dict[str, str])
    named_by: dict[str, str] = field(default_factory=dict[str, str])
    shelf: dict[tuple[str, str], ShelfEntry] = field(default_factory=dict[tuple[str, str], ShelfEntry])
    choices: list[Chosen] = field(default_factory=list[Chosen])
    quarantines: dict[str, Quarantine] = field(default_factory=dict[str, Quarantine])
    credentials: dict[str, Credential] = field(default_factory=dict[str, Credential])
    declared: dict[str, Declared] = field(default_factory=dict[str, Declared])
    manifests: dict[str, KeptManifest] = field(default_factory=dict[str, KeptManifest])
    stems: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    no_veto: set[str] = field(default_factory=set[str])
    analyses: dict[tuple[str, str], Analysis] = field(default_factory=dict[tuple[str, str], Analysis])
    feels: dict[tuple[str, str], Embedding] = field(default_factory=dict[tuple[str, str], Embedding])
    fingerprints: dict[str, KeptFingerprint] = field(default_factory=dict[str, KeptFingerprint])
    consents: dict[str, Consent] = field(default_factory=dict[str, Consent])
    holds: dict[str, Hold] = field(default_factory=dict[str, Hold])
    endings: dict[str, Ending] = field(default_factory=dict[str, Ending])
    approvals: dict[str, Approval] = field(default_factory=dict[str, Approval])
    decisions: dict[str, Decision] = field(default_factory=dict[str, Decision])
    wishes: dict[tuple[str, str, str, str], Wish] = field(default_factory=dict[tuple[str, str, str, str], Wish])
    terms: dict[str, Terms] = field(default_factory=dict[str, Terms])
    epoch: int = 0
    remixes: dict[str, Remix] = field(default_factory=dict[str, Remix])
    marks: dict[int, str] = field(default_factory=dict[int, str])
    pressings: dict[tuple[str, str], Rendition] = field(default_factory=dict[tuple[str, str], Rendition])
    plays: dict[str, Play] = field(default_factory=dict[str, Play])
    counts_at: dict[str, datetime] = field(default_factory=dict[str, datetime])
    streamed: list[Served] = field(default_factory=list[Served])
    bookings: dict[str, Booking] = field(default_factory=dict[str, Booking])
    settlements: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    prompts: dict[str, RefusedPrompt] = field(default_factory=dict[str, RefusedPrompt])
    audit: list[AuditEntry] = field(default_factory=list[AuditEntry])
    keys: dict[str, KeptKey] = field(default_factory=dict[str, KeptKey])
    people: dict[str, KeptAccount] = field(default_factory=dict[str, KeptAccount])
    memberships: dict[str, Membership] = field(default_factory=dict[str, Membership])
    sessions: dict[str, KeptSession] = field(default_factory=dict[str, KeptSession])
    links: dict[str, KeptLink] = field(default_factory=dict[str, KeptLink])
    passkeys: dict[str, Passkey] = field(default_factory=dict[str, Passkey])
    identities: dict[tuple[str, str], Identity] = field(default_factory=dict[tuple[str, str], Identity])
    ceremonies: dict[str, Ceremony] = field(default_factory=dict[str, Ceremony])
    requests: dict[tuple[str, str], KeptRequest] = field(default_factory=dict[tuple[str, str], KeptRequest])

    def copy(self) -> Kept:
        return Kept(**{name: copy.copy(value) for name, value in vars(self).items()})


def page_by_id(found: Mapping[str, T], after: str | None, limit: int) -> Page[T]:
    """In order of their ids."""
    return _page(
        [pair for pair in sorted(found.items(), key=lambda pair: pair[0]) if after is None or pair[0] > after],
        limit,
        str,
    )


def page_by_number(found: Iterable[tuple[int, T]], after: str | None, limit: int) -> Page[T]:
    """In the order of their numbers, which begin with 1."""
    start = read_number(after)
    return _page([pair for pair in sorted(found, key=lambda pair: pair[0]) if pair[0] > start], limit, str)


def page_of_newest(found: Iterable[tuple[Newest, T]], after: str | None, limit: int) -> Page[T]:
    """Newest first."""
    last = None if after is None else Newest.parse(after)
    return _page(
        [pair for pair in sorted(found, key=lambda pair: pair[0], reverse=True) if last is None or pair[0] < last],
        limit,
        str,
    )


def _page(found: list[tuple[K, T]], limit: int, cursor: Callable[[K], str]) -> Page[T]:
    return cut(found, page_size(limit), lambda pair: cursor(pair[0])).map(lambda pair: pair[1])
