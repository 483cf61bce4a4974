"""A registry in memory: for tests of use cases. It passes the same suite as the real one."""

from __future__ import annotations

import copy
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.errors import (
    AlreadyPublished,
    Conflict,
    ConsentWithdrawn,
    DecisionNotFound,
    InvalidIdentifier,
    LedgerConflict,
    NotFound,
    PartyNotFound,
    RecordingNotFound,
    RemixNotFound,
)
from remixlab.domain.ids import ISRC, mark_id
from remixlab.domain.ledger import Booking, Play
from remixlab.domain.money import Money
from remixlab.domain.music import Analysis, Feel
from remixlab.domain.remix import PayLine, Pressing, Remix
from remixlab.domain.rights import (
    UNCLAIMED,
    WHOLE_PPM,
    Approval,
    Asset,
    Consent,
    Decision,
    Hold,
    Party,
    Recording,
    Right,
    Share,
    Terms,
    Work,
    checked_shares,
)
from remixlab.domain.settlement import Facts, Settlement
from remixlab.rights import decide
from remixlab.royalties import split


@dataclass
class _Kept:
    """Everything on record; copied when a transaction begins, so that a failed one leaves no trace."""

    parties: dict[str, Party] = field(default_factory=dict[str, Party])
    works: dict[str, Work] = field(default_factory=dict[str, Work])
    recordings: dict[str, Recording] = field(default_factory=dict[str, Recording])
    shares: dict[tuple[str, Right], tuple[Share, ...]] = field(default_factory=dict[tuple[str, Right], tuple[Share, ...]])
    stems: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    analyses: dict[tuple[str, str], Analysis] = field(default_factory=dict[tuple[str, str], Analysis])
    feels: dict[tuple[str, str], Feel] = field(default_factory=dict[tuple[str, str], Feel])
    fingerprints: dict[str, str] = field(default_factory=dict[str, str])
    consents: dict[str, Consent] = field(default_factory=dict[str, Consent])
    holds: dict[str, Hold] = field(default_factory=dict[str, Hold])
    approvals: dict[str, Approval] = field(default_factory=dict[str, Approval])
    decisions: dict[str, Decision] = field(default_factory=dict[str, Decision])
    remixes: dict[str, Remix] = field(default_factory=dict[str, Remix])
    marks: dict[int, str] = field(default_factory=dict[int, str])
    plays: dict[str, Play] = field(default_factory=dict[str, Play])
    bookings: dict[str, Booking] = field(default_factory=dict[str, Booking])
    settlements: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    pressings: dict[tuple[str, str], Pressing] = field(default_factory=dict[tuple[str, str], Pressing])
    no_veto: set[str] = field(default_factory=set[str])
    wishes: dict[str, RefusedPrompt] = field(default_factory=dict[str, RefusedPrompt])
    epoch: int = 0


class MemoryRegistry:
    """Keeps everything in dictionaries. Law: a block that raises leaves nothing behind."""

    def __init__(self) -> None:
        self._kept = _Kept()

    @contextmanager
    def read(self) -> Generator[MemoryShelf]:
        yield MemoryShelf(self._kept)

    @contextmanager
    def write(self) -> Generator[MemoryShelf]:
        draft = _Kept(**{name: copy.copy(value) for name, value in vars(self._kept).items()})
        yield MemoryShelf(draft)
        self._kept = draft


