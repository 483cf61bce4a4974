"""Stand-ins for the world, for tests: they pass the same suites as what they stand for."""

from remixlab.testing.blobs import MemoryBlobs
from remixlab.testing.registry import MemoryRegistry, MemoryShelf

__all__ = ["MemoryBlobs", "MemoryRegistry", "MemoryShelf"]
