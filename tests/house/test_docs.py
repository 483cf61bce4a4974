"""The documents name what is there: links and dependencies."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_link_is_dead(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    assert [link for link in links if not link.startswith("http") and not (page.parent / link).exists()] == []


def test_every_dependency_has_its_reason_and_no_other_is_listed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    core = {name_of(line) for line in project["project"]["dependencies"]}
    optional = {name_of(line) for lines in project["project"]["optional-dependencies"].values() for line in lines}
    tools = {name_of(line) for line in project["dependency-groups"]["dev"]}
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| ")][1:]
    assert {name_of(name) for cell in cells for name in cell.split(",")} == core
    assert {name for name in optional | tools if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", page)} == set()


def name_of(line: str) -> str:
    return re.split(r"[\[<>=~ (]", line.strip())[0]
