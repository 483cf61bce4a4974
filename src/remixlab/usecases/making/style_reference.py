"""`make it feel like Glass Orchard`: the other recording's feel in words, where its people allow being named as a style."""

from __future__ import annotations

from remixlab.community import find_likenings
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.rights import Reach, Scope, Use
from remixlab.rights import decide
from remixlab.usecases.catalogue.search import words_like
from remixlab.usecases.context.making import Making
from remixlab.usecases.making.order import RemixOrder
from remixlab.usecases.making.refusal import refusal

TITLES_MAX = 10_000
"""Recordings whose titles are looked for in a wish."""


def spell_out(order: RemixOrder, prompt: str, context: Making) -> str:
    """The wish with every likened title replaced by what that recording feels like, such as `Bossa nova, calm`.

    Raises: RightsRefused where its people have not said that it may be a model.
    """
    with context.read() as records:
        text, likenings = find_likenings(prompt, lambda: _titles(records))
        models = [records.recording(one.recording_id) for one in likenings]
        decisions = [
            decide(frozenset({Use(Scope.STYLE_REFERENCE, m.recording_id)}), Reach(), records.terms([m.recording_id]), order.request())
            for m in models
        ]
    for decision in decisions:
        if not decision.allowed:
            raise refusal(decision)
    for one, model in reversed(list(zip(likenings, models, strict=True))):
        text = text[: one.start] + (words_like(model, context) or model.title) + text[one.end :]
    return text


def _titles(records: ReadTransaction) -> dict[str, str]:
    return {r.title: r.recording_id for r in records.recordings(limit=TITLES_MAX)}
