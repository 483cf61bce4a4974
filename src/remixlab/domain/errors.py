"""Everything that can go wrong, as one tree.

RemixLabError(message, code, hint)
├─ Invalid        the caller can fix it     InvalidPlan (UnknownPlace) · InvalidAudio · InvalidSoundFont ·
│                                         InvalidSetting · InvalidIdentifier · InvalidTerms · InvalidPrompt ·
│                                         InvalidMoney · InvalidPool · InvalidBooking · PeriodOpen
├─ NotFound       no such thing             RecordingNotFound · RemixNotFound · PartyNotFound · DecisionNotFound ·
│                                         SoundFontNotFound · KeyNotFound · JobNotFound · PlanNotFound ·
│                                         ApprovalNotFound · ConsentNotFound · HoldNotFound · SettlementNotFound
├─ Refused        understood, not allowed   NotAllowed (NotYours · NotYourRemix) · RightsRefused (SubscriptionNeeded) ·
│                                         ScreenRefused · Quarantined · ModerationRefused · KeyNeeded · InvalidKey ·
│                                         InvalidStreamToken
├─ Conflict       the world moved on        AlreadyPublished · IdempotencyClash · ConsentWithdrawn · LedgerConflict
└─ Unavailable    try again                 EngineUnavailable · StoreUnavailable · Overloaded

Classes say what happened; codes are stable and promised to users (`domain.codes` lists them all); only `doors.errors`
knows HTTP statuses and exit codes, and how an error is told. `AssertionError` is our bug and is never caught here.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol


class Stored(Protocol):
    """What has a stored form: a `Decision`, which cannot be named here, because rights raise these errors."""

    def to_dict(self) -> dict[str, Any]: ...


class RemixLabError(Exception):
    """Base of every error a user may see: one sentence, a stable code, what to do next."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, code: str | None = None, hint: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.stable_code = code or self.code
        self.hint = hint
        self.details = details

    def to_dict(self) -> dict[str, Any]:
        """The error as it is stored; `doors.errors` shapes what a user reads of it."""
        return {"code": self.stable_code, "message": self.message, "hint": self.hint, **self.details}


class Invalid(RemixLabError):
    """The caller can fix it."""

    code = "invalid"


class InvalidPlan(Invalid):
    """All mistakes of a plan at once, in `details["mistakes"]`."""

    code = "plan.invalid"

    def __init__(self, mistakes: list[str], *, code: str | None = None, hint: str = "") -> None:
        super().__init__("; ".join(mistakes), code=code, hint=hint, mistakes=mistakes)


class UnknownPlace(InvalidPlan):
    code = "plan.unknown_place"


class InvalidAudio(Invalid):
    code = "audio.invalid"


class InvalidSoundFont(Invalid):
    code = "soundfont.invalid"


class InvalidIdentifier(Invalid):
    code = "identifier.invalid"


class InvalidTerms(Invalid):
    code = "terms.invalid"


class InvalidPrompt(Invalid):
    """A prompt that becomes no plan: `prompt.empty`, `prompt.unclear`, `prompt.too_long`."""

    code = "prompt.unclear"


class InvalidMoney(Invalid):
    """An amount that cannot be read, does not fit, or is in another currency."""

    code = "money.invalid"


class InvalidPool(Invalid):
    """A pool or a period that cannot be read."""

    code = "pool.invalid"


class InvalidBooking(Invalid):
    """A booking that does not balance, or that books nothing."""

    code = "ledger.unbalanced"


class PeriodOpen(Invalid):
    """A month that still goes on cannot be settled."""

    code = "period.open"


class InvalidSetting(Invalid):
    """An environment variable whose value makes no sense; the hint says what does."""

    code = "setting.invalid"


class NotFound(RemixLabError):
    """No such thing."""

    code = "not_found"


class RecordingNotFound(NotFound):
    code = "recording.not_found"


class RemixNotFound(NotFound):
    code = "remix.not_found"


