"""The registry: one consistent view, or one transaction (unit of work)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from remixlab.domain.appeals import RefusedWish
from remixlab.domain.ledger import Booking, Play
from remixlab.domain.money import Money
from remixlab.domain.music import Analysis, Feel
from remixlab.domain.remix import Pressing, Remix
from remixlab.domain.rights import Approval, Consent, Decision, Hold, Party, Recording, Share, Terms, Work
from remixlab.domain.settlement import Facts, Pool, Settlement


class ReadTransaction(Protocol):
    """One consistent view of the registry."""

    def recording(self, reference: str) -> Recording:
        """By id, ISRC (bare or `isrc:`) or file digest. Raises: RecordingNotFound."""
        ...

    def find_recording(self, reference: str) -> Recording | None: ...

    def recordings(self, after: str | None = None, limit: int = 100) -> Sequence[Recording]: ...

    def party(self, reference: str) -> Party:
        """By id or exact name. Raises: PartyNotFound."""
        ...

    def parties(self) -> Sequence[Party]: ...

    def works(self) -> Sequence[Work]: ...

    def shares(self, recording_id: str) -> tuple[Share, ...]:
        """Of the master, of its works (publishing) and of the voices heard; each right sums to 1 000 000."""
        ...

    def stems_of(self, recording_id: str) -> Mapping[str, str]:
        """Stem name to blob digest, of the stems that the owner delivered; empty when none were."""
        ...

    def terms(self, recording_ids: Iterable[str]) -> Terms: ...

    def consents(self) -> Sequence[Consent]: ...

    def epoch(self) -> int: ...

    def analysis(self, sha256: str, listener: str) -> Analysis | None: ...

    def feel(self, sha256: str, ear: str) -> Feel | None: ...

    def feels(self, ear: str) -> Mapping[str, Feel]:
        """File digest to what it felt like, of every file that this ear heard."""
        ...

    def fingerprints(self) -> Mapping[str, str]:
        """Recording id to the blob digest of its fingerprint."""
        ...

    def decision(self, decision_id: str) -> Decision:
        """Raises: DecisionNotFound."""
        ...

    def approvals(self, status: str | None = None) -> Sequence[Approval]: ...

    def remix(self, remix_id: str) -> Remix:
        """Raises: RemixNotFound."""
        ...

    def find_remix(self, remix_id: str) -> Remix | None: ...

    def remixes(self, *, source_id: str | None = None, listener: str | None = None, public: bool | None = None) -> Sequence[Remix]: ...

    def remix_of_mark(self, mark: int) -> str | None: ...

    def pressing(self, remix_id: str, suffix: str) -> Pressing | None: ...

    def pressing_of_file(self, file_sha256: str) -> Pressing | None:
        """What a file was pressed as, by its very bytes."""
        ...

    def refused_wishes(self, listener: str | None = None) -> Sequence[RefusedWish]:
        """Newest first; of one listener when named."""
        ...

    def made_on(self, listener: str, day: datetime) -> int:
        """How many remixes this listener made on that UTC day."""
        ...

    def balance(self, account: str, currency: str = "EUR") -> Money:
        """What an account holds; accounts are named by `domain.ledger.party_account`."""
        ...

    def balances(self, currency: str = "EUR") -> Mapping[str, Money]:
        """Every account that was booked to. Law: they sum to zero."""
        ...

    def bookings(self, account: str | None = None) -> Sequence[Booking]:
        """In the order they were made; of one account when it is named."""
        ...

    def plays(self, since: datetime, until: datetime) -> Iterator[Play]:
        """By time and id; the end is not part of it."""
        ...

    def facts(self, since: datetime, until: datetime) -> Mapping[str, Facts]:
        """What a settlement must know of every remix that was played in a span of time."""
        ...

    def settlement(self, period: str, pool: str) -> str | None:
        """The blob that a settled period rests on (a `Settlement` as JSON); None when it is not settled."""
        ...

    def settlements(self, period: str) -> Mapping[str, str]:
        """The settled pools of a period with the blobs they rest on."""
        ...


class WriteTransaction(ReadTransaction, Protocol):
    """One transaction: everything written together, or nothing."""

    def add_party(self, party: Party) -> None: ...

    def add_work(self, work: Work, shares: Iterable[Share] = ()) -> None: ...

    def add_recording(self, recording: Recording, shares: Iterable[Share] = (), stems: Mapping[str, str] | None = None) -> None: ...

    def keep_analysis(self, sha256: str, listener: str, analysis: Analysis) -> None: ...

    def keep_feel(self, sha256: str, feel: Feel) -> None: ...

    def keep_fingerprint(self, recording_id: str, blob_sha256: str) -> None: ...

    def set_consent(self, consent: Consent) -> None: ...

    def withdraw(self, hold: Hold) -> int:
        """Stop every use of a subject; the new consent epoch. Remixes that rest on it are withdrawn."""
        ...

    def record_decision(self, decision: Decision) -> None:
        """Append to the hash chain; the same decision twice is one entry."""
        ...

    def request_approval(self, approval: Approval) -> None: ...

    def answer_approval(self, approval_id: str, *, approved: bool, by: str, at: datetime) -> Approval: ...

    def reserve_mark(self, remix_id: str) -> int:
        """A mark id that no other remix has; the same for the same remix."""
        ...

    def publish(self, remix: Remix, decision: Decision) -> Remix:
        """Keep a finished remix with its decision, seal and the accounts it will pay.

        Raises: ConsentWithdrawn when the consent epoch moved and no longer allows it.
        """
        ...

    def keep_pressing(self, pressing: Pressing) -> Pressing:
        """Keep a remix in a format; the one that was kept first stands."""
        ...

    def set_artist_veto(self, label_id: str, veto: bool) -> int:
        """Whether, for a label's recordings, an artist's own no outweighs its yes; the consent epoch. Raises: PartyNotFound."""
        ...

    def record_refused_wish(self, wish: RefusedWish) -> None:
        """Keep a refused wish for appeal, and forget the words of those whose time has come."""
        ...

    def forget_wishes(self, at: datetime) -> None: ...

    def record_play(self, play: Play) -> bool:
        """Whether it was counted; a play reported before is not counted again."""
        ...

    def book(self, booking: Booking) -> bool:
        """Post a booking for good; whether it is new. Raises: LedgerConflict when another booking has its key."""
        ...

    def keep_settlement(self, settlement: Settlement, evidence: str) -> bool:
        """Remember that a pool's period is settled, on which evidence; whether it is new."""
        ...

    def withdraw_consent(self, consent_id: str, at: datetime) -> int:
        """Take one consent back; the new consent epoch. Raises: NotFound."""
        ...

    def set_remix_state(self, remix_id: str, *, share: str, state: str, pays: Iterable[Any] | None = None) -> Remix: ...


class Settler(Protocol):
    """Divides a period's pool. Law: equal to `royalties.settle`, to the last micro-unit and byte."""

    def __call__(self, period: str, plays: Iterable[Play], pool: Pool, facts: Mapping[str, Facts]) -> Settlement: ...


class Registry(Protocol):
    """The registry, opened for one consistent view or for one transaction."""

    def read(self) -> AbstractContextManager[ReadTransaction]: ...

    def write(self) -> AbstractContextManager[WriteTransaction]: ...
