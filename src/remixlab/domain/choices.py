"""What an account lets the service do with what it makes and hears. Nobody has said yes before saying so."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from pydantic import AwareDatetime

from remixlab.domain.value import Value


class Choice(StrEnum):
    """One thing that is never done without the account's yes."""

    TRAINING = "training"
    """That models learn from what the account makes: its remixes, prompts and plans."""
    TASTE = "taste"
    """That what the account makes and plays says what is offered to it."""


class Chosen(Value):
    """One answer of an account, kept beside its earlier ones: the newest counts."""

    account_id: str
    choice: Choice
    given: bool
    said_at: AwareDatetime


class Choices(NamedTuple):
    """Where an account stands on everything that can be chosen."""

    training: bool = False
    taste: bool = False
