"""What no database can keep is a mistake of whoever asks, on every registry; what it cannot do now passes."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

import world_of_tests as w
from remixlab.domain.errors import Invalid, NotFound, RemixLabError, StoreUnavailable
from remixlab.domain.ports.records.transaction import Registry
from remixlab.stores.sql import SqlRegistry, sqlite_url


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"], ids=["nul", "surrogate"])
def test_a_text_that_cannot_be_kept_is_a_mistake_or_is_not_found(registry: Registry, text: str) -> None:
    with registry.read() as records:
        questions = [
            lambda: records.catalogue.recording(text),
            lambda: records.remixes.remix(text),
            lambda: records.catalogue.find_party(text),
            lambda: records.rights.decision(text),
            lambda: records.remixes.remixes(text, 10),
            lambda: records.accounts.api_key(text, text, w.NOW),
        ]
    for question in questions:
        try:
            with registry.read() as records:
                question()
        except (Invalid, NotFound):
            pass


def test_a_full_database_is_said(tmp_path: Path) -> None:
    registry = SqlRegistry.open(sqlite_url(tmp_path / "small.db"), currency="EUR")

    @sa.event.listens_for(registry.engine, "begin")
    def _no_more(connection: sa.Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    with pytest.raises(StoreUnavailable) as failed, registry.write() as records:
        for number in range(400):
            records.accounts.begin_request("ann", f"{number}" * 60, "h" * 64, at=w.NOW, expires_at=w.NOW)
            records.accounts.end_request("ann", f"{number}" * 60, 200, "x" * 4000, expires_at=w.NOW)
    assert failed.value.stable_code == "store.full"
    registry.close()


def test_a_database_that_is_damaged_or_gone_is_said_by_whatever_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "hurt.db"
    registry = SqlRegistry.open(sqlite_url(path), currency="EUR")
    registry.close()
    data = bytearray(path.read_bytes())
    for place in range(4096, len(data), 4096):
        data[place : place + 64] = b"\x5a" * 64
    path.write_bytes(data)
    with pytest.raises(RemixLabError) as failed:
        SqlRegistry.open(sqlite_url(path), currency="EUR")
    assert isinstance(failed.value, StoreUnavailable)
