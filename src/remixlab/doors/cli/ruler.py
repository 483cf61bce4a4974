"""A plan on a bar ruler in the terminal: sections on top, one line a verb, in the inks of the stems it touches."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import wrap

from remixlab.domain.music import Analysis
from remixlab.domain.text import harmless
from remixlab.doors.cli.output import shown
from remixlab.plan import RemixPlan
from remixlab.prompt import Understood
from remixlab.prompt.ruler import Row, Ruler, cells, ruler

INKS = {"vocals": "#e4472f", "drums": "#5b6ef0", "bass": "#0d8f83", "other": "#b57b00"}
SHAPES = {"vocals": "●", "drums": "■", "bass": "▲", "other": "≡"}
SHORT = {"intro": "In", "verse": "V", "chorus": "C", "bridge": "Br", "solo": "So", "break": "Bk", "outro": "Ou"}
"""Sections where their names do not fit, numbered where they come again: V1 C1 V2 C2."""
WIDEST, NARROWEST = 48, 24
SURE = 0.9


def draw_ruler(
    plan: RemixPlan, analysis: Analysis, understood: Sequence[Understood] = (), columns: int | None = None
) -> Iterator[str]:
    """Lines with rich markup that fit a terminal: bars on the left, what happens there beside them."""
    columns = columns or shutil.get_terminal_size().columns
    width = max(NARROWEST, min(WIDEST, columns * 2 // 5))
    laid = ruler(plan, analysis)
    names, numbers = _head(laid, width)
    yield f"[dim]{names}  {laid.bars} bars[/dim]"
    yield f"[dim]{numbers}[/dim]"
    chips = {chip.op: chip for chip in understood if chip.op is not None}
    for n, row in enumerate(laid.rows):
        yield from _drawn(row, chips.get(n), laid.rows[n - 1].because if n else "", laid.bars, width, columns)
    for chip in understood:
        if chip.op is None:
            yield from _beside(
                " " * width,
                f"{chip.meaning[:1].upper()}{chip.meaning[1:].rstrip('.')}.",
                _quoted(chip.words),
                width,
                columns,
            )


def _head(laid: Ruler, width: int) -> tuple[str, str]:
    """The names of the sections over the bars, and the numbers of the bars where they begin."""
    counts = Counter(mark.name for mark in laid.sections)
    seen: Counter[str] = Counter()
    names, numbers = [" "] * width, [" "] * width
    for mark in laid.sections:
        seen[mark.name] += 1
        start = (mark.span.first - 1) * width // max(1, laid.bars)
        room = mark.span.last * width // max(1, laid.bars) - start
        nth = str(seen[mark.name]) if counts[mark.name] > 1 else ""
        full = f"{mark.name} {nth}".strip()
        name = full if len(full) < room else f"{SHORT[mark.name]}{nth}"
        names[start : start + room] = f"│{name}"[:room].ljust(room)
        number = str(mark.span.first)
        if "".join(numbers[max(0, start - 1) : start + len(number)]).isspace() and start + len(number) <= width:
            numbers[start : start + len(number)] = number
    return "".join(names)[:width], "".join(numbers)[:width]


def _drawn(row: Row, chip: Understood | None, said: str, bars: int, width: int, columns: int) -> Iterator[str]:
    """One verb; the words that caused it are not said twice in a row."""
    ink = INKS[row.stems[0]] if len(row.stems) == 1 else "default"
    filled = "".join("━" if on else "·" for on in cells(row.spans, bars, width))
    line = f"[{ink}]{filled}[/]"
    stems = row.stems if len(row.stems) < len(INKS) else ()
    unsure = f" {round(100 * chip.confidence)} % sure" if chip is not None and chip.confidence < SURE else ""
    quoted = _quoted(row.because) if row.because != said else ""
    yield from _beside(line, chip.meaning if chip else row.text, f"{quoted}{unsure}".strip(), width, columns, stems)


def _quoted(words: str) -> str:
    return f"“{words}”" if words else ""


def _beside(left: str, text: str, aside: str, width: int, columns: int, stems: Sequence[str] = ()) -> Iterator[str]:
    """A text beside the ruler, broken where the terminal ends; the words that asked for it come dim behind it."""
    room = max(20, columns - width - 3)
    text, aside, marks = harmless(text), harmless(aside), "\0" * len(stems)
    lines = wrap(f"{text} {marks}".rstrip(" "), room) or [""]
    fits = aside and len(lines[-1]) + 2 + len(aside) <= room
    shapes = "".join(f"[{INKS[s]}]{SHAPES[s]}[/]" for s in stems)
    # The marks are ours, and harmless text has none of them.
    told = ["".join(shapes if piece == marks else shown(piece) for piece in _split(line, marks)) for line in lines]
    if fits:
        told[-1] += f"  [dim]{shown(aside)}[/dim]"
    elif aside:
        told += [f"[dim]{shown(line)}[/dim]" for line in wrap(aside, room)]
    yield f"{left}  {told[0]}"
    yield from (" " * (width + 2) + line for line in told[1:])


def _split(line: str, marks: str) -> list[str]:
    """A line around the place of its marks."""
    before, found, after = line.partition(marks) if marks else (line, "", "")
    return [before, found, after]
