"""Community records in SQL: refused prompts, for appeal, and forgotten in time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.page import Newest, Page
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import TablePart

_kept = t.refused_prompts


class SqlCommunity(TablePart):
    """Law: the words of a refused prompt are gone once their time has come."""

    def refused_prompts(
        self, after: str | None = None, limit: int = 100, *, listener: str | None = None
    ) -> Page[RefusedPrompt]:
        query = sa.select(_kept).order_by(_kept.c.at.desc(), _kept.c.id.desc())
        if listener is not None:
            query = query.where(_kept.c.listener == listener)
        if after is not None:
            at, last = Newest.parse(after)
            query = query.where((_kept.c.at < at) | ((_kept.c.at == at) & (_kept.c.id < last)))
        return self._page(query, limit, _prompt, lambda row: str(Newest(row.at, row.id)))

    def record_refused_prompt(self, prompt: RefusedPrompt) -> None:
        if self._add_once(_kept, {"id": prompt.prompt_id}, prompt.model_dump(exclude={"prompt_id"})):
            self._acts.did("a refused prompt")
        self.forget_prompts(prompt.at)

    def forget_prompts(self, at: datetime) -> None:
        self.connection.execute(
            _kept.update().where(_kept.c.forget_at <= at, _kept.c.words.is_not(None)).values(words=None)
        )

    def erase_prompts_of(self, listener: str) -> None:
        self.connection.execute(_kept.update().where(_kept.c.listener == listener).values(words=None))


def _prompt(row: sa.Row[Any]) -> RefusedPrompt:
    return RefusedPrompt(
        prompt_id=row.id,
        listener=row.listener,
        at=row.at,
        code=row.code,
        digest=row.digest,
        words=row.words,
        forget_at=row.forget_at,
    )
