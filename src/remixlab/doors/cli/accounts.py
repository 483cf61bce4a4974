"""Commands about accounts: API keys, the audit log, refused prompts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any

import typer

from remixlab.doors.cli.options import roles_of, tier_of
from remixlab.doors.cli.session import Opened, Session, command

key = typer.Typer(help="Keys of the HTTP API.", no_args_is_help=True)


@key.command("create")
@command
def create_key(
    user: Annotated[str, typer.Argument(metavar="ACCOUNT", help="An account, by its name or its id.")],
    session: Session,
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role", help="artist, label_admin, publisher_admin, moderator, operator or auditor; a fan without one."
        ),
    ] = None,
    key_tier: Annotated[
        str | None, typer.Option("--key-tier", help="The highest tier it opens: free, member or creator.")
    ] = None,
    party: Annotated[list[str] | None, typer.Option("--party", help="The only parties it speaks for.")] = None,
    days: Annotated[int | None, typer.Option("--days", min=1, max=3650, help="How long it opens.")] = None,
) -> None:
    """Make a key for an account; it is shown once, and opens as much of the account as is named here."""
    from remixlab.domain.rights.scopes import Tier  # lazy: --help stays instant
    from remixlab.doors.answers.accounts import key_created
    from remixlab.usecases.accounts import create_key as make

    with session.open() as opened:
        know_owner(user, opened)
        made = make(
            user, opened.actor, opened.context, roles=roles_of(role or ()), tier=tier_of(key_tier) or Tier.FREE,
            parties=party or (), expires_at=None if days is None else opened.actor.at + timedelta(days=days),
            ids=(opened.workspace.new_key_id(), opened.workspace.new_secret()),
        )  # fmt: skip
    session.answer(key_created(made), lambda a: iter([a["key"]]))


def know_owner(who: str, opened: Opened) -> None:
    """The owner has an account from when somebody first needs it."""
    from remixlab.domain.accounts import OWNER  # lazy
    from remixlab.usecases.accounts import ensure_owner

    if who == OWNER:
        ensure_owner(opened.context, at=opened.actor.at)


@key.command("list")
@command
def list_keys(session: Session) -> None:
    """The keys in force: whose they are and what they may, never their secrets."""
    from remixlab.doors.answers.accounts import key_item  # lazy
    from remixlab.usecases.accounts import list_keys as listed

    with session.open() as opened:
        keys = listed(opened.actor, opened.context, limit=1000).items
    answer = {"keys": [key_item(one).to_dict() for one in keys]}
    session.answer(answer, lambda a: (f"{k['key_id']}  {k['user']}  {', '.join(k['scopes'])}" for k in a["keys"]))


@key.command("revoke")
@command
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="KEY", help="A key or its id, the part between the underscores.")],
    session: Session,
) -> None:
    """Take a key back: it opens nothing from now on."""
    from remixlab.doors.answers.accounts import key_revoked  # lazy
    from remixlab.usecases.accounts import revoke_key as take_back

    with session.open() as opened:
        revoked = take_back(key_id, opened.actor, opened.context)
    session.answer(key_revoked(revoked), lambda a: iter([f"The key {a['key_id']} is revoked."]))


@command
def audit(
    session: Session,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 100,
    after: Annotated[
        str | None, typer.Option("--after", help="The cursor of the page before.", show_default=False)
    ] = None,
) -> None:
    """Who did what, for whom, and when: the audit log, in the order it was written."""
    from remixlab.usecases.accounts import read_audit  # lazy

    with session.open() as opened:
        page = read_audit(opened.actor, opened.context, after=after, limit=limit)
    session.answer({"items": [entry.to_dict() for entry in page.items], "next": page.next}, _audited)


@command
def refused(session: Session) -> None:
    """List refused prompts for appeal; their words are forgotten after the configured days."""
    from remixlab.doors.answers.community import refused_answer  # lazy
    from remixlab.usecases.community import list_refused_prompts

    with session.open() as opened:
        page = list_refused_prompts(opened.actor, opened.context, limit=1000)
    session.answer(refused_answer(page), _appeals)


def _appeals(a: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{w['at']}  {w['code']}  {w['listener']}  {w['words'] or '(forgotten)'}" for w in a["wishes"])


def _audited(a: Mapping[str, Any]) -> Iterator[str]:
    for e in a["items"]:
        whom = f" for {', '.join(e['acts_for'])}" if e["acts_for"] else ""
        yield f"{e['at']}  [bold]{e['action']}[/bold]  {e['subject']}  [dim]{e['account']}{whom}[/dim]"


COMMANDS = (audit, refused)
