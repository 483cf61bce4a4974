"""`make it feel like Glass Orchard`: the other recording's feel in words, where its people allow being named as a style."""

from __future__ import annotations

from remixlab.community import find_likenings
from remixlab.domain.ports import ReadShelf
from remixlab.domain.rights import Reach, Scope, Use
from remixlab.rights import decide
from remixlab.studio.desk import Desk
from remixlab.studio.order import RemixOrder
from remixlab.studio.refusing import refusal
from remixlab.studio.search import words_like

TITLES_MAX = 10_000
"""Recordings whose titles are looked for in a wish."""


def spell_out(order: RemixOrder, prompt: str, desk: Desk) -> str:
    """The wish with every likened title replaced by what that recording feels like, such as `Bossa nova, calm`.

    Raises: RightsRefused where its people have not said that it may be a model.
    """
    with desk.read() as shelf:
        text, likenings = find_likenings(prompt, lambda: _titles(shelf))
        models = [shelf.recording(one.recording_id) for one in likenings]
        decisions = [
            decide(frozenset({Use(Scope.STYLE_REFERENCE, m.recording_id)}), Reach(), shelf.terms([m.recording_id]), order.request())
            for m in models
        ]
    for decision in decisions:
        if not decision.allowed:
            raise refusal(decision)
    for one, model in reversed(list(zip(likenings, models, strict=True))):
        text = text[: one.start] + (words_like(model, desk) or model.title) + text[one.end :]
    return text


def _titles(shelf: ReadShelf) -> dict[str, str]:
    return {r.title: r.recording_id for r in shelf.recordings(limit=TITLES_MAX)}
