"""What became of consents and holds in SQL: append-only rows beside them, read together with the words they end."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from remixlab.domain.page import Page
from remixlab.domain.rights import Consent, Ending, Hold, with_endings, with_lift
from remixlab.domain.value import canonical
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.epoch import ConsentEpoch
from remixlab.stores.sql.part import Opened, TablePart, among, batches
from remixlab.stores.sql.subjects import recordings_about

_ENDINGS = sa.select(t.endings.c.ended, t.endings.c.body).where(among(t.endings.c.ended)).order_by(t.endings.c.id)
_REPLACED = sa.select(t.endings.c.ended).where(among(t.endings.c.replaced_by)).order_by(t.endings.c.ended)


class SqlEndings(TablePart):
    """Law: a word and its endings are only ever added; what became of a word is read together with it."""

    def __init__(self, opened: Opened, epoch: ConsentEpoch) -> None:
        super().__init__(opened)
        self._epoch = epoch

    def replaced_by(self, consent_id: str) -> tuple[str, ...]:
        """The consents that a word replaced, and those that they had replaced before."""
        found: dict[str, None] = {}
        newest = [consent_id]
        while newest:
            rows = self.connection.scalars(_REPLACED, {"among": newest})
            newest = [ended for ended in rows if ended not in found and ended != consent_id]
            found |= dict.fromkeys(newest)
        return tuple(found)

    def _add_ending(self, ending: Ending) -> bool:
        columns = {
            "ended": ending.ended,
            "kind": ending.kind,
            "since": ending.since,
            "replaced_by": ending.replaced_by,
            "body": canonical(ending.to_dict()).decode(),
        }
        return self._add_once(t.endings, {"id": ending.ending_id}, columns)

    def _consents(self, rows: Sequence[sa.Row[Any]]) -> tuple[Consent, ...]:
        endings = self._endings_of(row.id for row in rows)
        read = ((Consent.model_validate_json(row.body), row.withdrawn_at, endings.get(row.id, ())) for row in rows)
        return tuple(
            with_endings(said, found) if taken is None else said.model_copy(update={"withdrawn_at": taken})
            for said, taken, found in read
        )

    def _holds(self, rows: Sequence[sa.Row[Any]]) -> tuple[Hold, ...]:
        endings = self._endings_of(row.id for row in rows)
        return tuple(with_lift(Hold.model_validate_json(row.body), endings.get(row.id, ())) for row in rows)

    def _page_of_consents(self, query: sa.Select[*tuple[Any, ...]], limit: int) -> Page[Consent]:
        page = self._page(query, limit, lambda row: row)
        return Page(items=self._consents(page.items), next=page.next)

    def _endings_of(self, ended: Iterable[str]) -> dict[str, list[Ending]]:
        found: dict[str, list[Ending]] = {}
        for batch in batches(ended):
            for row in self.connection.execute(_ENDINGS, {"among": batch}):
                found.setdefault(row.ended, []).append(Ending.model_validate_json(row.body))
        return found

    def resting_on(self, consent_id: str) -> frozenset[str]:
        found = self.connection.execute(sa.select(t.consents).where(t.consents.c.id == consent_id)).all()
        return frozenset(row.id for said in self._consents(found) for row in self._resting(said))

    def _resting(self, consent: Consent) -> Sequence[sa.Row[Any, Any]]:
        """The remixes that are up and whose decision names a consent, with what was decided."""
        under = recordings_about(consent.subject_kind, consent.subject)
        sources = sa.select(t.remix_sources.c.remix_id).where(t.remix_sources.c.recording_id.in_(under))
        query = (
            sa.select(t.remixes.c.id, t.decisions.c.body)
            .join(t.decisions, t.decisions.c.id == t.remixes.c.decision_id)
            .where(
                t.remixes.c.id.in_(sources),
                t.remixes.c.state != "withdrawn",
                t.decisions.c.body.contains(f'"{consent.consent_id}"', autoescape=True),
            )
        )
        return self.connection.execute(query).all()

    def _take_down(self, consent: Consent, ending: Ending) -> None:
        """Every remix whose decision rests on a consent, for a use that ends."""
        resting = [row.id for row in self._resting(consent) if _rests(json.loads(row.body), consent, ending)]
        for batch in batches(resting):
            self.connection.execute(t.remixes.update().where(t.remixes.c.id.in_(batch)).values(state="withdrawn"))


def _rests(decision: dict[str, Any], consent: Consent, ending: Ending) -> bool:
    used = {str(use[0]) for use in decision["uses"]} & {scope.value for scope in consent.scopes}
    ended = {scope.value for scope in ending.scopes} or used
    return consent.consent_id in decision["consent_ids"] and bool(used & ended)
