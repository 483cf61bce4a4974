"""What every command shares: the workspace it works in, who asks, and how it answers.

`command` adds the shared options (`--home --as --territory --tier --at --json`) to a command and gives it one
`Session`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, get_type_hints

import typer

from remixlab.domain.text import readable
from remixlab.doors.cli.options import is_there, moment, territory_of, tier_of
from remixlab.doors.cli.output import emit, progress_bar

if TYPE_CHECKING:
    from remixlab.app import Workspace
    from remixlab.domain.actor import Actor
    from remixlab.domain.ports.process import Progress
    from remixlab.doors.answers.answer import Answer
    from remixlab.usecases.context.making import Making

_SHARED: Mapping[str, tuple[Any, Any]] = {
    "home": (
        Annotated[
            Path | None,
            typer.Option("--home", help="The workspace; else REMIXLAB_HOME, else ~/.remixlab.", show_default=False),
        ],
        None,
    ),
    "name": (Annotated[str, typer.Option("--as", help="The party or user who asks.")], "me"),
    "territory": (
        Annotated[
            str | None, typer.Option("--territory", help="Two letters of ISO 3166, such as DE.", show_default=False)
        ],
        None,
    ),
    "tier": (
        Annotated[
            str | None,
            typer.Option("--tier", help="The tier of the account: free, member or creator.", show_default=False),
        ],
        None,
    ),
    "at": (
        Annotated[
            str | None,
            typer.Option("--at", help="The moment to decide for, ISO 8601; now when left out.", show_default=False),
        ],
        None,
    ),
    "as_json": (Annotated[bool, typer.Option("--json", help="Print exactly one JSON object.")], False),
}


class Opened(NamedTuple):
    """An open workspace, who asks of it, and whom to tell how far the work is."""

    workspace: Workspace
    actor: Actor
    progress: Progress

    @property
    def context(self) -> Making:
        return self.workspace.context


@dataclass(frozen=True, slots=True)
class Session:
    """The shared options of one command."""

    home: Path | None
    name: str
    territory: str | None
    tier: str | None
    at: str | None
    as_json: bool

    def moment(self) -> datetime:
        """The moment that is asked for; now without one. Raises: Invalid."""
        return moment(self.at)

    @contextmanager
    def open(self) -> Generator[Opened]:
        """Open the workspace; everything is closed at the end. Raises:

        Invalid for a territory, tier or moment that is none.
        """
        from remixlab.app import open_workspace  # lazy: --help stays instant

        territory, tier, at = territory_of(self.territory), tier_of(self.tier), self.moment()
        with open_workspace(self.home) as workspace, progress_bar(quiet=self.as_json) as progress:
            yield Opened(workspace, workspace.actor(self.name, territory, tier=tier, at=at), progress)

    def answer(self, tree: Mapping[str, Any] | Answer, human: Callable[[Mapping[str, Any]], Iterator[str]]) -> None:
        """Print the answer: one JSON object, or the lines that `human` makes of it."""
        emit(tree if isinstance(tree, Mapping) else tree.to_dict(), as_json=self.as_json, human=human)


def _in_letters(value: Any) -> Any:
    """Words of a terminal whose encoding is another, as letters; the name of a file that is there stays as it is."""
    return readable(value) if isinstance(value, str) and not is_there(value) else value


def command(run: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameter `session` is made of the shared options."""
    hints = get_type_hints(run, include_extras=True)
    own = [
        p.replace(annotation=hints[name]) for name, p in inspect.signature(run).parameters.items() if name != "session"
    ]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in _SHARED.items()
    ]

    @wraps(run)
    def with_session(**given: Any) -> None:
        said = {name: _in_letters(value) for name, value in given.items()}
        session = Session(**{name: said.pop(name) for name in _SHARED})
        run(**said, session=session)

    signature = inspect.Signature([*(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own), *shared])
    del with_session.__wrapped__  # pyright: ignore[reportFunctionMemberAccess]  # the shared options are seen, too
    with_session.__signature__ = signature  # pyright: ignore[reportAttributeAccessIssue]
    with_session.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()} | {"return": None}
    return with_session
