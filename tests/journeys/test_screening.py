"""A take that copies what was not licensed: the file was being made meanwhile, and nothing of it is kept."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from remixlab.app import open_workspace
from remixlab.domain.audio import Audio
from remixlab.domain.errors import ScreenRefused
from remixlab.identify import Library, Screening, screen
from remixlab.usecases.making import RemixOrder, remix

pytestmark = pytest.mark.xdist_group("journeys")


def _as_of_another(mix: Audio, index: Library, _licensed: frozenset[str]) -> Screening:
    """What the screening would say if the passages of the source were another recording's."""
    heard = screen(mix, index, frozenset(index.ids))
    return Screening(
        clean=False, matches=tuple(match.model_copy(update={"recording_id": "rec_another"}) for match in heard.matches)
    )


def test_a_refused_take_leaves_no_file_and_no_remix(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_workspace(home) as workspace:
        context, actor = workspace.context, workspace.actor()
        with context.read() as records:
            source = records.catalogue.recording("QZRLB2699001").recording_id
            known = len(records.remixes.remixes(limit=1000).items)
        order = RemixOrder(source=source, prompt="lo-fi hip hop, keep the vocals", seed=77)
        files = set(home.rglob("sha256/*/*/*"))
        with monkeypatch.context() as patch, pytest.raises(ScreenRefused) as refused:
            patch.setattr(import_module("remixlab.usecases.making.remix"), "screen", _as_of_another)
            remix(order, actor, context)
        assert {match["recording_id"] for match in refused.value.details["matches"]} == {"rec_another"}
        assert set(home.rglob("sha256/*/*/*")) == files
        with context.read() as records:
            assert len(records.remixes.remixes(limit=1000).items) == known
        made = remix(order, actor, context)
        assert made.screen["clean"] is True
        assert len(set(home.rglob("sha256/*/*/*")) - files) == 2, "the sealed file and its manifest"
