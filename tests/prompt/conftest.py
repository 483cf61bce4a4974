"""A recording with a whole song form, for every test of words."""

from __future__ import annotations

import pytest

from remixlab.domain.music import Analysis, Section

FORM = (
    ("intro", 4),
    ("verse", 8),
    ("chorus", 8),
    ("verse", 8),
    ("chorus", 8),
    ("bridge", 4),
    ("chorus", 8),
    ("outro", 4),
)


@pytest.fixture(scope="session")
def song() -> Analysis:
    """52 bars of 4/4 at 100 bpm in A minor."""
    beat_s = 0.6
    sections: list[Section] = []
    at_s = 0.0
    for label, bars in FORM:
        sections.append(Section(start_s=at_s, end_s=at_s + bars * 4 * beat_s, label=label))  # type: ignore[arg-type]
        at_s += bars * 4 * beat_s
    beats = tuple(round(n * beat_s, 6) for n in range(52 * 4))
    return Analysis(
        duration_s=at_s,
        tempo_bpm=100.0,
        beats=beats,
        downbeats=beats[::4],
        key="A minor",
        key_confidence=0.9,
        sections=tuple(sections),
    )
