"""Authorisation: may this actor do this to that? A value, asked for inside the use case: every door obeys alike."""

from __future__ import annotations

from typing import Final, NamedTuple

from remixlab.accounts.roles import RULES, Action, Grant
from remixlab.domain.actor import Actor
from remixlab.domain.errors import NotAllowed, NotFound, SignInNeeded


class Subject(NamedTuple):
    """What an action is about: its name, whose account it belongs to, which parties have a part, if it is public."""

    name: str
    owner: str | None = None
    parties: frozenset[str] = frozenset()
    public: bool = False


WORKSPACE: Final = Subject("workspace")
"""The subject of what is about nothing in particular."""


class Permission(NamedTuple):
    """The answer, with its reason: the grant or role that allows it, or the sentence that says who may."""

    allowed: bool
    reason: str
    hides: bool = False
    sign_in: bool = False
    """Whether it is not known who asks, and this is open to nobody without an account."""


def may(actor: Actor, action: Action, subject: Subject = WORKSPACE) -> Permission:
    """Whether the actor may, and why. Law: an actor with more roles or parties may never do less."""
    rule = RULES[action]
    if actor.is_anonymous and not rule.open:
        return Permission(False, f"{action.value} is for those who have an account", rule.hides, sign_in=True)
    for grant in sorted(rule.grants):
        if _is(actor, grant, subject):
            return Permission(True, grant.value)
    for role in sorted(rule.roles & actor.roles):
        return Permission(True, role.value)
    who = [*sorted(g.value for g in rule.grants), *sorted(r.value for r in rule.roles)]
    return Permission(False, f"{action.value} is for: {', '.join(who)}", rule.hides)


def must(
    actor: Actor,
    action: Action,
    subject: Subject = WORKSPACE,
    *,
    missing: NotFound | None = None,
    refused: NotAllowed | None = None,
) -> None:
    """Raise what a refused permission becomes: `missing` where the rule hides the subject, else `refused`.

    Raises: NotAllowed, NotFound, SignInNeeded where it is not known who asks.
    """
    permission = may(actor, action, subject)
    if permission.allowed:
        return
    if permission.hides and not (permission.sign_in and subject.public):
        raise missing or NotFound(f"there is no '{subject.name[:80]}'")
    if permission.sign_in:
        raise SignInNeeded("This needs an account.", hint="Sign in, or send an API key.", action=action.value)
    raise refused or NotAllowed(f"{actor.account} may not do this.", hint=permission.reason, action=action.value)


def _is(actor: Actor, grant: Grant, subject: Subject) -> bool:
    match grant:
        case Grant.EVERYBODY:
            return True
        case Grant.OWNER:
            return subject.owner is not None and subject.owner == actor.account and not actor.is_anonymous
        case Grant.PARTY:
            return not subject.parties.isdisjoint(actor.acts_for)
        case Grant.PUBLIC:
            return subject.public