class _Catalogue:
    def __init__(self, kept: _Kept) -> None:
        self.kept = kept

    def find_recording(self, reference: str) -> Recording | None:
        isrc = _isrc(reference)
        named = (r for _, r in sorted(self.kept.recordings.items()))
        return next((r for r in named if reference in (r.recording_id, r.sha256) or (isrc and r.isrc == isrc)), None)

    def recording(self, reference: str) -> Recording:
        found = self.find_recording(reference)
        if found is None:
            raise RecordingNotFound(f"there is no recording '{reference}'")
        return found

    def recordings(self, after: str | None = None, limit: int = 100) -> Sequence[Recording]:
        return [r for number, r in sorted(self.kept.recordings.items()) if after is None or number > after][:limit]

    def party(self, reference: str) -> Party:
        by_name = (p for p in self.parties() if p.name.casefold().split() == reference.casefold().split())
        found = self.kept.parties.get(reference) or next(by_name, None)
        if found is None:
            raise PartyNotFound(f"nobody is known here as '{reference}'")
        return found

    def parties(self) -> Sequence[Party]:
        return [party for _, party in sorted(self.kept.parties.items())]

    def works(self) -> Sequence[Work]:
        return [work for _, work in sorted(self.kept.works.items())]

    def shares(self, recording_id: str) -> tuple[Share, ...]:
        own = tuple(s for right in Right for s in self.kept.shares.get((recording_id, right), ()))
        works = self.kept.recordings[recording_id].work_ids if recording_id in self.kept.recordings else ()
        if not works:
            return own
        owned: dict[str, int] = {UNCLAIMED: 0}
        for work, part in split(WHOLE_PPM, dict.fromkeys(works, 1)).items():
            held = {s.party_id: s.ppm for s in self.kept.shares.get((work, Right.PUBLISHING), ())} or {UNCLAIMED: WHOLE_PPM}
            for party, ppm in split(part, held).items():
                owned[party] = owned.get(party, 0) + ppm
        return (*own, *checked_shares(Share(party_id=p, right=Right.PUBLISHING, ppm=ppm) for p, ppm in owned.items()))

    def stems_of(self, recording_id: str) -> Mapping[str, str]:
        return self.kept.stems.get(recording_id, {})

    def add_party(self, party: Party) -> None:
        self.kept.parties[party.party_id] = party

    def add_work(self, work: Work, shares: Iterable[Share] = ()) -> None:
        self.kept.works[work.work_id] = work
        self._set_shares(work.work_id, shares)

    def add_recording(self, recording: Recording, shares: Iterable[Share] = (), stems: Mapping[str, str] | None = None) -> None:
        for known, ids, what in ((self.kept.works, recording.work_ids, "works"), (self.kept.parties, recording.voice_ids, "parties")):
            if any(number not in known for number in ids):
                raise NotFound(f"the recording names {what} that are not known", code=f"{what}.not_found")
        self.kept.recordings[recording.recording_id] = recording
        self._set_shares(recording.recording_id, shares)
        self.kept.stems[recording.recording_id] = {**self.stems_of(recording.recording_id), **(stems or {})}

    def _set_shares(self, asset: str, shares: Iterable[Share]) -> None:
        complete = checked_shares(shares)
        for right in dict.fromkeys(share.right for share in complete):
            self.kept.shares[asset, right] = tuple(share for share in complete if share.right == right)

    def analysis(self, sha256: str, listener: str) -> Analysis | None:
        return self.kept.analyses.get((sha256, listener))

    def keep_analysis(self, sha256: str, listener: str, analysis: Analysis) -> None:
        self.kept.analyses[sha256, listener] = analysis

    def feel(self, sha256: str, ear: str) -> Feel | None:
        return self.kept.feels.get((sha256, ear))

    def feels(self, ear: str) -> Mapping[str, Feel]:
        return {sha256: feel for (sha256, heard_by), feel in self.kept.feels.items() if heard_by == ear}

    def keep_feel(self, sha256: str, feel: Feel) -> None:
        self.kept.feels[sha256, feel.ear] = feel

    def fingerprints(self) -> Mapping[str, str]:
        return self.kept.fingerprints

    def keep_fingerprint(self, recording_id: str, blob_sha256: str) -> None:
        self.kept.fingerprints[recording_id] = blob_sha256


