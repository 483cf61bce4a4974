"""Commands about who owns what: the history of shares, corrections, disputes and how they end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from remixlab.doors.cli.options import moment
from remixlab.doors.cli.session import Session, command

shares = typer.Typer(help="Who owns which part, since when, by whose word.", no_args_is_help=True)
dispute = typer.Typer(help="Claims that do not fit what is on record.", no_args_is_help=True)
Parts = Annotated[
    list[str] | None,
    typer.Option("--share", help="PARTY=PERCENT; as often as needed.", metavar="PARTY=PERCENT", show_default=False),
]
Asset = Annotated[str, typer.Argument(help="A recording (id or ISRC), or a work's id.", metavar="ASSET")]


@shares.command("history")
@command
def history(asset: Asset, session: Session) -> None:
    """Who owned what since when, by whose word."""
    from remixlab.doors.answers.disputes import history_answer  # lazy: --help stays instant
    from remixlab.usecases.rights import share_history

    with session.open() as opened:
        found = share_history(asset, opened.actor, opened.context)
    session.answer(history_answer(found), _told)


@shares.command("correct")
@command
def correct(
    asset: Asset,
    session: Session,
    right: Annotated[str, typer.Option("--right", help="master, publishing or likeness.")],
    why: Annotated[str, typer.Option("--why", help="The reason; the parties read it.")],
    share: Parts = None,
    since: Annotated[str | None, typer.Option("--since", help="From when on; now without it.")] = None,
    territories: Annotated[str | None, typer.Option("--territories", help="Separated by commas.")] = None,
) -> None:
    """Let another division of a right supersede what is on record, from a date on."""
    from remixlab.doors.answers.disputes import history_answer  # lazy
    from remixlab.usecases.rights import ShareCorrection, correct_shares

    correction = ShareCorrection.parse(
        {
            "asset": asset,
            "right": right,
            "shares": _parts(share),
            "since": moment(since) if since else None,
            "territories": tuple(one.strip() for one in (territories or "").split(",") if one.strip()),
            "why": why,
        }
    )
    with session.open() as opened:
        found = correct_shares(correction, opened.actor, opened.context)
    session.answer(history_answer(found), _told)


@dispute.command("list")
@command
def list_all(
    session: Session, all: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False
) -> None:
    """Claims that do not fit what is on record; the money for what is disputed waits."""
    from remixlab.domain.page import Page  # lazy
    from remixlab.doors.answers.disputes import dispute_list
    from remixlab.usecases.rights import list_disputes

    with session.open() as opened:
        after, items = None, []
        while True:
            page = list_disputes(opened.actor, opened.context, after=after, only_open=not all)
            items += page.items
            after = page.next
            if after is None:
                break
    session.answer(dispute_list(Page(tuple(items), None)), _listed)


@dispute.command("resolve")
@command
def resolve(
    dispute_id: Annotated[str, typer.Argument(metavar="DISPUTE")],
    session: Session,
    outcome: Annotated[str, typer.Option("--outcome", help="upheld, dismissed or agreed.")],
    why: Annotated[str, typer.Option("--why", help="The reason; both sides read it.")],
    share: Parts = None,
) -> None:
    """End a dispute; money follows from now on."""
    from remixlab.domain.errors import Invalid  # lazy
    from remixlab.doors.answers.disputes import dispute_answer
    from remixlab.usecases.rights import resolve_dispute

    match outcome:
        case "upheld" | "dismissed" | "agreed":
            pass
        case _:
            raise Invalid(f"'{outcome[:40]}' is no end of a dispute", hint="It is upheld, dismissed or agreed.")
    with session.open() as opened:
        ended = resolve_dispute(
            dispute_id, opened.actor, opened.context, outcome=outcome, why=why, shares=_parts(share)
        )
    session.answer(
        dispute_answer(ended), lambda a: iter([f"[bold]{a['dispute_id']}[/bold] {a['resolution']['outcome']}"])
    )


def _parts(given: list[str] | None) -> dict[str, int]:
    """Percent as they are written, as whole parts per million. Raises: Invalid."""
    from decimal import Decimal, InvalidOperation  # lazy

    from remixlab.domain.errors import Invalid

    parts = dict[str, int]()
    for text in given or ():
        party, _, percent = text.rpartition("=")
        try:
            ppm = Decimal(percent.strip().rstrip("%")) * 10_000
        except InvalidOperation:
            ppm = Decimal(0)
        if not party or not ppm.is_finite() or ppm != ppm.to_integral_value() or not 1 <= ppm <= 1_000_000:
            raise Invalid(f"'{text[:80]}' is no share", hint="Write it as PARTY=PERCENT, with at most four decimals.")
        parts[party] = int(ppm)
    return parts


def _told(a: Mapping[str, Any]) -> Iterator[str]:
    for split in a["splits"]:
        where = ", ".join(split["territories"]) or "everywhere"
        yield f"[bold]{split['right']}[/bold] since {split['since'] or 'the beginning'}, {where}"
        for share in split["shares"]:
            yield f"  {share['ppm'] / 10_000:>9g} %  {a['names'].get(share['party_id'], share['party_id'])}"


def _listed(a: Mapping[str, Any]) -> Iterator[str]:
    for one in a["items"]:
        ended = f" ({one['resolution']['outcome']})" if one["resolution"] else ""
        yield f"[bold]{one['dispute_id']}[/bold] {one['asset_kind']} {one['asset_id']}: {one['what']}{ended}"
