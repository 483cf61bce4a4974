"""Stand-ins for the world, for tests: they pass the same suites as what they stand for."""

from remixlab.testing.blobs import MemoryBlobs
from remixlab.testing.engines import FixedListener, MemorySounds, PlainFiles, SilentSeparator, StoppedMeter
from remixlab.testing.mail import MemoryMail
from remixlab.testing.passwords import PlainPasswords
from remixlab.testing.plans import PlanDice
from remixlab.testing.registry import MemoryRegistry, MemoryTransaction
from remixlab.testing.time_authority import LocalTimeAuthority
from remixlab.testing.words import LetterVectors

__all__ = [
    "FixedListener",
    "LetterVectors",
    "LocalTimeAuthority",
    "MemoryBlobs",
    "MemoryMail",
    "MemoryRegistry",
    "MemorySounds",
    "MemoryTransaction",
    "PlainFiles",
    "PlainPasswords",
    "PlanDice",
    "SilentSeparator",
    "StoppedMeter",
]
