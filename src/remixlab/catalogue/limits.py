"""Limits as people say them, made into limits that bind: styles by our names, territories by ISO 3166, known topics.

A limit that nobody recognises would refuse nothing, or everything: it is an error that names what was meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from rapidfuzz import process

from remixlab.domain.errors import InvalidTerms
from remixlab.domain.rights import TOPICS, VOICE_SCOPES, VOICE_YEARS_MAX, Consent, Constraints, Side, years_after
from remixlab.domain.territories import checked_territories
from remixlab.plan.styles import ids
from remixlab.prompt import styles_called

_NEAR: Final = 3


def binding(limits: Constraints) -> Constraints:
    """The same limits in the words that decisions use.

    Raises: InvalidTerms `terms.genre`, `terms.territory`, `terms.topic`.
    """
    return limits.model_copy(
        update={
            "territories": checked_territories(limits.territories),
            "territories_excluded": checked_territories(limits.territories_excluded),
            "genres_allowed": _styles(limits.genres_allowed),
            "genres_forbidden": _styles(limits.genres_forbidden),
            "topics_forbidden": _topics(limits.topics_forbidden),
        }
    )


def signed(consent: Consent, at: datetime) -> Consent:
    """A consent as it may be kept: one that opens a voice names its end, the text of the use, and who signed.

    Raises: InvalidTerms `terms.voice`.
    """
    if consent.side is not Side.LIKENESS or consent.effect == "prohibit" or VOICE_SCOPES.isdisjoint(consent.scopes):
        return consent
    begun = consent.model_copy(update={"valid_from": consent.valid_from or at})
    if not begun.lacks_signature:
        return begun
    latest = years_after(begun.valid_from or at, VOICE_YEARS_MAX)
    raise InvalidTerms(
        "a voice is opened with an end, the text of the use, and the name of who signed",
        code="terms.voice",
        hint=f"It ends on {latest:%Y-%m-%d} at the latest (valid_to); say use_text and signed_by, too.",
    )


def style_called(words: str) -> frozenset[str]:
    """Our styles behind somebody's word for a genre: `Metal`, `heavy metal`, `Drum & Bass`. Raises: InvalidTerms."""
    found = styles_called(words)
    if not found:
        near = [name for name, _, _ in process.extract(words.casefold(), ids(), limit=_NEAR)]
        raise InvalidTerms(
            f"there is no style called '{words[:40]}'", code="terms.genre", hint=f"Did you mean {', '.join(near)}?"
        )
    return found


def _styles(words: Iterable[str]) -> frozenset[str]:
    return frozenset(style for word in sorted(words) for style in style_called(word))


def _topics(words: Iterable[str]) -> frozenset[str]:
    named = frozenset(word.strip().casefold() for word in words)
    for unknown in sorted(named - TOPICS):
        raise InvalidTerms(
            f"'{unknown[:40]}' is not a topic that is recognised",
            code="terms.topic",
            hint=f"Those that are: {', '.join(sorted(TOPICS))}.",
        )
    return named
