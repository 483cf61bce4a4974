"""The file of anchors: what the doctor wrote down of the chains each time that it looked, apart from the database."""

from __future__ import annotations

from pathlib import Path

from remixlab.domain.chain import Head
from remixlab.domain.ports.records.ledger import LedgerReader

FILE = "anchors.txt"
"""In the folder of the workspace; a copy elsewhere is worth more."""


def lost_anchors(folder: Path, ledger: LedgerReader) -> list[Head]:
    """The anchors in the file that a chain no longer reaches. Raises: InvalidAnchor for a line that is none."""
    return [head for head in _read(folder) if not ledger.reaches(head)]


def write_anchors(folder: Path, ledger: LedgerReader) -> int:
    """Add the chains' heads that are not in the file yet; how many anchors it holds."""
    known = _read(folder)
    new = [head for head in ledger.heads() if head.length and head not in known]
    with (folder / FILE).open("a", encoding="ascii") as file:
        file.writelines(f"{head}\n" for head in new)
    return len(known) + len(new)


def _read(folder: Path) -> list[Head]:
    path = folder / FILE
    lines = path.read_text("ascii", errors="replace").splitlines() if path.exists() else []
    return [Head.parse(line) for line in lines if line.strip()]
