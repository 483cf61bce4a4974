"""The decision debugger: for each use and each side, every word that was a candidate, and why it won or lost.

It asks the evaluator itself, one use at a time, so that it cannot explain another rule than the one that decides.
"""

from __future__ import annotations

from typing import Final, Literal

from remixlab.domain.rights import Asset, Consent, Decision, Scope, Side, Standing, Terms
from remixlab.domain.value import Value
from remixlab.rights.decide import Bench, may_carry
from remixlab.rights.limits import failings
from remixlab.rights.sides import Grantee, grantees_of, holds_on, scopes_by_side

LEVELS: Final = {5: "recording", 4: "release", 3: "work or artist", 2: "label", 1: "party-default"}

Verdict = Literal["decides", "outweighed", "not_in_force", "other_use", "too_general", "limits", "waits"]
Answer = Literal["open", "closed", "asks", "unsaid"]
"""`unsaid`: nobody has said anything, which is no answer yet; `closed`: somebody said no, or not like this."""


class Candidate(Value):
    """One word that could have decided, and why it did or did not."""

    consent_id: str
    party: str
    effect: Literal["permit", "prohibit"]
    level: str
    standing: Standing
    verdict: Verdict
    why: str


class Question(Value):
    """One use on one side of one recording: how it was answered, and by which of the candidates."""

    recording_id: str
    side: Side
    subject: str
    use: Scope
    answer: Answer
    says: str
    candidates: tuple[Candidate, ...]


class Examination(Value):
    """A decision taken apart. `held_by` names the holds that outweighed every word, `waiting` the recordings that no
    word opens before a person has listened to them.
    """

    decision_id: str
    outcome: str
    held_by: tuple[str, ...]
    waiting: tuple[str, ...] = ()
    questions: tuple[Question, ...]


def examine(decision: Decision, terms: Terms) -> Examination:
    """Take a decision apart, on the terms that it was made on.

    Law: without a hold, where nothing waits, and but for somebody's own word, it was allowed just where every question
    is open.
    """
    request = decision.request
    held: list[str] = []
    waiting: list[str] = []
    questions: list[Question] = []
    for recording in sorted({use.recording for use in decision.uses}):
        asset = terms.by_recording.get(recording)
        if asset is None:
            continue
        waiting += [recording] if asset.quarantined else []
        held += [hold.hold_id for hold in holds_on(asset, terms, request.at)]
        scopes = tuple(dict.fromkeys(use.scope for use in decision.uses if use.recording == recording))
        for side, wanted in scopes_by_side(scopes):
            for grantee in grantees_of(asset, side, terms):
                questions += [_question(grantee, scope, asset, decision, terms) for scope in wanted]
    return Examination(
        decision_id=decision.decision_id, outcome=decision.outcome, held_by=tuple(held), waiting=tuple(waiting),
        questions=tuple(questions),
    )  # fmt: skip


def _question(grantee: Grantee, scope: Scope, asset: Asset, decision: Decision, terms: Terms) -> Question:
    bench = Bench.of(decision.uses, decision.reach, terms, decision.request)
    bench.judge_grantee(grantee, (scope,), asset)
    reasons = tuple(bench.reasons.values())
    codes = {reason.code.rsplit(".", 1)[-1] for reason in reasons}
    answer: Answer = "open"
    if reasons:
        waits = codes == {"needs_approval"}
        answer = "asks" if waits else "unsaid" if codes == {"no_consent"} else "closed"
    closing = {reason.consent_id for reason in reasons if reason.consent_id}
    deciding = max((level for level, said in grantee.levels for c in said if _decides(c, bench, closing)), default=0)
    candidates = tuple(
        _candidate(consent, level, deciding, scope, bench, closing, decision, terms)
        for level, said in grantee.levels
        for consent in said
    )
    says = " ".join(dict.fromkeys(reason.message for reason in reasons)) or "Open."
    return Question(
        recording_id=asset.recording_id, side=grantee.side, subject=grantee.subject, use=scope, answer=answer,
        says=says, candidates=candidates,
    )  # fmt: skip


def _decides(consent: Consent, bench: Bench, closing: set[str]) -> bool:
    return consent.consent_id in bench.consents or consent.consent_id in closing


def _candidate(
    consent: Consent,
    level: int,
    deciding: int,
    scope: Scope,
    bench: Bench,
    closing: set[str],
    decision: Decision,
    terms: Terms,
) -> Candidate:
    standing = consent.standing(scope, decision.request.at)
    verdict, why = _verdict(consent, level, deciding, scope, standing, bench, closing, decision)
    return Candidate(
        consent_id=consent.consent_id, party=terms.name_of(consent.party_id), effect=consent.effect,
        level=LEVELS[level], standing=standing, verdict=verdict, why=why,
    )  # fmt: skip


def _verdict(
    consent: Consent,
    level: int,
    deciding: int,
    scope: Scope,
    standing: Standing,
    bench: Bench,
    closing: set[str],
    decision: Decision,
) -> tuple[Verdict, str]:
    at = decision.request.at
    if scope not in consent.scopes and not _is_limit(consent):
        return "other_use", f"It says nothing of {scope.value}."
    if not may_carry(consent, scope):
        return "too_general", f"{scope.value} is opened by a word about the very recording, work or person alone."
    passed = failings(consent, bench.genres, decision.reach, decision.request) if standing == "in_force" else ()
    if consent.consent_id in closing and passed and consent.effect == "permit":
        return "limits", f"It decides, and its limits are passed: {', '.join(f.code for f in passed)}."
    if consent.consent_id in closing and consent.constraints.approval_required and standing == "in_force":
        return "waits", "It decides, and its party is asked first."
    if _decides(consent, bench, closing):
        return "decides", _STANDS.get(standing) or ("It says no." if consent.effect == "prohibit" else "It says yes.")
    if standing != "in_force":
        return "not_in_force", f"{_STANDS[standing]} ({at:%Y-%m-%d %H:%M} UTC)"
    if passed:
        return "limits", f"Its limits are passed: {', '.join(f.code for f in passed)}."
    if level < deciding:
        return "outweighed", f"What was said about the {LEVELS[deciding]} is more specific."
    return "outweighed", "At the same level another word decides."


_STANDS: Final[dict[str, str]] = {
    "not_yet": "Its time has not come.",
    "over": "Its time is over.",
    "unsigned": "It opens a voice without an end, a text and a signature.",
    "withdrawn": "It was taken back.",
    "replaced": "A later word of the same party replaced it.",
    "lifted": "It was lifted.",
}


def _is_limit(consent: Consent) -> bool:
    return Scope.INTEGRITY in consent.scopes
