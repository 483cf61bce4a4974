"""Find recordings by what they feel like: by words, by names, by likeness to another; and say what one feels like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from remixlab.domain.audio import Audio
from remixlab.domain.errors import EngineUnavailable, InvalidPrompt
from remixlab.domain.music import Feel
from remixlab.domain.ports.process import Progress, silent
from remixlab.domain.rights import Recording
from remixlab.listening import FITS, Fit, feel, feel_ear, likeness, name_feel, rank, read_wanted
from remixlab.plan import styles
from remixlab.usecases.catalogue.availability import shown_recording, shown_recordings
from remixlab.usecases.context.making import Making
from remixlab.usecases.hearing.hear import hear_sound, is_song, sound_blocks
from remixlab.usecases.hearing.windows import excerpts

NAMED = 90.0
"""From this likeness of words to a title with its artist, the recording is meant by name. 100 is every word."""


@dataclass(frozen=True, slots=True)
class Found:
    """One recording, how well it fits (0 to 1), and why: `name`, `sound`."""

    recording: Recording
    fit: float
    because: str = "sound"

    def answer(self) -> dict[str, Any]:
        r = self.recording
        return {"recording_id": r.recording_id, "title": r.title, "artist": r.artist, "fit": round(self.fit, 3), "because": self.because}


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, the best first; what was understood of the words; how many recordings nobody has listened to for their feel yet."""

    found: tuple[Found, ...]
    understood: tuple[tuple[str, str], ...] = ()
    skipped: tuple[str, ...] = ()
    unheard: int = 0

    def answer(self) -> dict[str, Any]:
        return {
            "items": [one.answer() for one in self.found],
            "understood": [{"words": words, "meaning": meaning} for words, meaning in self.understood],
            "skipped": list(self.skipped),
            "unheard": self.unheard,
        }


def hear_feel(recording: Recording, context: Making, sound: Audio | None = None) -> Feel | None:
    """What a recording feels like, heard once and kept by its content. None for silence, and where the encoder is not shipped."""
    ear = feel_ear()
    with context.read() as records:
        known = records.feel(recording.sha256, ear)
    if known or not ear:
        return known
    if sound is None:
        sound = hear_sound(recording, context) if is_song(recording) else excerpts(sound_blocks(recording, context), recording.duration_s)
    heard = feel(sound)
    if heard:
        with context.write() as records:
            records.keep_feel(recording.sha256, heard)
    return heard


def hear_missing(context: Making, *, user: str, progress: Progress = silent) -> int:
    """Hear the feel of every recording that has none yet; how many there were."""
    missing = _unheard(_all_shown(context, user), context)
    for number, recording in enumerate(missing):
        progress("listen", number / len(missing))
        hear_feel(recording, context)
    if missing:
        progress("listen", 1.0)
    return len(missing)


def find_by_words(words: str, context: Making, *, user: str, limit: int = 20) -> Search:
    """The recordings that a description fits best, those that it names before all others.

    Raises: InvalidPrompt `prompt.empty`, `prompt.too_long`, or `prompt.unclear` where it neither describes nor names one.
    """
    shown = _all_shown(context, user)
    named = [Found(r, score / 100, "name") for r in shown if (score := _name_score(words, r)) >= NAMED]
    try:
        meant, understood, skipped = _understand(words, context)
    except (InvalidPrompt, EngineUnavailable) as unclear:
        if not named or unclear.stable_code not in (InvalidPrompt.code, EngineUnavailable.code):
            raise
        return Search(tuple(sorted(named, key=lambda f: -f.fit)[:limit]))
    heard = _heard(shown, context)
    fits = rank(meant, [feel for _, feel in heard]) if heard else []
    have = {one.recording.recording_id for one in named}
    by_sound = [Found(r, float(fit)) for (r, _), fit in zip(heard, fits, strict=True) if r.recording_id not in have]
    found = (*sorted(named, key=lambda f: -f.fit), *sorted(by_sound, key=lambda f: (-f.fit, f.recording.recording_id)))
    return Search(found[:limit], understood, skipped, len(shown) - len(heard))


def find_alike(reference: str, context: Making, *, user: str, limit: int = 20) -> Search:
    """The recordings that feel most like another. Raises: RecordingNotFound; EngineUnavailable where the encoder is not shipped."""
    recording = shown_recording(reference, context, user=user)
    own = hear_feel(recording, context)
    if own is None:
        if not feel_ear():
            raise EngineUnavailable("the network that hears what a recording feels like is not in this package", hint="remixlab models")
        return Search(())
    shown = [r for r in _all_shown(context, user) if r.recording_id != recording.recording_id]
    heard = _heard(shown, context)
    fits = likeness(own, [feel for _, feel in heard]) if heard else []
    found = sorted(
        (Found(r, float(fit)) for (r, _), fit in zip(heard, fits, strict=True)), key=lambda f: (-f.fit, f.recording.recording_id)
    )
    return Search(tuple(found[:limit]), unheard=len(shown) - len(heard))


def tags_of(recording: Recording, context: Making) -> tuple[Fit, ...]:
    """The words that fit a recording, the best of each kind first; nothing for silence, and where the encoder is not shipped.

    Whoever makes something of them in the manner of that recording needs its `style_reference`.
    """
    heard = hear_feel(recording, context)
    return name_feel(heard) if heard else ()


def words_like(recording: Recording, context: Making) -> str:
    """A wish for what a recording feels like, such as `Bossa nova, calm`: its nearest style and the mood that fits it. Empty for silence.

    What is made by it needs the recording's `style_reference`, which whoever asks for it must have judged.
    """
    tags = tags_of(recording, context)
    style = next((styles.load(tag.value).title for tag in tags if tag.kind == "style"), "")
    mood = next((tag.value for tag in tags if tag.kind == "mood" and tag.fit >= FITS), "")
    return ", ".join(word for word in (style, mood) if word)


def _understand(words: str, context: Making) -> tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Words that mean something here, what was understood, what was not; where nothing was, the style that the words are likest to.

    Raises: as `read_wanted`.
    """
    try:
        wanted = read_wanted(words)
    except InvalidPrompt as unclear:
        style = context.meaning.nearest_style(words) if context.meaning and unclear.stable_code == InvalidPrompt.code else None
        if style is None:
            raise
        return styles.load(style).title, ((words, f"style:{style}"),), ()
    return words, tuple((q.words, q.name if q.wanted else f"not {q.name}") for q in wanted.said), wanted.skipped


def _all_shown(context: Making, user: str) -> list[Recording]:
    found, following = shown_recordings(context, user=user, limit=1000)
    while following:
        more, following = shown_recordings(context, user=user, after=following, limit=1000)
        found += more
    return found


def _heard(shown: Sequence[Recording], context: Making) -> list[tuple[Recording, Feel]]:
    with context.read() as records:
        feels = records.feels(feel_ear())
    return [(r, feels[r.sha256]) for r in shown if r.sha256 in feels]


def _unheard(shown: Sequence[Recording], context: Making) -> list[Recording]:
    have = {r.recording_id for r, _ in _heard(shown, context)}
    return [r for r in shown if r.recording_id not in have] if feel_ear() else []


def _name_score(words: str, recording: Recording) -> float:
    """How much of the words is the title with its artist, 0 to 100."""
    name = f"{recording.title} {recording.artist}".casefold()
    return max(fuzz.ratio(words.casefold(), recording.title.casefold()), fuzz.token_sort_ratio(words.casefold(), name))
