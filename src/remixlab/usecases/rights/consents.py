"""Consents: say what is allowed about a recording, release, work, artist, label, or by default; read what was said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from remixlab.accounts import Action, must
from remixlab.catalogue import OPEN_SCOPES
from remixlab.domain.actor import Actor
from remixlab.domain.audit import digest_of, entry_of
from remixlab.domain.errors import InvalidTerms, NotYours, RecordingNotFound
from remixlab.domain.ports.records.catalogue import CatalogueReader
from remixlab.domain.rights import FREE, TOPICS, Consent, Constraints, Hold, Scope, Share, Side, SubjectKind
from remixlab.domain.value import Moment, Value
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.rights.speakers import SIDES, Meant, anybody_meant, recording_meant, speaker_of, subject_meant

Named = Annotated[str, Field(min_length=1, max_length=200)]


class ConsentForm(Value):
    """What a party says about one subject, on one side of it, within limits.

    The subject is a `recording` (its work, on the side of the work; of a medley the `work` that is named), or what
    `subject_kind` and `subject` name.
    `party` says for which of several parties the actor speaks.
    """

    recording: Named | None = None
    subject_kind: SubjectKind | None = None
    subject: Named | None = None
    side: Side = Side.MASTER
    scopes: Annotated[frozenset[Scope], Field(min_length=1)] = OPEN_SCOPES
    effect: Literal["permit", "prohibit"] = "permit"
    constraints: Constraints = FREE
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    party: Named | None = None
    work: Named | None = None
    """Which work of the recording is meant, on the side of the work; a medley has several."""

    @field_validator("scopes", mode="before")
    @classmethod
    def _all_means_the_open_ones(cls, scopes: Any) -> Any:
        if isinstance(scopes, list | tuple | set | frozenset) and "all" in scopes:
            return {*OPEN_SCOPES, *(scope for scope in scopes if scope != "all")}
        return scopes

    @model_validator(mode="after")
    def _names_one_subject(self) -> Self:
        if (self.recording is None) == (self.subject is None) or (self.subject is None) != (self.subject_kind is None):
            raise ValueError("name either a recording, or a subject with its kind")
        if self.work is not None and (self.recording is None or self.side is not Side.WORK):
            raise ValueError("a work is named beside a recording, on the side of the work")
        if self.subject_kind and self.side not in SIDES[self.subject_kind]:
            allowed = ", ".join(sorted(SIDES[self.subject_kind]))
            raise ValueError(f"a consent about a {self.subject_kind} is on the side of: {allowed}")
        return self

    @field_validator("constraints")
    @classmethod
    def _forbids_known_topics(cls, limits: Constraints) -> Constraints:
        """A topic that nobody recognises would never refuse anything."""
        unknown = sorted(limits.topics_forbidden - TOPICS)
        if unknown:
            raise ValueError(f"'{unknown[0][:40]}' is not a topic that is recognised: {', '.join(sorted(TOPICS))}")
        return limits

    @classmethod
    def parse(cls, tree: Mapping[str, Any]) -> Self:
        """Read a form as it was filled in. Raises: InvalidTerms."""
        try:
            return cls.model_validate(dict(tree))
        except ValidationError as error:
            raise _unreadable(error) from error

    def to_dict(self) -> dict[str, Any]:
        return {**super().to_dict(), "scopes": sorted(self.scopes), "constraints": self.constraints.to_dict()}


class ConsentsShown(Value):
    """Everything that bears on a recording; `names` says who the parties are."""

    recording_id: str
    consents: tuple[Consent, ...]
    holds: tuple[Hold, ...]
    shares: tuple[Share, ...]
    names: dict[str, str]
    artist_veto: bool
    epoch: int


@observed("rights.set_consent")
def set_consent(form: ConsentForm, actor: Actor, context: Records) -> Consent:
    """Keep what a party says about its own. Raises: RecordingNotFound, PartyNotFound, NotFound, InvalidTerms, NotYours,
    Quarantined.
    """
    with context.write() as records:
        meant = _meant(form, records.catalogue)
        refused = NotYours(
            f"{actor.account} does not speak for the {form.side} of this {form.subject_kind or 'recording'}.",
            hint="A party that holds a share does.",
        )
        must(actor, Action.SET_CONSENT, meant.subject, refused=refused)
        consent = _consent_of(form, meant, speaker_of(actor, meant.subject, form.party, records.catalogue), actor)
        records.rights.set_consent(consent)
        records.accounts.append_audit(
            entry_of(actor, Action.SET_CONSENT.value, f"consent:{consent.consent_id}", after=consent)
        )
    return consent


@observed("rights.show_consents")
def show_consents(reference: str, actor: Actor, context: Records) -> ConsentsShown:
    """Everything that bears on a recording: consents, holds, shares, the epoch. Raises: RecordingNotFound."""
    with context.read() as records:
        recording = records.catalogue.recording(reference)
        shelf = records.catalogue.shelf([recording.recording_id], actor.account)
        recording = shelf[0].names(recording) if shelf else recording
        missing = RecordingNotFound(f"there is no recording '{reference[:80]}'")
        must(actor, Action.READ_CONSENTS, anybody_meant(recording, records.catalogue), missing=missing)
        terms = records.rights.terms([recording.recording_id])
        shares = records.catalogue.shares(recording.recording_id)
        names = {**records.catalogue.party_names(s.party_id for s in shares), **terms.names}
    return ConsentsShown(
        recording_id=recording.recording_id,
        consents=terms.consents,
        holds=terms.holds,
        shares=shares,
        names=names,
        artist_veto=all(asset.artist_veto for asset in terms.assets),
        epoch=terms.epoch,
    )


def _meant(form: ConsentForm, records: CatalogueReader) -> Meant:
    if form.subject is not None and form.subject_kind is not None:
        return subject_meant(form.subject_kind, form.subject, form.side, records)
    return recording_meant(records.recording(form.recording or ""), form.side, records, form.work)


def _consent_of(form: ConsentForm, meant: Meant, party_id: str, actor: Actor) -> Consent:
    named = digest_of([form.to_dict(), meant.kind, meant.id, party_id, actor.at.isoformat()]) or ""
    try:
        return Consent(
            consent_id=f"con_{named[:20]}",
            party_id=party_id,
            side=form.side,
            subject_kind=meant.kind,
            subject=meant.id,
            scopes=form.scopes,
            effect=form.effect,
            constraints=form.constraints,
            valid_from=form.valid_from or actor.at,
            valid_to=form.valid_to,
        )
    except ValidationError as error:
        raise _unreadable(error) from error


def _unreadable(error: ValidationError) -> InvalidTerms:
    first = error.errors()[0]
    place = ".".join(str(step) for step in first["loc"])
    said = str(first["msg"]).removeprefix("Value error, ")
    return InvalidTerms(
        f"this consent cannot be read: {f'{place}: ' if place else ''}{said}",
        hint="See docs/rights.md for scopes and limits.",
    )
