"""Settings are read from the environment, and a wrong one is explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from remixlab.app.settings import InvalidSetting, read_settings


def test_marks_are_plain_unless_the_house_asks_for_informed_ones(tmp_path: Path) -> None:
    assert not read_settings({}, home=tmp_path).informed_marks
    assert not read_settings({"REMIXLAB_MARK": "plain"}, home=tmp_path).informed_marks
    assert read_settings({"REMIXLAB_MARK": "informed"}, home=tmp_path).informed_marks


def test_an_unknown_kind_of_mark_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="REMIXLAB_MARK"):
        read_settings({"REMIXLAB_MARK": "loud"}, home=tmp_path)
