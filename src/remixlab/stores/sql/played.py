"""What a settlement must know of the remixes that were played: whose they are, whom they pay, when they stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from remixlab.domain.remix import Remix
from remixlab.domain.rights import Hold, Share
from remixlab.domain.settlement import Facts, PaysFrom
from remixlab.royalties import pays_later
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.catalogue import SqlCatalogue
from remixlab.stores.sql.part import Opened, TablePart
from remixlab.stores.sql.remix_rows import remix_of
from remixlab.stores.sql.rights import SqlRights
from remixlab.stores.sql.shares import SqlShares
from remixlab.stores.sql.subjects import recordings_under


class PlayedRemixes(TablePart):
    def __init__(self, opened: Opened, rights: SqlRights, catalogue: SqlCatalogue, shares: SqlShares) -> None:
        super().__init__(opened)
        self._rights = rights
        self._catalogue = catalogue
        self._shares = shares

    def basis(self) -> str:
        """Which word of the owners a settlement rests on."""
        return f"epoch {self._rights.epoch()}, {self._shares.basis()}"

    def facts(self, since: datetime, until: datetime) -> Mapping[str, Facts]:
        played = (
            sa.select(t.plays.c.remix_id).where(t.plays.c.counts_at >= since, t.plays.c.counts_at < until).distinct()
        )
        rows = self.connection.execute(
            sa.select(t.remixes).where(t.remixes.c.id.in_(played)).order_by(t.remixes.c.id)
        ).all()
        holds = self._rights.holds()
        stopped, disputed = self._stopped(holds, until), self._disputed(holds, until)
        remixes = [remix_of(row) for row in rows]
        later = self.later(remixes, until)
        return {remix.remix_id: _facts(remix, stopped, disputed, later.get(remix.remix_id, ())) for remix in remixes}

    def later(self, remixes: Sequence[Remix], until: datetime) -> Mapping[str, tuple[PaysFrom, ...]]:
        """Whom remixes pay since their owners changed; only of those whose owners did."""
        resting = {recording for remix in remixes for recording in (remix.source_id, *remix.licensed_from)}
        recordings = {one.recording_id: one for one in self._catalogue.recordings_by_id(resting)}
        works = {work for one in recordings.values() for work in one.work_ids}
        of_recordings, of_works = self._shares.changes("recording", recordings), self._shares.changes("work", works)
        changes = {
            one.recording_id: of_recordings.get(one.recording_id, set()).union(
                *(of_works.get(work, set()) for work in one.work_ids)
            )
            for one in recordings.values()
        }

        def shares_at(recording: str, at: datetime, territory: str | None) -> tuple[Share, ...]:
            return self._catalogue.paid_shares(recording, at=at, territory=territory)

        found: dict[str, tuple[PaysFrom, ...]] = {}
        for remix in remixes:
            own = set[tuple[datetime, str | None]]().union(
                *(changes.get(recording, set()) for recording in (remix.source_id, *remix.licensed_from))
            )
            source = recordings.get(remix.source_id)
            if own and source is not None:
                names = self._catalogue.party_names
                found[remix.remix_id] = pays_later(remix, source, own, until, shares_at, names)
        return found

    def _stopped(self, holds: list[Hold], at: datetime) -> Mapping[str, datetime]:
        """The recordings that were withdrawn or stopped before a moment, with the first moment they were."""
        stopped: dict[str, datetime] = {}
        for hold in holds:
            if hold.kind != "dispute" and hold.since < at:
                for recording in self.connection.scalars(recordings_under(hold)):
                    stopped[recording] = min(hold.since, stopped.get(recording, hold.since))
        return stopped

    def _disputed(self, holds: list[Hold], at: datetime) -> frozenset[str]:
        """The recordings that somebody disputed before a moment and that are not settled yet, or that wait for a
        person: what they earn waits, too.
        """
        found = [h for h in holds if h.kind == "dispute" and h.since < at and (h.until is None or at <= h.until)]
        waiting = self.connection.scalars(sa.select(t.recordings.c.id).where(t.recordings.c.quarantined)).all()
        held = (recording for hold in found for recording in self.connection.scalars(recordings_under(hold)))
        return frozenset(held) | frozenset(waiting)


def _facts(
    remix: Remix, stopped: Mapping[str, datetime], disputed: frozenset[str], later: tuple[PaysFrom, ...]
) -> Facts:
    rests_on = {remix.source_id, *remix.licensed_from}
    moments = [stopped[recording] for recording in rests_on if recording in stopped]
    if remix.state == "withdrawn" and not moments:
        moments = [remix.created_at]
    stop = min(moments, default=None)
    return Facts(remix.remix_id, remix.listener, stop, bool(rests_on & disputed), remix.pays, later)
