"""What is kept: the registry and ledger in SQL, audio and evidence as blobs, audio files in and out."""

from remixlab.stores.database import open_engine, sqlite_url
from remixlab.stores.keys import ApiKey, Reply
from remixlab.stores.shelf import SqlDesk, SqlShelf

__all__ = ["ApiKey", "Reply", "SqlDesk", "SqlShelf", "open_engine", "sqlite_url"]
