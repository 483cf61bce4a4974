"""What the command line prints: one JSON object on stdout, or lines for a person; progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any

from remixlab.domain.text import harmless, is_harmful

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

Progress = Callable[[str, float], None]


def emit(answer: Mapping[str, Any], *, as_json: bool, human: Callable[[Mapping[str, Any]], Iterator[str]]) -> None:
    """Print one answer: the JSON object, or the lines that `human` makes of it."""
    if as_json:
        sys.stdout.write(to_json(answer) + "\n")
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
        return shown(tree)
    if isinstance(tree, Mapping):
        return {key: printable(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [printable(value) for value in tree]
    return tree


def shown(text: str) -> str:
    """Words that came from files, tags and people, as a terminal may show them: markup is text, controls are named."""
    from rich.markup import escape  # lazy: only when a person reads

    return escape(harmless(text))


def to_json(tree: Any) -> str:
    """One line of JSON that does nothing where it is printed: what could is written as its number.

    Law: read again, it is the same tree.
    """
    written = json.dumps(tree, ensure_ascii=not _prints_everything(), allow_nan=False, default=str)
    return "".join(c if not is_harmful(c) else f"\\u{ord(c):04x}" for c in written)


def _prints_everything() -> bool:
    return (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "") == "utf8"


def never_fail_to_print() -> None:
    """Let a terminal that lacks a letter show its number instead of breaking the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


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
