"""Prompt screening: likened recordings spelled out, then moderation, before a plan is written.

A refused prompt is kept for appeal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from remixlab.community import CatalogueName, moderate, name_phrases, topics_of
from remixlab.domain.actor import Actor
from remixlab.domain.errors import Refused
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.rights import Recording, Scope, Side
from remixlab.usecases.community import keep_refused_prompt
from remixlab.usecases.context.sounds import Sounds
from remixlab.usecases.making.order import RemixOrder
from remixlab.usecases.making.style_reference import spell_out

NAMED_MAX: Final = 1000
"""Recordings that are looked at for the names of one length."""


def screen_prompt(order: RemixOrder, actor: Actor, context: Sounds) -> RemixOrder:
    """The order with the words that may become a plan, and with what they are about; one without words as it is.

    Raises: InvalidPrompt, ModerationRefused, Refused, RightsRefused.
    """
    prompt = order.prompt
    if prompt is None:
        return order
    about = order.model_copy(update={"topics": tuple(sorted({*order.topics, *topics_of(prompt)}))})
    with context.read() as records:
        names = names_in(prompt, records)
    try:
        words = spell_out(about, prompt, actor, context)
        moderate(words, names=names)
    except Refused as refused:
        keep_refused_prompt(prompt, refused, actor, context)
        raise
    return about.model_copy(update={"prompt": words})


def names_in(prompt: str, records: ReadTransaction) -> tuple[CatalogueName, ...]:
    """The artists and titles of the catalogue that a prompt names, and which artists allow being named as a style."""
    found = _recordings_named(name_phrases(prompt), records)
    subjects = {subject for r in found for subject in (r.artist_id, r.recording_id) if r.artist_id and subject}
    # A name is its person's: what a label says on another side does not open it.
    permitting = (
        records.rights.subjects_permitting(Scope.STYLE_REFERENCE, subjects, Side.LIKENESS)
        if subjects
        else frozenset[str]()
    )
    open_artists = {r.artist_id for r in found if r.artist_id and {r.artist_id, r.recording_id} & permitting}
    artists = {CatalogueName(r.artist, "artist", r.artist_id in open_artists) for r in found}
    return (*sorted(artists), *(CatalogueName(r.title, "title") for r in found))


def _recordings_named(phrases: Iterable[str], records: ReadTransaction) -> tuple[Recording, ...]:
    """Looked up by the length of the name: a thousand songs called `Love` must not hide the one artist of two words."""
    by_words: dict[int, list[str]] = {}
    for phrase in phrases:
        by_words.setdefault(phrase.count(" "), []).append(phrase)
    found = (records.catalogue.recordings_named(names, limit=NAMED_MAX) for names in by_words.values())
    return tuple({recording.recording_id: recording for group in found for recording in group}.values())
