"""What columns are made of: moments as UTC microseconds, keys, texts, and the one list of tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

METADATA: Final = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Serial: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A counting key: SQLite counts only in INTEGER."""


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC moment, stored as microseconds: both engines give back what was put in."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        return None if value is None else micros(value)

    def process_result_value(self, value: Any | None, dialect: Any) -> datetime | None:
        return None if value is None else instant(value)


def micros(moment: datetime) -> int:
    """Unit: microseconds since 1970. Raises: ValueError for a naive moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone is not a moment")
    return (moment - EPOCH) // timedelta(microseconds=1)


def instant(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def key(name: str = "id", **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True, **more)


def text(name: str, *, null: bool = False, **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null, **more)


def table(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, METADATA, *columns)
