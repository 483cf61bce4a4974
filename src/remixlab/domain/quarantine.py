"""Quarantine: a recording that is like something that was here before waits until a person has heard it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from remixlab.domain.errors import Conflict
from remixlab.domain.value import Value

Cause = Literal["copy", "cover", "report"]
"""Why it waits: the performance is like one that is known, the work is, or somebody said that something is wrong."""

Verdict = Literal["released", "rejected"]


class Resemblance(Value):
    """What a recording is like, as the engine that found it said. Unit: seconds.

    `kind` is the engine's own word, such as `same_recording`, `contains` or `same_work`.
    """

    recording_id: str
    kind: Annotated[str, Field(min_length=1, max_length=40)]
    score: float = 0.0
    query_start_s: float = 0.0
    query_end_s: float = 0.0
    reference_start_s: float = 0.0
    tempo_ratio: float = 1.0
    pitch_semitones: float = 0.0
    view: str = "mix"
    """How it had to be listened to: `mix`, `side`, `left` or `right`."""
    backwards: bool = False
    margin: float = 0.0
    """By how much it passes the bar of a copy, in parts of the bar."""
    engine: str = ""
    """Which engine found it; empty for the one that every catalogue is searched with."""


class Quarantine(Value):
    """A recording that waits, or waited, for a person. Law: without the verdict `released` it is stopped.

    waiting -> released | rejected, and from either back to waiting when there is a new cause.
    """

    recording_id: str
    cause: Cause
    matches: tuple[Resemblance, ...] = ()
    since: AwareDatetime
    brought_by: str
    """The account whose file it is."""
    verdict: Verdict | None = None
    decided_by: str | None = None
    decided_at: AwareDatetime | None = None
    note: Annotated[str, Field(max_length=1000)] = ""

    @property
    def stops(self) -> bool:
        """Whether nothing may be done with the recording."""
        return self.verdict != "released"

    @property
    def stays_down(self) -> bool:
        """Whether it was taken down for good: then what sounds like it is stopped too, whoever brings it."""
        return self.verdict == "rejected"

    def is_like(self, recordings: Collection[str]) -> bool:
        """Whether it is itself like one of these: a copy that was taken down does not stop what it is a copy of."""
        return any(match.recording_id in recordings for match in self.matches)

    @property
    def released_by(self) -> str | None:
        return self.decided_by if self.verdict == "released" else None

    def judged(self, verdict: Verdict, *, by: str, at: AwareDatetime, note: str = "") -> Quarantine:
        """What it is after somebody heard it; the same verdict again changes nothing. Raises: Conflict."""
        if self.verdict == verdict:
            return self
        if self.verdict is not None:
            raise Conflict(
                f"this recording was {self.verdict} before", code="quarantine.judged", hint="Hold it again first."
            )
        changed = {"verdict": verdict, "decided_by": by, "decided_at": at, "note": note}
        return Quarantine.model_validate({**self.model_dump(), **changed})
