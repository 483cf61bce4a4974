"""The owners file: who made a recording, who owns it, and what they allow. One readable TOML file beside the sound.

    title = "Neon Harbour"
    artist = "Juniper Vale"
    label = "Lantern Row Records"
    works = [{ title = "Neon Harbour", iswc = "T-926.000.001-9", writers = ["Mara Okonjo"] }]
    shares = [{ party = "Lantern Row Records", right = "master", percent = 100 }]
    [[consent]]
    party = "Juniper Vale"
    side = "artist"
    scopes = ["remix", "genre_shift"]

Parties are named by a key of the `[[party]]` list or simply by their name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from remixlab.domain.errors import InvalidTerms, NotFound, NotYours
from remixlab.domain.ids import opaque_id, party_id, work_id
from remixlab.domain.ports.records.transaction import WriteTransaction
from remixlab.domain.rights import (
    WHOLE_PPM,
    Consent,
    Constraints,
    Party,
    Recording,
    Right,
    Scope,
    Share,
    Side,
    SubjectKind,
    Work,
    checked_shares,
    speakers_about,
)
from remixlab.domain.value import Moment, Value, canonical

Name = Annotated[str, Field(min_length=1, max_length=200)]
Names = Annotated[tuple[Name, ...], Field(max_length=64)]

OPEN_SCOPES: frozenset[Scope] = frozenset(Scope) - {
    Scope.TRAINING,
    Scope.VOICE_LIKENESS,
    Scope.NAME_IMAGE_LIKENESS,
    Scope.STYLE_REFERENCE,
    Scope.INTEGRITY,
}
"""What `scopes = ["all"]` means: everything that a remix may need, nothing that must be said by its own name."""


class PartyEntry(Value):
    key: Name | None = None
    name: Name
    kind: Literal["person", "group", "company", "society"] = "person"
    ipi: str | None = None
    isni: str | None = None


class ShareEntry(Value):
    """A part of a right, as `ppm` or as `percent` with at most four decimals."""

    party: Name
    right: Right
    ppm: Annotated[int, Field(strict=True, ge=0, le=WHOLE_PPM)] | None = None
    percent: Annotated[float, Field(ge=0, le=100)] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.ppm is None) == (self.percent is None):
            raise ValueError("a share has either ppm or percent")
        return self

    @property
    def whole_ppm(self) -> int:
        return self.ppm if self.ppm is not None else round((self.percent or 0) * 10_000)


class WorkEntry(Value):
    title: Name
    iswc: str | None = None
    writers: Names = ()
    publisher: Name | None = None
    co_owners: Name | None = None
    """How its co-owners say yes: all, majority, any, or the party that administers it; else its publisher does."""
    shares: tuple[ShareEntry, ...] = ()


class ConsentEntry(Value):
    party: Name
    side: Side
    subject: SubjectKind = "recording"
    scopes: Annotated[tuple[Scope | Literal["all"], ...], Field(min_length=1)]
    effect: Literal["permit", "prohibit"] = "permit"
    constraints: Constraints = Constraints()
    valid_from: Moment | None = None
    valid_to: Moment | None = None

    @property
    def all_scopes(self) -> frozenset[Scope]:
        named = frozenset(Scope(scope) for scope in self.scopes if scope != "all")
        return named | OPEN_SCOPES if "all" in self.scopes else named


class Owners(Value):
    """Everything that an owners file says about one recording."""

    title: Name | None = None
    artist_name: Name | None = Field(default=None, alias="artist")
    label: Name | None = None
    release: Name | None = None
    isrc: str | None = None
    voices: Names = ()
    co_owners: Name | None = None
    """How the co-owners of the master say yes: all, majority, any, or a party; else the label does, else all."""
    party: tuple[PartyEntry, ...] = ()
    works: tuple[WorkEntry, ...] = ()
    shares: tuple[ShareEntry, ...] = ()
    consent: tuple[ConsentEntry, ...] = ()

    @property
    def artist(self) -> str | None:
        """The artist's name as people read it."""
        return None if self.artist_name is None else self._party(self.artist_name).name

    @property
    def deliverers(self) -> frozenset[str]:
        """The parties that may bring this file: the label and whoever holds a share of the master, else the artist."""
        holders = {self._id(share.party) for share in self.shares if share.right == Right.MASTER and share.whole_ppm}
        return frozenset(party for party in holders | {self._id(self.label)} if party) or frozenset(
            party for party in (self._id(self.artist_name),) if party
        )

    def enter(
        self,
        recording: Recording,
        stems: Mapping[str, str],
        records: WriteTransaction,
        *,
        speaking: frozenset[str] | None = None,
    ) -> Recording:
        """Write parties, works, the recording with its shares, and the consents. Raises: InvalidTerms, NotYours.

        `speaking` are the parties in whose name whoever brings the file may speak; None brings everybody's word, as
        whoever runs the workspace may. Law: nobody's word is kept about what they have no part in.
        """
        for name in self._names():
            self._enter_party(self._party(name), records, speaking)
        works = {self._work(entry).work_id: entry for entry in self.works}
        for entry in works.values():
            self._enter_work(entry, records, speaking)
        known = recording.model_copy(
            update={
                "artist_id": self._id(self.artist_name),
                "label_id": self._id(self.label),
                "release": self.release,
                "work_ids": tuple(works),
                "voice_ids": tuple(self._party(name).party_id for name in self.voices),
                "master_rule": self._rule(self.co_owners),
            }
        )
        own = [share for share in self.shares if share.right != Right.PUBLISHING or not works]
        records.catalogue.add_recording(known, checked_shares(self._share(share) for share in own), stems)
        for consent in self.consents(known):
            self._check_speaker(consent, known, records, speaking)
            records.rights.set_consent(consent)
        return known

    def _enter_party(self, party: Party, records: WriteTransaction, speaking: frozenset[str] | None) -> None:
        """Who is here already is described by themselves, or by whoever runs the workspace."""
        described = records.catalogue.find_party(party.party_id)
        if described is None or speaking is None or party.party_id in speaking:
            records.catalogue.add_party(party)

    def _enter_work(self, entry: WorkEntry, records: WriteTransaction, speaking: frozenset[str] | None) -> None:
        """A work that is here already is changed by those who hold a part of it, or by whoever runs the workspace."""
        work = self._work(entry)
        held = _holders_of(work.work_id, records)
        if held is None or speaking is None or held & speaking:
            records.catalogue.add_work(work, self._publishing(entry))

    def _check_speaker(
        self, said: Consent, recording: Recording, records: WriteTransaction, speaking: frozenset[str] | None
    ) -> None:
        """Raises: InvalidTerms for a word about what its party has no part in, NotYours for one that is not brought."""
        shares = records.catalogue.shares(recording.recording_id)
        of_work = records.catalogue.work_shares(said.subject) if said.subject_kind == "work" else ()
        name = records.catalogue.party_names([said.party_id]).get(said.party_id, said.party_id)
        if said.party_id not in speakers_about(said.subject_kind, said.subject, said.side, recording, shares, of_work):
            raise InvalidTerms(
                f"{name} has no part in the {said.side} of this {said.subject_kind} and cannot speak for it",
                code="owners.speaker",
                hint="Who holds a share of a side speaks for it; a medley is spoken for work by work.",
            )
        if speaking is not None and said.party_id not in speaking:
            raise NotYours(
                f"You bring this file and do not speak for {name}.",
                hint="Leave out what others allow: they say it themselves, or whoever runs the workspace brings it.",
            )

    def consents(self, recording: Recording) -> tuple[Consent, ...]:
        """What the file allows and forbids, about this recording; their ids are digests of what they say."""
        return tuple(
            self._consent(entry, subject)
            for entry in self.consent
            for subject in _subjects(entry, recording, self._id(entry.party))
        )

    def _consent(self, entry: ConsentEntry, subject: str) -> Consent:
        said = Consent(
            consent_id="",
            party_id=self._party(entry.party).party_id,
            side=entry.side,
            subject_kind=entry.subject,
            subject=subject,
            scopes=entry.all_scopes,
            effect=entry.effect,
            constraints=entry.constraints,
            valid_from=entry.valid_from,
            valid_to=entry.valid_to,
        )
        return said.model_copy(update={"consent_id": consent_id(said)})

    def _names(self) -> tuple[str, ...]:
        """Every party that the file names, each once."""
        named = [self.artist_name, self.label, *self.voices, *(entry.party for entry in (*self.shares, *self.consent))]
        for work in self.works:
            named += [*work.writers, work.publisher, *(share.party for share in work.shares)]
        return tuple(dict.fromkeys(name for name in named if name))

    def _party(self, name: str) -> Party:
        """The party behind a key or a name; a name that is nowhere described is a party of its own."""
        entry = next((p for p in self.party if name in (p.key, p.name)), PartyEntry(name=name))
        return Party(party_id=party_id(entry.name), name=entry.name, kind=entry.kind, ipi=entry.ipi, isni=entry.isni)

    def _id(self, name: str | None) -> str | None:
        return None if name is None else self._party(name).party_id

    def _work(self, entry: WorkEntry) -> Work:
        writers = [self._party(name).party_id for name in entry.writers]
        named = Work(
            work_id="", title=entry.title, iswc=entry.iswc, rule=self._rule(entry.co_owners or entry.publisher)
        )
        number = opaque_id("wrk", named.iswc) if named.iswc else work_id(entry.title, *writers)
        return named.model_copy(update={"work_id": number})

    def _rule(self, said: str | None) -> str:
        return said if said in ("all", "majority", "any") else self._id(said) or ""

    def _publishing(self, entry: WorkEntry) -> tuple[Share, ...]:
        """A work's own shares, else the file's publishing shares, else its writers in equal parts."""
        given = entry.shares or tuple(share for share in self.shares if share.right == Right.PUBLISHING)
        if given:
            return checked_shares(self._share(share) for share in given)
        writers = [self._party(name).party_id for name in entry.writers]
        parts = {writer: WHOLE_PPM // len(writers) for writer in sorted(set(writers))}
        for writer in list(parts)[: WHOLE_PPM - sum(parts.values())] if parts else ():
            parts[writer] += 1
        return checked_shares(Share(party_id=party, right=Right.PUBLISHING, ppm=ppm) for party, ppm in parts.items())

    def _share(self, entry: ShareEntry) -> Share:
        return Share(party_id=self._party(entry.party).party_id, right=entry.right, ppm=entry.whole_ppm)


def _holders_of(work_id: str, records: WriteTransaction) -> frozenset[str] | None:
    """Who holds a work that is here already; None where it is new."""
    try:
        return frozenset(share.party_id for share in records.catalogue.work_shares(work_id))
    except NotFound:
        return None


def read_owners(text: str) -> Owners:
    """Read an owners file. Raises: InvalidTerms naming the line or field that cannot be read."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise InvalidTerms(f"the owners file cannot be read: {wrong}", code="owners.invalid") from wrong
    return owners_of(tree)


def owners_of(tree: Mapping[str, Any], parties: Iterable[Mapping[str, Any]] = ()) -> Owners:
    """Owners from a table that was read already; `parties` are described elsewhere. Raises: InvalidTerms."""
    described = [*parties, *tree.get("party", ())]
    try:
        return Owners.model_validate({**tree, "party": described})
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise InvalidTerms(
            f"the owners file says something that we don't understand at '{place}': {first['msg']}",
            code="owners.invalid",
        ) from wrong


def consent_id(consent: Consent) -> str:
    """The id of a consent: a digest of what is said, so that the same thing said twice is said once."""
    said = consent.to_dict()
    del said["consent_id"], said["withdrawn_at"]
    return opaque_id("cns", canonical(said).decode())


def _subjects(entry: ConsentEntry, recording: Recording, party: str | None) -> tuple[str, ...]:
    match entry.subject:
        case "recording":
            named: tuple[str | None, ...] = (recording.recording_id,)
        case "release":
            named = (recording.release,)
        case "work":
            named = recording.work_ids
        case "artist":
            named = (recording.artist_id,)
        case "label":
            named = (recording.label_id,)
        case "party-default":
            named = (party,)
    found = tuple(subject for subject in named if subject)
    if not found:
        raise InvalidTerms(f"a consent is about the {entry.subject}, and the file names none", code="owners.subject")
    return found
