"""Commands about people: accounts, for whom they act, their devices and links; invitations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from remixlab.domain.errors import Invalid, InvalidAccount
from remixlab.doors.cli.accounts import know_owner
from remixlab.doors.cli.options import moment, roles_of, tier_of
from remixlab.doors.cli.session import Session, command

if TYPE_CHECKING:
    from remixlab.domain.actor import Mandate

account = typer.Typer(help="Who can sign in, and for which parties they act.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="ACCOUNT", help="An account, by its name or its id.")]
PartyName = Annotated[str, typer.Argument(metavar="PARTY", help="A party, by its name or its id.")]
Roles = Annotated[
    list[str] | None,
    typer.Option(
        "--role", help="artist, label_admin, publisher_admin, moderator, operator or auditor; a fan without one."
    ),
]
TierName = Annotated[str | None, typer.Option("--account-tier", help="free, member or creator.")]
Email = Annotated[str | None, typer.Option("--email", help="Where letters are sent.")]
Sides = Annotated[
    list[str] | None, typer.Option("--side", help="master, artist, work or likeness; all of them without one.")
]
About = Annotated[
    list[str] | None,
    typer.Option("--about", help="Only this part of the catalogue, such as recording:ID or label:ID."),
]
Until = Annotated[str | None, typer.Option("--until", help="When it ends, ISO 8601.", show_default=False)]
Delegates = Annotated[bool, typer.Option("--delegates", help="May hand on as much as they hold.")]


@account.command("create")
@command
def create_account(
    called: Annotated[str, typer.Argument(metavar="NAME", help="How the account is called; no party's name.")],
    session: Session,
    email: Email = None,
    role: Roles = None,
    account_tier: TierName = None,
) -> None:
    """Make an account. It signs in with a link, an invitation or a password that you give it."""
    from remixlab.domain.rights.scopes import Tier  # lazy: --help stays instant
    from remixlab.doors.answers.people import account_answer
    from remixlab.usecases import accounts

    form = accounts.AccountForm(
        name=called, email=email, roles=roles_of(role or ()), tier=tier_of(account_tier) or Tier.FREE
    )
    with session.open() as opened:
        made = accounts.create_account(form, opened.actor, opened.context, account_id=opened.workspace.new_id("acc"))
    session.answer(account_answer(made), _account)


@account.command("list")
@command
def list_accounts(session: Session) -> None:
    """Everybody who can sign in here."""
    from remixlab.doors.answers.people import AccountList, account_items  # lazy
    from remixlab.usecases import accounts

    with session.open() as opened:
        page = accounts.list_accounts(opened.actor, opened.context, limit=1000)
    session.answer(
        AccountList(items=account_items(page.items), next=page.next), lambda a: (_line(one) for one in a["items"])
    )


@account.command("set")
@command
def set_standing(
    who: Name,
    session: Session,
    role: Roles = None,
    account_tier: TierName = None,
    disable: Annotated[bool | None, typer.Option("--disable/--enable", help="Whether it opens nothing.")] = None,
) -> None:
    """Give an account other roles or another tier, or shut it out."""
    from remixlab.doors.answers.people import account_answer  # lazy
    from remixlab.usecases import accounts

    with session.open() as opened:
        changed = accounts.set_standing(
            who, opened.actor, opened.context, roles=roles_of(role) if role else None, tier=tier_of(account_tier),
            disabled=disable,
        )  # fmt: skip
    session.answer(account_answer(changed), _account)


@account.command("password")
@command
def set_password(
    who: Name,
    session: Session,
    from_stdin: Annotated[bool, typer.Option("--stdin", help="Read it from standard input.")] = False,
) -> None:
    """Give an account another password; it is asked for and not shown, and never an argument."""
    from remixlab.doors.answers.people import account_answer  # lazy
    from remixlab.usecases import accounts

    if from_stdin:
        password = typer.get_text_stream("stdin").readline().rstrip("\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    with session.open() as opened:
        know_owner(who, opened)
        changed = accounts.set_password(
            password, opened.actor, opened.context, passwords=opened.workspace.passwords, account=who
        )
    session.answer(account_answer(changed), _account)


@account.command("link")
@command
def make_link(
    session: Session,
    who: Annotated[str, typer.Argument(metavar="ACCOUNT", help="An account; yours without a name.")] = "me",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Where the studio is open.")] = 8000,
) -> None:
    """Print a link that signs an account in, once, within 15 minutes. Whoever has it is that account."""
    from remixlab.doors.api.accounts.addresses import link_to  # lazy
    from remixlab.usecases import accounts

    with session.open() as opened:
        work = opened.workspace
        if who == "me":
            token = work.owners_link()
        else:
            token = work.new_secret()
            accounts.make_sign_in_link(who, opened.actor, opened.context, ids=(work.new_id("lnk"), token))
        base = work.settings.public_url or f"http://127.0.0.1:{port}"
    session.answer({"account": who, "url": link_to("enter", token, base)}, lambda a: iter([a["url"]]))


@account.command("member")
@command
def grant_membership(
    who: Name,
    party: PartyName,
    session: Session,
    side: Sides = None,
    about: About = None,
    until: Until = None,
    delegates: Delegates = False,
) -> None:
    """Let an account act for a party."""
    from remixlab.usecases import accounts  # lazy

    mandate = _mandate(party, side, about, until, delegates)
    with session.open() as opened:
        know_owner(who, opened)
        made = accounts.grant_membership(
            who, mandate, opened.actor, opened.context, membership_id=opened.workspace.new_id("mem")
        )
    session.answer(made.to_dict(), lambda a: iter([_membership(a)]))


@account.command("members")
@command
def list_memberships(
    session: Session,
    party: Annotated[str | None, typer.Option("--party", help="Of one party, by its id.")] = None,
) -> None:
    """Who acts for which party."""
    from remixlab.usecases import accounts  # lazy

    with session.open() as opened:
        page = accounts.list_memberships(opened.actor, opened.context, limit=1000, party=party)
    answer = {"items": [one.to_dict() for one in page.items], "next": page.next}
    session.answer(answer, lambda a: (_membership(one) for one in a["items"]))


@account.command("leave")
@command
def end_membership(
    membership_id: Annotated[str, typer.Argument(metavar="MEMBERSHIP", help="As `account members` shows it.")],
    session: Session,
) -> None:
    """Stop an account from acting for a party."""
    from remixlab.usecases import accounts  # lazy

    with session.open() as opened:
        ended = accounts.end_membership(membership_id, opened.actor, opened.context)
    session.answer(ended.to_dict(), lambda a: iter([f"Ended: {_membership(a)}"]))


@account.command("sign-out")
@command
def sign_out(who: Name, session: Session) -> None:
    """Sign an account out everywhere."""
    from remixlab.doors.answers.people import SignedOut  # lazy
    from remixlab.usecases import accounts

    with session.open() as opened:
        found = accounts.read_account(who, opened.actor, opened.context)
        ended = accounts.end_sessions(opened.actor, opened.context, account=found.account_id)
    session.answer(SignedOut(ended=ended), lambda a: iter([f"{a['ended']} sessions ended."]))


@account.command("passkeys")
@command
def list_passkeys(
    session: Session,
    who: Annotated[str | None, typer.Argument(metavar="ACCOUNT", help="An account; yours without a name.")] = None,
) -> None:
    """The passkeys of an account, and when each was last used."""
    from remixlab.doors.answers.people import PasskeyList, passkey_item  # lazy
    from remixlab.usecases import accounts

    with session.open() as opened:
        page = accounts.list_passkeys(opened.actor, opened.context, limit=1000, account=who).map(passkey_item)
    session.answer(PasskeyList(items=list(page.items), next=page.next), lambda a: (_passkey(one) for one in a["items"]))


@account.command("remove-passkey")
@command
def remove_passkey(
    passkey_id: Annotated[str, typer.Argument(metavar="PASSKEY", help="As `account passkeys` shows it.")],
    session: Session,
) -> None:
    """Let a passkey open nothing any more: its device was lost."""
    from remixlab.doors.answers.people import passkey_item  # lazy
    from remixlab.usecases import accounts

    with session.open() as opened:
        removed = accounts.remove_passkey(passkey_id, opened.actor, opened.context)
    session.answer(passkey_item(removed), lambda a: iter([f"Removed: {_passkey(a)}"]))


@command
def invite(
    session: Session,
    email: Email = None,
    role: Roles = None,
    party: Annotated[str | None, typer.Option("--party", help="A party that they will act for.")] = None,
    side: Sides = None,
    about: About = None,
    until: Until = None,
    delegates: Delegates = False,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Where the studio is open.")] = 8000,
) -> None:
    """Print a link with which somebody makes their account; with --email a letter brings it."""
    from remixlab.doors.answers.people import invitation_answer  # lazy
    from remixlab.doors.api.accounts.addresses import link_to
    from remixlab.usecases import accounts

    mandates = (_mandate(party, side, about, until, delegates),) if party else ()
    with session.open() as opened:
        work = opened.workspace
        token, base = work.new_secret(), work.settings.public_url or f"http://127.0.0.1:{port}"
        link = accounts.invite(
            opened.actor, opened.context, ids=(work.new_id("lnk"), token), email=email, roles=roles_of(role or ()),
            mandates=mandates,
        )  # fmt: skip
        letter = accounts.letter_of(link, token, lambda t: link_to("join", t, base))
        if letter is not None and work.settings.mail_url:
            work.mail.send(letter)
    session.answer(invitation_answer(link, link_to("join", token, base)), lambda a: iter([a["url"]]))


def _mandate(
    party: str, side: list[str] | None, about: list[str] | None, until: str | None, delegates: bool
) -> Mandate:
    """Raises: InvalidAccount, Invalid."""
    from pydantic import ValidationError  # lazy

    from remixlab.domain.actor import Mandate
    from remixlab.domain.rights.scopes import Side

    try:
        return Mandate(
            party_id=party,
            sides=frozenset(map(Side, side or tuple(Side))),
            catalogue=frozenset(about or ()),
            valid_to=moment(until) if until else None,
            delegates=delegates,
        )
    except ValidationError as wrong:
        raise InvalidAccount(wrong.errors()[0]["msg"], code="mandate.invalid") from wrong
    except Invalid:
        raise
    except ValueError as wrong:
        raise InvalidAccount(f"{wrong}", code="mandate.invalid", hint=f"A side is one of {', '.join(Side)}.") from wrong


def _account(a: Mapping[str, Any]) -> Iterator[str]:
    yield _line(a)


def _line(a: Mapping[str, Any]) -> str:
    shut = "  [red]disabled[/red]" if a["disabled"] else ""
    return (
        f"{a['account_id']}  [bold]{a['name']}[/bold]  {a['email'] or ''}  {', '.join(a['roles'])}  {a['tier']}{shut}"
    )


def _passkey(a: Mapping[str, Any]) -> str:
    used = f"last used {a['used_at']}" if a["used_at"] else "not used yet"
    return f"{a['passkey_id']}  [bold]{a['name']}[/bold]  {a['host']}  since {a['created_at']}, {used}"


def _membership(a: Mapping[str, Any]) -> str:
    mandate = a["mandate"]
    until = f" until {mandate['valid_to']}" if mandate["valid_to"] else ""
    about = f" about {', '.join(mandate['catalogue'])}" if mandate["catalogue"] else ""
    sides = ", ".join(mandate["sides"])
    return f"{a['membership_id']}  {a['account_id']} acts for {mandate['party_id']} ({sides}){about}{until}"


COMMANDS = (invite,)
