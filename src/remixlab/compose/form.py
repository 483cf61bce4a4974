"""The form of a song: which sections, how long, how full."""

from __future__ import annotations

from remixlab.compose.score import ScoreSection
from remixlab.domain.errors import InvalidPlan
from remixlab.domain.music import SectionLabel

_ENERGY: dict[SectionLabel, float] = {
    "intro": 0.35, "verse": 0.5, "chorus": 0.85, "bridge": 0.45, "solo": 0.7, "break": 0.3, "outro": 0.4,
}  # fmt: skip
"""How much plays in a section the first time, from nothing to everybody."""
_LIFT_PER_TURN = 0.075
"""Each return is fuller than the time before."""

FORMS: dict[str, str] = {
    "song": "intro4 verse8 chorus8 verse8 chorus8 bridge4 chorus8 outro4",
    "short-song": "intro4 verse8 chorus8 verse4 chorus8 bridge4 chorus4 outro4",
    "ballad": "intro2 verse8 chorus8 verse8 bridge4 chorus8 outro2",
    "standard": "intro4 verse8 verse8 bridge8 solo8 verse8 outro4",
    "club": "intro8 verse8 break4 chorus8 verse4 break4 chorus8 outro8",
    "sketch": "intro2 verse4 chorus4 outro2",
}


def read_form(text: str) -> tuple[ScoreSection, ...]:
    """Sections of a form such as `intro4 verse8 chorus8`, or of a named one. Raises: InvalidPlan."""
    sections: list[ScoreSection] = []
    turns: dict[str, int] = {}
    first = 0
    for word in FORMS.get(text, text).split():
        label = word.rstrip("0123456789")
        bars = int(word[len(label) :] or 0)
        if label not in _ENERGY or not 1 <= bars <= 64:
            raise InvalidPlan(
                [f"'{word}' is no section of a form"], hint="Write it as in 'intro4 verse8 chorus8 outro4'."
            )
        turn = turns[label] = turns.get(label, -1) + 1
        energy = min(1.0, _ENERGY[label] + _LIFT_PER_TURN * turn)
        sections.append(ScoreSection(first, bars, label, energy, turn))
        first += bars
    if not sections:
        raise InvalidPlan(["a form needs at least one section"], hint="Write it as in 'intro4 verse8 chorus8 outro4'.")
    return tuple(sections)
