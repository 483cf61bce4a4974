"""What is heard in a sound: fingerprints of recordings, an index of them, and who is inside a mix.

`fingerprint` remembers a recording, `write_score` what was written down of it, `Library` keeps many, `identify` names
the recordings and works heard in a sound, `altered_copies` those that it is a copy of whatever was done to it, `screen`
tells whether a mix holds a recording that it is not licensed from.
"""

from remixlab.identify.fingerprint import WINDOW_GRID_S, Fingerprint, fingerprint, join_fingerprints
from remixlab.identify.harmony import Harmony
from remixlab.identify.index import Index
from remixlab.identify.library import Cursor, IndexInMemory, IndexStore, Library, Segment, choose_due, merge_segments
from remixlab.identify.match import Match, MatchKind, identify, match_works
from remixlab.identify.peaks import Peaks
from remixlab.identify.score import write_score
from remixlab.identify.screen import Screening, altered_copies, is_copy, screen
from remixlab.identify.views import View

__all__ = [
    "WINDOW_GRID_S",
    "Cursor",
    "Fingerprint",
    "Harmony",
    "Index",
    "IndexInMemory",
    "IndexStore",
    "Library",
    "Match",
    "MatchKind",
    "Peaks",
    "Screening",
    "Segment",
    "View",
    "altered_copies",
    "choose_due",
    "fingerprint",
    "identify",
    "is_copy",
    "join_fingerprints",
    "match_works",
    "merge_segments",
    "screen",
    "write_score",
]
