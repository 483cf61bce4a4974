"""Zero-shot tags of a recording: the words that fit its sound."""

from __future__ import annotations

from remixlab.domain.rights import Recording
from remixlab.listening import FITS, Fit, name_feel
from remixlab.plan import styles
from remixlab.usecases.context.sounds import Sounds
from remixlab.usecases.hearing.feel import hear_feel


def tags_of(recording: Recording, context: Sounds) -> tuple[Fit, ...]:
    """The words that fit a recording, the best of each kind first.

    Nothing for silence, and where the encoder is not shipped. Whoever makes something of them in the manner of that
    recording needs its `style_reference`.
    """
    heard = hear_feel(recording, context)
    return name_feel(heard) if heard else ()


def words_like(recording: Recording, context: Sounds) -> str:
    """A prompt for what a recording feels like, such as `Bossa nova, calm`: its nearest style and the mood that fits.

    Empty for silence. What is made by it needs the recording's `style_reference`, which whoever asks must have judged.
    """
    tags = tags_of(recording, context)
    style = next((styles.load(tag.value).title for tag in tags if tag.kind == "style"), "")
    mood = next((tag.value for tag in tags if tag.kind == "mood" and tag.fit >= FITS), "")
    return ", ".join(word for word in (style, mood) if word)
