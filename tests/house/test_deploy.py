"""The files to run the service with name settings and commands that exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from remixlab.app.settings import variables
from remixlab.doors.cli import workspace

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for path in (ROOT / "deploy").iterdir() if path.is_file())
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
AT_BUILD = {"REMIXLAB_STUDIO"}
"""Read when the package is built, not when it runs."""


def test_every_setting_that_is_named_exists() -> None:
    for path in (*FILES, *GUIDES, ROOT / "SECURITY.md"):
        named = set(re.findall(r"REMIXLAB_[A-Z_]+", path.read_text("utf-8"))) - AT_BUILD
        assert named <= variables().keys(), f"{path.name}: {named - variables().keys()}"


def test_every_command_that_is_named_exists() -> None:
    commands = {one.__name__ for one in workspace.COMMANDS}
    assert {"serve", "worker", "doctor", "tidy", "backup", "restore"} <= commands
    for path in (ROOT / "docs" / "guides" / name for name in ("install.md", "backup.md", "incident.md")):
        said = set(re.findall(r"remixlab (serve|worker|doctor|tidy|backup|restore)\b", path.read_text("utf-8")))
        assert said and said <= commands


def test_every_test_that_the_promises_rest_on_exists() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    names = re.findall(r"`(?:tests/\w+/)?(test_\w+\.py)`", text)
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert len(names) > 5 and set(names) <= there


def test_the_container_installs_what_the_package_says() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    asked = re.search(r"'\.\[(\w+)\]'", (ROOT / "deploy" / "Containerfile").read_text("utf-8"))
    assert asked and asked[1] in extras
