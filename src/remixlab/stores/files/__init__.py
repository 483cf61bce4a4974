"""Blobs, audio files, the cache of decoded sound and the key ring: the only place with frames before channels."""

from remixlab.stores.files.audio_files import SoundFiles
from remixlab.stores.files.blobs import FolderBlobs, ObjectBlobs, digest_of, open_blobs, write_durably
from remixlab.stores.files.bounded import BoundedFiles, can_bound
from remixlab.stores.files.cache import FolderSounds
from remixlab.stores.files.index_segments import IndexSegments
from remixlab.stores.files.key_ring import FolderKeyRing

__all__ = [
    "BoundedFiles",
    "FolderBlobs",
    "FolderKeyRing",
    "FolderSounds",
    "IndexSegments",
    "ObjectBlobs",
    "SoundFiles",
    "can_bound",
    "digest_of",
    "open_blobs",
    "write_durably",
]
