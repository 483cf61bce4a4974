"""Words with what became of them, in memory."""

from __future__ import annotations

from remixlab.domain.audit import Acts
from remixlab.domain.errors import ConsentNotFound, HoldNotFound
from remixlab.domain.rights import Consent, Ending, Hold, SubjectKind, with_endings, with_lift
from remixlab.testing.records.kept import Kept
from remixlab.testing.records.shares import MemoryShares


class MemoryEndings:
    def __init__(self, kept: Kept, acts: Acts) -> None:
        self.kept = kept
        self._acts = acts

    def consent(self, consent_id: str) -> Consent:
        if consent_id not in self.kept.consents:
            raise ConsentNotFound(f"there is no consent '{consent_id}'")
        return self._with_endings(self.kept.consents[consent_id])

    def hold(self, hold_id: str) -> Hold:
        if hold_id not in self.kept.holds:
            raise HoldNotFound(f"there is no hold '{hold_id}'")
        return with_lift(self.kept.holds[hold_id], self._endings_of(hold_id))

    def said_before(self, consent: Consent) -> tuple[Consent, ...]:
        found = (c for _, c in sorted(self.kept.consents.items()) if c.about == consent.about)
        return tuple(self._with_endings(c) for c in found if c.consent_id != consent.consent_id)

    def replaced_by(self, consent_id: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        newest = [consent_id]
        while newest:
            ended = sorted(e.ended for e in self.kept.endings.values() if e.replaced_by in newest)
            newest = [one for one in ended if one not in found and one != consent_id]
            found |= dict.fromkeys(newest)
        return tuple(found)

    def _endings_of(self, ended: str) -> list[Ending]:
        return [ending for ending in self.kept.endings.values() if ending.ended == ended]

    def _with_endings(self, consent: Consent) -> Consent:
        found = self._endings_of(consent.consent_id)
        return with_endings(consent, found) if found else consent

    def end(self, ending: Ending) -> int:
        if ending.ending_id not in self.kept.endings:
            self.kept.endings[ending.ending_id] = ending
            self._changed("a word's end")
            if ending.takes_down:
                self._take_down(self.consent(ending.ended), ending)
        return self.kept.epoch

    def resting_on(self, consent_id: str) -> frozenset[str]:
        up = (remix for remix in self.kept.remixes.values() if remix.state != "withdrawn")
        named = ((remix, self.kept.decisions.get(remix.decision_id)) for remix in up)
        return frozenset(r.remix_id for r, decided in named if decided and consent_id in decided.consent_ids)

    def _take_down(self, consent: Consent, ending: Ending) -> None:
        for remix in [self.kept.remixes[one] for one in self.resting_on(consent.consent_id)]:
            used = {use.scope for use in self.kept.decisions[remix.decision_id].uses} & consent.scopes
            if any(ending.covers(scope) for scope in used):
                self.kept.remixes[remix.remix_id] = remix.model_copy(update={"state": "withdrawn"})

    def recordings_about(self, kind: SubjectKind, subject: str) -> set[str]:
        """The recordings that a word about a subject is about."""
        recordings = self.kept.recordings.values()
        match kind:
            case "recording":
                return {subject} & set(self.kept.recordings)
            case "release":
                return {r.recording_id for r in recordings if r.release == subject}
            case "artist":
                return {r.recording_id for r in recordings if subject in (r.artist_id, *r.voice_ids)}
            case "label":
                return {r.recording_id for r in recordings if r.label_id == subject}
            case "work":
                return {r.recording_id for r in recordings if subject in r.work_ids}
            case "party-default":
                shares = MemoryShares(self.kept, self._acts)
                held = {**shares.held("recording", self.kept.recordings), **shares.held("work", self.kept.works)}
                own = {asset for asset, of in held.items() if any(s.party_id == subject for s in of)}
                return {r.recording_id for r in recordings if own & {r.recording_id, *r.work_ids}}

    def _changed(self, what: str) -> None:
        self.kept.epoch += 1
        self._acts.did(what)
