"""Consents, holds, withdrawals and approvals as they are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, Field

from remixlab.domain.rights import Approval, AskedLine, Consent, Hold, Right, Scope, Share, Side, SubjectKind, Tier
from remixlab.doors.answers.answer import Answer, ListAnswer

if TYPE_CHECKING:
    from remixlab.usecases.rights import Answered, ConsentsShown, LabelVeto, RequestShown, Withdrawn


class ConstraintsAnswer(Answer):
    """The limits of a permission; what is null or empty is not limited."""

    territories: list[str]
    territories_excluded: list[str]
    tempo_change_max: Annotated[float | None, Field(description="0.1 is at most 10 % faster or slower.")]
    pitch_change_max_semitones: float | None
    length_max_s: float | None
    genres_allowed: list[str]
    genres_forbidden: list[str]
    topics_forbidden: list[str]
    share_min_ppm: int | None
    tier_min: Tier | None
    derivatives_per_day_max: int | None
    approval_required: bool
    credit: str | None


class ConsentAnswer(Answer):
    """What one party said, for one side, about one subject."""

    consent_id: str
    party_id: str
    side: Side
    subject_kind: SubjectKind
    subject: str
    scopes: list[Scope]
    effect: Literal["permit", "prohibit"]
    constraints: ConstraintsAnswer
    valid_from: AwareDatetime | None
    valid_to: AwareDatetime | None
    withdrawn_at: AwareDatetime | None


class ConsentSaid(Answer):
    """The answer of `remixlab consent set`."""

    consent: ConsentAnswer


class ShareAnswer(Answer):
    """How much of one right belongs to one party. Unit: parts per million."""

    party_id: str
    right: Right
    ppm: int
    party: str


class ConsentsAnswer(Answer):
    """Everything that bears on a recording: consents, holds, shares, the epoch."""

    recording_id: str
    consents: list[ConsentAnswer]
    holds: list[Hold]
    shares: list[ShareAnswer]
    artist_veto: bool
    epoch: int


class WithdrawnAnswer(Answer):
    """A recording that is stopped, and the remixes that were taken down with it."""

    recording_id: str
    epoch: int
    remixes: list[str]
    hold: Hold


class ApprovalList(ListAnswer[Approval]):
    """What waits, or waited, for a party's yes."""


class AskedAnswer(Answer):
    """One plan, in words, with its split, as it stood when a yes was asked for."""

    source_id: str
    title: str
    artist: str
    plan_digest: Annotated[str, Field(description="The yes is for this plan and no other.")]
    description: list[str]
    pays: list[AskedLine]
    listener: str
    territory: str
    tier: Tier
    share: Literal["private", "public"]
    asked_at: AwareDatetime
    mine: bool
    topics: list[str]


class RequestAnswer(Answer):
    """What a request asks, as the parties read it that it waits for."""

    request_id: str
    asked: Annotated[AskedAnswer | None, Field(description="The plan in words, its split, who asks and from where.")]
    approvals: list[Approval]
    names: Annotated[dict[str, str], Field(description="The parties that are asked.")]


class ApprovalsAnswer(Answer):
    """A request, and the approvals under it that were answered."""

    request_id: str
    approvals: list[Approval]


class VetoAnswer(Answer):
    """Whether, for a label's recordings, an artist's own no outweighs the label's yes."""

    label: str
    artist_veto: bool
    epoch: int


def consent_answer(consent: Consent) -> ConsentAnswer:
    return ConsentAnswer.model_validate(consent.to_dict())


def consent_said(consent: Consent) -> ConsentSaid:
    return ConsentSaid(consent=consent_answer(consent))


def consents_answer(shown: ConsentsShown) -> ConsentsAnswer:
    return ConsentsAnswer(
        recording_id=shown.recording_id, consents=[consent_answer(c) for c in shown.consents], holds=list(shown.holds),
        shares=[_share(s, shown.names.get(s.party_id, s.party_id)) for s in shown.shares],
        artist_veto=shown.artist_veto, epoch=shown.epoch,
    )  # fmt: skip


def withdrawn_answer(withdrawn: Withdrawn) -> WithdrawnAnswer:
    return WithdrawnAnswer(
        recording_id=withdrawn.recording_id, epoch=withdrawn.epoch, remixes=list(withdrawn.remixes), hold=withdrawn.hold
    )  # fmt: skip


def approvals_answer(answered: Answered) -> ApprovalsAnswer:
    return ApprovalsAnswer(request_id=answered.request_id, approvals=list(answered.approvals))


def request_answer(shown: RequestShown) -> RequestAnswer:
    asked = AskedAnswer.model_validate(shown.asked.model_dump(exclude={"plan"})) if shown.asked else None
    return RequestAnswer(request_id=shown.request_id, asked=asked, approvals=list(shown.approvals), names=shown.names)


def veto_answer(veto: LabelVeto) -> VetoAnswer:
    return VetoAnswer(label=veto.label, artist_veto=veto.artist_veto, epoch=veto.epoch)


def _share(share: Share, party: str) -> ShareAnswer:
    return ShareAnswer(party_id=share.party_id, right=share.right, ppm=share.ppm, party=party)
