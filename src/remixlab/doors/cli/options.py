"""Options that many commands share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from remixlab.domain.errors import Invalid

Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON object.")]
Home = Annotated[Path | None, typer.Option("--home", help="The workspace; else REMIXLAB_HOME, else ~/.remixlab.", show_default=False)]
User = Annotated[str, typer.Option("--as", help="The party or user who asks.")]
Territory = Annotated[str | None, typer.Option("--territory", help="Two letters of ISO 3166, such as DE.", show_default=False)]
At = Annotated[str | None, typer.Option("--at", help="The moment to decide for, ISO 8601; now when left out.", show_default=False)]
Mine = Annotated[bool, typer.Option("--mine", help="I own this recording or have permission; the result stays private.")]
Share = Annotated[str, typer.Option("--share", help="private or public.")]
SoundFontFile = Annotated[
    Path | None, typer.Option("--soundfont", help="Play the new parts on this SF2 or SF3; its licence is yours to know.", metavar="FILE")
]
Source = Annotated[str, typer.Argument(help="A file, a recording's id or its ISRC.", metavar="FILE|ID")]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, from where, for which moment."""

    user: str
    territory: str | None
    at: datetime


def caller(user: str, territory: str | None, at: str | None) -> Caller:
    """Raises: Invalid."""
    if territory is not None and (len(territory) != 2 or not territory.isalpha()):
        raise Invalid(f"'{territory}' is not a territory", code="territory.invalid", hint="Use two letters of ISO 3166, such as DE.")
    asked = moment(at)
    if not 1970 <= asked.year <= 9998:  # the years that can be settled; days and months are counted on from here
        raise Invalid(f"{asked:%Y} is not a year to decide for", code="time.invalid", hint="Leave --at out to decide for now.")
    return Caller(user, territory.upper() if territory else None, asked)


def moment(text: str | None) -> datetime:
    """A moment in UTC; a time without a zone is taken as UTC. Raises: Invalid."""
    if text is None:
        from remixlab.app.stopwatch import SystemClock  # lazy: --help stays instant

        return SystemClock().now()
    try:
        parsed = datetime.fromisoformat(text)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(f"'{text}' is not a moment", code="time.invalid", hint="Write it as 2026-11-21T12:00:00Z.") from error


def sharing(text: str) -> Literal["private", "public"]:
    """Raises: Invalid."""
    if text == "private" or text == "public":
        return text
    raise Invalid(f"--share is '{text}'", code="share.invalid", hint="It is private or public.")
