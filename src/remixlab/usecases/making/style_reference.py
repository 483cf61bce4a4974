"""Style references: `make it feel like Glass Orchard` becomes what that recording feels like, where that is allowed."""

from __future__ import annotations

from collections.abc import Iterable

from remixlab.community import find_likenings
from remixlab.domain.actor import Actor
from remixlab.domain.naming import fold_name
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.rights import Reach, Scope, Use
from remixlab.rights import decide
from remixlab.usecases.catalogue.tags import words_like
from remixlab.usecases.context.sounds import Sounds
from remixlab.usecases.making.order import RemixOrder, request_of
from remixlab.usecases.making.refusal import refusal


def spell_out(order: RemixOrder, prompt: str, actor: Actor, context: Sounds) -> str:
    """The prompt with every likened title replaced by what that recording feels like, such as `Bossa nova, calm`.

    Raises: RightsRefused where its people have not said that it may be a model; InvalidPrompt.
    """
    with context.read() as records:
        text, likenings = find_likenings(prompt, lambda phrases: _titles(phrases, records))
        models = [records.catalogue.recording(one.recording_id) for one in likenings]
        asked = request_of(order, actor)
        decisions = [
            decide(
                frozenset({Use(Scope.STYLE_REFERENCE, m.recording_id)}),
                Reach(),
                records.rights.terms([m.recording_id]),
                asked,
            )
            for m in models
        ]
    for decision in decisions:
        if not decision.allowed:
            raise refusal(decision)
    for one, model in reversed(list(zip(likenings, models, strict=True))):
        text = text[: one.start] + (words_like(model, context) or model.title) + text[one.end :]
    return text


def _titles(phrases: Iterable[str], records: ReadTransaction) -> dict[str, str]:
    """Of these folded phrases, those that are titles; of recordings with one title the last by id."""
    asked = frozenset(phrases)
    found = sorted(records.catalogue.recordings_named(asked, limit=1000), key=lambda recording: recording.recording_id)
    return {name: recording.recording_id for recording in found if (name := fold_name(recording.title)) in asked}
