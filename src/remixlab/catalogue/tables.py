"""Owners of many recordings in one table (CSV), as labels and publishers keep them: one row for each share."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from remixlab.catalogue.owners import Owners, owners_of
from remixlab.domain.errors import InvalidIdentifier, InvalidTerms
from remixlab.domain.ids import ISRC

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "isrc": ("isrc",),
    "title": ("title", "recording", "track title"),
    "artist": ("artist", "main artist", "display artist"),
    "label": ("label",),
    "release": ("release", "album"),
    "work": ("work", "work title", "composition"),
    "iswc": ("iswc",),
    "writer": ("writer", "writers", "composer"),
    "right": ("right", "right type", "role"),
    "party": ("party", "owner", "holder", "name"),
    "percent": ("percent", "share", "share %", "%"),
    "ppm": ("ppm",),
}
"""Our names of the columns, and what else they are called in the wild."""

_RIGHTS: Final = {
    "master": "master",
    "recording": "master",
    "publishing": "publishing",
    "work": "publishing",
    "likeness": "likeness",
    "voice": "likeness",
}


def read_owners_table(text: str) -> dict[str, Owners]:
    """Owners by ISRC. Rows of one ISRC describe one recording. Raises: InvalidTerms naming the row."""
    text, delimiter, first = _sheet(text.lstrip("\ufeff"))
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    trees: dict[str, dict[str, Any]] = {}
    try:
        columns = _columns(tuple(rows.fieldnames or ()))
        for number, row in enumerate(rows, start=first + 1):
            cells = {name: (row.get(column) or "").strip() for name, column in columns.items()}
            if any(cells.values()):
                _add(trees, cells, number)
    except csv.Error as wrong:
        raise InvalidTerms(f"the table cannot be read: {wrong}", code="owners.invalid") from wrong
    return {isrc: owners_of(_tree(tree)) for isrc, tree in trees.items()}


def _add(trees: dict[str, dict[str, Any]], cells: Mapping[str, str], number: int) -> None:
    try:
        isrc = str(ISRC.parse(cells["isrc"]))
    except InvalidIdentifier as wrong:
        raise InvalidTerms(f"row {number}: {wrong.message}", code="owners.row", hint=wrong.hint) from wrong
    tree = trees.setdefault(isrc, {"isrc": isrc, "shares": [], "works": {}})
    for name in ("title", "artist", "label", "release"):
        if cells.get(name):
            tree.setdefault(name, cells[name])
    work = cells.get("work") or cells.get("iswc") or ""
    if work:
        entry = tree["works"].setdefault(work, {"title": cells.get("work") or tree.get("title") or work, "writers": []})
        if cells.get("iswc"):
            entry["iswc"] = cells["iswc"]
        writers = [name.strip() for name in cells.get("writer", "").split(";") if name.strip()]
        entry["writers"] += [name for name in writers if name not in entry["writers"]]
    if cells.get("party"):
        tree["shares"].append(_share(cells, number))


def _share(cells: Mapping[str, str], number: int) -> dict[str, Any]:
    right = _RIGHTS.get(cells.get("right", "").casefold())
    if right is None:
        raise InvalidTerms(
            f"row {number}: '{cells.get('right', '')}' is not a right",
            code="owners.row",
            hint="Use master, publishing or likeness.",
        )
    try:
        if cells.get("ppm"):
            return {"party": cells["party"], "right": right, "ppm": int(cells["ppm"])}
        percent = cells.get("percent", "").rstrip("% ").replace(",", ".")
        return {"party": cells["party"], "right": right, "percent": float(percent)}
    except ValueError as wrong:
        raise InvalidTerms(f"row {number}: the share of {cells['party']} is not a number", code="owners.row") from wrong


def _tree(tree: Mapping[str, Any]) -> dict[str, Any]:
    return {**tree, "works": list(tree["works"].values())}


def _columns(names: tuple[str, ...]) -> dict[str, str]:
    known = {" ".join(name.replace("_", " ").casefold().split()): name for name in names if name}
    found = {ours: known[alias] for ours, aliases in _COLUMNS.items() for alias in reversed(aliases) if alias in known}
    if "isrc" not in found:
        raise InvalidTerms(
            "the table has no column 'isrc'",
            code="owners.columns",
            hint="The first row names the columns: isrc, title, artist, right, party, percent.",
        )
    return found


def _sheet(text: str) -> tuple[str, str, int]:
    """The rows, what parts their cells, and the line that names the columns: a spreadsheet may write `sep=;` above."""
    head, _, rest = text.partition("\n")
    said = head.strip().strip('"').lower()
    if said.startswith("sep=") and len(said) == 5:
        return rest, said[4], 2
    return text, max(",;\t", key=head.count), 1
