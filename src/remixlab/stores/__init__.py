"""What is kept: the registry and ledger in SQL, audio and evidence as blobs, audio files in and out."""

from remixlab.stores.audio_files import SoundFiles
from remixlab.stores.blobs import FolderBlobs, ObjectBlobs, digest_of, open_blobs, write_durably
from remixlab.stores.database import open_engine, sqlite_url
from remixlab.stores.key_ring import FolderKeyRing
from remixlab.stores.keys import ApiKey, Reply
from remixlab.stores.language_model import ChatModel
from remixlab.stores.settlement import DuckSettler
from remixlab.stores.shelf import SqlDesk, SqlShelf
from remixlab.stores.sounds import FolderSounds
from remixlab.stores.word_vectors import open_meaning

__all__ = [
    "ApiKey",
    "ChatModel",
    "DuckSettler",
    "FolderBlobs",
    "FolderKeyRing",
    "FolderSounds",
    "ObjectBlobs",
    "Reply",
    "SoundFiles",
    "SqlDesk",
    "SqlShelf",
    "digest_of",
    "open_blobs",
    "open_engine",
    "open_meaning",
    "sqlite_url",
    "write_durably",
]
