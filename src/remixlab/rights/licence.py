"""The fan licence: all that somebody gives this service with a remix, shown before it is made. Another text is another
version; a remix stays under the version that its passport names.
"""

from __future__ import annotations

import hashlib
from typing import Final

from remixlab.domain.value import Value, canonical

VERSION: Final = "remixlab.fan-licence/1"

GIVES: Final = (
    "You let this service keep the remix and play it to you.",
    "If you share it, it is played here to everybody and listed here with its title; if you stop, it is not.",
    "It may be written in other file formats, marked and signed; it is not changed otherwise.",
)
KEEPS: Final = (
    "What you added stays yours. Nothing of it is sold, licensed to others or used in advertising.",
    "No model learns from your remixes, prompts or plans, unless you say yes to that, which you have not yet.",
    "What you make and play does not say what is offered to you, unless you say yes to that, which you have not yet.",
    "You can take everything with you, and delete everything, whenever you like; the licence ends with that.",
    "What was paid stays in the books, under a number that nobody can trace to you after you have left.",
)


class Licence(Value):
    """One version of the licence in its words."""

    version: str
    gives: tuple[str, ...]
    keeps: tuple[str, ...]

    @property
    def name(self) -> str:
        """The version with the first digits of the SHA-256 of its words: it cannot change under its name."""
        return f"{self.version}:{hashlib.sha256(canonical([self.gives, self.keeps])).hexdigest()[:16]}"


LICENCE: Final = Licence(version=VERSION, gives=GIVES, keeps=KEEPS)
LICENCE_NAME: Final = LICENCE.name
"""What every passport names."""


def licence_page() -> str:
    """The licence as a page of Markdown."""
    lines = [
        "# What a fan gives, and keeps",
        "",
        f"The fan licence `{LICENCE.name}`, written by `make docs` from `rights/licence.py`.",
        "It is shown before a remix is made (`GET /v1/licence`, `remixlab licence`), and its passport names it.",
        "",
        *(f"- {line}" for line in LICENCE.gives),
        "",
        *(f"- {line}" for line in LICENCE.keeps),
        "",
        "## Taking it along, and leaving",
        "",
        "`remixlab account export` and `GET /v1/account/data` give everything that an account brought, made and said,",
        "as JSON and files in one ZIP. `remixlab account delete` and `POST /v1/account/deletion` take its remixes down",
        "and delete their files, its uploads that nobody else brought, its words, plans, jobs, keys, devices and",
        "memberships, its name and its address. Decisions, plays and bookings stay, as they must, under the account's",
        "number; whose it was is written nowhere any more. The signed manifests of remixes stay too: a copy that",
        "somebody has is led back to its own by the mark, and a manifest names song and plan, and no account.",
        "",
        "`remixlab account choices` and `/v1/account/choices` say yes or no to training and to taste.",
        "",
    ]
    return "\n".join(lines)
