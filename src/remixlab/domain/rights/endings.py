"""How a word ends: a later one replaces it, it is lifted, or it is withdrawn; for some of its uses, from a date on.

A consent is never rewritten. What becomes of it is written beside it, and everything of its history can be read.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from remixlab.domain.errors import InvalidTerms
from remixlab.domain.ids import opaque_id
from remixlab.domain.rights.scopes import Scope
from remixlab.domain.value import Value


class Reached(StrEnum):
    """What a withdrawal can stop, from the least to the most."""

    NEW_USES = "new_uses"
    """Making, sharing and taking away anything from now on."""
    DRAFTS = "drafts"
    """Remixes that were made and never shared: nobody hears them again."""
    PLAYS = "plays"
    """Remixes that are shared: they fall silent."""
    FILES = "files"
    """The sound itself: it is deleted here."""


class Withdrawal(StrEnum):
    """How far somebody takes a permission back. Each stops what the one before it stops, and one thing more."""

    STOP_NEW = "stop-new"
    KEEP_PLAYING = "keep-playing"
    STOP_PLAYS = "stop-plays"
    DELETE = "delete"

    @property
    def stopped(self) -> frozenset[Reached]:
        return STOPPED[self]

    @property
    def stops_plays(self) -> bool:
        return Reached.PLAYS in STOPPED[self]


STOPPED: Final[dict[Withdrawal, frozenset[Reached]]] = {
    Withdrawal.STOP_NEW: frozenset({Reached.NEW_USES}),
    Withdrawal.KEEP_PLAYING: frozenset({Reached.NEW_USES, Reached.DRAFTS}),
    Withdrawal.STOP_PLAYS: frozenset({Reached.NEW_USES, Reached.DRAFTS, Reached.PLAYS}),
    Withdrawal.DELETE: frozenset(Reached),
}
"""The table that decides what each kind of withdrawal stops; the page on opting out is written from it."""


class Ending(Value):
    """What became of one word (a consent, or the hold of a withdrawn recording), for all or some of its uses."""

    ending_id: str
    ended: str
    """The consent or hold that ends."""
    kind: Literal["replaced", "lifted", "withdrawn"]
    by: str
    """The party that said so."""
    since: AwareDatetime
    said_at: AwareDatetime
    scopes: frozenset[Scope] = frozenset()
    """The uses that end; none means all."""
    withdrawal: Withdrawal | None = None
    replaced_by: str | None = None
    reason: Annotated[str, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if (self.kind == "withdrawn") != (self.withdrawal is not None):
            raise InvalidTerms("a withdrawal, and nothing else, says what it stops", code="terms.ending")
        if (self.kind == "replaced") != (self.replaced_by is not None):
            raise InvalidTerms("what replaces a word is another word", code="terms.ending")
        if self.since < self.said_at:
            raise InvalidTerms(
                "a word cannot end before that is said", code="terms.dates", hint="Leave the date out to end it now."
            )
        return self

    @classmethod
    def withdrawal_of(cls, consent_id: str, by: str, at: datetime) -> Ending:
        """The plain one: no new uses from this moment on."""
        named = opaque_id("end", consent_id, "withdrawn", by)
        return cls(
            ending_id=named, ended=consent_id, kind="withdrawn", by=by, since=at, said_at=at,
            withdrawal=Withdrawal.STOP_NEW,
        )  # fmt: skip

    def covers(self, scope: Scope) -> bool:
        return not self.scopes or scope in self.scopes

    @property
    def takes_down(self) -> bool:
        """Whether what rests on the word is taken down as soon as this is said."""
        return self.withdrawal is not None and self.withdrawal.stops_plays and self.since <= self.said_at

    def to_dict(self) -> dict[str, Any]:
        return {**super().to_dict(), "scopes": sorted(self.scopes)}
