"""Refused prompts, kept for appeal, as they are answered."""

from __future__ import annotations

from pydantic import AwareDatetime

from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.page import Page
from remixlab.doors.answers.answer import Answer, ListAnswer


class RefusedItem(Answer):
    """A refused prompt; its words are null once they were forgotten."""

    wish_id: str
    listener: str
    at: AwareDatetime
    code: str
    digest: str
    words: str | None
    forget_at: AwareDatetime


class RefusedList(ListAnswer[RefusedItem]):
    """Refused prompts, newest first."""


class RefusedAnswer(Answer):
    """The answer of `remixlab refused`."""

    wishes: list[RefusedItem]


def refused_item(prompt: RefusedPrompt) -> RefusedItem:
    """Under the names that were promised: the id was called `wish_id` first."""
    return RefusedItem(
        wish_id=prompt.prompt_id,
        listener=prompt.listener,
        at=prompt.at,
        code=prompt.code,
        digest=prompt.digest,
        words=prompt.words,
        forget_at=prompt.forget_at,
    )


def refused_answer(page: Page[RefusedPrompt]) -> RefusedAnswer:
    return RefusedAnswer(wishes=[refused_item(prompt) for prompt in page.items])
