"""Community records in memory: refused prompts, kept for appeal and forgotten in time."""

from __future__ import annotations

from datetime import datetime

from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.audit import Acts
from remixlab.domain.page import Newest, Page
from remixlab.testing.records.kept import Kept, page_of_newest


class MemoryCommunity:
    def __init__(self, kept: Kept, acts: Acts) -> None:
        self.kept = kept
        self._acts = acts

    def refused_prompts(
        self, after: str | None = None, limit: int = 100, *, listener: str | None = None
    ) -> Page[RefusedPrompt]:
        found = (prompt for prompt in self.kept.prompts.values() if listener in (None, prompt.listener))
        return page_of_newest(((Newest(prompt.at, prompt.prompt_id), prompt) for prompt in found), after, limit)

    def record_refused_prompt(self, prompt: RefusedPrompt) -> None:
        if prompt.prompt_id not in self.kept.prompts:
            self.kept.prompts[prompt.prompt_id] = prompt
            self._acts.did("a refused prompt")
        self.forget_prompts(prompt.at)

    def erase_prompts_of(self, listener: str) -> None:
        for key, prompt in self.kept.prompts.items():
            if prompt.listener == listener:
                self.kept.prompts[key] = prompt.model_copy(update={"words": None})

    def forget_prompts(self, at: datetime) -> None:
        for key, prompt in self.kept.prompts.items():
            if prompt.forget_at <= at:
                self.kept.prompts[key] = prompt.model_copy(update={"words": None})
