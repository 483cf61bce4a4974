"""The registry, the ledger and the settlement engine in SQL: SQLite or PostgreSQL."""

from remixlab.stores.sql.engine import open_engine, sqlite_url
from remixlab.stores.sql.registry import SqlRegistry, SqlTransaction
from remixlab.stores.sql.settler import DuckSettler
from remixlab.stores.sql.work import SqlWork, Told

__all__ = [
    "DuckSettler",
    "SqlRegistry",
    "SqlTransaction",
    "SqlWork",
    "Told",
    "open_engine",
    "sqlite_url",
]
