"""The one function that says yes or no.

Nothing is allowed unless somebody said so. Every side that a use touches must agree. A withdrawal or a
legal hold outweighs everything; then, on each side, what was said about the more specific subject
outweighs the more general; at the same level a no outweighs a yes. A permission whose time has not
come, or is over, closes its own level: what is said more generally does not open it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from remixlab.domain.rights import (
    Approval,
    Asset,
    Attestation,
    Consent,
    Decision,
    Duty,
    Hold,
    Outcome,
    Reach,
    Reason,
    Request,
    Scope,
    Side,
    SubjectKind,
    Terms,
    Use,
    request_key,
)
from remixlab.rights import explain
from remixlab.rights.limits import Failing, failings
from remixlab.rights.sides import (
    ATTESTABLE,
    NEVER_INHERITED,
    Grantee,
    grantees_of,
    holds_on,
    others_in,
    own_words,
    scopes_by_side,
)

EVALUATOR: Final = "remixlab.rights/2"
"""Stored in every decision: other rules are another evaluator."""

NEEDS_APPROVAL: Final = "rights.needs_approval"
_ORDER: Final = {scope: place for place, scope in enumerate(Scope)}


def decide(uses: frozenset[Use], reach: Reach, terms: Terms, request: Request) -> Decision:
    """Judge every use of every recording at once; all reasons are given, not the first.

    Law: adding a use to a plan never turns a no into a yes; the same input gives the same bytes.
    """
    recordings = sorted({use.recording for use in uses})
    if request.share == "public":
        uses = uses | {Use(Scope.PUBLIC_SHARE, recording) for recording in recordings}
    asked = tuple(sorted(uses, key=lambda use: (use.recording, _ORDER[use.scope], use.detail)))
    bench = Bench.of(asked, reach, terms, request)
    for recording in recordings:
        bench.judge(recording)
    return bench.decision()


@dataclass(slots=True)
class Bench:
    """What has been found while judging one request."""

    asked: tuple[Use, ...]
    reach: Reach
    terms: Terms
    request: Request
    reasons: dict[tuple[object, ...], Reason] = field(default_factory=dict)
    consents: set[str] = field(default_factory=set)
    credits: dict[str, None] = field(default_factory=dict)
    attested: list[str] = field(default_factory=list)
    key: str = ""
    genres: tuple[str, ...] = ()
    """Every style of the result: what is sampled is heard in them as the source is."""

    @classmethod
    def of(cls, asked: tuple[Use, ...], reach: Reach, terms: Terms, request: Request) -> Bench:
        genres = tuple(sorted({use.detail for use in asked if use.scope is Scope.GENRE_SHIFT and use.detail}))
        return cls(asked, reach, terms, request, genres=genres)

    # ------------------------------------------------------------ one recording

    def judge(self, recording: str) -> None:
        uses = [use for use in self.asked if use.recording == recording]
        asset = self.terms.by_recording.get(recording)
        if asset is None:
            return self.say("unknown_recording", None, uses[0].scope, recording, explain.unknown_recording(), "")
        if asset.quarantined:
            return self.say("quarantined", None, uses[0].scope, recording, explain.quarantined(), "")
        hold = next(holds_on(asset, self.terms, self.request.at), None)
        if hold is not None:
            return self.say_hold(hold, asset, uses[0].scope)
        if self.request.mine:
            uses = self.attest(asset, uses)
        scopes = tuple(dict.fromkeys(use.scope for use in uses))
        for side, wanted in scopes_by_side(scopes):
            for grantee in grantees_of(asset, side, self.terms):
                self.judge_grantee(grantee, wanted, asset)
        return None

    def attest(self, asset: Asset, uses: list[Use]) -> list[Use]:
        """Leave out what the listener's own word opens; what others brought, hold or spoke about, it cannot open."""
        others = others_in(asset, self.terms, self.request.listener)
        if others or self.request.listener not in asset.claimed_by:
            owner = self.terms.name_of(others[0] if others else asset.artist_id)
            self.say("not_yours", None, uses[0].scope, asset.recording_id, explain.not_yours(owner), owner)
            return uses
        self.attested.append(asset.recording_id)
        rest = [use for use in uses if use.scope not in ATTESTABLE]
        for use in rest:
            self.say("private_only", None, use.scope, asset.recording_id, explain.only_private(), self.request.listener)
        return []

    # ------------------------------------------------------------ one side of it

    def judge_grantee(self, grantee: Grantee, wanted: tuple[Scope, ...], asset: Asset) -> None:
        checked: dict[str, tuple[Failing, ...]] = {}
        if grantee.owners is not None:
            self.judge_co_owners(grantee, wanted, asset, checked)
        whole = self.whole_grant(grantee, wanted, asset)
        if whole is not None:
            self.weigh([whole], grantee, wanted[0], asset, checked)
        else:
            self.judge_scopes(grantee, wanted, asset, checked)
        if wanted[0] is not Scope.TRAINING:
            self.judge_integrity(grantee, asset, checked)

    def judge_co_owners(
        self,
        grantee: Grantee,
        wanted: tuple[Scope, ...],
        asset: Asset,
        checked: dict[str, tuple[Failing, ...]],
    ) -> None:
        """What several hold together they open by their rule, and each of them closes. Beside what levels say."""
        owners = grantee.owners
        if owners is None:
            return
        for scope in wanted:
            words = own_words(grantee, lambda c, s=scope: s in c.scopes and may_carry(c, s) and self.stands(c, s))
            for said in words.values():
                if closing := next((c for c in said if c.effect == "prohibit"), None):
                    self.deny(closing, grantee, scope, asset)
            opening = {party: said for party, said in words.items() if all(c.effect == "permit" for c in said)}
            if owners.agree(opening):
                for said in opening.values() if owners.rule == "all" and owners.administrator is None else ():
                    self.weigh(list(said), grantee, scope, asset, checked)
                continue
            silent = next((party for party in owners.parties if party not in words), None)
            if opening and silent:  # where nobody opens it, the levels say so
                name = self.terms.name_of(silent)
                self.say("no_consent", grantee.side, scope, asset.recording_id, explain.not_opened(name, scope), name)
                if scope in (Scope.REMIX, Scope.COVER):
                    return

    def whole_grant(self, grantee: Grantee, wanted: tuple[Scope, ...], asset: Asset) -> Consent | None:
        """The one permission that decides on everything asked of this standing, which is the usual case; else None."""
        if not grantee.levels:
            return None
        said = grantee.levels[0][1]
        only = said[0]
        if (
            len(said) > 1
            or only.effect == "prohibit"
            or only.endings
            or not only.scopes.issuperset(wanted)
            or not self.stands(only, wanted[0])
        ):
            return None
        if not NEVER_INHERITED.isdisjoint(wanted):
            return None
        if asset.artist_veto and only.party_id != asset.artist_id and len(grantee.levels) > 1:
            return None
        return only

    def judge_scopes(
        self,
        grantee: Grantee,
        wanted: tuple[Scope, ...],
        asset: Asset,
        checked: dict[str, tuple[Failing, ...]],
    ) -> None:
        closed = False
        weighed: set[tuple[str, ...]] = set()
        for scope in wanted:
            if closed and scope not in NEVER_INHERITED:
                continue  # the door is shut: no need to name every room behind it
            decisive = self.find(grantee, scope, asset)
            if decisive is None:
                closed = closed or scope in (Scope.REMIX, Scope.COVER)
                continue
            for grantor in dict.fromkeys(consent.party_id for consent in decisive):
                offers = [consent for consent in decisive if consent.party_id == grantor]
                named = tuple(offer.consent_id for offer in offers)
                if named not in weighed:
                    weighed.add(named)
                    self.weigh(offers, grantee, scope, asset, checked)

    def find(self, grantee: Grantee, scope: Scope, asset: Asset) -> tuple[Consent, ...] | None:
        """The permissions that decide on this use, or None after saying why there are none."""
        vetoed_by = self.veto(grantee, scope, asset) if asset.artist_veto else None
        for _, said in grantee.levels:
            found = [c for c in said if scope in c.scopes and may_carry(c, scope)]
            in_force = [c for c in found if self.stands(c, scope)]
            prohibiting = [c for c in in_force if c.effect == "prohibit"] or [
                c for c in found if self.taken_back(c, scope, in_force)
            ]
            if prohibiting:
                return self.deny(prohibiting[0], grantee, scope, asset)
            if resting := self.resting(found, scope, in_force):
                return self.not_now(resting, grantee, scope, asset)
            if in_force:
                if vetoed_by is not None and any(c.party_id != asset.artist_id for c in in_force):
                    return self.deny(vetoed_by, grantee, scope, asset)
                return tuple(in_force)
        if vetoed_by is not None:
            return self.deny(vetoed_by, grantee, scope, asset)
        return () if grantee.may_be_silent else self.no_consent(grantee, scope, asset)

    def stands(self, consent: Consent, scope: Scope) -> bool:
        return consent.standing(scope, self.request.at) == "in_force"

    def taken_back(self, consent: Consent, scope: Scope, in_force: list[Consent]) -> bool:
        """Whether a permission was withdrawn and its party has no other in force about the same subject."""
        at = self.request.at
        if consent.effect == "prohibit" or consent.standing(scope, at) != "withdrawn":
            return False
        if consent.valid_to is not None and at >= consent.valid_to:
            return False
        return not any(c.about == consent.about for c in in_force)

    def resting(self, found: list[Consent], scope: Scope, in_force: list[Consent]) -> list[Consent]:
        """Permissions outside of their time, of a party that has no other here: meanwhile it says no."""
        speaking = {c.party_id for c in in_force}
        return [
            c
            for c in found
            if c.effect == "permit"
            and c.party_id not in speaking
            and (
                c.standing(scope, self.request.at) in ("not_yet", "over", "unsigned")
                or (c.standing(scope, self.request.at) == "withdrawn" and not self.taken_back(c, scope, in_force))
            )
        ]

    def veto(self, grantee: Grantee, scope: Scope, asset: Asset) -> Consent | None:
        """The artist's own no, unless the artist said yes about something more specific."""
        if asset.artist_id is None:
            return None
        for _, said in grantee.levels:
            own = [c for c in said if c.party_id == asset.artist_id and scope in c.scopes and self.stands(c, scope)]
            if own:
                return next((c for c in own if c.effect == "prohibit"), None)
        return None

    def weigh(
        self,
        offers: list[Consent],
        grantee: Grantee,
        scope: Scope,
        asset: Asset,
        checked: dict[str, tuple[Failing, ...]],
    ) -> None:
        """Take the party's first permission whose limits are kept; else name what the nearest one lacks."""
        for offer in offers:
            if offer.consent_id not in checked:
                checked[offer.consent_id] = failings(offer, self.genres, self.reach, self.request)
        kept = [offer for offer in offers if not checked[offer.consent_id]]
        if not kept:
            nearest = min(offers, key=lambda offer: len(checked[offer.consent_id]))
            return self.say_failings(checked[nearest.consent_id], nearest, grantee.side, asset)
        answers = [self.approval_of(offer) if offer.constraints.approval_required else _GIVEN for offer in kept]
        for offer, answer in zip(kept, answers, strict=True):
            if answer is _GIVEN:
                self.consents.add(offer.consent_id)
                if offer.constraints.credit:
                    self.credits[offer.constraints.credit] = None
                return None
        name = self.terms.name_of(kept[0].party_id)
        if any(answer is not None and answer.status == "refused" for answer in answers):
            return self.say("declined", grantee.side, scope, asset.recording_id, explain.declined(name), name, kept[0])
        return self.say("", grantee.side, scope, asset.recording_id, explain.waiting(name), name, kept[0])

    def approval_of(self, consent: Consent) -> Approval | None:
        """What the party answered to this very request, when it has answered and the answer still counts."""
        if not self.terms.approvals:
            return None
        if not self.key:
            self.key = request_key(self.asked, self.reach, self.request)
        # A party that answers for one of its sides has answered: it is not asked again for another. What it answered
        # ends with the consent that it answered for.
        at = self.request.at
        own = {
            c.consent_id
            for c in self.terms.consents
            if c.party_id == consent.party_id and any(self.stands(c, scope) for scope in c.scopes)
        }
        answers = [a for a in self.terms.approvals if a.consent_id in own and a.request_key == self.key]
        if any(answer.status == "refused" for answer in answers):
            return next(answer for answer in answers if answer.status == "refused")
        if any(answer.counts(at) for answer in answers):
            return _GIVEN
        return answers[0] if answers else None

    def judge_integrity(self, grantee: Grantee, asset: Asset, checked: dict[str, tuple[Failing, ...]]) -> None:
        """Apply the limits that artists and writers set on any version of their music, whoever permitted it."""
        for _, said in grantee.levels:
            in_force = [c for c in said if Scope.INTEGRITY in c.scopes and self.stands(c, Scope.INTEGRITY)]
            for consent in in_force:
                if consent.effect == "prohibit":
                    self.deny(consent, grantee, Scope.INTEGRITY, asset)
                    continue
                if consent.consent_id not in checked:
                    checked[consent.consent_id] = failings(consent, self.genres, self.reach, self.request)
                self.say_failings(checked[consent.consent_id], consent, grantee.side, asset)
            if in_force:
                return

    # ------------------------------------------------------------ saying why

    def no_consent(self, grantee: Grantee, scope: Scope, asset: Asset) -> None:
        name = self.terms.name_of(grantee.speaker)
        return self.say("no_consent", grantee.side, scope, asset.recording_id, explain.not_opened(name, scope), name)

    def not_now(self, resting: list[Consent], grantee: Grantee, scope: Scope, asset: Asset) -> None:
        """Say when the nearest of a party's permissions begins, that they are over, or that a voice lacks its terms."""
        first = min(resting, key=lambda c: (c.valid_from is None or c.valid_from <= self.request.at, c.consent_id))
        name = self.terms.name_of(first.party_id)
        if first.standing(scope, self.request.at) == "unsigned":
            message = explain.unsigned_voice(name, scope)
            return self.say("voice_terms", grantee.side, scope, asset.recording_id, message, name, first)
        opens = min((c.valid_from for c in resting if c.valid_from and c.valid_from > self.request.at), default=None)
        message = explain.outside_dates(name, scope, opens)
        return self.say("dates", grantee.side, scope, asset.recording_id, message, name, first)

    def deny(self, consent: Consent, grantee: Grantee, scope: Scope, asset: Asset) -> None:
        name = self.terms.name_of(consent.party_id)
        if consent.effect == "prohibit":
            return self.say(
                "prohibited", grantee.side, scope, asset.recording_id, explain.closed(name, scope), name, consent
            )
        return self.say(
            "withdrawn", grantee.side, scope, asset.recording_id, explain.withdrawn(name, scope), name, consent
        )

    def say_hold(self, hold: Hold, asset: Asset, scope: Scope) -> None:
        name = self.terms.name_of(hold.party_id)
        if hold.kind == "withdrawal":
            return self.say("withdrawn", None, scope, asset.recording_id, explain.withdrawn(name), name)
        return self.say("hold", None, scope, asset.recording_id, explain.held(hold.kind), name)

    def say_failings(self, found: tuple[Failing, ...], consent: Consent, side: Side, asset: Asset) -> None:
        name = self.terms.name_of(consent.party_id)
        for failing in found:
            message = explain.passed_limit(failing.code, name, failing.asked, failing.limit)
            self.say(failing.code, side, failing.use, asset.recording_id, message, name, consent, failing)

    def say(
        self,
        code: str,
        side: Side | None,
        use: Scope,
        recording: str,
        message: str,
        decided_by: str,
        consent: Consent | None = None,
        failing: Failing | None = None,
    ) -> None:
        consent_id = consent.consent_id if consent else None
        asked, limit = (failing.asked, failing.limit) if failing else (None, None)
        # The same party saying the same thing about the same recording is said once, whichever side it spoke for.
        key = (code, recording, use if failing is None and code else None, decided_by, asked, limit)
        if key not in self.reasons:
            self.reasons[key] = Reason(
                code=f"rights.refused.{code}" if code else NEEDS_APPROVAL,
                side=side,
                use=use,
                message=message,
                decided_by=decided_by or "RemixLab",
                recording_id=recording,
                consent_id=consent_id,
                asked=asked,
                limit=limit,
            )

    # ------------------------------------------------------------ the answer

    def decision(self) -> Decision:
        reasons = _in_order(self.reasons.values())
        refusals = tuple(reason for reason in reasons if reason.code != NEEDS_APPROVAL)
        duties: tuple[Duty, ...] = ()
        attestation = None
        if self.attested:
            attestation = Attestation(by=self.request.listener, at=self.request.at, recording_ids=tuple(self.attested))
        if not reasons:
            duties = tuple(explain.give_credit(text) for text in self.credits)
            duties = (explain.keep_private(), *duties) if self.attested else duties
        outcome: Outcome = (
            "deny" if refusals else "needs_approval" if reasons else "allow_with_duties" if duties else "allow"
        )
        return Decision(
            outcome=outcome,
            reasons=refusals or reasons,
            duties=duties,
            consent_ids=tuple(sorted(self.consents)),
            attestation=attestation,
            uses=self.asked,
            reach=self.reach,
            request=self.request,
            epoch=self.terms.epoch,
            evaluator=EVALUATOR,
            terms=self.terms,
        )


