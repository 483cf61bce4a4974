"""Parties in memory: who is who, by id, number or name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from remixlab.domain.audit import Acts
from remixlab.domain.errors import PartyNotFound
from remixlab.domain.naming import key_name
from remixlab.domain.page import Page
from remixlab.domain.rights import Party, may_be_same
from remixlab.testing.records.kept import Kept, page_by_id


class MemoryParties:
    def __init__(self, kept: Kept, acts: Acts) -> None:
        self.kept = kept
        self._acts = acts

    def find_party(self, reference: str) -> Party | None:
        called = self._named(reference)
        return self.kept.parties.get(reference) or (called[0] if len(called) == 1 else None)

    def _named(self, name: str) -> list[Party]:
        key = key_name(name)
        return [p for _, p in sorted(self.kept.parties.items()) if key_name(p.name) == key]

    def same_party(self, party: Party, named_by: str) -> Party | None:
        known = [p for _, p in sorted(self.kept.parties.items()) if may_be_same(p, party)]
        by_number = (p for p in known if (p.ipi and p.ipi == party.ipi) or (p.isni and p.isni == party.isni))
        by_name = (p for p in self._named(party.name) if self.kept.named_by.get(p.party_id, "") in (named_by, ""))
        return next(by_number, None) or next((p for p in by_name if may_be_same(p, party)), None)

    def party(self, reference: str) -> Party:
        found = self.find_party(reference)
        if found is None:
            raise PartyNotFound(f"nobody is known here as '{reference}'")
        return found

    def parties(self, after: str | None = None, limit: int = 100) -> Page[Party]:
        return page_by_id(self.kept.parties, after, limit)

    def party_names(self, party_ids: Iterable[str]) -> Mapping[str, str]:
        return {party: self.kept.parties[party].name for party in sorted(set(party_ids)) if party in self.kept.parties}

    def add_party(self, party: Party, *, named_by: str = "") -> None:
        known = self.kept.parties.get(party.party_id, party)
        numbers = {"ipi": known.ipi or party.ipi, "isni": known.isni or party.isni}
        self.kept.parties[party.party_id] = party.model_copy(update=numbers)
        self.kept.named_by.setdefault(party.party_id, named_by)
        self._acts.did("a party")
