"""Refused wishes on the shelf: for appeal, and forgotten in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from remixlab.domain.appeals import RefusedPrompt
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import TablePart


class WishShelf(TablePart):
    def record_refused_wish(self, wish: RefusedPrompt) -> None:
        """Keep a refused wish, and forget the words of those whose time has come."""
        self._add_once(t.refused_wishes, {"id": wish.wish_id}, wish.model_dump(exclude={"wish_id"}))
        self.forget_wishes(wish.at)

    def forget_wishes(self, at: datetime) -> None:
        self.connection.execute(t.refused_wishes.update().where(t.refused_wishes.c.forget_at <= at).values(words=None))

    def refused_wishes(self, listener: str | None = None) -> Sequence[RefusedPrompt]:
        """Newest first; of one listener when named."""
        query = sa.select(t.refused_wishes).order_by(t.refused_wishes.c.at.desc(), t.refused_wishes.c.id)
        if listener is not None:
            query = query.where(t.refused_wishes.c.listener == listener)
        return [
            RefusedPrompt(
                wish_id=r.id, listener=r.listener, at=r.at, code=r.code, digest=r.digest, words=r.words, forget_at=r.forget_at
            )
            for r in self.connection.execute(query)
        ]  # fmt: skip
