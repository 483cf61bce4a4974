"""What the job engine asks of SQLite and releases before 3.42 do not have, made here: `unixepoch`, with milliseconds.

DBOS writes its timestamps with `unixepoch('subsec')` from Python 3.12 on. SQLite 3.37 has no such function and 3.40
answers
NULL. Ours takes its place on every release, so that there is one way to test and not one for each SQLite.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final

SUPPLIED: Final = frozenset({"unixepoch"})
"""The functions that a `JobsConnection` has besides those of SQLite 3.37."""

_FRACTION: Final = frozenset({"subsec", "subsecond"})
_JULIAN_DAY_OF_1970: Final = 2_440_587.5
_DAY_S: Final = 86_400


class JobsConnection(sqlite3.Connection):
    """A connection of the job engine's database; the engine opens all of its connections by this class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clock = sqlite3.connect(":memory:", check_same_thread=False)

        def unixepoch(*words: str | float) -> float | None:
            return unix_epoch(clock, words)

        # Columns have this function in their defaults; a build may forbid what an application registers there.
        self.execute("PRAGMA trusted_schema=ON")
        self.create_function("unixepoch", -1, unixepoch)
        self._clock = clock

    def close(self) -> None:
        super().close()
        self._clock.close()


def unix_epoch(clock: sqlite3.Connection, words: tuple[str | float, ...]) -> float | None:
    """Seconds since 1970 of a time and its modifiers, whole ones unless `subsec` is among them; None where there is no
    such time.

    Source: https://sqlite.org/lang_datefunc.html. Law: equal to the function of SQLite 3.42; a time written as text may
    be a
    millisecond short where the release reads it so.
    """
    moment = [word for word in words if not (isinstance(word, str) and word.lower() in _FRACTION)]
    marks = ", ".join("?" * max(1, len(moment)))
    day: float | None = clock.execute(f"select julianday({marks})", moment or ["now"]).fetchone()[0]
    if day is None:
        return None
    milliseconds = round((day - _JULIAN_DAY_OF_1970) * _DAY_S * 1000)
    return milliseconds / 1000 if len(moment) < len(words) else milliseconds // 1000
