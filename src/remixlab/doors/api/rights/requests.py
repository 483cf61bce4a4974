"""What a party says over HTTP about one subject."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from remixlab.domain.rights import FREE, Scope, Side, SubjectKind, Withdrawal, WrittenConstraints
from remixlab.domain.value import Moment
from remixlab.doors.api.request import Sent
from remixlab.usecases.rights import ConsentForm

Named = Annotated[str, Field(min_length=1, max_length=200)]
FLAT: Final = (
    "territories",
    "genres_allowed",
    "genres_forbidden",
    "tempo_change_max",
    "pitch_change_max_semitones",
    "length_max_s",
    "approval_required",
    "credit",
)
"""Limits that may also stand beside the subject, as the first form had them."""


class ConsentRequest(Sent):
    """Opens or closes uses of a recording, or of what `subject_kind` and `subject` name, within limits."""

    recording: Named | None = None
    subject_kind: SubjectKind | None = None
    subject: Named | None = None
    side: Side = Side.MASTER
    scopes: Annotated[list[Scope | Literal["all"]], Field(min_length=1)] = ["all"]
    effect: Literal["permit", "prohibit"] = "permit"
    constraints: Annotated[
        WrittenConstraints | None, Field(description="All limits; what is left out is not limited.")
    ] = None
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    party: Annotated[Named | None, Field(description="For which of several parties you speak.")] = None
    work: Annotated[Named | None, Field(description="Which work of the recording, where it has several.")] = None
    use_text: Annotated[
        str | None, Field(max_length=2000, description="For a voice: what it may be used for, as it is signed.")
    ] = None
    signed_by: Annotated[Named | None, Field(description="For a voice: who signed.")] = None
    also: Annotated[
        bool, Field(description="Say it beside what you said before about the same, instead of replacing that.")
    ] = False
    territories: list[str] | None = None
    genres_allowed: list[str] | None = None
    genres_forbidden: list[str] | None = None
    tempo_change_max: float | None = None
    pitch_change_max_semitones: float | None = None
    length_max_s: float | None = None
    approval_required: bool | None = None
    credit: str | None = None

    def form(self) -> ConsentForm:
        """The form as the use case reads it. Raises: InvalidTerms."""
        limits = self.constraints.to_dict() if self.constraints else {}
        limits |= {name: value for name in FLAT if (value := getattr(self, name)) is not None}
        said = ("recording", "subject_kind", "subject", "side", "scopes", "effect", "valid_from", "valid_to", "party",
                "work", "use_text", "signed_by", "also")  # fmt: skip
        return ConsentForm.parse({**{name: getattr(self, name) for name in said}, "constraints": limits})


class NarrowRequest(Sent):
    """Limits that are added to a permission; of its uses only `scopes` go on, where they are named."""

    constraints: WrittenConstraints = FREE
    scopes: Annotated[list[Scope] | None, Field(min_length=1)] = None
    valid_to: Moment | None = None


class LiftRequest(Sent):
    """Takes back a no, at once or from a day on."""

    since: Moment | None = None


class ReceiptRequest(Sent):
    """A receipt as the text of its file: what is signed are its values, and not one may be written in another way."""

    receipt: Annotated[str, Field(min_length=2, max_length=200_000)]


class TakeBackRequest(Sent):
    """Takes one permission back: how far, from which day on, and why."""

    kind: Withdrawal = Withdrawal.STOP_NEW
    since: Moment | None = None
    reason: Annotated[str, Field(max_length=500)] = ""
