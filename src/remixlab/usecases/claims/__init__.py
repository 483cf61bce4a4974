"""Content identification at the door: is what comes in a recording that is here already?"""

from remixlab.usecases.claims.duplicates import find_duplicate, is_kept_apart, say_kept_apart, say_left_out
from remixlab.usecases.claims.index import catalogue_index

__all__ = [
    "catalogue_index",
    "find_duplicate",
    "is_kept_apart",
    "say_kept_apart",
    "say_left_out",
]
