"""The export passport of a remix: what of it may leave, how, where, until when, and what would end that.

It is shown before anything is made, frozen with the remix, and never worsened for what was made: what it promises ends
by what it names, and by nothing else.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime

from remixlab.domain.rights.endings import Reached, Withdrawal
from remixlab.domain.rights.parties import UNKNOWN_TERRITORY, Territory
from remixlab.domain.rights.scopes import Scope
from remixlab.domain.value import Unless, Value, canonical


class Exit(StrEnum):
    """A way in which something of a remix leaves."""

    LINK = "link"
    """Everybody hears it here."""
    CLIP = "clip"
    """A stretch of it is shown elsewhere."""
    FILE = "file"
    """The sealed file: marked, tagged, signed."""
    STEMS = "stems"
    """Its parts before mastering, without a mark."""
    PROJECT = "project"
    """Its notes and parts for another program: MIDI, a project of a digital audio workstation."""

    @property
    def scope(self) -> Scope:
        return _SCOPES[self]

    @property
    def reaches_others(self) -> bool:
        """Whether more people hear it by that: then a no that is said later counts, too."""
        return self in (Exit.LINK, Exit.CLIP)


_SCOPES: Final = {
    Exit.LINK: Scope.PUBLIC_SHARE,
    Exit.CLIP: Scope.EXTERNAL_SHARE,
    Exit.FILE: Scope.DOWNLOAD,
    Exit.STEMS: Scope.STEM_EXPORT,
    Exit.PROJECT: Scope.STEM_EXPORT,
}

Open = Literal["open", "for_yourself", "asks", "closed"]
"""`for_yourself`: as long as the remix is not shared. `asks`: a party answers each request itself."""


class Way(Value):
    """One exit: whether it is open, to whom and where, until when, on which consents it rests, and what closes it."""

    exit: Exit
    open: Open
    territories: tuple[Territory, ...] = ()
    """Nowhere else; none is everywhere."""
    territories_excluded: tuple[Territory, ...] = ()
    until: AwareDatetime | None = None
    consent_ids: tuple[str, ...] = ()
    because: str = ""
    """Who closes it, or who is asked; empty where it is open."""

    def covers(self, territory: str, at: datetime) -> bool:
        """Whether what it promises counts there and then. An unknown place is outside of every limit."""
        if self.open != "open" or (self.until is not None and at >= self.until):
            return False
        if territory == UNKNOWN_TERRITORY:
            return not (self.territories or self.territories_excluded)
        return territory not in self.territories_excluded and (not self.territories or territory in self.territories)


class Passport(Value):
    """What may leave of one remix: a way for every exit, and what each kind of withdrawal would stop."""

    at: AwareDatetime
    decision_id: str
    epoch: int
    licence: Annotated[str, Unless("")] = ""
    """The fan licence that it is made under: its version, with a digest of its words."""
    ways: tuple[Way, ...]
    withdrawals: dict[Withdrawal, tuple[Reached, ...]]

    def way(self, exit: Exit) -> Way:
        return next(way for way in self.ways if way.exit is exit)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical form; the signed manifest of the remix names it."""
        return hashlib.sha256(canonical(self.to_dict())).hexdigest()
