"""A cover made in the house is known as its work, by the score that the catalogue keeps, and not as its recording."""

from __future__ import annotations

from pathlib import Path

import pytest

from remixlab.app import open_house
from remixlab.identify import identify
from remixlab.plan import cover
from remixlab.rendering import render
from remixlab.studio import hear
from remixlab.studio.index import catalogue_index

pytestmark = pytest.mark.xdist_group("journeys")


def test_a_cover_is_named_as_its_work_and_not_as_its_recording(home: Path) -> None:
    with open_house(home) as house:
        desk = house.desk
        with desk.read() as shelf:
            source = next(r for r in shelf.recordings() if r.isrc == "QZRLB2699001")
            index = catalogue_index(shelf, desk)
        assert index.score_of(index.ids.index(source.recording_id)) is not None
        plan = cover(source.recording_id).restyle("vocals", "drums", "bass", "other", style="bossa-nova").seeded(1)
        matches = identify(render(plan, hear(source, desk)).audio, index)
    assert [(match.recording_id, match.kind) for match in matches] == [(source.recording_id, "same_work")]
