"""Whether a list of parts (CycloneDX) names every dependency of the product, with its version and a licence."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def missing_from(listed: Mapping[str, Any], wanted: set[str]) -> list[str]:
    """What the list does not name whole, as sentences."""
    parts = {_folded(part["name"]): part for part in listed.get("components", [])}
    gone = [f"{name} is not listed" for name in sorted(wanted) if name not in parts]
    known = [parts[name] for name in sorted(wanted) if name in parts]
    gone += [f"{part['name']} has no version" for part in known if not part.get("version")]
    return gone + [f"{part['name']} has no licence" for part in known if not part.get("licenses")]


def wanted() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {_folded(re.split(r"[\[<>=!;~ ]", line)[0]) for line in project["dependencies"]}


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    listed = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    gone = missing_from(listed, wanted())
    print("\n".join(gone) or f"{len(listed['components'])} packages are listed, all dependencies among them")
    return 1 if gone else 0


if __name__ == "__main__":
    sys.exit(main())
