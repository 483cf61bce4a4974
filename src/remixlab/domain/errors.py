"""Everything that can go wrong, as one tree.

RemixLabError(message, code, hint)
├─ Invalid        the caller can fix it     InvalidPlan · InvalidAudio · InvalidSoundFont · InvalidIdentifier · UnknownPlace ·
│                                         InvalidTerms · InvalidPrompt
├─ NotFound       no such thing             RecordingNotFound · RemixNotFound · PartyNotFound · DecisionNotFound · SoundFontNotFound
├─ Refused        understood, not allowed   NotAllowed · RightsRefused · ScreenRefused · ModerationRefused · SubscriptionNeeded
├─ Conflict       the world moved on        AlreadyPublished · IdempotencyClash · ConsentWithdrawn · LedgerConflict
└─ Unavailable    try again                 EngineUnavailable · StoreUnavailable · Overloaded

Classes say what happened; codes are stable and promised to users; only `doors.errors` knows
HTTP statuses and exit codes. `AssertionError` is our bug and is never caught here.
"""

from __future__ import annotations

from typing import Any, ClassVar


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
        """The object that `--json` prints under `error` and the API sends as problem+json."""
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
    """A wish that becomes no plan: `prompt.empty`, `prompt.unclear`, `prompt.too_long`."""

    code = "prompt.unclear"


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


class Refused(RemixLabError):
    """Understood, and not allowed."""

    code = "refused"


class NotAllowed(Refused):
    """Who asks may not do this, whatever they ask for."""

    code = "actor.not_allowed"


class RightsRefused(Refused):
    """The rights decision was no (or not yet); `decision` explains who decided and what is open."""

    code = "rights.refused"

    def __init__(self, decision: Any, *, message: str, code: str, hint: str = "", **details: Any) -> None:
        super().__init__(message, code=code, hint=hint, **details, decision=decision.answer())
        self.decision = decision


class SubscriptionNeeded(RightsRefused):
    """Nothing but the account's tier stands in the way."""

    code = "subscription.needed"


class ScreenRefused(Refused):
    """The result sounds like a recording outside the licence; `details["matches"]` says where."""

    code = "screen.refused"


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
