"""Everything that can go wrong, as one tree.

RemixLabError(message, code, hint)
├─ Invalid        the caller can fix it     InvalidPlan (UnknownPlace) · InvalidAudio · InvalidSoundFont ·
│                                           InvalidSetting · InvalidIdentifier · InvalidTerms · InvalidPrompt ·
│                                           InvalidMoney · InvalidPool · InvalidBooking · PeriodOpen ·
│                                           InvalidAccount · InvalidPassword · InvalidPasskey · InvalidAnchor ·
│                                           InvalidReceipt · InvalidProof · InvalidBinding · UnsupportedMedia ·
│                                           TooLarge · TooSlow
├─ NotFound       no such thing             RecordingNotFound · RemixNotFound · PartyNotFound · DecisionNotFound ·
│                                           SoundFontNotFound · KeyNotFound · JobNotFound · PlanNotFound ·
│                                           ApprovalNotFound · PassportNotFound · ConsentNotFound ·
│                                           SettlementNotFound · AccountNotFound · MembershipNotFound ·
│                                           SessionNotFound · InvitationNotFound · PasskeyNotFound ·
│                                           ManifestNotFound · DisputeNotFound · HoldNotFound
├─ Refused        understood, not allowed   NotAllowed (NotYours · NotYourRemix) · RightsRefused
│                                           (SubscriptionNeeded) · ScreenRefused · Quarantined · ModerationRefused ·
│                                           InvalidStreamToken · InvalidLink · ForeignRequest · NotSignedIn
│                                           (SignInNeeded · KeyNeeded · InvalidKey · WrongCredentials ·
│                                           IdentityRefused) · CeremonyOver · ImplausiblePlay
├─ Conflict       the world moved on        AlreadyPublished · IdempotencyClash · ConsentWithdrawn · LedgerConflict ·
│                                           AccountExists · PasskeyExists · IdentityTaken · JobCancelled
└─ Unavailable    try again                 EngineUnavailable · StoreUnavailable · Overloaded · MailUnavailable ·
                                            ProviderUnavailable · RateLimited (TooManyAttempts)

Classes say what happened; codes are stable and promised to users (`domain.codes` lists them all); only `doors.errors`
knows HTTP statuses and exit codes, and how an error is told. `AssertionError` is our bug and is never caught here.
"""

from __future__ import annotations

