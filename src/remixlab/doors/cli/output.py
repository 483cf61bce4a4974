"""What the command line prints: one JSON object on stdout, or lines for a person; progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from unicodedata import category

STAGES: Mapping[str, str] = {
    "rights": "Deciding the rights",
    "decode": "Reading the file",
    "fingerprint": "Taking the fingerprint",
    "separate": "Taking the stems apart",
    "listen": "Listening",
    "hear": "Listening",
    "plan": "Reading the prompt",
    "render": "Playing",
    "screen": "Checking against the catalogue",
    "mark": "Marking",
    "seal": "Signing",
    "encode": "Writing the file",
    "publish": "Keeping",
    "compose": "Composing",
    "settle": "Settling",
}

_BIDIRECTIONAL: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks, embeddings, overrides and isolates. Source: Unicode UAX #9, table 1 and 3."""

Progress = Callable[[str, float], None]


def emit(answer: Mapping[str, Any], *, as_json: bool, human: Callable[[Mapping[str, Any]], Iterator[str]]) -> None:
    """Print one answer: the JSON object, or the lines that `human` makes of it."""
    if as_json:
        json.dump(answer, sys.stdout, ensure_ascii=False, allow_nan=False)
        sys.stdout.write("\n")
        return
    from rich.console import Console  # lazy: only when a person reads

    console = Console(highlight=False)
    for line in human(printable(answer)):
        console.print(line)


def printable(tree: Any) -> Any:
    """An answer whose texts may be printed: markup is text, control and bidirectional characters are shown as what they
    are.

    This is the one way in which words that came from files, tags and people reach a terminal.
    """
    if isinstance(tree, str):
        from rich.markup import escape  # lazy: only when a person reads

        return escape(harmless(tree))
    if isinstance(tree, Mapping):
        return {key: printable(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [printable(value) for value in tree]
    return tree


def harmless(text: str) -> str:
    """No control character but the line's own, and nothing that turns the direction of writing:

    `\\x1b` instead of ESC.
    """
    return "".join(
        c if c in "\n\t" or not (category(c) in ("Cc", "Cs", "Zl", "Zp") or c in _BIDIRECTIONAL) else _named(c)
        for c in text
    )


def _named(c: str) -> str:
    return f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}"


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
