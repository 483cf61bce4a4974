"""Quarantine records in SQL: the recordings that wait for a person."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remixlab.domain.errors import RecordingNotFound
from remixlab.domain.page import Page
from remixlab.domain.quarantine import Quarantine
from remixlab.domain.value import canonical
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.epoch import ConsentEpoch
from remixlab.stores.sql.part import Opened, TablePart

_kept = t.quarantines


class SqlQuarantine(TablePart):
    """Law: the flag of a recording and the last word about it agree, at every moment."""

    def __init__(self, opened: Opened, epoch: ConsentEpoch) -> None:
        super().__init__(opened)
        self._epoch = epoch

    def find(self, recording_id: str) -> Quarantine | None:
        row = self.connection.execute(sa.select(_kept).where(_kept.c.recording_id == recording_id)).first()
        return None if row is None else _quarantine(row)

    def page(self, after: str | None = None, limit: int = 100, *, waiting: bool = True) -> Page[Quarantine]:
        query = sa.select(_kept).order_by(_kept.c.recording_id)
        if waiting:
            query = query.where(_kept.c.state == "waiting")
        if after is not None:
            query = query.where(_kept.c.recording_id > after)
        return self._page(query, limit, _quarantine, lambda row: str(row.recording_id))

    def keep(self, quarantine: Quarantine) -> None:
        flag = t.recordings.c.quarantined
        was = self.connection.scalar(sa.select(flag).where(t.recordings.c.id == quarantine.recording_id))
        if was is None:
            raise RecordingNotFound(f"there is no recording '{quarantine.recording_id[:80]}'")
        columns = {"state": quarantine.verdict or "waiting", "body": canonical(quarantine.to_dict()).decode()}
        self._put(_kept, {"recording_id": quarantine.recording_id}, columns)
        if was is not quarantine.stops:
            self._change(t.recordings, {"id": quarantine.recording_id}, {"quarantined": quarantine.stops})
            self._epoch.move()
        self._acts.did("a quarantine")


def _quarantine(row: sa.Row[Any]) -> Quarantine:
    return Quarantine.model_validate_json(row.body)
