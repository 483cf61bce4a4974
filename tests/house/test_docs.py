"""The documents name what is there: links and dependencies."""

from __future__ import annotations

import ast
import re
import sys
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


COMES_WITH = {
    "argon2": "argon2-cffi",
    "c2pa": "c2pa-python",
    "starlette": "fastapi",
    "anyio": "fastapi",
    "wordllama": "wordllama",
    "av": "av",
    "opentelemetry": "opentelemetry-sdk",
}
"""Packages that are imported under another name, that a dependency brings and promises, or that an extra installs."""


def test_what_the_product_imports_is_a_dependency_that_it_names() -> None:
    """A package that only a tool of ours brings is here by chance, and not on a fresh machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    named = {name_of(line).lower().replace("-", "_") for line in lines}
    imported = set[str]()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.partition(".")[0])
    foreign = imported - sys.stdlib_module_names - {"remixlab"}
    assert {"pydantic_settings", "numpy", "fastapi"} <= foreign
    assert sorted(m for m in foreign if COMES_WITH.get(m, m).lower().replace("-", "_") not in named) == []


def name_of(line: str) -> str:
    return re.split(r"[\[<>=~ (]", line.strip())[0]
