"""Remix records in memory: finished remixes, their marks, and the formats they were pressed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from remixlab.domain.audit import Acts
from remixlab.domain.errors import AlreadyPublished, ConsentWithdrawn, RemixNotFound
from remixlab.domain.ids import mark_id
from remixlab.domain.page import Newest, Page
from remixlab.domain.remix import PayLine, Remix, Rendition, without_words
from remixlab.domain.rights import Consent, Decision
from remixlab.rights import decide
from remixlab.testing.records.kept import Kept, page_of_newest
from remixlab.testing.records.rights import MemoryRights


class MemoryRemixes:
    def __init__(self, kept: Kept, acts: Acts, rights: MemoryRights) -> None:
        self.kept = kept
        self._acts = acts
        self._rights = rights

    def find_remix(self, remix_id: str) -> Remix | None:
        return self.kept.remixes.get(remix_id)

    def remix(self, remix_id: str) -> Remix:
        if remix_id not in self.kept.remixes:
            raise RemixNotFound(f"there is no remix '{remix_id}'")
        return self.kept.remixes[remix_id]

    def remixes(
        self,
        after: str | None = None,
        limit: int = 100,
        *,
        source_id: str | None = None,
        seen_by: str | None = None,
        made_by: str | None = None,
    ) -> Page[Remix]:
        found = (r for r in self.kept.remixes.values() if source_id in (None, r.source_id, *r.licensed_from))
        found = (r for r in found if made_by in (None, r.listener))
        seen = (r for r in found if seen_by in (None, r.listener) or (r.share, r.state) == ("public", "published"))
        return page_of_newest(((Newest(r.created_at, r.remix_id), r) for r in seen), after, limit)

    def titles(self, remix_ids: Iterable[str]) -> Mapping[str, str]:
        return {remix: self.kept.remixes[remix].title for remix in sorted(set(remix_ids)) if remix in self.kept.remixes}

    def remix_of_mark(self, mark: int) -> str | None:
        return self.kept.marks.get(mark)

    def rendition(self, remix_id: str, suffix: str) -> Rendition | None:
        return self.kept.pressings.get((remix_id, suffix))

    def rendition_of_file(self, file_sha256: str) -> Rendition | None:
        return next((p for p in self.kept.pressings.values() if p.file_sha256 == file_sha256), None)

    def made_on(self, listener: str, day: datetime) -> int:
        start = day.replace(hour=0, minute=0, second=0, microsecond=0)
        own = (r.created_at for r in self.kept.remixes.values() if r.listener == listener)
        return sum(start <= made < start + timedelta(days=1) for made in own)

    def made_under(
        self, listener: str, day: datetime, consents: Iterable[Consent], *, but: str | None = None
    ) -> Mapping[str, int]:
        start = day.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        own = [
            r
            for r in self.kept.remixes.values()
            if r.listener == listener and start <= r.created_at < start + timedelta(days=1) and r.remix_id != but
        ]
        return {
            c.consent_id: sum(
                bool({r.source_id, *r.licensed_from} & self._rights.recordings_about(c.subject_kind, c.subject))
                for r in own
            )
            for c in consents
        }

    def files_of(self, remix_ids: Iterable[str]) -> frozenset[str]:
        ids = set(remix_ids)
        mine = {self.kept.remixes[one].audio_sha256 for one in ids}
        mine |= {p.file_sha256 for (remix, _), p in self.kept.pressings.items() if remix in ids}
        up = {r.audio_sha256 for r in self.kept.remixes.values() if r.state != "withdrawn" and r.remix_id not in ids}
        return frozenset(mine - up)

    def reserve_mark(self, remix_id: str) -> int:
        kept = next((mark for mark, remix in self.kept.marks.items() if remix == remix_id), None)
        if kept is not None:
            return kept
        attempt = 0
        while self.kept.marks.setdefault(mark_id(remix_id, attempt), remix_id) != remix_id:
            attempt += 1
        return mark_id(remix_id, attempt)

    def publish(self, remix: Remix, decision: Decision, *, now: datetime) -> Remix:
        self._within_quotas(decision, remix)
        self._recheck(decision, now)
        self._rights.record_decision(decision)
        kept = self.kept.remixes.get(remix.remix_id)
        if kept is not None:
            if (kept.audio_sha256, kept.plan_digest) != (remix.audio_sha256, remix.plan_digest):
                raise AlreadyPublished("another remix has this id already")
            return kept
        if self.kept.marks.setdefault(remix.seal.mark_id, remix.remix_id) != remix.remix_id:
            raise AlreadyPublished("another remix carries this mark already")
        self.kept.remixes[remix.remix_id] = remix
        self._acts.did("a remix")
        return remix

    def keep_rendition(self, rendition: Rendition) -> Rendition:
        self.remix(rendition.remix_id)
        return self.kept.pressings.setdefault((rendition.remix_id, rendition.suffix), rendition)

    def set_remix_state(
        self,
        remix_id: str,
        *,
        share: str,
        state: str,
        pays: Iterable[PayLine] | None = None,
        decision_id: str | None = None,
    ) -> Remix:
        kept = self.remix(remix_id)
        if kept.state == "withdrawn" and state != "withdrawn":
            raise ConsentWithdrawn("this remix was withdrawn with the song that it is made from")
        changed = {"share": share, "state": state} | ({} if pays is None else {"pays": tuple(pays)})
        changed |= {"decision_id": decision_id or kept.decision_id}
        self.kept.remixes[remix_id] = Remix.model_validate({**kept.model_dump(), **changed})
        self._acts.did("a remix's state")
        return self.kept.remixes[remix_id]

    def erase_remix(self, remix_id: str) -> Remix:
        self.kept.remixes[remix_id] = without_words(self.remix(remix_id))
        self._acts.did("the end of a remix")
        return self.kept.remixes[remix_id]

    def _within_quotas(self, decision: Decision, remix: Remix) -> None:
        terms = self._rights.terms({use.recording for use in decision.uses}, decision.request.listener)
        counted = [c for c in terms.consents if c.consent_id in decision.consent_ids and c.counts_derivatives]
        if not counted or remix.remix_id in self.kept.remixes:
            return
        made = self.made_under(remix.listener, remix.created_at, counted, but=remix.remix_id)
        request = decision.request.model_copy(update={"made": {**decision.request.made, **made}})
        again = decide(frozenset(decision.uses), decision.reach, terms, request)
        if not again.allowed:
            raise ConsentWithdrawn(again.reasons[0].message)

    def _recheck(self, decision: Decision, now: datetime) -> None:
        if not decision.allowed and decision.epoch == self.kept.epoch:
            raise ConsentWithdrawn("this was never allowed, so it cannot be published")
        terms = self._rights.terms({use.recording for use in decision.uses}, decision.request.listener)
        asked = decision.request.model_copy(update={"at": now})
        again = decide(frozenset(decision.uses), decision.reach, terms, asked)
        if not again.allowed:
            raise ConsentWithdrawn(again.reasons[0].message)
        if decision.epoch != self.kept.epoch:
            self._rights.record_decision(again)
