"""People: the port suite, on every engine and in memory."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import registry_strategies as a
import world_of_tests as w
from remixlab.domain.accounts import Account, Invitation, LinkKind, Membership, OneTimeLink, Session
from remixlab.domain.actor import Mandate, Role
from remixlab.domain.errors import AccountExists, AccountNotFound
from remixlab.domain.page import follow
from remixlab.domain.ports.records.transaction import Registry
from remixlab.domain.rights import Side, Tier

HOUR = timedelta(hours=1)


def account(account_id: str = "acc_1", name: str = "Ann", **more: Any) -> Account:
    return Account(account_id=account_id, name=name, created_at=a.NOW, **more)


def membership(number: str, account_id: str = "acc_1", party_id: str = "label", **more: Any) -> Membership:
    mandate = Mandate(party_id=party_id, **more)
    return Membership(membership_id=number, account_id=account_id, mandate=mandate, granted_by="me", granted_at=a.NOW)


def session(number: str, account_id: str = "acc_1") -> Session:
    return Session(
        session_id=number, account_id=account_id, device="A browser", created_at=a.NOW, seen_at=a.NOW,
        expires_at=a.NOW + HOUR,
    )  # fmt: skip


def link(number: str, kind: LinkKind = LinkKind.SIGN_IN, **more: Any) -> OneTimeLink:
    return OneTimeLink(link_id=number, kind=kind, created_at=a.NOW, expires_at=a.NOW + HOUR, **more)


def test_an_account_is_found_by_its_id_its_name_and_its_address(registry: Registry) -> None:
    ann = account(email="Ann@Example.org", roles=frozenset({Role.ARTIST, Role.FAN}), tier=Tier.CREATOR)
    with registry.write() as records:
        records.people.add_account(ann)
        w.enter(records)
    with registry.read() as records:
        assert records.people.find_account("acc_1") == ann
        assert records.people.account_called("  ÁNN ") == ann
        assert records.people.account_with_email("ann@example.ORG") == ann
        assert records.people.find_account("Ann") is None
        assert records.people.account_called("Bob") is None
        assert records.people.password_of("acc_1") is None
        assert records.people.can_anybody_sign_in() is False


@pytest.mark.parametrize("other", [{"name": "aNN"}, {"name": "Ann."}, {"name": "Bob", "email": "ANN@example.org"}])
def test_no_two_accounts_read_alike_or_share_an_address(registry: Registry, other: dict[str, str]) -> None:
    with registry.write() as records:
        records.people.add_account(account(email="ann@example.org"))
        records.people.add_account(account("acc_3", "Cat"))
        w.enter(records)
    with pytest.raises(AccountExists), registry.write() as records:
        records.people.add_account(account("acc_2", **other))
        w.enter(records)
    with pytest.raises(AccountExists), registry.write() as records:
        records.people.change_account(account("acc_3", **other))
        w.enter(records)
    with registry.read() as records:
        assert [one.name for one in follow(records.people.accounts)] == ["Ann", "Cat"]


def test_an_account_changes_and_keeps_its_password(registry: Registry) -> None:
    with registry.write() as records:
        records.people.add_account(account())
        records.people.set_password("acc_1", "a digest")
        records.people.change_account(account(name="Anna", email="a@b"))
        w.enter(records)
    with registry.read() as records:
        assert records.people.account_called("anna") == account(name="Anna", email="a@b")
        assert records.people.password_of("acc_1") == "a digest"
        assert records.people.can_anybody_sign_in() is True
    with registry.write() as records:
        records.people.change_account(account(disabled=True))
        w.enter(records)
        assert records.people.can_anybody_sign_in() is False
    for act in (lambda r: r.people.change_account(account("x", "X")), lambda r: r.people.set_password("x", "y")):
        with pytest.raises(AccountNotFound), registry.write() as records:
            act(records)


def test_wrong_passwords_are_counted_until_they_are_forgotten(registry: Registry) -> None:
    with registry.write() as records:
        records.people.add_account(account())
        records.people.count_attempt("acc_1", a.NOW)
        records.people.count_attempt("acc_1", a.NOW + HOUR)
        w.enter(records)
    with registry.write() as records:
        assert records.people.attempts("acc_1") == (2, a.NOW + HOUR)
        assert records.people.attempts("nobody") == (0, None)
        records.people.forget_attempts("acc_1")
        assert records.people.attempts("acc_1") == (0, None)


def test_memberships_are_listed_by_account_and_by_party_until_they_end(registry: Registry) -> None:
    limited = membership("m3", "acc_2", sides={Side.MASTER}, catalogue={"recording:r1"}, valid_to=a.NOW + HOUR)
    every = [membership("m1"), membership("m2", party_id="band"), limited]
    with registry.write() as records:
        for one in every:
            records.people.add_membership(one)
        w.enter(records)
    with registry.write() as records:
        assert records.people.memberships().items == tuple(every)
        assert records.people.memberships(account_id="acc_1").items == (every[0], every[1])
        assert records.people.memberships(party_id="label").items == (every[0], limited)
        assert records.people.find_membership("m3") == limited
        assert records.people.mandates_of("acc_2", a.NOW) == (limited.mandate,)
        assert records.people.mandates_of("acc_2", a.NOW + HOUR) == ()
        assert records.people.end_membership("m1", a.NOW) and not records.people.end_membership("m1", a.NOW)
        assert records.people.find_membership("m1") is None
        assert records.people.mandates_of("acc_1", a.NOW) == (every[1].mandate,)
        w.enter(records)


def test_a_session_is_proved_by_its_token_until_it_ends(registry: Registry) -> None:
    with registry.write() as records:
        for number in ("s1", "s2", "s3"):
            records.people.add_session(session(number), f"token of {number}")
        records.people.add_session(session("s4", "acc_2"), "token of s4")
        records.people.see_session("s2", a.NOW + HOUR / 2)
        w.enter(records)
    with registry.write() as records:
        assert records.people.session_of("token of s1", a.NOW) == session("s1")
        assert records.people.session_of("token of s2", a.NOW).seen_at == a.NOW + HOUR / 2  # pyright: ignore
        assert records.people.session_of("s1", a.NOW) is None
        assert records.people.session_of("token of s1", a.NOW + HOUR) is None
        assert [s.session_id for s in records.people.sessions(a.NOW, account_id="acc_1").items] == ["s1", "s2", "s3"]
        assert records.people.sessions(a.NOW + HOUR, account_id="acc_1").items == ()
        assert records.people.end_session("s1", a.NOW) and not records.people.end_session("s1", a.NOW)
        assert records.people.session_of("token of s1", a.NOW) is None and records.people.find_session("s1") is None
        assert records.people.end_sessions("acc_1", a.NOW, but="s3") == 1
        assert [s.session_id for s in records.people.sessions(a.NOW, account_id="acc_1").items] == ["s3"]
        assert records.people.session_of("token of s4", a.NOW) is not None
        w.enter(records)


def test_a_link_opens_once_and_not_for_long(registry: Registry) -> None:
    offered = Invitation(invited_by="me", roles=frozenset({Role.ARTIST}), mandates=(Mandate(party_id="band"),))
    invitation = link("l2", LinkKind.INVITATION, invitation=offered)
    with registry.write() as records:
        records.people.add_link(link("l1", account_id="acc_1"), "one")
        records.people.add_link(invitation, "two")
        records.people.add_link(link("l3", account_id="acc_1"), "three")
        w.enter(records)
    with registry.write() as records:
        assert records.people.link_of("one", a.NOW) == link("l1", account_id="acc_1")
        assert (
            records.people.link_of("one", a.NOW + HOUR) is None and records.people.use_link("one", a.NOW + HOUR) is None
        )
        assert records.people.use_link("one", a.NOW) == link("l1", account_id="acc_1")
        assert records.people.use_link("one", a.NOW) is None and records.people.link_of("one", a.NOW) is None
        assert records.people.use_link("l1", a.NOW) is None
        assert records.people.links(LinkKind.INVITATION, a.NOW).items == (invitation,)
        assert records.people.links(LinkKind.INVITATION, a.NOW + HOUR).items == ()
        assert records.people.find_link("l2", a.NOW) == invitation
        assert records.people.newest_link("acc_1", LinkKind.SIGN_IN, a.NOW) == link("l3", account_id="acc_1")
        assert records.people.newest_link("acc_1", LinkKind.RECOVERY, a.NOW) is None
        assert records.people.newest_link("acc_1", LinkKind.SIGN_IN, a.NOW + HOUR) is None
        assert records.people.end_link("l2", a.NOW) and not records.people.end_link("l2", a.NOW)
        assert records.people.use_link("two", a.NOW) is None
        records.people.end_links("acc_1", a.NOW)
        assert records.people.link_of("three", a.NOW) is None
        w.enter(records)


@pytest.mark.parametrize(
    "act",
    [
        lambda p: p.add_account(account()),
        lambda p: p.add_membership(membership("m9")),
        lambda p: p.add_session(session("s9"), "t"),
        lambda p: p.add_link(link("l9"), "t"),
        lambda p: p.set_password("acc_0", "x"),
        lambda p: p.end_session("s0", a.NOW),
        lambda p: p.end_link("l0", a.NOW),
        lambda p: p.use_link("l0", a.NOW),
        lambda p: p.end_sessions("acc_0", a.NOW),
        lambda p: p.end_membership("m0", a.NOW),
    ],
)
def test_nothing_about_people_is_written_without_an_audit_entry(registry: Registry, act: Any) -> None:
    with registry.write() as records:
        records.people.add_account(account("acc_0", "Zoe"))
        records.people.add_session(session("s0", "acc_0"), "s0")
        records.people.add_link(link("l0"), "l0")
        records.people.add_membership(membership("m0"))
        w.enter(records)
    with pytest.raises(AssertionError, match="without an audit entry"), registry.write() as records:
        act(records.people)
