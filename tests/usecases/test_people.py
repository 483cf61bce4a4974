"""Accounts are made, signed in, invited and recovered; a membership alone says for whom somebody acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

import world_of_tests as w
from remixlab.domain.accounts import Account, Session
from remixlab.domain.actor import Actor, Mandate, Role
from remixlab.domain.errors import (
    AccountExists,
    AccountNotFound,
    InvalidAccount,
    InvalidLink,
    InvalidPassword,
    InvitationNotFound,
    MembershipNotFound,
    NotAllowed,
    NotYours,
    PartyNotFound,
    SessionNotFound,
    TooManyAttempts,
    WrongCredentials,
)
from remixlab.domain.rights import Side, Tier
from remixlab.testing import PlainPasswords
from remixlab.usecases import accounts as use
from remixlab.usecases.accounts import AccountForm, NewSession
from remixlab.usecases.accounts.links import SIGN_IN_LIFE
from remixlab.usecases.accounts.sessions import FREE_ATTEMPTS, SESSION_LIFE, WAIT_MAX_S
from remixlab.usecases.context.records import Records

GOOD = "four plain words here"
PASSWORDS = PlainPasswords()
ME = w.actor("me", roles=list(Role))
BOSS = Mandate(party_id="label", delegates=True)


def counted() -> Callable[[str], str]:
    numbers = count(1)
    return lambda prefix: f"{prefix}_{next(numbers)}"


def address(token: str) -> str:
    return f"https://remix.example/enter#{token}"


def with_ann(password: str | None = GOOD, *parties: str | Mandate, **more: Any) -> Records:
    context = w.records_of()
    w.enrolled(context, "ann", *parties, **{"email": "ann@example.org", **more})
    if password is not None:
        with context.write() as records:
            records.people.set_password("ann", PASSWORDS.hashed(password))
            w.enter(records)
    return context


def new(number: int = 1) -> NewSession:
    return NewSession(session_id=f"ses_{number}", token=f"token {number}", device="A browser")


def sign_in(
    context: Records, who: str = "Ann", password: str = GOOD, *, at: datetime = w.NOW, number: int = 1
) -> Session:
    return use.sign_in(who, password, new(number), context, passwords=PASSWORDS, at=at)


def whose(context: Records, token: str, at: datetime = w.NOW) -> Actor | None:
    found = use.actor_of_session(token, context, territory="US", at=at)
    return found.actor if found else None


def signed_in_as(context: Records, account_id: str) -> Actor:
    with context.read() as records:
        account = records.people.find_account(account_id)
        assert account is not None
        return use.actor_of_account(account, records, territory="US", at=w.NOW)


def actions_of(context: Records) -> list[tuple[str, str]]:
    return [(entry.account, entry.action) for entry in w.audit_of(context)]


# ------------------------------------------------------------ the register


def test_who_runs_the_workspace_makes_accounts_and_nobody_else() -> None:
    context = w.records_of()
    form = AccountForm(name="Ann", roles=frozenset({Role.ARTIST}), tier=Tier.MEMBER)
    for who in (w.ANN, w.AUDITOR, w.actor("row", "label")):
        with pytest.raises(NotAllowed):
            use.create_account(form, who, context, account_id="acc_1")
    made = use.create_account(form, w.OPERATOR, context, account_id="acc_1")
    assert (made.name, made.roles, made.tier, made.created_at) == ("Ann", {Role.ARTIST}, Tier.MEMBER, w.NOW)
    assert actions_of(context) == [("desk", "accounts.create")]
    with pytest.raises(AccountExists):
        use.create_account(AccountForm(name="ANN"), w.OPERATOR, context, account_id="acc_2")


@pytest.mark.parametrize(
    "name", ["platform", "suspense:unclaimed", "lantern row", "LANTERN  ROW", "Lantern-Row", "label", "me", "anonymous"]
)
def test_nobody_is_registered_under_the_name_of_a_party_or_of_the_house(name: str) -> None:
    context = with_ann()
    with pytest.raises(InvalidAccount):
        use.create_account(AccountForm(name=name), w.OPERATOR, context, account_id="acc_1")
    with pytest.raises(InvalidAccount):
        use.sign_up(name, None, GOOD, context, passwords=PASSWORDS, account_id="acc_1", at=w.NOW)
    with pytest.raises(InvalidAccount):
        use.change_account("ann", w.ANN, context, name=name, passwords=PASSWORDS)


def test_who_signs_up_is_a_fan_and_acts_for_nobody() -> None:
    context = w.records_of()
    use.sign_up("Cat", "cat@example.org", GOOD, context, passwords=PASSWORDS, account_id="acc_1", at=w.NOW)
    sign_in(context, "CAT@example.org")
    who = whose(context, "token 1")
    assert who is not None and (who.account, who.roles, who.acts_for) == ("acc_1", {Role.FAN}, frozenset())


def test_an_account_is_its_own_and_others_do_not_exist() -> None:
    context = with_ann()
    w.enrolled(context, "bob")
    assert use.read_account("Ann", w.ANN, context).account_id == "ann"
    for reference in ("ann", "nobody"):
        with pytest.raises(AccountNotFound):
            use.read_account(reference, w.BOB, context)
        with pytest.raises(AccountNotFound):
            use.change_account(reference, w.BOB, context, passwords=PASSWORDS)
    mine = {"passwords": PASSWORDS, "password": GOOD}
    assert use.change_account("ann", w.ANN, context, name="Anna", email="new@example.org", **mine).name == "Anna"
    with pytest.raises(WrongCredentials):
        use.change_account("ann", w.ANN, context, email="thief@example.org", passwords=PASSWORDS)
    for email in ("no address", "a@b\r\nBcc: c@d", "@", "x" * 300 + "@a"):
        with pytest.raises(InvalidAccount):
            use.change_account("ann", w.ANN, context, email=email, **mine)
    assert [one.account_id for one in use.list_accounts(w.AUDITOR, context).items] == ["ann", "bob"]


def test_nobody_gives_themselves_a_role() -> None:
    context = with_ann()
    with pytest.raises(NotAllowed):
        use.set_standing("ann", w.ANN, context, roles=frozenset({Role.OPERATOR}))
    use.set_standing("ann", w.OPERATOR, context, roles=frozenset({Role.MODERATOR}), tier=Tier.CREATOR)
    sign_in(context)
    who = whose(context, "token 1")
    assert who is not None and (who.roles, who.tier) == ({Role.MODERATOR}, Tier.CREATOR)


def test_a_disabled_account_opens_nothing() -> None:
    context = with_ann()
    sign_in(context)
    use.make_sign_in_link("ann", ME, context, ids=("lnk_1", "link"))
    use.set_standing("ann", w.OPERATOR, context, disabled=True)
    assert whose(context, "token 1") is None
    with pytest.raises(WrongCredentials):
        sign_in(context, number=2)
    with pytest.raises(InvalidLink):
        use.sign_in_by_link("link", new(3), context, at=w.NOW)
    assert use.start_recovery("ann", context, ids=("lnk_2", "again"), at=w.NOW, address=address) is None


def test_the_owners_account_is_made_once_and_cannot_be_shut_out() -> None:
    context = w.records_of()
    assert use.ensure_owner(context, at=w.NOW) == use.ensure_owner(context, at=w.NOW)
    assert use.read_account("me", ME, context).roles == frozenset(Role)
    with pytest.raises(InvalidAccount):
        use.set_standing("me", w.OPERATOR, context, disabled=True)


# ------------------------------------------------------------ signing in


def test_a_session_is_its_accounts_until_it_ends() -> None:
    context = with_ann(GOOD, "label", roles=[Role.LABEL_ADMIN])
    made = sign_in(context)
    who = whose(context, "token 1")
    assert who is not None and (who.account, who.acts_for, who.roles) == ("ann", {"label"}, {Role.LABEL_ADMIN})
    assert whose(context, "ses_1") is None and whose(context, "") is None
    assert whose(context, "token 1", w.NOW + SESSION_LIFE) is None
    use.end_session(made.session_id, who, context)
    assert whose(context, "token 1") is None
    assert actions_of(context) == [("ann", "accounts.session.begin"), ("ann", "accounts.session.end")]


@pytest.mark.parametrize(
    ("who", "password"), [("Ann", "four plain words"), ("Bob", GOOD), ("ann@example.com", GOOD), ("", "")]
)
def test_what_does_not_belong_together_opens_nothing_and_is_told_the_same(who: str, password: str) -> None:
    with pytest.raises(WrongCredentials, match="do not belong together"):
        sign_in(with_ann(), who, password)


def test_an_account_without_a_password_is_not_opened_by_an_empty_one() -> None:
    with pytest.raises(WrongCredentials):
        sign_in(with_ann(None), password="")


def test_guessing_waits_longer_each_time_and_the_right_password_ends_it() -> None:
    context = with_ann()
    for _ in range(FREE_ATTEMPTS):
        with pytest.raises(WrongCredentials):
            sign_in(context, password="wrong")
    with pytest.raises(TooManyAttempts) as refused:
        sign_in(context)
    assert refused.value.details["retry_after_s"] >= 1
    at, tried = w.NOW, 0
    while at < w.NOW + timedelta(days=1):
        try:
            sign_in(context, password="wrong", at=at)
        except WrongCredentials:
            tried += 1
        except TooManyAttempts as wait:
            at += timedelta(seconds=wait.details["retry_after_s"])
    assert tried < 86_400 / WAIT_MAX_S + 12
    sign_in(context, at=at + timedelta(seconds=WAIT_MAX_S))
    sign_in(context, at=at + timedelta(seconds=WAIT_MAX_S), number=2)


def test_devices_are_listed_to_their_owner_and_signed_out_everywhere_but_here() -> None:
    context = with_ann()
    for number in (1, 2, 3):
        sign_in(context, number=number)
    assert [one.device for one in use.list_sessions(w.ANN, context).items] == ["A browser"] * 3
    with pytest.raises(NotAllowed):
        use.list_sessions(w.BOB, context, account="ann")
    with pytest.raises(SessionNotFound):
        use.end_session("ses_1", w.BOB, context)
    with pytest.raises(SessionNotFound):
        use.end_sessions(w.BOB, context, account="ann")
    assert use.end_sessions(w.ANN, context, but="ses_2") == 2
    assert [whose(context, f"token {n}") is not None for n in (1, 2, 3)] == [False, True, False]


def test_when_a_session_was_used_is_noted_now_and_then() -> None:
    context = with_ann()
    sign_in(context)
    for minutes in (1, 7, 8):
        whose(context, "token 1", w.NOW + timedelta(minutes=minutes))
    (seen,) = use.list_sessions(w.ANN, context).items
    assert seen.seen_at == w.NOW + timedelta(minutes=7)


# ------------------------------------------------------------ one-time links


def test_a_sign_in_link_opens_once_and_for_minutes() -> None:
    context = with_ann(None)
    for who in (w.ANN, w.BOB, w.AUDITOR):
        with pytest.raises(NotAllowed):
            use.make_sign_in_link("ann", who, context, ids=("lnk_0", "zero"))
    use.make_sign_in_link("ann", ME, context, ids=("lnk_1", "one"))
    use.make_sign_in_link("ann", ME, context, ids=("lnk_2", "two"))
    assert use.sign_in_by_link("one", new(), context, at=w.NOW).account_id == "ann"
    for token, at in (("one", w.NOW), ("two", w.NOW + SIGN_IN_LIFE), ("lnk_2", w.NOW), ("", w.NOW)):
        with pytest.raises(InvalidLink):
            use.sign_in_by_link(token, new(2), context, at=at)


def test_a_letter_brings_another_password_and_ends_every_session() -> None:
    context = with_ann()
    sign_in(context)
    letter = use.start_recovery("ann@example.org", context, ids=("lnk_1", "one"), at=w.NOW, address=address)
    assert letter is not None and letter.to == "ann@example.org" and address("one") in letter.text
    for nobody in ("nobody", "no@example.org"):
        assert use.start_recovery(nobody, context, ids=("lnk_2", "two"), at=w.NOW, address=address) is None
    with pytest.raises(InvalidLink):
        use.sign_in_by_link("one", new(2), context, at=w.NOW)
    with pytest.raises(InvalidPassword):
        use.recover("one", "short", context, passwords=PASSWORDS, at=w.NOW)
    use.recover("one", "entirely other words", context, passwords=PASSWORDS, at=w.NOW)
    assert whose(context, "token 1") is None
    with pytest.raises(InvalidLink):
        use.recover("one", "again other words", context, passwords=PASSWORDS, at=w.NOW)
    with pytest.raises(WrongCredentials):
        sign_in(context, number=3)
    assert sign_in(context, password="entirely other words", number=4).account_id == "ann"


def test_nobodys_inbox_is_filled_with_letters() -> None:
    context = with_ann()
    sent = [
        use.start_recovery("ann", context, ids=(f"lnk_{n}", f"t{n}"), at=w.NOW + timedelta(seconds=n), address=address)
        for n in range(0, 300, 10)
    ]
    assert sum(letter is not None for letter in sent) == 3


@pytest.mark.parametrize(
    "password", ["", "short", "x" * 257, "aaaaaaaaaaaaaa", "ann@ann@ann@", "password1234", "123412341234"]
)
def test_a_password_that_is_easily_guessed_is_none(password: str) -> None:
    context = with_ann()
    with pytest.raises(InvalidPassword):
        use.set_password(password, w.ANN, context, passwords=PASSWORDS, old=GOOD)


def test_another_password_needs_the_old_one_and_ends_the_other_sessions() -> None:
    context = with_ann()
    for number in (1, 2):
        sign_in(context, number=number)
    with pytest.raises(WrongCredentials):
        use.set_password("entirely other words", w.ANN, context, passwords=PASSWORDS, old="wrong")
    with pytest.raises(AccountNotFound):
        use.set_password("entirely other words", w.BOB, context, passwords=PASSWORDS, account="ann")
    use.set_password("entirely other words", w.ANN, context, passwords=PASSWORDS, old=GOOD, but="ses_1")
    assert [whose(context, f"token {n}") is not None for n in (1, 2)] == [True, False]


def test_who_has_no_password_chooses_one_just_after_a_link_and_no_open_session_does_it_later() -> None:
    context = with_ann(None)
    late: dict[str, Any] = {"passwords": PASSWORDS, "fresh": False}
    for attempt in (
        lambda: use.set_password("entirely other words", w.ANN, context, **late),
        lambda: use.change_account("ann", w.ANN, context, email="thief@example.org", **late),
    ):
        with pytest.raises(WrongCredentials):
            attempt()
    use.set_password("entirely other words", w.ANN, context, passwords=PASSWORDS)
    assert sign_in(context, password="entirely other words").account_id == "ann"


# ------------------------------------------------------------ memberships


def test_a_membership_alone_says_for_whom_somebody_acts() -> None:
    context = with_ann(GOOD, name="Lantern Row Records")
    assert signed_in_as(context, "ann").acts_for == frozenset()
    mandate = Mandate(party_id="Lantern Row", sides=frozenset({Side.MASTER}), valid_to=w.NOW + timedelta(days=1))
    made = use.grant_membership("ann", mandate, ME, context, membership_id="mem_1")
    who = signed_in_as(context, "ann")
    assert who.acts_for == {"label"} and who.speaks_for("label", Side.MASTER) and not who.speaks_for("label", Side.WORK)
    assert made.granted_by == "me" and actions_of(context) == [("me", "accounts.membership.grant")]
    use.end_membership("mem_1", w.ANN, context)
    assert signed_in_as(context, "ann").acts_for == frozenset()
    with pytest.raises(MembershipNotFound):
        use.end_membership("mem_1", ME, context)


def test_who_holds_a_mandate_hands_on_no_more_than_it_says() -> None:
    context = with_ann()
    w.enrolled(context, "boss", Mandate(party_id="label", sides=frozenset({Side.MASTER}), delegates=True))
    w.enrolled(context, "clerk", "label")
    boss, clerk = signed_in_as(context, "boss"), signed_in_as(context, "clerk")
    narrow = Mandate(party_id="label", sides=frozenset({Side.MASTER}), catalogue=frozenset({"recording:rec_open"}))
    for who, mandate in (
        (boss, Mandate(party_id="label")),
        (clerk, narrow),
        (boss, Mandate(party_id="band")),
        (w.BOB, narrow),
    ):
        with pytest.raises((InvalidAccount, NotAllowed)):
            use.grant_membership("ann", mandate, who, context, membership_id="mem_9")
    use.grant_membership("ann", narrow, boss, context, membership_id="mem_1")
    assert signed_in_as(context, "ann").mandates == (narrow,)
    with pytest.raises((InvalidAccount, NotAllowed)):
        use.end_membership("mem_boss_0", clerk, context)
    with pytest.raises(MembershipNotFound):
        use.end_membership("mem_1", w.BOB, context)
    use.end_membership("mem_1", boss, context)


def test_nobody_is_given_a_party_that_nobody_is() -> None:
    context = with_ann()
    with pytest.raises(PartyNotFound):
        use.grant_membership("ann", Mandate(party_id="nowhere"), ME, context, membership_id="mem_1")
    with pytest.raises(AccountNotFound):
        use.grant_membership("nobody", Mandate(party_id="label"), ME, context, membership_id="mem_1")


def test_memberships_are_listed_to_whom_they_concern() -> None:
    context = with_ann(GOOD, "label")
    w.enrolled(context, "bob", "band")
    ann = signed_in_as(context, "ann")
    assert [m.account_id for m in use.list_memberships(ann, context).items] == ["ann"]
    assert [m.account_id for m in use.list_memberships(ann, context, party="label").items] == ["ann"]
    assert len(use.list_memberships(ME, context).items) == 2
    for asked in ({"party": "band"}, {"account": "bob"}):
        with pytest.raises(NotAllowed):
            use.list_memberships(ann, context, **asked)


def test_who_acts_for_several_parties_speaks_for_one_and_never_for_another() -> None:
    context = with_ann(GOOD, "label", "band")
    ann = signed_in_as(context, "ann")
    one = use.acting_for(ann, "Lantern Row", context)
    assert one.acts_for == {"label"} and [m.party_id for m in one.mandates] == ["label"] and one.account == "ann"
    for party in ("writer", "nobody", "ann"):
        with pytest.raises(NotYours):
            use.acting_for(ann, party, context)


# ------------------------------------------------------------ invitations


def accept(context: Records, token: str, name: str = "Dora", number: int = 1, at: datetime = w.NOW) -> Account:
    return use.accept_invitation(token, name, GOOD, new(number), context, passwords=PASSWORDS, new_id=counted(), at=at)


def test_an_invitation_makes_the_account_that_was_decided_on() -> None:
    context = w.records_of()
    offered = {"email": "dora@example.org", "roles": frozenset({Role.LABEL_ADMIN}), "mandates": (BOSS,)}
    link = use.invite(ME, context, ids=("lnk_1", "one"), **offered)
    letter = use.letter_of(link, "one", address)
    assert letter is not None and letter.to == "dora@example.org" and address("one") in letter.text
    made = accept(context, "one")
    who = whose(context, "token 1")
    assert (made.name, made.email, made.roles) == ("Dora", "dora@example.org", {Role.LABEL_ADMIN})
    assert who is not None and who.account == made.account_id and who.mandates == (BOSS,)
    with pytest.raises(InvalidLink):
        accept(context, "one", "Emil", 2)


def test_a_name_that_is_taken_leaves_the_invitation_open() -> None:
    context = with_ann()
    use.invite(ME, context, ids=("lnk_1", "one"))
    for name in ("ANN", "lantern row"):
        with pytest.raises((AccountExists, InvalidAccount)):
            accept(context, "one", name)
    assert accept(context, "one").name == "Dora"


def test_a_party_invites_its_own_people_with_no_more_than_it_may_hand_on() -> None:
    context = with_ann(GOOD, BOSS, roles=[Role.LABEL_ADMIN])
    boss = signed_in_as(context, "ann")
    mandate = Mandate(party_id="label", sides=frozenset({Side.MASTER}))
    use.invite(boss, context, ids=("lnk_1", "one"), roles=frozenset({Role.ARTIST}), mandates=(mandate,))
    beyond: tuple[dict[str, Any], ...] = (
        {},
        {"mandates": (mandate,), "roles": frozenset({Role.OPERATOR})},
        {"mandates": (mandate,), "tier": Tier.CREATOR},
        {"mandates": (Mandate(party_id="band"),)}, {"mandates": (mandate, Mandate(party_id="band"))},
    )  # fmt: skip
    for offered in beyond:
        with pytest.raises((InvalidAccount, NotAllowed)):
            use.invite(boss, context, ids=("lnk_9", "nine"), **offered)
    assert [one.link_id for one in use.list_invitations(boss, context).items] == ["lnk_1"]
    assert use.list_invitations(w.BOB, context).items == ()


def test_an_invitation_is_worth_no_more_than_whoever_gave_it_is_now() -> None:
    context = with_ann(GOOD, BOSS, roles=[Role.LABEL_ADMIN])
    mandate = Mandate(party_id="label", sides=frozenset({Side.MASTER}))
    boss = signed_in_as(context, "ann")
    for number in ("1", "2"):
        use.invite(boss, context, ids=(f"lnk_{number}", number), mandates=(mandate,))
    accept(context, "1")
    use.end_membership("mem_ann_0", ME, context)
    with pytest.raises(InvalidLink):
        accept(context, "2", "Emil", 2)


def test_an_invitation_is_taken_back() -> None:
    context = w.records_of()
    use.invite(ME, context, ids=("lnk_1", "one"))
    with pytest.raises(InvitationNotFound):
        use.end_invitation("lnk_1", w.BOB, context)
    use.end_invitation("lnk_1", ME, context)
    with pytest.raises(InvalidLink):
        accept(context, "one")


def test_no_secret_is_printed_or_in_the_audit_log() -> None:
    context = with_ann()
    sign_in(context)
    use.make_sign_in_link("ann", ME, context, ids=("lnk_1", "a token of a link"))
    assert (
        "token 1" not in repr(new())
        and "token" not in repr(w.audit_of(context))
        and GOOD not in repr(w.audit_of(context))
    )
