"""What a mix was written from, for who takes its parts: each player's notes, and the tune and chords heard."""

from __future__ import annotations

from remixlab.domain.material import WrittenPart
from remixlab.domain.notes import BeatNote
from remixlab.rendering.parts import Arrangement

_CHORD_FROM = 48
"""Heard chords are written upwards from the C below middle C: a plain block chord, nobody's voicing."""
_CHORD_VELOCITY = 0.6
"""As firmly as a sketch is played."""
HEARD_TUNE, HEARD_CHORDS = "heard tune", "heard chords"


def written_parts(arrangement: Arrangement, *, heard: bool) -> tuple[WrittenPart, ...]:
    """Every new line in its order, and with `heard` what was heard of the song over the same bars.

    Law: what was heard leaves only with the recording's own sound, whose owners were asked; a cover has none.
    """
    parts = [
        WrittenPart(f"{line.name} ({line.instrument})", tones=line.tones, strokes=line.strokes)
        for line in arrangement.lines
    ]
    chords = tuple(
        BeatNote(span.start, span.end - span.start, float(_CHORD_FROM + (tone - _CHORD_FROM) % 12), _CHORD_VELOCITY)
        for span in arrangement.harmony
        if span.chord.root is not None
        for tone in span.chord.pitch_classes
    )
    if not heard:
        return tuple(parts)
    song = (WrittenPart(HEARD_TUNE, tones=arrangement.melody), WrittenPart(HEARD_CHORDS, tones=chords))
    return (*parts, *(part for part in song if part.tones))
