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
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol, Self

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator

from remixlab.catalogue.limits import binding, signed
from remixlab.domain.errors import InvalidTerms, NotYours
from remixlab.domain.ids import opaque_id, party_id, work_id
from remixlab.domain.naming import key_name
from remixlab.domain.ports.records.catalogue import CatalogueReader
from remixlab.domain.ports.records.transaction import WriteTransaction
from remixlab.domain.rights import (
    VOICE_SCOPES,
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
    WrittenConstraints,
    checked_shares,
    speakers_about,
)
from remixlab.domain.text import clean
from remixlab.domain.value import Moment, Value, canonical


def _as_kept(name: str) -> str:
    kept = clean(name)
    if not kept:
        raise ValueError("a name has letters")
    return kept


class CatalogueHolder(Protocol):
    """A transaction, as far as it knows the parties on record."""

    @property
    def catalogue(self) -> CatalogueReader: ...


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_as_kept)]
"""A name without marks that nobody sees: two that look alike are one."""
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
    id: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,80}$")] | None = None
    """The party's own id here; without one it is known by its IPI or ISNI, or by its name among its owner's."""
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
    constraints: WrittenConstraints = Constraints()
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    use_text: Name | None = None
    signed_by: Name | None = None

    @field_validator("constraints")
    @classmethod
    def _binds(cls, limits: Constraints) -> Constraints:
        return binding(limits)

    @model_validator(mode="after")
    def _says_until_when(self) -> Self:
        opens_a_voice = self.side is Side.LIKENESS and not VOICE_SCOPES.isdisjoint(self.all_scopes)
        if self.effect == "permit" and opens_a_voice and self.valid_from is None:
            raise ValueError("a voice is opened from a day (valid_from) to a day (valid_to)")
        return self

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
    featured: Names = ()
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
        by: str = "",
        at: datetime | None = None,
        speaking: frozenset[str] | None = None,
    ) -> Recording:
        """Write parties, works, the recording with its shares, and the consents. Raises: InvalidTerms, NotYours.

        `by` is the account that brings the file; its label, where it names one, is who delivers. What does not fit what
        others delivered opens a dispute and touches nothing. `speaking` are the parties in whose name whoever brings
        the file may speak; None brings everybody's word, as whoever runs the workspace may.
        Law: nobody's word is kept about what they have no part in.
        """
        deliverer = self._deliverer(by, speaking)
        found = self.identified(records, deliverer, speaking or frozenset())
        return found._enter(recording, stems, records, deliverer, at, speaking)

    def known_to(self, records: CatalogueHolder, by: str, speaking: frozenset[str]) -> Owners:
        """The same file with the ids under which it is entered when `by`, who speaks for these parties, brings it."""
        return self.identified(records, self._deliverer(by, speaking), speaking)

    def _deliverer(self, by: str, speaking: frozenset[str] | None) -> str:
        """Who answers for what the file says: its label, or where the bringer does not speak for it, the bringer.

        Nobody is found among a label's parties by writing its name into a file.
        """
        label = party_id(self.label) if self.label else by
        return label if speaking is None or label in speaking else min(speaking, default=by)

    def identified(self, records: CatalogueHolder, deliverer: str, speaking: frozenset[str] = frozenset()) -> Owners:
        """The same file with the id of every party that it names, as it is on record or will be."""
        own = {key_name(name): party for party, name in records.catalogue.party_names(speaking).items()}
        entries, taken = list[PartyEntry](), set[str]()
        for name in self._names():
            entry = self._entry(name)
            described = self._party(name)
            number = entry.id or own.get(key_name(described.name))
            if number is None:
                known = records.catalogue.same_party(described, deliverer)
                number = known.party_id if known else _free_id(described, deliverer, records, taken)
            taken.add(number)
            entries.append(entry.model_copy(update={"id": number, "key": entry.key or name}))
        return self.model_copy(update={"party": tuple(entries)})

    def _enter(
        self,
        recording: Recording,
        stems: Mapping[str, str],
        records: WriteTransaction,
        deliverer: str,
        at: datetime | None,
        speaking: frozenset[str] | None,
    ) -> Recording:
        for name in self._names():
            self._enter_party(self._party(name), records, deliverer, speaking)
        works = {self._work(entry).work_id: entry for entry in self.works}
        for entry in works.values():
            records.catalogue.add_work(self._work(entry), self._publishing(entry), by=deliverer, at=at)
        known = recording.model_copy(
            update={
                "artist_id": self._id(self.artist_name),
                "label_id": self._id(self.label),
                "release": self.release,
                "work_ids": tuple(works),
                "voice_ids": tuple(self._party(name).party_id for name in self.voices),
                "master_rule": self._rule(self.co_owners),
                "featured_ids": tuple(self._party(name).party_id for name in self.featured),
            }
        )
        own = [self._share(share) for share in self.shares if share.right != Right.PUBLISHING or not works]
        records.catalogue.add_recording(known, own, stems, by=deliverer, at=at)
        for consent in self.consents(known):
            self._check_speaker(consent, known, records, speaking)
            records.rights.set_consent(consent)
        return known

    def _enter_party(
        self, party: Party, records: WriteTransaction, deliverer: str, speaking: frozenset[str] | None
    ) -> None:
        """Who is here already is described by themselves, or by whoever runs the workspace."""
        described = records.catalogue.find_party(party.party_id)
        if described is None or speaking is None or party.party_id in speaking:
            records.catalogue.add_party(party, named_by=deliverer)

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
            use_text=entry.use_text,
            signed_by=entry.signed_by,
        )
        if said.valid_from is not None:
            said = signed(said, said.valid_from)
        return said.model_copy(update={"consent_id": consent_id(said)})

    def _names(self) -> tuple[str, ...]:
        """Every party that the file names, each once."""
        named = [
            self.artist_name,
            self.label,
            *self.voices,
            *self.featured,
            *(entry.party for entry in (*self.shares, *self.consent)),
        ]
        for work in self.works:
            named += [*work.writers, work.publisher, *(share.party for share in work.shares)]
        return tuple(dict.fromkeys(name for name in named if name))

    def _entry(self, name: str) -> PartyEntry:
        """What the file says of a party; a name that is nowhere described is a party of its own."""
        by_key = next((p for p in self.party if name == p.key), None)
        return by_key or next((p for p in self.party if name == p.name), PartyEntry(name=name))

    def _party(self, name: str) -> Party:
        """The party behind a key or a name."""
        entry = self._entry(name)
        number = entry.id or party_id(entry.name)
        return Party(party_id=number, name=entry.name, kind=entry.kind, ipi=entry.ipi, isni=entry.isni)

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
            return tuple(self._share(share) for share in given)
        writers = [self._party(name).party_id for name in entry.writers]
        parts = {writer: WHOLE_PPM // len(writers) for writer in sorted(set(writers))}
        for writer in list(parts)[: WHOLE_PPM - sum(parts.values())] if parts else ():
            parts[writer] += 1
        return checked_shares(Share(party_id=party, right=Right.PUBLISHING, ppm=ppm) for party, ppm in parts.items())

    def _share(self, entry: ShareEntry) -> Share:
        return Share(party_id=self._party(entry.party).party_id, right=entry.right, ppm=entry.whole_ppm)


def _free_id(party: Party, deliverer: str, records: CatalogueHolder, taken: set[str]) -> str:
    """The id of a party that is new here: of its name, where nobody else has it, else of its name among its owner's."""
    candidates = (
        party_id(party.name),
        party_id(party.name, deliverer),
        party_id(party.name, " ".join((deliverer, party.ipi or "", party.isni or ""))),
    )
    free = (number for number in candidates if number not in taken and not records.catalogue.party_names([number]))
    return next(free, candidates[-1])


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
