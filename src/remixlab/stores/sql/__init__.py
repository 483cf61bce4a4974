"""The registry, the ledger and the settlement engine in SQL: SQLite or PostgreSQL."""

from remixlab.stores.sql.accounts import ApiKey, Reply
from remixlab.stores.sql.engine import open_engine, sqlite_url
from remixlab.stores.sql.registry import SqlRegistry, SqlTransaction
from remixlab.stores.sql.settler import DuckSettler

__all__ = [
    "ApiKey",
    "DuckSettler",
    "Reply",
    "SqlRegistry",
    "SqlTransaction",
    "open_engine",
    "sqlite_url",
]
