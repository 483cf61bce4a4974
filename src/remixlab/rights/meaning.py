"""What opting out means here: read off the tables that decide, so that the page cannot say anything else.

A test asks the evaluator the same questions and compares.
"""

from __future__ import annotations

from typing import Final, Literal

from remixlab.domain.rights import (
    STOPPED,
    VOICE_SCOPES,
    VOICE_YEARS_MAX,
    Constraints,
    Reached,
    Scope,
    Side,
    Withdrawal,
)
from remixlab.domain.value import Value
from remixlab.rights.explain import CALLED
from remixlab.rights.sides import ATTESTABLE, NEVER_INHERITED, sides_of

WITHOUT_A_WORD: Final = "deny"
"""What holds while nobody has said anything."""


class UseMeaning(Value):
    """One use: whose yes it needs, so that any one of them opts out of it alone."""

    scope: Scope
    called: str
    asked_of: tuple[Side, ...]
    asked_of_for_a_cover: tuple[Side, ...]
    inherited: bool
    """Whether a label's or a party's general yes opens it; else it must be said of the recording, work or person."""
    own_word: bool
    """Whether somebody's word that a file is theirs opens it, for themselves alone."""
    signed: bool
    """Whether a yes of the person needs an end, a text and a signature."""


class WithdrawalMeaning(Value):
    """One kind of taking back, and what of that which was made before it goes on."""

    kind: Withdrawal
    stops: tuple[Reached, ...]
    goes_on: tuple[Reached, ...]


class Meaning(Value):
    """What a party can close, how far, and what holds when it says nothing."""

    without_a_word: Literal["deny"] = WITHOUT_A_WORD
    uses: tuple[UseMeaning, ...]
    withdrawals: tuple[WithdrawalMeaning, ...]
    limits: tuple[str, ...]
    levels: tuple[str, ...]
    """From the most specific to the most general; what is said of the more specific counts."""
    voice_years_max: int


DATES: Final = ("valid_from", "valid_to")
LEVELS: Final = ("recording", "release", "work or artist", "label", "party-default")


def meaning() -> Meaning:
    """What opting out means, from the tables of scopes, sides, withdrawals and limits."""
    return Meaning(
        uses=tuple(_use(scope) for scope in Scope if scope is not Scope.INTEGRITY),
        withdrawals=tuple(
            WithdrawalMeaning(
                kind=kind,
                stops=tuple(reached for reached in Reached if reached in STOPPED[kind]),
                goes_on=tuple(reached for reached in Reached if reached not in STOPPED[kind]),
            )
            for kind in Withdrawal
        ),
        limits=(*Constraints.model_fields, *DATES),
        levels=LEVELS,
        voice_years_max=VOICE_YEARS_MAX,
    )


def meaning_page() -> str:
    """The same as a page of Markdown."""
    found = meaning()
    lines = [
        "# What opting out means here",
        "",
        "This page is written by `make docs` from the tables that decide (`rights/sides.py`,",
        "`domain/rights/endings.py`); a test asks the evaluator every question that it answers.",
        "`GET /v1/rights/meaning` and `remixlab consent meaning` give the same.",
        "",
        "**Who says nothing has said no.** Nothing is made, shared or taught from a recording until everybody in the",
        "row has said yes. One of them is enough to close it, for one use or for all, for one song or for everything",
        "that is theirs, and nobody has to say why.",
        "",
        "## One use at a time",
        "",
        "| use | it is | closed by any one of | of a cover, by | a general yes opens it | one's own word opens it |",
        "|---|---|---|---|:-:|:-:|",
        *(_row(use) for use in found.uses),
        "",
        f"A person's yes to {_listed([f'`{s.value}`' for s in Scope if s in VOICE_SCOPES], 'and')}, on the side of",
        f"the likeness, ends after {found.voice_years_max} years at the latest, and holds the text of the use and the",
        "name of who signed; without them it opens nothing. What one's own word opens stays private.",
        "",
        "## Taking a yes back",
        "",
        "For one permission, or for a whole recording; at once, or from a day on. What was decided before stays",
        "on record.",
        "",
        "| kind | " + " | ".join(_REACHED[reached] for reached in Reached) + " |",
        "|---|" + ":-:|" * len(Reached),
        *(_withdrawal(one) for one in found.withdrawals),
        "",
        "A no is lifted by who said it. What was taken down stays down.",
        "",
        "## A yes within limits",
        "",
        f"{_listed([f'`{name}`' for name in found.limits], 'and')}.",
        "",
        "## Which word counts",
        "",
        f"{', then '.join(found.levels)}: the first of these about which something is said decides;",
        "at the same level a no outweighs a yes. A yes whose time has not come, or is over, closes its own level.",
        "",
    ]
    return "\n".join(lines)


_REACHED: Final = {
    Reached.NEW_USES: "new remixes, shares, downloads",
    Reached.DRAFTS: "remixes never shared",
    Reached.PLAYS: "shared remixes",
    Reached.FILES: "their sound here",
}


def _use(scope: Scope) -> UseMeaning:
    return UseMeaning(
        scope=scope,
        called=CALLED[scope],
        asked_of=sides_of(scope, only_a_cover=False),
        asked_of_for_a_cover=() if scope is Scope.REMIX else sides_of(scope, only_a_cover=True),
        inherited=scope not in NEVER_INHERITED,
        own_word=scope in ATTESTABLE,
        signed=scope in VOICE_SCOPES and Side.LIKENESS in sides_of(scope, only_a_cover=False),
    )


def _row(use: UseMeaning) -> str:
    sides = ", ".join(use.asked_of)
    cover = ", ".join(use.asked_of_for_a_cover) if use.asked_of_for_a_cover != use.asked_of else "the same"
    marks = ("●" if use.inherited else "", "●" if use.own_word else "")
    return f"| `{use.scope.value}` | {use.called} | {sides} | {cover or '-'} | {marks[0]} | {marks[1]} |"


def _withdrawal(one: WithdrawalMeaning) -> str:
    return f"| `{one.kind.value}` | " + " | ".join("stops" if r in one.stops else "goes on" for r in Reached) + " |"


def _listed(words: list[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)
