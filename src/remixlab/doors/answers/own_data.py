"""What is one's own, as it is answered: choices, the licence, what a deletion took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from remixlab.doors.answers.answer import Answer
from remixlab.rights import LICENCE

if TYPE_CHECKING:
    from remixlab.domain.choices import Choices
    from remixlab.usecases.accounts import Deleted


class ChoicesAnswer(Answer):
    """What one lets be done; no until one says yes."""

    training: Annotated[bool, Field(description="That models learn from one's remixes, prompts and plans.")]
    taste: Annotated[bool, Field(description="That what one makes and plays says what is offered.")]


class LicenceAnswer(Answer):
    """What a fan gives with a remix, and keeps."""

    name: Annotated[str, Field(description="The version, with a digest of its words; passports name it.")]
    gives: list[str]
    keeps: list[str]


class DeletedAnswer(Answer):
    """How much went with an account."""

    account_id: str
    remixes: int
    recordings: int
    files: int


class ExportedData(Answer):
    """The answer of `remixlab account export`."""

    output: str
    files: int


def choices_answer(choices: Choices) -> ChoicesAnswer:
    return ChoicesAnswer(**choices._asdict())


def licence_answer() -> LicenceAnswer:
    return LicenceAnswer(name=LICENCE.name, gives=list(LICENCE.gives), keeps=list(LICENCE.keeps))


def deleted_answer(deleted: Deleted) -> DeletedAnswer:
    return DeletedAnswer(**deleted._asdict())
