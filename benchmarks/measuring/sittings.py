"""Long benchmarks in many sittings: a row is on file as soon as it is made, and what the file has for the code as it is
now is not made again.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.measuring.places import RESULTS, ROOT

Row = dict[str, Any]


@dataclass(frozen=True)
class Sittings:
    """The rows of one benchmark, and the files of this checkout on which they depend."""

    name: str
    depends_on: tuple[str, ...]

    @property
    def file(self) -> Path:
        return RESULTS / f"{self.name}.jsonl"

    @cached_property
    def code(self) -> str:
        """What the rows depend on, as git names it when this process first asks; a `+` says that some of it was not
        committed.
        """
        names = [_git("rev-parse", f"HEAD:{path}")[:6] for path in self.depends_on]
        return "".join(names) + ("+" if _git("status", "--porcelain", "--", *self.depends_on) else "")

    def kept(self) -> list[Row]:
        """The rows on file that were made with the code of this checkout; sums are made anew and do not count."""
        lines = self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []
        return [row for row in map(json.loads, lines) if row.get("code") == self.code]

    def keep(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Each row as it is made, once it is on file."""
        for made in rows:
            row = {**made, "code": self.code}
            with self.file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            yield row


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=False, cwd=ROOT).stdout.strip()
