"""Community records: refused prompts, kept for appeal and forgotten in time."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.page import Page


class CommunityReader(Protocol):
    def refused_prompts(
        self, after: str | None = None, limit: int = 100, *, listener: str | None = None
    ) -> Page[RefusedPrompt]:
        """Newest first; of one listener when named."""
        ...


class CommunityWriter(CommunityReader, Protocol):
    def record_refused_prompt(self, prompt: RefusedPrompt) -> None:
        """Keep a refused prompt for appeal, and forget the words of those whose time has come."""
        ...

    def forget_prompts(self, at: datetime) -> None:
        """Forget the words whose time has come."""
        ...

    def erase_prompts_of(self, listener: str) -> None:
        """Forget the words of one account, whenever their time would have come."""
        ...
