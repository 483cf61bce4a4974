"""Plug-ins are found by their entry points; who is not installed is named in a sentence."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from remixlab.app import plugins
from remixlab.app.settings import read_settings
from remixlab.domain.errors import EngineUnavailable


class Horns:
    name = "horns/1"


class Strings:
    name = "strings/2"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = EntryPoints(
        EntryPoint(f"performer.{name.lower()}", f"{__name__}:{name}", plugins.GROUP) for name in ("Horns", "Strings")
    )

    def entry_points(group: str) -> EntryPoints:
        return found.select(group=group)

    monkeypatch.setattr(plugins, "entry_points", entry_points)


@pytest.mark.usefixtures("installed")
def test_performers_are_found_by_name_and_keep_the_order_they_were_named_in() -> None:
    named = read_settings({"REMIXLAB_PERFORMERS": "strings, horns"}).performers
    assert [performer.name for performer in plugins.choose_performers(named)] == ["strings/2", "horns/1"]


@pytest.mark.usefixtures("installed")
def test_a_performer_that_is_not_installed_is_an_error_that_names_those_that_are() -> None:
    with pytest.raises(EngineUnavailable, match="no performer called 'choir'") as wrong:
        plugins.choose_performers(["choir"])
    assert wrong.value.hint == "Installed: horns, strings."


def test_without_a_word_nobody_but_our_own_instruments_plays() -> None:
    assert plugins.choose_performers(read_settings({}).performers) == ()
