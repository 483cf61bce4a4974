"""Settings are read from the environment, and a wrong one is explained."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from remixlab.app.settings import Settings, read_settings, variables
from remixlab.domain.errors import InvalidSetting
from remixlab.stores.files.blobs import open_blobs
from remixlab.stores.sql.engine import open_engine


def test_marks_are_plain_unless_the_house_asks_for_informed_ones(tmp_path: Path) -> None:
    assert not read_settings({}, home=tmp_path).informed_marks
    assert not read_settings({"REMIXLAB_MARK": "plain"}, home=tmp_path).informed_marks
    assert read_settings({"REMIXLAB_MARK": "informed"}, home=tmp_path).informed_marks


def test_an_unknown_kind_of_mark_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="REMIXLAB_MARK"):
        read_settings({"REMIXLAB_MARK": "loud"}, home=tmp_path)


def test_every_wrong_setting_names_its_variable_and_says_what_it_is_for(tmp_path: Path) -> None:
    wrong = {
        "REMIXLAB_WORKERS": "0",
        "REMIXLAB_TERRITORY": "DEU",
        "REMIXLAB_CURRENCY": "euro",
        "REMIXLAB_PROMPT_LOG_DAYS": "soon",
    }
    for variable, text in wrong.items():
        with pytest.raises(InvalidSetting, match=variable) as refused:
            read_settings({variable: text}, home=tmp_path)
        assert refused.value.hint


def test_a_wrong_setting_that_is_secret_is_not_shown(tmp_path: Path) -> None:
    shown = [name for name, field in Settings.model_fields.items() if not field.repr]
    assert {"database_url", "language_model_key"} <= set(shown)


def test_an_empty_variable_is_one_that_is_not_set(tmp_path: Path) -> None:
    assert (
        read_settings({"REMIXLAB_TERRITORY": "", "REMIXLAB_WORKERS": ""}, home=tmp_path).model_dump()
        == read_settings({}, home=tmp_path).model_dump()
    )


def test_the_database_and_the_blobs_lie_in_the_workspace_where_nothing_else_is_said(tmp_path: Path) -> None:
    settings = read_settings({}, home=tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'remixlab.sqlite'}"
    assert settings.blobs_url == f"file://{tmp_path / 'blobs'}"
    assert settings.jobs_url.endswith("jobs.sqlite")


def test_a_workspace_may_lie_in_a_folder_of_any_name(tmp_path: Path) -> None:
    home = tmp_path / "a b?c#d%41é"
    settings = read_settings({}, home=home)
    assert make_url(settings.database_url).database == str(home / "remixlab.sqlite")
    assert make_url(settings.jobs_url).database == str(home / "jobs.sqlite")
    assert open_blobs(settings.blobs_url).put(b"kept")
    assert (home / "blobs").is_dir()
    open_engine(settings.database_url).dispose()
    assert (home / "remixlab.sqlite").is_file()


def test_the_operating_guide_names_every_variable() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "guides" / "operate.md").read_text("utf-8")
    assert [name for name in variables() if f"`{name}`" not in page] == []


def test_no_other_file_reads_the_environment() -> None:
    """Source: design page 2; the variables of other tools (a browser, a test) are not ours."""
    source = Path(__file__).resolve().parents[2] / "src" / "remixlab"
    readers = [
        p.name
        for p in source.rglob("*.py")
        if "os.environ" in p.read_text("utf-8") or "getenv(" in p.read_text("utf-8")
    ]
    assert readers == []
