"""Community records: the port suite, on every engine and in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import registry_strategies as a
from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.ports.records.transaction import Registry


def test_a_refused_prompt_is_kept_for_appeal_and_its_words_are_forgotten_in_time(registry: Registry) -> None:
    def prompt(number: int, day: int) -> RefusedPrompt:
        at = datetime(2026, 11, day, tzinfo=UTC)
        return RefusedPrompt(
            prompt_id=f"w{number}",
            listener="fan",
            at=at,
            code="moderation.hate",
            digest="d",
            words="bad words",
            forget_at=at + timedelta(days=3),
        )

    for number, day in ((1, 1), (2, 2)):
        with a.writing(registry) as records:
            records.community.record_refused_prompt(prompt(number, day))
            records.community.record_refused_prompt(prompt(number, day))
    with registry.read() as records:
        assert [w.prompt_id for w in records.community.refused_prompts(listener="fan").items] == ["w2", "w1"]
        assert records.community.refused_prompts(listener="somebody else").items == ()
        assert all(w.words == "bad words" for w in records.community.refused_prompts().items)
    with a.writing(registry) as records:
        records.community.record_refused_prompt(prompt(3, 5))
    with registry.read() as records:
        assert [(w.prompt_id, w.words) for w in records.community.refused_prompts().items] == [
            ("w3", "bad words"),
            ("w2", None),
            ("w1", None),
        ]
