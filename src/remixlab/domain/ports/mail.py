"""Mail: how somebody is reached who is not signed in."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Letter(NamedTuple):
    """One message of plain text."""

    to: str
    subject: str
    text: str


class Mail(Protocol):
    def send(self, letter: Letter) -> None:
        """Hand a letter over. Raises: MailUnavailable."""
        ...
