"""A take that copies what was not licensed: the file was being made meanwhile, and nothing of it is kept."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from remixlab.app import open_house
from remixlab.domain.audio import Audio
from remixlab.domain.errors import ScreenRefused
from remixlab.identify import Index, Screening, screen
from remixlab.studio import RemixOrder, remix

pytestmark = pytest.mark.xdist_group("journeys")


def _as_of_another(mix: Audio, index: Index, _licensed: frozenset[str]) -> Screening:
    """What the screening would say if the passages of the source were another recording's."""
    heard = screen(mix, index, frozenset(index.ids))
    return Screening(clean=False, matches=tuple(match.model_copy(update={"recording_id": "rec_another"}) for match in heard.matches))


def test_a_refused_take_leaves_no_file_and_no_remix(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_house(home) as house:
        desk = house.desk
        with desk.read() as shelf:
            source = next(r.recording_id for r in shelf.recordings() if r.isrc == "QZRLB2699001")
            known = len(shelf.remixes())
        order = RemixOrder(source=source, prompt="lo-fi hip hop, keep the vocals", seed=77, at=desk.clock.now())
        files = set(home.rglob("sha256/*/*/*"))
        with monkeypatch.context() as patch, pytest.raises(ScreenRefused) as refused:
            patch.setattr(import_module("remixlab.studio.remix"), "screen", _as_of_another)
            remix(order, desk)
        assert {match["recording_id"] for match in refused.value.details["matches"]} == {"rec_another"}
        assert set(home.rglob("sha256/*/*/*")) == files
        with desk.read() as shelf:
            assert len(shelf.remixes()) == known
        made = remix(order, desk)
        assert made.screen["clean"] is True
        assert len(set(home.rglob("sha256/*/*/*")) - files) == 1
