"""Statements as a table for spreadsheets (CSV)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from remixlab.domain.money import Money
from remixlab.domain.settlement import Statement
from remixlab.domain.text import harmless


def statement_csv(*stated: Statement) -> str:
    """Statements as one table: every line names its pool and its currency."""
    header = ("period", "pool", "party_id", "remix_id", "title", "role", "plays", "amount", "micro", "currency")
    rows = (
        (
            one.period,
            one.pool,
            one.party_id,
            line.remix_id,
            line.title,
            line.role,
            line.plays,
            str(Money.of(line.micro, one.currency)),
            line.micro,
            one.currency,
        )
        for one in stated
        for line in one.lines
    )
    return _csv(header, rows).decode()


def _csv(header: tuple[str, ...], rows: Iterable[Iterable[object]]) -> bytes:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_harmless_cell(cell) for cell in row] for row in rows)
    return sheet.getvalue().encode()


def _harmless_cell(cell: object) -> object:
    """A spreadsheet would run a cell that begins like a formula."""
    if not isinstance(cell, str):
        return cell
    text = harmless(cell)
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠") else text
