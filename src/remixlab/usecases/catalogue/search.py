"""Semantic search: recordings by what they feel like, in words, by name, or by likeness to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.errors import EngineUnavailable, InvalidPrompt
from remixlab.domain.music import Embedding
from remixlab.domain.ports.process import Progress, silent
from remixlab.domain.rights import Recording
from remixlab.listening import feel_encoder, likeness, rank, read_wanted
from remixlab.plan import styles
from remixlab.usecases.catalogue.embeddings import shown_embeddings
from remixlab.usecases.catalogue.shown import shown_recording
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.memory import HeardRecording
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.sounds import Sounds
from remixlab.usecases.hearing.feel import hear_feel

NAMED = 90.0
"""From this likeness of words to a title with its artist, the recording is meant by name. 100 is every word."""


@dataclass(frozen=True, slots=True)
class Found:
    """One recording, how well it fits (0 to 1), and why: `name`, `sound`."""

    recording: Recording
    fit: float
    because: str = "sound"


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, the best first, and how many recordings nobody has listened to for their feel yet.

    `understood` pairs words with their meaning.
    """

    found: tuple[Found, ...]
    understood: tuple[tuple[str, str], ...] = ()
    skipped: tuple[str, ...] = ()
    unheard: int = 0


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A recording in memory with how well it fits, before the best are read."""

    heard: HeardRecording
    fit: float
    because: str = "sound"


@observed("catalogue.hear_missing")
def hear_missing(actor: Actor, context: Sounds, progress: Progress = silent) -> int:
    """Hear the feel of every recording that has none yet; how many there were."""
    must(actor, Action.READ_CATALOGUE)
    missing = [heard for heard in shown_embeddings(actor, context) if heard.feel is None] if feel_encoder() else []
    for number, heard in enumerate(missing):
        progress("listen", number / len(missing))
        with context.read() as records:
            recording = records.catalogue.recording(heard.recording_id)
        hear_feel(recording, context)
    if missing:
        progress("listen", 1.0)
    return len(missing)


@observed("catalogue.find_by_words")
def find_by_words(words: str, actor: Actor, context: Making, *, limit: int = 20) -> Search:
    """The recordings that a description fits best, those that it names before all others.

    Raises: InvalidPrompt `prompt.empty`, `prompt.too_long`, or `prompt.unclear` where it neither describes nor
    names one.
    """
    must(actor, Action.READ_CATALOGUE)
    shown = shown_embeddings(actor, context)
    named = [_Fitting(heard, score / 100, "name") for heard in shown if (score := _name_score(words, heard)) >= NAMED]
    named.sort(key=lambda one: -one.fit)
    try:
        meant, understood, skipped = _understand(words, context)
    except (InvalidPrompt, EngineUnavailable) as unclear:
        if not named or unclear.stable_code not in (InvalidPrompt.code, EngineUnavailable.code):
            raise
        return Search(_read_best(named[:limit], context))
    heard, feels = _heard(shown)
    have = {one.heard.recording_id for one in named}
    fits = rank(meant, feels) if feels else []
    by_sound = [_Fitting(one, float(fit)) for one, fit in zip(heard, fits, strict=True) if one.recording_id not in have]
    best = [*named, *_best_first(by_sound)][:limit]
    return Search(_read_best(best, context), understood, skipped, len(shown) - len(heard))


@observed("catalogue.find_alike")
def find_alike(reference: str, actor: Actor, context: Sounds, *, limit: int = 20) -> Search:
    """The recordings that feel most like another.

    Raises: RecordingNotFound; EngineUnavailable where the encoder is not shipped.
    """
    must(actor, Action.READ_CATALOGUE)
    recording = shown_recording(reference, actor, context)
    own = hear_feel(recording, context)
    if own is None:
        if not feel_encoder():
            raise EngineUnavailable(
                "the network that hears what a recording feels like is not in this package", hint="remixlab models"
            )
        return Search(())
    shown = [heard for heard in shown_embeddings(actor, context) if heard.recording_id != recording.recording_id]
    heard, feels = _heard(shown)
    fits = likeness(own, feels) if feels else []
    best = _best_first([_Fitting(one, float(fit)) for one, fit in zip(heard, fits, strict=True)])[:limit]
    return Search(_read_best(best, context), unheard=len(shown) - len(heard))


def _understand(words: str, context: Making) -> tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Words that mean something here, what was understood, what was not.

    Where nothing was, the style that the words are likest to.

    Raises: as `read_wanted`.
    """
    try:
        wanted = read_wanted(words)
    except InvalidPrompt as unclear:
        style = (
            context.meaning.nearest_style(words)
            if context.meaning and unclear.stable_code == InvalidPrompt.code
            else None
        )
        if style is None:
            raise
        return styles.load(style).title, ((words, f"style:{style}"),), ()
    return words, tuple((q.words, q.name if q.wanted else f"not {q.name}") for q in wanted.said), wanted.skipped


def _heard(shown: Sequence[HeardRecording]) -> tuple[list[HeardRecording], list[Embedding]]:
    pairs = [(heard, heard.feel) for heard in shown if heard.feel is not None]
    return [heard for heard, _ in pairs], [feel for _, feel in pairs]


def _best_first(fitting: Sequence[_Fitting]) -> list[_Fitting]:
    return sorted(fitting, key=lambda one: (-one.fit, one.heard.recording_id))


def _read_best(best: Sequence[_Fitting], context: Sounds) -> tuple[Found, ...]:
    with context.read() as records:
        return tuple(Found(records.catalogue.recording(one.heard.recording_id), one.fit, one.because) for one in best)


def _name_score(words: str, heard: HeardRecording) -> float:
    """How much of the words is the title with its artist, 0 to 100."""
    name = f"{heard.title} {heard.artist}".casefold()
    return max(fuzz.ratio(words.casefold(), heard.title.casefold()), fuzz.token_sort_ratio(words.casefold(), name))