class PartyNotFound(NotFound):
    code = "party.not_found"


class DecisionNotFound(NotFound):
    code = "decision.not_found"


class SoundFontNotFound(NotFound):
    code = "soundfont.not_found"


class KeyNotFound(NotFound):
    """No such API key."""

    code = "key.not_found"


class JobNotFound(NotFound):
    code = "job.not_found"


class PlanNotFound(NotFound):
    code = "plan.not_found"


class ApprovalNotFound(NotFound):
    code = "approval.not_found"


class ConsentNotFound(NotFound):
    code = "consent.not_found"


class HoldNotFound(NotFound):
    """No such withdrawal or dispute."""

    code = "hold.not_found"


class SettlementNotFound(NotFound):
    """The month is not settled yet."""

    code = "settlement.not_found"


class Refused(RemixLabError):
    """Understood, and not allowed."""

    code = "refused"


class NotAllowed(Refused):
    """Who asks may not do this, whatever they ask for."""

    code = "actor.not_allowed"


class NotYours(NotAllowed):
    """Somebody spoke for a party, a recording or a request that is not theirs."""

    code = "consent.not_yours"


class NotYourRemix(NotAllowed):
    """Somebody asked for the parts of what another made."""

    code = "remix.not_yours"


class KeyNeeded(Refused):
    """This workspace answers nobody without an API key."""

    code = "key.needed"


class InvalidKey(Refused):
    """The API key is not known here, or no longer."""

    code = "key.invalid"


class InvalidStreamToken(Refused):
    """A play was reported with a token that did not come with the audio."""

    code = "play.token"


class RightsRefused(Refused):
    """The rights decision was no (or not yet); `decision` explains who decided and what is open.

    `details["decision"]` is its stored form, so that a refusal survives in a job.
    """

    code = "rights.refused"

    def __init__(self, decision: Stored, *, message: str, code: str, hint: str = "", **details: Any) -> None:
        super().__init__(message, code=code, hint=hint, **details, decision=decision.to_dict())
        self.decision = decision


class SubscriptionNeeded(RightsRefused):
    """Nothing but the account's tier stands in the way."""

    code = "subscription.needed"


class ScreenRefused(Refused):
    """The result sounds like a recording outside the licence; `details["matches"]` says where."""

    code = "screen.refused"


class Quarantined(Refused):
    """The recording waits for a person, because it is like something that was here before."""

    code = "recording.quarantined"


class ModerationRefused(Refused):
    code = "moderation.refused"


class Conflict(RemixLabError):
    """The world moved on."""

    code = "conflict"


class AlreadyPublished(Conflict):
    code = "remix.already_published"


class IdempotencyClash(Conflict):
    code = "idempotency.clash"


class ConsentWithdrawn(Conflict):
    code = "consent.withdrawn"


class LedgerConflict(Conflict):
    code = "ledger.conflict"


class Unavailable(RemixLabError):
    """Try again, or install what the hint names."""

    code = "unavailable"


class EngineUnavailable(Unavailable):
    code = "engine.unavailable"


class StoreUnavailable(Unavailable):
    code = "store.unavailable"


class Overloaded(Unavailable):
    code = "overloaded"


def revive(tree: dict[str, Any]) -> RemixLabError:
    """The error that a stored `{"kind": class name, **to_dict()}` was; of a class from the future, its base."""
    fields = dict(tree)
    kinds = {cls.__name__: cls for cls in _descendants(RemixLabError)}
    cls = kinds.get(str(fields.pop("kind", "")), RemixLabError)
    message, code, hint = str(fields.pop("message")), str(fields.pop("code")), str(fields.pop("hint", ""))
    error = cls.__new__(cls)
    RemixLabError.__init__(error, message, code=code, hint=hint, **fields)
    return error


def _descendants(cls: type[RemixLabError]) -> list[type[RemixLabError]]:
    return [cls, *(leaf for child in cls.__subclasses__() for leaf in _descendants(child))]