class _Rights(_Catalogue):
    def epoch(self) -> int:
        return self.kept.epoch

    def terms(self, recording_ids: Iterable[str], listener: str | None = None) -> Terms:
        known = [self.kept.recordings[r] for r in sorted(set(recording_ids)) if r in self.kept.recordings]
        assets = tuple(Asset.of(r, self.shares(r.recording_id), artist_veto=r.label_id not in self.kept.no_veto) for r in known)
        subjects = {s for r in known for s in _subjects(r, self.shares(r.recording_id))}
        consents = tuple(c for _, c in sorted(self.kept.consents.items()) if (c.subject_kind, c.subject) in subjects)
        holds = tuple(h for _, h in sorted(self.kept.holds.items()) if (h.subject_kind, h.subject) in subjects)
        asking = {c.consent_id for c in consents if c.constraints.approval_required}
        named = {c.party_id for c in consents} | {subject for kind, subject in subjects if kind == "party-default"}
        return Terms(
            assets=assets,
            consents=consents,
            holds=holds,
            approvals=tuple(x for x in self.approvals() if x.consent_id in asking and listener in (None, x.listener)),
            names={p: self.kept.parties[p].name for p in sorted(named) if p in self.kept.parties},
            epoch=self.kept.epoch,
        )

    def consents(self) -> Sequence[Consent]:
        return [consent for _, consent in sorted(self.kept.consents.items())]

    def approvals(self, status: str | None = None) -> Sequence[Approval]:
        return [x for _, x in sorted(self.kept.approvals.items()) if status in (None, x.status)]

    def decision(self, decision_id: str) -> Decision:
        if decision_id not in self.kept.decisions:
            raise DecisionNotFound(f"there is no decision '{decision_id}'")
        return self.kept.decisions[decision_id]

    def set_consent(self, consent: Consent) -> None:
        kept = self.kept.consents.get(consent.consent_id)
        if kept is None:
            self.kept.consents[consent.consent_id] = consent
            self.kept.epoch += 1
        elif kept.model_copy(update={"withdrawn_at": consent.withdrawn_at}) != consent:
            raise Conflict("another consent has this id already", code="consent.exists")

    def withdraw_consent(self, consent_id: str, at: datetime) -> int:
        kept = self.kept.consents.get(consent_id)
        if kept is None:
            raise NotFound(f"there is no consent '{consent_id}'", code="consent.not_found")
        if kept.withdrawn_at is None:
            self.kept.consents[consent_id] = kept.model_copy(update={"withdrawn_at": at})
            self.kept.epoch += 1
        return self.kept.epoch

    def withdraw(self, hold: Hold) -> int:
        if hold.hold_id not in self.kept.holds:
            self.kept.holds[hold.hold_id] = hold
            self.kept.epoch += 1
            for remix in list(self.kept.remixes.values()):
                if hold.kind != "dispute" and self._under(hold) & {remix.source_id, *remix.licensed_from}:
                    self.kept.remixes[remix.remix_id] = remix.model_copy(update={"state": "withdrawn"})
        return self.kept.epoch

    def set_artist_veto(self, label_id: str, veto: bool) -> int:
        label = self.party(label_id).party_id
        if veto == (label in self.kept.no_veto):
            (self.kept.no_veto.discard if veto else self.kept.no_veto.add)(label)
            self.kept.epoch += 1
        return self.kept.epoch

    def record_decision(self, decision: Decision) -> None:
        self.kept.decisions.setdefault(decision.decision_id, decision)

    def request_approval(self, approval: Approval) -> None:
        self.kept.approvals.setdefault(approval.approval_id, approval)

    def answer_approval(self, approval_id: str, *, approved: bool, by: str, at: datetime) -> Approval:
        kept = self.kept.approvals.get(approval_id)
        if kept is None:
            raise NotFound(f"there is no request '{approval_id}'", code="approval.not_found")
        status = "approved" if approved else "refused"
        if kept.status not in ("pending", status):
            raise Conflict(f"this request was {kept.status} before", code="approval.answered")
        if kept.status == "pending":
            self.kept.approvals[approval_id] = kept.model_copy(update={"status": status, "decided_by": by})
            self.kept.epoch += 1
        return self.kept.approvals[approval_id]

    def _under(self, hold: Hold) -> set[str]:
        subject = (hold.subject_kind, hold.subject)
        return {r.recording_id for r in self.kept.recordings.values() if subject in _subjects(r, self.shares(r.recording_id))}


