"""What the command line prints: one JSON object on stdout, or lines for a person; progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

STAGES: Mapping[str, str] = {
    "rights": "Deciding the rights",
    "decode": "Reading the file",
    "fingerprint": "Taking the fingerprint",
    "separate": "Taking the stems apart",
    "listen": "Listening",
    "hear": "Listening",
    "plan": "Reading the wish",
    "render": "Playing",
    "screen": "Checking against the catalogue",
    "mark": "Marking",
    "seal": "Signing",
    "encode": "Writing the file",
    "publish": "Keeping",
    "compose": "Composing",
    "settle": "Settling",
}

Progress = Callable[[str, float], None]


def emit(answer: Mapping[str, Any], *, as_json: bool, human: Callable[[Mapping[str, Any]], Iterator[str]]) -> None:
    """Print one answer: the JSON object, or the lines that `human` makes of it."""
    if as_json:
        json.dump(answer, sys.stdout, ensure_ascii=False, allow_nan=False)
        sys.stdout.write("\n")
        return
    from rich.console import Console  # lazy: only when a person reads

    console = Console(highlight=False)
    for line in human(answer):
        console.print(line)


@contextmanager
def progress_bar(*, quiet: bool) -> Generator[Progress]:
    """A real progress bar on stderr, one row a stage; silent when quiet or when nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield lambda _stage, _share: None
        return
    from rich.console import Console  # lazy: only when a person looks
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    with Bars(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True,
    ) as bars:  # fmt: skip
        rows: dict[str, Any] = {}

        def report(stage: str, share: float) -> None:
            if stage not in rows:
                rows[stage] = bars.add_task(STAGES.get(stage, stage), total=1.0)
            bars.update(rows[stage], completed=min(1.0, share))

        yield report
