"""Options and arguments that several commands share, and how their text is read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from remixlab.domain.errors import Invalid

if TYPE_CHECKING:
    from remixlab.domain.actor import Role
    from remixlab.domain.rights.scopes import Tier

Mine = Annotated[
    bool, typer.Option("--mine", help="I own this recording or have permission; the result stays private.")
]
Share = Annotated[str, typer.Option("--share", help="private or public.")]
SoundFontFile = Annotated[
    Path | None,
    typer.Option(
        "--soundfont", help="Play the new parts on this SF2 or SF3; its licence is yours to know.", metavar="FILE"
    ),
]
Synthesised = Annotated[
    bool, typer.Option("--synthesised", help="Play the new parts by synthesis though sampled instruments are here.")
]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding", help="Of a table or TOML that is neither UTF-8 nor UTF-16, such as cp1252.", metavar="NAME"
    ),
]
Source = Annotated[str, typer.Argument(help="A file, a recording's id or its ISRC.", metavar="FILE|ID")]
File = Annotated[Path, typer.Argument(metavar="FILE")]
RemixId = Annotated[str, typer.Argument(metavar="REMIX_ID")]
Period = Annotated[str, typer.Option("--period", help="A month, such as 2026-11.")]


def is_there(source: str) -> bool:
    """Whether FILE|ID is a file; any words may be asked about."""
    try:
        return Path(source).exists()
    except (OSError, ValueError):
        return False


def moment(text: str | None) -> datetime:
    """A moment in UTC; a time without a zone is taken as UTC; now without a text. Raises: Invalid."""
    if text is None:
        from remixlab.app.stopwatch import SystemClock  # lazy: --help stays instant

        return SystemClock().now()
    try:
        parsed = datetime.fromisoformat(text)
        asked = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(
            f"'{text}' is not a moment", code="time.invalid", hint="Write it as 2026-11-21T12:00:00Z."
        ) from error
    if not 1970 <= asked.year <= 9998:  # the years that can be settled; days and months are counted on from here
        raise Invalid(
            f"{asked:%Y} is not a year to decide for", code="time.invalid", hint="Leave --at out to decide for now."
        )
    return asked


def territory_of(text: str | None) -> str | None:
    """Raises: Invalid."""
    from remixlab.domain.territories import TERRITORIES, hint_for  # lazy: --help stays instant

    if text is not None and text.upper() not in TERRITORIES:
        raise Invalid(f"'{text}' is not a territory", code="territory.invalid", hint=hint_for(text))
    return text.upper() if text else None


def tier_of(text: str | None) -> Tier | None:
    """Raises: Invalid."""
    from remixlab.domain.rights.scopes import Tier  # lazy

    if text is not None and text not in tuple(Tier):
        raise Invalid(f"'{text}' is not a tier", code="tier.invalid", hint=f"It is one of {', '.join(Tier)}.")
    return Tier(text) if text else None


def roles_of(names: Collection[str]) -> frozenset[Role]:
    """Raises: Invalid."""
    from remixlab.domain.actor import Role  # lazy

    wrong = [name for name in names if name not in tuple(Role)]
    if wrong:
        raise Invalid(f"'{wrong[0]}' is not a role", code="role.invalid", hint=f"It is one of {', '.join(Role)}.")
    return frozenset(map(Role, names)) or frozenset({Role.FAN})


def sharing(text: str) -> Literal["private", "public"]:
    """Raises: Invalid."""
    if text == "private" or text == "public":
        return text
    raise Invalid(f"--share is '{text}'", code="share.invalid", hint="It is private or public.")
