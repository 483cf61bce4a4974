"""A plan on a bar ruler in the terminal: sections on top, one line a verb, in the inks of the stems it touches."""

from __future__ import annotations

from collections.abc import Iterator

from remixlab.domain.music import Analysis
from remixlab.plan import RemixPlan
from remixlab.plan.prompt.ruler import cells, ruler

WIDTH = 48
INKS = {"vocals": "#e4472f", "drums": "#5b6ef0", "bass": "#0d8f83", "other": "#b57b00"}
SHAPES = {"vocals": "●", "drums": "■", "bass": "▲", "other": "≡"}


def draw_ruler(plan: RemixPlan, analysis: Analysis) -> Iterator[str]:
    """Lines with rich markup."""
    laid = ruler(plan, analysis)
    names = [" "] * WIDTH
    for name, span in laid.sections:
        start = (span.first - 1) * WIDTH // max(1, laid.bars)
        end = span.last * WIDTH // max(1, laid.bars)
        names[start:end] = f"|{name}"[: end - start].ljust(end - start)
    yield f"[dim]{''.join(names)[:WIDTH]}|  bars 1-{laid.bars}[/dim]"
    for row in laid.rows:
        filled = "".join("━" if on else "·" for on in cells(row.spans, laid.bars, WIDTH))
        ink = INKS[row.stems[0]] if len(row.stems) == 1 else "default"
        stems = "".join(f"[{INKS[s]}]{SHAPES[s]}[/]" for s in row.stems) if len(row.stems) < len(INKS) else ""
        because = f"  [dim]“{row.because}”[/dim]" if row.because else ""
        yield f"[{ink}]{filled}[/]  {row.text} {stems}{because}"