import errno
from typing import Any, ClassVar, Final, Protocol

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""No room on the disk, in the quota, or in a file."""


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


class InvalidBinding(Invalid):
    code = "binding.invalid"


class UnsupportedMedia(Invalid):
    code = "media.unsupported"


class InvalidReceipt(Invalid):
    code = "receipt.invalid"


class InvalidPrompt(Invalid):
    """A prompt that becomes no plan: `prompt.empty`, `prompt.unclear`, `prompt.too_long`."""

    code = "prompt.unclear"


class InvalidMoney(Invalid):
    code = "money.invalid"


class InvalidPool(Invalid):
    code = "pool.invalid"


class InvalidBooking(Invalid):
    code = "ledger.unbalanced"


class InvalidAnchor(Invalid):
    code = "anchor.invalid"


class InvalidProof(Invalid):
    code = "proof.invalid"


class PeriodOpen(Invalid):
    """A month that still goes on cannot be settled."""

    code = "period.open"


class InvalidSetting(Invalid):
    """An environment variable whose value makes no sense; the hint says what does."""

    code = "setting.invalid"


class InvalidAccount(Invalid):
    code = "account.invalid"


class InvalidPassword(Invalid):
    code = "password.weak"


class InvalidPasskey(Invalid):
    code = "passkey.invalid"


class TooLarge(Invalid):
    """More was sent than is read here; the rest is not read."""

    code = "request.too_large"


class TooSlow(Invalid):
    code = "request.too_slow"


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


class ManifestNotFound(NotFound):
    code = "manifest.not_found"


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


class PassportNotFound(NotFound):
    code = "passport.not_found"


class ConsentNotFound(NotFound):
    code = "consent.not_found"


class DisputeNotFound(NotFound):
    """No dispute has this id."""

    code = "dispute.not_found"


class HoldNotFound(NotFound):
    """No such withdrawal or dispute."""

    code = "hold.not_found"


class SettlementNotFound(NotFound):
    """The month is not settled yet."""

    code = "settlement.not_found"


class AccountNotFound(NotFound):
    code = "account.not_found"


class MembershipNotFound(NotFound):
    code = "membership.not_found"


class SessionNotFound(NotFound):
    code = "session.not_found"


class InvitationNotFound(NotFound):
    code = "invitation.not_found"


class PasskeyNotFound(NotFound):
    code = "passkey.not_found"


class Refused(RemixLabError):
    """Understood, and not allowed."""

    code = "refused"


class NotSignedIn(Refused):
    """It is not known who asks."""

    code = "session.none"


class SignInNeeded(NotSignedIn):
    """This is not open to who has no account."""

    code = "session.needed"


class WrongCredentials(NotSignedIn):
    """Name and password do not belong together; it is not said which is wrong."""

    code = "session.refused"


class IdentityRefused(NotSignedIn):
    """What a provider of identities sent proves nobody, or nobody who may come in."""

    code = "identity.refused"


class CeremonyOver(Refused):
    """What a browser finishes was begun by another one, too long ago, or was finished before."""

    code = "ceremony.over"


class InvalidLink(Refused):
    """A one-time link that was used, has expired, or never was."""

    code = "link.invalid"


class ForeignRequest(Refused):
    """A browser sent this for a page that is not ours, or to a name that is not ours."""

    code = "request.foreign"


class NotAllowed(Refused):
    """Who asks may not do this, whatever they ask for."""

    code = "actor.not_allowed"


class NotYours(NotAllowed):
    """Somebody spoke for a party, a recording or a request that is not theirs."""

    code = "consent.not_yours"


class NotYourRemix(NotAllowed):
    """Somebody asked for the parts of what another made."""

    code = "remix.not_yours"


class KeyNeeded(NotSignedIn):
    """This workspace answers nobody without an API key or a session."""

    code = "key.needed"


class InvalidKey(NotSignedIn):
    """The API key is not known here, or no longer."""

    code = "key.invalid"


class InvalidStreamToken(Refused):
    """A play was reported with a token that did not come with the audio."""

    code = "play.token"


class ImplausiblePlay(Refused):
    """A play that cannot have been: longer than what was served, than the time that passed, or beside another one."""

    code = "play.implausible"


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


class AccountExists(Conflict):
    """Another account has this name or this address."""

    code = "account.exists"


class PasskeyExists(Conflict):
    """The device's passkey is kept already."""

    code = "passkey.exists"


class IdentityTaken(Conflict):
    """The identity belongs to an account already."""

    code = "identity.taken"


class LedgerConflict(Conflict):
    code = "ledger.conflict"


class JobCancelled(Conflict):
    """Whoever ordered the job has called it off."""

    code = "job.cancelled"


class Unavailable(RemixLabError):
    """Try again, or install what the hint names."""

    code = "unavailable"


class EngineUnavailable(Unavailable):
    code = "engine.unavailable"


class StoreUnavailable(Unavailable):
    code = "store.unavailable"


class Overloaded(Unavailable):
    code = "overloaded"


class MailUnavailable(Unavailable):
    """A letter could not be handed over."""

    code = "mail.unavailable"


class ProviderUnavailable(Unavailable):
    """A provider of identities does not answer, or answers what no provider may."""

    code = "provider.unavailable"


class RateLimited(Unavailable):
    """Whoever asks has asked too often; `details["retry_after_s"]` says when it may be asked again."""

    code = "rate.limited"


class TooManyAttempts(RateLimited):
    """Too many wrong passwords; `details["retry_after_s"]` says how long to wait."""

    code = "session.too_many"


def of_system(wrong: OSError) -> StoreUnavailable:
    """What the operating system says as an error of the tree: in its own words, without a path."""
    if wrong.errno in _FULL:
        return StoreUnavailable("There is no room left to write to.", code="store.full", hint="Free some, ask again.")
    return StoreUnavailable(
        f"The machine cannot read or write: {(wrong.strerror or type(wrong).__name__).lower()}.", hint="Ask again."
    )


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
