"""Ask which installed packages have a known weakness.

Where the database cannot be reached nothing is known, and that is said: it is no failure of the packages.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

WAIT_S = 300
UNREACHABLE = (
    "ConnectionError",
    "ServiceError",
    "Max retries exceeded",
    "Temporary failure",
    "timed out",
    "ProxyError",
)


def ask() -> tuple[int, str, str]:
    asked = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--local"]
    try:
        told = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=WAIT_S)
    except subprocess.TimeoutExpired:
        return 1, "", "timed out"
    return told.returncode, told.stdout, told.stderr


def main(ask: Callable[[], tuple[int, str, str]] = ask) -> int:
    code, out, err = ask()
    try:
        found: list[dict[str, Any]] = json.loads(out)["dependencies"]
    except (ValueError, KeyError):
        if any(word in err for word in UNREACHABLE):
            print("not audited: the database of weaknesses cannot be reached from here")
            return 0
        print(err.strip() or "pip-audit told nothing", file=sys.stderr)
        return code or 1
    weak = [(one["name"], one["version"], known["id"]) for one in found for known in one.get("vulns", [])]
    print(
        "\n".join(f"{name} {version}: {known}" for name, version, known in weak) or f"{len(found)} packages: none known"
    )
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
