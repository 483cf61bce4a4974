"""Co-owners: who holds one side together, and what their yes is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from remixlab.domain.rights.parties import DISPUTED, FRAUD_HOLD, UNCLAIMED, Recording, Right, Share
from remixlab.domain.rights.scopes import Side
from remixlab.domain.value import Value

Rule = Literal["all", "majority", "any"]
RULES: Final[frozenset[str]] = frozenset({"all", "majority", "any"})


class CoOwners(Value):
    """The parties that hold the master of a recording, or one of its works, and how they agree. Unit: ppm.

    `rule` is for a yes: of all of them, of those who hold more than half of what is claimed, or of any; an
    `administrator` says it for the others.
    A no of any of them is a no, whatever the rule.
    """

    side: Side
    subject: str
    rule: Rule = "all"
    administrator: str | None = None
    shares: tuple[tuple[str, int], ...]

    @property
    def parties(self) -> tuple[str, ...]:
        return tuple(party for party, _ in self.shares)

    def agree(self, saying_yes: Iterable[str]) -> bool:
        """Whether the yes of these is the yes of all. Law: more of them never agree less."""
        yes = frozenset(saying_yes) & {*self.parties, self.administrator or ""}
        if self.administrator is not None and self.administrator in yes:
            return True
        match self.rule:
            case "all":
                return yes >= frozenset(self.parties)
            case "majority":
                return sum(ppm for party, ppm in self.shares if party in yes) * 2 > sum(ppm for _, ppm in self.shares)
            case "any":
                return bool(yes)


def co_owners_of(
    recording: Recording, master: Iterable[Share], works: Mapping[str, tuple[str, Iterable[Share]]]
) -> tuple[CoOwners, ...]:
    """The sides of a recording that several parties hold; `works` gives the rule and the shares of each of its works.

    A label administers the masters of its recordings, as its contracts have it, unless a rule says otherwise.
    """
    sides = [(Side.MASTER, recording.recording_id, recording.master_rule or recording.label_id or "", master)]
    sides += [(Side.WORK, work, *works[work]) for work in recording.work_ids if work in works]
    found = (_together(side, subject, rule, shares) for side, subject, rule, shares in sides)
    return tuple(owners for owners in found if owners is not None)


def _together(side: Side, subject: str, rule: str, shares: Iterable[Share]) -> CoOwners | None:
    right = Right.MASTER if side is Side.MASTER else Right.PUBLISHING
    held = tuple((s.party_id, s.ppm) for s in shares if s.right == right and s.party_id not in _NOBODY)
    if len(held) < 2:
        return None
    named = {"rule": rule} if rule in RULES else {"administrator": rule or None}
    return CoOwners.model_validate({"side": side, "subject": subject, "shares": held, **named})


_NOBODY: Final = frozenset({UNCLAIMED, DISPUTED, FRAUD_HOLD})