class _Remixes(_Rights):
    def find_remix(self, remix_id: str) -> Remix | None:
        return self.kept.remixes.get(remix_id)

    def remix(self, remix_id: str) -> Remix:
        if remix_id not in self.kept.remixes:
            raise RemixNotFound(f"there is no remix '{remix_id}'")
        return self.kept.remixes[remix_id]

    def remixes(self, *, source_id: str | None = None, listener: str | None = None, public: bool | None = None) -> Sequence[Remix]:
        found = sorted(self.kept.remixes.values(), key=lambda r: r.remix_id)
        found.sort(key=lambda r: r.created_at, reverse=True)
        return [
            r
            for r in found
            if source_id in (None, r.source_id, *r.licensed_from)
            and listener in (None, r.listener)
            and public in (None, (r.share, r.state) == ("public", "published"))
        ]

    def remix_of_mark(self, mark: int) -> str | None:
        return self.kept.marks.get(mark)

    def pressing(self, remix_id: str, suffix: str) -> Pressing | None:
        return self.kept.pressings.get((remix_id, suffix))

    def pressing_of_file(self, file_sha256: str) -> Pressing | None:
        return next((p for p in self.kept.pressings.values() if p.file_sha256 == file_sha256), None)

    def keep_pressing(self, pressing: Pressing) -> Pressing:
        self.remix(pressing.remix_id)
        return self.kept.pressings.setdefault((pressing.remix_id, pressing.suffix), pressing)

    def made_on(self, listener: str, day: datetime) -> int:
        start = day.replace(hour=0, minute=0, second=0, microsecond=0)
        own = (r.created_at for r in self.kept.remixes.values() if r.listener == listener)
        return sum(start <= made < start + timedelta(days=1) for made in own)

    def reserve_mark(self, remix_id: str) -> int:
        attempt = 0
        while self.kept.marks.setdefault(mark_id(remix_id, attempt), remix_id) != remix_id:
            attempt += 1
        return mark_id(remix_id, attempt)

    def publish(self, remix: Remix, decision: Decision) -> Remix:
        terms = self.terms({use.recording for use in decision.uses})
        if not decision.allowed or not decide(frozenset(decision.uses), decision.reach, terms, decision.request).allowed:
            again = decide(frozenset(decision.uses), decision.reach, terms, decision.request)
            raise ConsentWithdrawn(again.reasons[0].message if again.reasons else "this was never allowed")
        self.record_decision(decision)
        kept = self.kept.remixes.get(remix.remix_id)
        if kept is not None:
            if (kept.audio_sha256, kept.plan_digest) != (remix.audio_sha256, remix.plan_digest):
                raise AlreadyPublished("another remix has this id already")
            return kept
        if self.kept.marks.setdefault(remix.seal.mark_id, remix.remix_id) != remix.remix_id:
            raise AlreadyPublished("another remix carries this mark already")
        self.kept.remixes[remix.remix_id] = remix
        return remix

    def set_remix_state(self, remix_id: str, *, share: str, state: str, pays: Iterable[PayLine] | None = None) -> Remix:
        kept = self.remix(remix_id)
        if kept.state == "withdrawn" and state != "withdrawn":
            raise ConsentWithdrawn("this remix was withdrawn with the song that it is made from")
        changed = {"share": share, "state": state} | ({} if pays is None else {"pays": tuple(pays)})
        self.kept.remixes[remix_id] = Remix.model_validate({**kept.model_dump(), **changed})
        return self.kept.remixes[remix_id]


