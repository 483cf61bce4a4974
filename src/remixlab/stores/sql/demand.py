"""What fans asked for and were not allowed, in SQL: counted by recording and use, a fan once a day."""

from __future__ import annotations

import sqlalchemy as sa

from remixlab.domain.rights import Decision, Demand, Scope, demand_of
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import TablePart

_COUNTED = (
    sa.select(
        t.demand.c.use,
        sa.func.count(sa.distinct(t.demand.c.listener)).label("fans"),
        sa.func.count().label("asked"),
        sa.func.min(sa.case((t.demand.c.unsaid, 1), else_=0)).label("unsaid"),
        sa.func.max(t.demand.c.day).label("last_day"),
    )
    .where(t.demand.c.recording_id == sa.bindparam("recording"))
    .group_by(t.demand.c.use)
    .order_by(t.demand.c.use)
)


class SqlDemand(TablePart):
    """Law: the same fan asking for the same on the same day is one."""

    def demand(self, recording_id: str) -> tuple[Demand, ...]:
        rows = self.connection.execute(_COUNTED, {"recording": recording_id})
        return tuple(
            Demand(use=Scope(row.use), fans=row.fans, asked=row.asked, unsaid=bool(row.unsaid), last_day=row.last_day)
            for row in rows
        )

    def _keep_demand(self, decision: Decision) -> None:
        for wish in demand_of(decision):
            key = {"recording_id": wish.recording_id, "use": wish.use.value, "listener": wish.listener, "day": wish.day}
            self._add_once(t.demand, key, {"unsaid": wish.unsaid})
