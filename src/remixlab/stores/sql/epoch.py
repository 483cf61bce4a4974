"""The consent epoch in SQL: one number that every change of what is permitted moves."""

from __future__ import annotations

import sqlalchemy as sa

from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import TablePart

_EPOCH = sa.select(t.consent_epoch.c.epoch)


class ConsentEpoch(TablePart):
    def read(self) -> int:
        return int(self.connection.scalar(_EPOCH) or 0)

    def hold(self) -> int:
        """Read it and let nobody move it until this transaction ends. SQLite has one writer anyway."""
        query = _EPOCH if self.connection.dialect.name == "sqlite" else _EPOCH.with_for_update(read=True)
        return int(self.connection.scalar(query) or 0)

    def move(self) -> None:
        self.connection.execute(t.consent_epoch.update().values(epoch=t.consent_epoch.c.epoch + 1))
