"""Try every Python that this machine has: install, one remix through the job engine, the quick tests; a table at the
end.

    python tools/try_pythons.py [--smoke] [--minutes 10] [3.12 3.13 ...]

A version that is not here, or whose wheels are not to be had, is told and is no failure. A version that has everything
and does not work is: the exit code is then 1. Each gets a virtual environment of its own in `.pythons/`, kept for the
next time.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOMES = ROOT / ".pythons"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
TESTS_NEED = ("pytest>=8.3", "hypothesis>=6.120", "httpx2>=2,<3")
QUICK_TESTS = ("tests/domain", "tests/app", "tests/rights", "tests/royalties", "tests/plan")
SQLITE = "import sqlite3; print(sqlite3.sqlite_version)"
SMOKE = """
import json, sys
from pathlib import Path
import soundfile
from remixlab.compose import sketch
from remixlab.doors.cli import main

home = Path(sys.argv[1])
made = sketch(seed=5, form="verse4 chorus4").recording
soundfile.write(home / "song.wav", made.samples.T, made.sample_rate)
main(["remix", str(home / "song.wav"), "lo-fi hip hop, slower", "--mine", "-o", str(home / "remix.flac"), "--home", str(home), "--json"])
assert soundfile.info(home / "remix.flac").frames > 0
"""
SMOKE_MAX_S = 240.0
"""One remix on a new interpreter compiles every kernel, which takes a minute; what is not ended by then hangs."""
WHEELS_MISSING = re.compile(
    r"No matching distribution|Could not find a version|metadata-generation-failed|Failed building wheel|Failed to build"
)


@dataclass(frozen=True, slots=True)
class Tried:
    version: str
    sqlite: str
    result: str
    ok: bool


class Failed(Exception):
    """A step that did not go well; its last lines."""


def find_python(version: str) -> Path | None:
    """The newest interpreter of a version: of pyenv, else on the path; a shim that leads nowhere does not count."""
    homes = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = sorted(homes.glob(f"{version}.*/bin/python"), key=_patch_of, reverse=True)
    on_path = shutil.which(f"python{version}")
    for python in (*candidates, *([Path(on_path)] if on_path else [])):
        asked = subprocess.run([python, "-c", "import sys, venv, ensurepip; print(*sys.version_info[:2], sep='.')"],
                               capture_output=True, text=True, check=False)  # fmt: skip
        if asked.returncode == 0 and asked.stdout.strip() == version:
            return python
    return None


def _patch_of(python: Path) -> int:
    digits = re.search(r"\d+$", python.parents[1].name)
    return int(digits.group()) if digits else -1


def try_python(version: str, until: float, *, smoke_only: bool) -> Tried:
    """Everything with one interpreter, as far as the time goes."""
    python = find_python(version)
    if python is None:
        return Tried(version, "", "not on this machine", True)
    home = HOMES / version
    sqlite = subprocess.run([python, "-c", SQLITE], capture_output=True, text=True, check=False).stdout.strip()
    own = home / "bin" / "python"
    try:
        if not own.exists():
            step([python, "-m", "venv", home], until)
        step(
            [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", ROOT, *TESTS_NEED],
            until,
        )
    except Failed as failed:
        if WHEELS_MISSING.search(str(failed)):
            return Tried(version, sqlite, f"not tried, a package is not to be had for it: {_last_line(failed)}", True)
        return Tried(version, sqlite, f"cannot be installed: {_last_line(failed)}", False)
    workspace = home / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    workspace.mkdir()
    try:
        step(
            [own, "-W", "error::DeprecationWarning:remixlab", "-c", SMOKE, workspace],
            min(until, time.monotonic() + SMOKE_MAX_S),
        )
        if not smoke_only:
            step([own, "-m", "pytest", "-q", "-p", "no:cacheprovider", *QUICK_TESTS], until)
    except Failed as failed:
        print(failed, file=sys.stderr)
        return Tried(version, sqlite, f"does not work: {_last_line(failed)}", False)
    except subprocess.TimeoutExpired as late:
        if time.monotonic() >= until:
            return Tried(version, sqlite, "installed; not tried to the end, no more time", True)
        return Tried(version, sqlite, f"hangs: not ended within {late.timeout:.0f} s", False)
    return Tried(version, sqlite, "one remix made" if smoke_only else "one remix made, quick tests pass", True)


def step(words: list[str | Path], until: float) -> None:
    """Run one command to its end. Raises: Failed; TimeoutExpired when there is no more time."""
    print("  $", *(str(word).replace(str(ROOT), ".").split("\n")[0] for word in words[:6]), flush=True)
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, "REMIXLAB_STUDIO": "skip"},  # the same page, whatever interpreter serves it
        capture_output=True,
        text=True,
        check=False,
        timeout=max(1.0, until - time.monotonic()),
    )
    if done.returncode:
        raise Failed("\n".join((done.stdout + done.stderr).splitlines()[-40:]))


def _last_line(failed: Failed) -> str:
    lines = [line for line in str(failed).splitlines() if line.strip()]
    told = [line for line in lines if WHEELS_MISSING.search(line)]
    return (told or lines or ["without a word"])[-1][:120]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--smoke", action="store_true", help="install and make one remix; no tests")
    parser.add_argument("--minutes", type=float, default=15.0, help="for all of them together")
    parser.add_argument("--but", action="append", default=[], metavar="VERSION", help="leave out a version")
    parser.add_argument("versions", nargs="*", default=VERSIONS)
    chosen = parser.parse_args()
    until = time.monotonic() + 60 * chosen.minutes
    tried: list[Tried] = []
    for version in (v for v in chosen.versions if v not in chosen.but):
        print(f"Python {version}", flush=True)
        if time.monotonic() >= until:
            tried.append(Tried(version, "", "not tried, no more time", True))
            continue
        try:
            tried.append(try_python(version, until, smoke_only=chosen.smoke))
        except subprocess.TimeoutExpired:
            tried.append(Tried(version, "", "not tried, no more time", True))
    print(f"\n{'':2}{'Python':8}{'SQLite':10}result")
    for one in tried:
        print(f"{'✓ ' if one.ok else '✕ '}{one.version:8}{one.sqlite:10}{one.result}")
    return 0 if all(one.ok for one in tried) else 1


if __name__ == "__main__":
    sys.exit(main())
