"""Content identification at the door: is what comes in a recording that is here already, or like one?"""

from remixlab.usecases.claims.duplicates import (
    find_duplicate,
    is_duplicate,
    is_kept_apart,
    say_kept_apart,
    say_left_out,
)
from remixlab.usecases.claims.index import catalogue_index
from remixlab.usecases.claims.quarantine import (
    foreign_matches,
    hold_recording,
    hold_upload,
    judge_quarantine,
    list_quarantine,
)
from remixlab.usecases.claims.screen_upload import Upload, screen_upload

__all__ = [
    "Upload",
    "catalogue_index",
    "find_duplicate",
    "foreign_matches",
    "hold_recording",
    "hold_upload",
    "is_duplicate",
    "is_kept_apart",
    "judge_quarantine",
    "list_quarantine",
    "say_kept_apart",
    "say_left_out",
    "screen_upload",
]