class MemoryShelf(_Remixes):
    """One view or one transaction, as `domain.ports.WriteShelf` promises it."""

    def record_refused_wish(self, wish: RefusedPrompt) -> None:
        self.kept.wishes.setdefault(wish.wish_id, wish)
        self.forget_wishes(wish.at)

    def forget_wishes(self, at: datetime) -> None:
        for key, wish in self.kept.wishes.items():
            if wish.forget_at <= at:
                self.kept.wishes[key] = wish.model_copy(update={"words": None})

    def refused_wishes(self, listener: str | None = None) -> Sequence[RefusedPrompt]:
        found = [w for w in self.kept.wishes.values() if listener in (None, w.listener)]
        return sorted(sorted(found, key=lambda w: w.wish_id), key=lambda w: w.at, reverse=True)

    def record_play(self, play: Play) -> bool:
        new = play.play_id not in self.kept.plays
        self.kept.plays.setdefault(play.play_id, play)
        return new

    def plays(self, since: datetime, until: datetime) -> Iterator[Play]:
        within = (p for p in self.kept.plays.values() if since <= p.at < until)
        return iter(sorted(within, key=lambda p: (p.at, p.play_id)))

    def facts(self, since: datetime, until: datetime) -> Mapping[str, Facts]:
        played = {p.remix_id for p in self.plays(since, until)}
        return {number: self._facts(self.kept.remixes[number], until) for number in sorted(played & set(self.kept.remixes))}

    def _facts(self, remix: Remix, until: datetime) -> Facts:
        sources = {remix.source_id, *remix.licensed_from}
        holds = [h for h in self.kept.holds.values() if h.since < until and self._under(h) & sources]
        stopped = [h.since for h in holds if h.kind != "dispute"]
        if remix.state == "withdrawn" and not stopped:
            stopped = [remix.created_at]
        disputed = any(h.kind == "dispute" and (h.until is None or until <= h.until) for h in holds)
        return Facts(remix.remix_id, remix.listener, min(stopped, default=None), disputed, remix.pays)

    def balance(self, account: str, currency: str = "EUR") -> Money:
        return self.balances(currency).get(account, Money.of(0, currency))

    def balances(self, currency: str = "EUR") -> Mapping[str, Money]:
        sums: dict[str, int] = {}
        for booking in self.kept.bookings.values():
            for account, micro in booking.entries if booking.currency == currency else ():
                sums[account] = sums.get(account, 0) + micro
        return {account: Money.of(micro, currency) for account, micro in sorted(sums.items())}

    def bookings(self, account: str | None = None) -> Sequence[Booking]:
        return [b for b in self.kept.bookings.values() if account is None or any(e.account == account for e in b.entries)]

    def book(self, booking: Booking) -> bool:
        new = booking.key not in self.kept.bookings
        if self.kept.bookings.setdefault(booking.key, booking) != booking:
            raise LedgerConflict(f"another booking has the key '{booking.key}'")
        return new

    def keep_settlement(self, settlement: Settlement, evidence: str) -> bool:
        key = (settlement.period, settlement.pool)
        new = key not in self.kept.settlements
        if self.kept.settlements.setdefault(key, evidence) != evidence:
            raise LedgerConflict(f"{settlement.period} is settled already, on other plays")
        return new

    def settlement(self, period: str, pool: str) -> str | None:
        return self.kept.settlements.get((period, pool))

    def settlements(self, period: str) -> Mapping[str, str]:
        return {pool: evidence for (month, pool), evidence in sorted(self.kept.settlements.items()) if month == period}


def _subjects(recording: Recording, shares: Iterable[Share]) -> set[tuple[str, str]]:
    holders = {s.party_id for s in shares if s.right != Right.LIKENESS and not s.party_id.startswith("suspense:")}
    people = {p for p in (recording.artist_id, recording.label_id, *recording.voice_ids, *holders) if p}
    named = {("recording", recording.recording_id), ("release", recording.release or ""), ("label", recording.label_id or "")}
    named |= {("work", work) for work in recording.work_ids}
    return named | {(kind, person) for person in people for kind in ("artist", "party-default")}


def _isrc(reference: str) -> str | None:
    try:
        return str(ISRC.parse(reference))
    except InvalidIdentifier:
        return None
