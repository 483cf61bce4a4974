"""What becomes of a word: narrow a permission, lift a no, take one consent back; and the history of all of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from pydantic import ValidationError

from remixlab.accounts import Action, Subject, must
from remixlab.catalogue import binding
from remixlab.domain.actor import Actor
from remixlab.domain.audit import digest_of, entry_of
from remixlab.domain.errors import ConsentNotFound, HoldNotFound, InvalidTerms, NotYours
from remixlab.domain.ids import opaque_id
from remixlab.domain.ports.records.transaction import ReadTransaction, WriteTransaction
from remixlab.domain.rights import FREE, Consent, Constraints, Ending, Hold, Scope, Withdrawal, with_lift
from remixlab.domain.value import Value
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.rights.consents import end, say, unreadable
from remixlab.usecases.rights.deletion import check_day, delete_files
from remixlab.usecases.rights.speakers import anybody_meant


class TakenBack(Value):
    """A consent that was taken back, what of the same party still stands about the same, and what was taken down."""

    consent: Consent
    still_open: tuple[Consent, ...]
    remixes: tuple[str, ...]
    epoch: int


@observed("rights.narrow_consent")
def narrow_consent(
    consent_id: str,
    limits: Constraints,
    actor: Actor,
    context: Records,
    *,
    scopes: Collection[Scope] | None = None,
    valid_to: datetime | None = None,
) -> Consent:
    """Replace a permission by a narrower one: its own limits and these, of `scopes` only those that are named.

    Law: what the new one allows, the old one allowed. Uses that are left out are closed, not merely unsaid.
    Raises: ConsentNotFound, NotYours, InvalidTerms `terms.wider`, `terms.nothing_left`.
    """
    with context.write() as records:
        earlier = _own_word(consent_id, actor, Action.SET_CONSENT, records)
        kept = _still_open(earlier, actor.at, earlier.scopes if scopes is None else frozenset(scopes))
        later = _narrowed(earlier, binding(limits), kept, valid_to, actor)
        say_narrowed(earlier, later, actor, records)
    return later


def say_narrowed(earlier: Consent, later: Consent, actor: Actor, records: WriteTransaction) -> None:
    """Only the word that is narrowed is replaced: other ways that its party opened go on as they are."""
    say(later, actor, records, beside=True)
    dropped = frozenset(s for s in earlier.scopes - later.scopes if earlier.standing(s, actor.at) == "in_force")
    if dropped:
        closed = _withdrawal(earlier, actor, Withdrawal.STOP_NEW, actor.at, dropped, "")
        earlier = end(earlier, closed, actor, Action.SET_CONSENT, records)
    replaced = Ending(
        ending_id=opaque_id("end", earlier.consent_id, "replaced", later.consent_id),
        ended=earlier.consent_id, kind="replaced", by=earlier.party_id, since=later.valid_from or actor.at,
        said_at=actor.at, scopes=later.scopes, replaced_by=later.consent_id,
    )  # fmt: skip
    end(earlier, replaced, actor, Action.SET_CONSENT, records)


@observed("rights.lift")
def lift(word_id: str, actor: Actor, context: Records, *, since: datetime | None = None) -> Consent | Hold:
    """Take back a no: a prohibition, or the withdrawal of a recording (its hold). What was said before counts again.

    What was taken down stays down. Raises: ConsentNotFound, NotFound, NotYours, InvalidTerms.
    """
    with context.write() as records:
        if word_id.startswith("hold"):
            return _lift_hold(word_id, since, actor, records)
        said = _own_word(word_id, actor, Action.SET_CONSENT, records)
        if said.effect != "prohibit":
            raise InvalidTerms(
                "this is a permission, and nothing to lift", code="terms.ending", hint="Withdraw it, or narrow it."
            )
        return end(said, lifting(said.consent_id, said.party_id, since, actor), actor, Action.SET_CONSENT, records)


@observed("rights.withdraw_consent")
def withdraw_consent(
    consent_id: str,
    actor: Actor,
    context: Records,
    *,
    kind: Withdrawal = Withdrawal.STOP_NEW,
    since: datetime | None = None,
    reason: str = "",
) -> TakenBack:
    """Take one consent back, with all that it had replaced, from a date on; `kind` says how far it reaches.

    Raises: ConsentNotFound, NotYours, InvalidTerms for a prohibition (which is lifted), a date in the past, or files
    that shall be deleted on another day than today.
    """
    with context.write() as records:
        said = _own_word(consent_id, actor, Action.WITHDRAW, records)
        if said.effect == "prohibit":
            raise InvalidTerms("this is a no already", code="terms.ending", hint="To open it again, lift it.")
        check_day(kind, since, actor.at)
        earlier = (records.rights.consent(one) for one in records.rights.replaced_by(consent_id))
        words = (said, *(one for one in earlier if one.scopes & said.scopes))
        before = _resting(words, records)
        for one in words:
            ended = _withdrawal(one, actor, kind, since or actor.at, one.scopes & said.scopes, reason)
            end(one, ended, actor, Action.WITHDRAW, records)
        taken = records.rights.consent(consent_id)
        down = tuple(sorted(before - _resting(words, records)))
        files = records.remixes.files_of(down) if kind is Withdrawal.DELETE else frozenset[str]()
        others = records.rights.said_before(said)
        open_still = tuple(c for c in others if any(c.standing(s, actor.at) == "in_force" for s in c.scopes))
        epoch = records.rights.epoch()
    delete_files(files, context)
    return TakenBack(
        consent=taken, still_open=tuple(c for c in open_still if c.effect == "permit"), remixes=down, epoch=epoch
    )


@observed("rights.consent_history")
def consent_history(reference: str, actor: Actor, context: Records) -> tuple[Consent, ...]:
    """Every word of one party about one subject and side, oldest first, each with what became of it.

    `reference` is one of these consents. Raises: ConsentNotFound.
    """
    missing = ConsentNotFound(f"there is no consent '{reference[:80]}'")
    with context.read() as records:
        said = records.rights.consent(reference)
        must(actor, Action.READ_CONSENTS, word_as_subject(said, records), missing=missing)
        found = (said, *records.rights.said_before(said))
    return tuple(sorted(found, key=lambda c: (c.said_at or c.valid_from or datetime.min.replace(tzinfo=actor.at.tzinfo),
                                              c.consent_id)))  # fmt: skip


def _own_word(consent_id: str, actor: Actor, action: Action, records: ReadTransaction) -> Consent:
    """A word that the actor may end: whoever said it, whatever shares its party holds today."""
    said = records.rights.consent(consent_id)
    refused = NotYours(f"{actor.account} did not say this.", hint="A word is ended by the party that said it.")
    own = word_as_subject(said, records)
    must(actor, action, Subject(own.name, owner=own.owner, parties=frozenset({said.party_id})), refused=refused)
    return said


def word_as_subject(said: Consent, records: ReadTransaction) -> Subject:
    """A consent as authorisation sees it: as public as the recording that it is about."""
    name = f"consent:{said.consent_id}"
    if said.subject_kind != "recording":
        return Subject(name, parties=frozenset({said.party_id}), public=True)
    recording = records.catalogue.recording(said.subject)
    about = anybody_meant(recording, records.catalogue)
    owner = recording.attested_by if recording.attested_by == said.party_id else None
    return Subject(name, owner=owner, parties=about.parties | {said.party_id}, public=about.public)


def _still_open(earlier: Consent, at: datetime, wanted: frozenset[Scope]) -> frozenset[Scope]:
    wider = wanted - earlier.scopes
    if wider:
        raise InvalidTerms(f"'{min(wider)}' was not open", code="terms.wider", hint="Say it as a new consent.")
    kept = frozenset(s for s in wanted if earlier.standing(s, at) in ("in_force", "not_yet", "unsigned"))
    if earlier.effect == "prohibit" or not kept:
        raise InvalidTerms(
            "there is no permission left to narrow", code="terms.nothing_left", hint="Say a new one instead."
        )
    return kept


def _narrowed(
    earlier: Consent, limits: Constraints, scopes: frozenset[Scope], valid_to: datetime | None, actor: Actor
) -> Consent:
    ends = min((end for end in (earlier.valid_to, valid_to) if end is not None), default=None)
    starts = max(earlier.valid_from or actor.at, actor.at)
    named = digest_of([earlier.consent_id, limits.to_dict(), sorted(scopes), str(ends), actor.at.isoformat()]) or ""
    try:
        return Consent.model_validate(
            {
                **{name: getattr(earlier, name) for name in ("party_id", "side", "subject_kind", "subject", "effect")},
                "consent_id": f"con_{named[:20]}",
                "scopes": scopes,
                "constraints": earlier.constraints.narrowed(limits) if limits != FREE else earlier.constraints,
                "valid_from": starts,
                "valid_to": ends,
                "said_at": actor.at,
                "use_text": earlier.use_text,
                "signed_by": earlier.signed_by,
            }
        )
    except ValidationError as error:
        raise unreadable(error) from error


def _withdrawal(
    said: Consent, actor: Actor, kind: Withdrawal, since: datetime, scopes: frozenset[Scope], reason: str
) -> Ending:
    return Ending(
        ending_id=opaque_id("end", said.consent_id, "withdrawn", kind.value, since.isoformat(), *sorted(scopes)),
        ended=said.consent_id,
        kind="withdrawn",
        by=said.party_id,
        since=since,
        said_at=actor.at,
        scopes=frozenset[Scope]() if scopes == said.scopes else scopes,
        withdrawal=kind,
        reason=reason,
    )


def lifting(ended: str, by: str, since: datetime | None, actor: Actor) -> Ending:
    """The end of a no or of a hold, from now or from a day on."""
    return Ending(
        ending_id=opaque_id("end", ended, "lifted", (since or actor.at).isoformat()),
        ended=ended,
        kind="lifted",
        by=by,
        since=since or actor.at,
        said_at=actor.at,
    )


def _lift_hold(hold_id: str, since: datetime | None, actor: Actor, records: WriteTransaction) -> Hold:
    """Whoever withdrew a recording may open it again; a court's or a dispute's hold is nobody's to lift here."""
    hold = records.rights.hold(hold_id)
    if hold.kind != "withdrawal":
        raise HoldNotFound(f"there is no withdrawal '{hold_id[:80]}'")
    owner = None
    if hold.subject_kind == "recording":
        brought_by = records.catalogue.recording(hold.subject).attested_by
        owner = brought_by if brought_by == hold.party_id else None
    refused = NotYours(f"{actor.account} did not withdraw this.", hint="Who withdrew it may open it again.")
    must(actor, Action.WITHDRAW, Subject(f"hold:{hold_id}", owner, frozenset({hold.party_id})), refused=refused)
    ending = lifting(hold_id, hold.party_id, since, actor)
    records.rights.end(ending)
    lifted = with_lift(hold, (ending,))
    records.accounts.append_audit(entry_of(actor, Action.WITHDRAW.value, f"hold:{hold_id}", before=hold, after=lifted))
    return lifted


def _resting(words: Iterable[Consent], records: ReadTransaction) -> frozenset[str]:
    return frozenset(remix for word in words for remix in records.rights.resting_on(word.consent_id))
