"""The list of parts names every dependency, the audit tells a weakness from silence, and the verification its tests."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tool(name: str) -> ModuleType:
    spec = spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    spec.loader.exec_module(loaded := module_from_spec(spec))
    return loaded


audit_packages, check_sbom = tool("audit_packages"), tool("check_sbom")
missing_from, wanted = check_sbom.missing_from, check_sbom.wanted
PAGE = ROOT / "docs" / "security-verification.md"
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.read_text("utf-8").splitlines()
        if re.match(r"\| \d+\.\d+ ", line)]  # fmt: skip


def test_a_list_without_a_dependency_its_version_or_its_licence_is_noticed() -> None:
    whole = {"name": "NumPy", "version": "2", "licenses": [{"license": {"id": "BSD-3-Clause"}}]}
    assert missing_from({"components": [whole]}, {"numpy"}) == []
    assert missing_from({"components": []}, {"numpy"}) == ["numpy is not listed"]
    assert missing_from({"components": [{**whole, "version": ""}]}, {"numpy"}) == ["NumPy has no version"]
    assert missing_from({"components": [{**whole, "licenses": []}]}, {"numpy"}) == ["NumPy has no licence"]
    assert {"numpy", "webauthn", "fastapi", "h11"} <= wanted()


@pytest.mark.skipif(shutil.which("cyclonedx-py") is None, reason="cyclonedx-bom is not installed (`make sbom` does)")
def test_the_list_of_what_is_installed_names_every_dependency(tmp_path: Path) -> None:
    file = tmp_path / "sbom.json"
    asked = ["cyclonedx-py", "environment", "--of", "JSON", "-o", str(file), sys.executable]
    subprocess.run(asked, check=True, capture_output=True, timeout=300)
    assert missing_from(json.loads(file.read_text("utf-8")), wanted()) == []


def test_an_audit_tells_a_weakness_from_silence(capsys: pytest.CaptureFixture[str]) -> None:
    weak = {"name": "x", "version": "1", "vulns": [{"id": "CVE-1"}]}
    assert audit_packages.main(lambda: (1, json.dumps({"dependencies": [weak]}), "")) == 1
    assert "x 1: CVE-1" in capsys.readouterr().out
    assert audit_packages.main(lambda: (0, json.dumps({"dependencies": [{**weak, "vulns": []}]}), "")) == 0
    assert audit_packages.main(lambda: (1, "", "requests.exceptions.ConnectionError: no")) == 0
    assert "not audited" in capsys.readouterr().out
    assert audit_packages.main(lambda: (1, "", "something else broke")) == 1


def test_every_line_of_the_verification_rests_on_tests_that_exist() -> None:
    assert len(ROWS) > 40 and {row[1] for row in ROWS} == {"holds", "partly", "outside"}
    for section, state, said, evidence in ROWS:
        named = re.findall(r"`(tests/[\w/]+\.py)`", evidence)
        assert (state == "outside") == (not named), section
        assert said and [name for name in named if not (ROOT / name).is_file()] == [], section


def test_what_is_only_partly_so_says_what_is_missing() -> None:
    partly = [row for row in ROWS if row[1] == "partly"]
    assert partly and all(";" in row[2] for row in partly)