_GIVEN: Final = Approval(approval_id="", request_key="", consent_id="", status="approved")
"""Stands for a permission that needs no further word."""


def _in_order(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The reason that matters most first: what shuts everything, what shuts this kind, what depends on the listener,
    the rest.
    """
    reasons = list(reasons)
    spoken = {
        (r.recording_id, r.use, r.decided_by)
        for r in reasons
        if r.code in ("rights.refused.prohibited", "rights.refused.withdrawn")
    }
    # "Closed" says all that "not opened yet" would say for the same party.
    told = [
        r
        for r in reasons
        if r.code != "rights.refused.no_consent" or (r.recording_id, r.use, r.decided_by) not in spoken
    ]
    return tuple(sorted(told, key=lambda r: (_weight(r), _ORDER[r.use])))


def _weight(reason: Reason) -> int:
    code = reason.code.rsplit(".", 1)[-1]
    if reason.side is None:
        return 0
    if code in ("territory", "tier", "daily_limit", "share"):
        return 2
    return 1 if reason.use in (Scope.REMIX, Scope.COVER) else 3


def may_carry(consent: Consent, scope: Scope) -> bool:
    """Whether a permission is specific enough for the use; a prohibition always is."""
    if scope not in NEVER_INHERITED or consent.effect == "prohibit":
        return True
    own: tuple[SubjectKind, ...] = (
        ("recording", "work", "artist") if consent.side is Side.LIKENESS else ("recording", "work")
    )
    return consent.subject_kind in own
