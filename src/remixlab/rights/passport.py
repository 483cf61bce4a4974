"""What may leave of a remix, from the decision on it: each exit is judged by the function that judged the remix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from remixlab.domain.ports.signing import Signer
from remixlab.domain.rights import (
    FREE,
    STOPPED,
    Consent,
    Decision,
    Exit,
    Passport,
    Reached,
    Scope,
    Terms,
    Use,
    Way,
    Withdrawal,
)
from remixlab.rights.decide import decide
from remixlab.rights.explain import joined
from remixlab.rights.licence import LICENCE_NAME
from remixlab.rights.receipts import PASSPORT_SCHEMA, signed_document
from remixlab.rights.sides import holds_on

CALLED: Final = {
    Exit.LINK: "a link, with which everybody hears it here",
    Exit.CLIP: "a clip to show elsewhere",
    Exit.FILE: "the finished file",
    Exit.STEMS: "its single parts",
    Exit.PROJECT: "its notes and parts for another program",
}
_REACHED: Final = {
    Reached.NEW_USES: "new links, clips, files and parts",
    Reached.DRAFTS: "your hearing it while it is not shared",
    Reached.PLAYS: "everybody's hearing it once it is shared",
    Reached.FILES: "the keeping of its sound, which is deleted here",
}


def passport_of(decision: Decision, terms: Terms, sounding: Iterable[str]) -> Passport:
    """The passport that what was decided on would get. `sounding` are the recordings whose own sound is in it.

    Law: an exit is open here exactly where the exit is allowed when it is asked for at the same moment.
    """
    heard = tuple(sounding)
    return Passport(
        at=decision.request.at,
        decision_id=decision.decision_id,
        epoch=decision.epoch,
        licence=LICENCE_NAME,
        ways=tuple(_way(exit, decision, terms, heard) for exit in Exit),
        withdrawals={kind: tuple(r for r in Reached if r in STOPPED[kind]) for kind in Withdrawal},
    )


def promised(passport: Passport, exit: Exit, now: Decision, terms: Terms) -> Way | None:
    """What the passport of a remix that was made keeps open of an exit which is closed by now; None where nothing.

    Later limits, a narrower word and a changed deal close nothing that was promised. A withdrawal and a hold do, and of
    what reaches others a later no. `now` is the decision that closes it, `terms` what it was made on.
    """
    way, at = passport.way(exit), now.request.at
    if not way.consent_ids or not way.covers(now.request.territory, at):
        return None
    if any(asset.quarantined or any(holds_on(asset, terms, at)) for asset in terms.assets):
        return None
    scopes = {exit.scope, *(use.scope for use in now.uses)}
    if any(_taken_back(consent_id, scopes, terms, at) for consent_id in way.consent_ids):
        return None
    if exit.reaches_others and any(_is_a_no(reason.consent_id, terms) for reason in now.reasons):
        return None
    return way


def passport_lines(passport: Passport) -> tuple[str, ...]:
    """The passport in plain sentences: one for each exit, and one for each kind of withdrawal."""
    return (*(_sentence(way) for way in passport.ways), *_withdrawals(passport))


def passport_document(passport: Passport, remix_id: str, title: str, signer: Signer) -> dict[str, Any]:
    """The passport as a signed document. Law: `verify_receipt` finds it genuine; the same passport, the same bytes."""
    body = {
        "schema": PASSPORT_SCHEMA,
        "remix_id": remix_id,
        "title": title,
        "passport": passport.to_dict(),
        "says": list(passport_lines(passport)),
    }
    return signed_document(body, signer)


def _way(exit: Exit, decision: Decision, terms: Terms, sounding: tuple[str, ...]) -> Way:
    asked = frozenset(decision.uses)
    recordings = {use.recording for use in asked}
    leaving = sounding if exit.scope is Scope.STEM_EXPORT else recordings
    # What is made is counted once, whatever leaves of it.
    request = decision.request.model_copy(
        update={"share": "public" if exit is Exit.LINK else "private", "made": {}, "made_today": 0}
    )
    found = decide(asked | {Use(exit.scope, name) for name in leaving}, decision.reach, terms, request)
    because = "" if found.allowed else found.reasons[0].message
    if found.allowed:
        return Way(exit=exit, open="open", consent_ids=found.consent_ids, **_limits(exit, found, terms))
    if exit is Exit.FILE and decision.allowed:
        return Way(exit=exit, open="for_yourself", because=because)
    return Way(exit=exit, open="asks" if found.outcome == "needs_approval" else "closed", because=because)


def _limits(exit: Exit, found: Decision, terms: Terms) -> dict[str, Any]:
    """Where and until when, by all the consents that it rests on together."""
    consents = [consent for consent in terms.consents if consent.consent_id in found.consent_ids]
    both = FREE
    for consent in consents:
        limits = consent.constraints
        both = both.narrowed(
            FREE.model_copy(
                update={"territories": limits.territories, "territories_excluded": limits.territories_excluded}
            )
        )
    ends = [end for consent in consents for end in _ends(consent, exit.scope, terms, found.request.at)]
    return {
        "territories": tuple(sorted(both.territories)),
        "territories_excluded": tuple(sorted(both.territories_excluded)),
        "until": min(ends, default=None),
    }


def _ends(consent: Consent, scope: Scope, terms: Terms, at: datetime) -> Iterator[datetime]:
    if consent.valid_to is not None:
        yield consent.valid_to
    yield from (ending.since for ending in consent.endings if ending.since > at and ending.covers(scope))
    if consent.constraints.approval_required:
        answers = (a for a in terms.approvals if a.consent_id == consent.consent_id and a.counts(at))
        yield from (a.expires_at for a in answers if a.expires_at is not None)


def _taken_back(consent_id: str, scopes: set[Scope], terms: Terms, at: datetime) -> bool:
    """Whether a word, or any that took its place, was withdrawn in something that is used."""
    following, seen = [consent_id], set[str]()
    while following:
        consent = terms.by_consent.get(following.pop())
        if consent is None or consent.consent_id in seen:
            continue
        seen.add(consent.consent_id)
        if consent.withdrawn_at is not None and consent.withdrawn_at <= at:
            return True
        for ending in consent.endings:
            if ending.kind == "withdrawn" and ending.since <= at and any(ending.covers(s) for s in scopes):
                return True
            if ending.replaced_by:
                following.append(ending.replaced_by)
    return False


def _is_a_no(consent_id: str | None, terms: Terms) -> bool:
    said = terms.by_consent.get(consent_id or "")
    return said is not None and said.effect == "prohibit"


def _sentence(way: Way) -> str:
    called = CALLED[way.exit].capitalize()
    match way.open:
        case "open":
            where = f" in {joined(way.territories)}" if way.territories else ""
            but = f" except in {joined(way.territories_excluded)}" if way.territories_excluded else ""
            until = f" until {way.until:%Y-%m-%d}" if way.until else ""
            return f"{called}: open{where}{but}{until}."
        case "for_yourself":
            return f"{called}: for yourself, as long as you do not share it. {way.because}"
        case "asks":
            return f"{called}: asked for first. {way.because}"
        case "closed":
            return f"{called}: closed. {way.because}"


def _withdrawals(passport: Passport) -> Iterator[str]:
    yield (
        "What is open stays open for this remix, whatever is said later, but for a withdrawal or a hold (by a court, "
        "in a dispute); a link and a clip also end by a later no."
    )
    for kind in Withdrawal:
        stops = passport.withdrawals.get(kind, ())
        yield f"A withdrawal '{kind.value}' would stop {joined([_REACHED[reached] for reached in stops])}."
