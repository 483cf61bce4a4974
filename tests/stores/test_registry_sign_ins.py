"""Passkeys, identities and ceremonies: the port suite, on every engine and in memory."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import registry_strategies as a
import world_of_tests as w
from remixlab.domain.accounts import Identity, LinkKind, OidcCeremony, Passkey, PasskeyCeremony
from remixlab.domain.errors import IdentityTaken, PasskeyExists
from remixlab.domain.page import follow
from remixlab.domain.ports.records.sign_ins import Collected
from remixlab.domain.ports.records.transaction import Registry

from .test_registry_people import account, link, session

HOUR = timedelta(hours=1)


def passkey(number: str, account_id: str = "acc_1", **more: Any) -> Passkey:
    fields = {
        "name": "A device", "credential_id": f"credential {number}", "public_key": "key", "handle": "handle",
        "relying_party": "localhost", "created_at": a.NOW, **more,
    }  # fmt: skip
    return Passkey(passkey_id=number, account_id=account_id, **fields)


def ceremony(**more: Any) -> PasskeyCeremony:
    fields = {"kind": "passkey.new", "challenge": "c", "origin": "http://localhost", "relying_party": "localhost"}
    return PasskeyCeremony(**{**fields, "expires_at": a.NOW + HOUR, **more})


def kept(registry: Registry, *passkeys: Passkey) -> None:
    with registry.write() as records:
        for one in passkeys:
            records.sign_ins.add_passkey(one)
        w.enter(records)


def test_a_passkey_is_found_by_its_id_and_by_the_name_its_device_gives_it(registry: Registry) -> None:
    one = passkey("psk_1", backed_up=True, sign_count=7)
    kept(registry, one, passkey("psk_2", "acc_2"))
    with registry.read() as records:
        assert records.sign_ins.find_passkey("psk_1") == records.sign_ins.passkey_of("credential psk_1") == one
        assert records.sign_ins.find_passkey("psk_9") is None and records.sign_ins.passkey_of("psk_1") is None


def test_passkeys_are_listed_for_their_account_page_after_page(registry: Registry) -> None:
    kept(registry, *(passkey(f"psk_{n}") for n in range(5)), passkey("psk_9", "acc_2"))
    with registry.read() as records:

        def pages(after: str | None = None, limit: int = 2) -> Any:
            return records.sign_ins.passkeys(after, 2, account_id="acc_1")

        assert [one.passkey_id for one in follow(pages)] == [f"psk_{n}" for n in range(5)]


def test_no_passkey_is_kept_twice(registry: Registry) -> None:
    kept(registry, passkey("psk_1"))
    with pytest.raises(PasskeyExists), registry.write() as records:
        records.sign_ins.add_passkey(passkey("psk_2", "acc_2", credential_id="credential psk_1"))
        w.enter(records)
    with registry.read() as records:
        assert records.sign_ins.find_passkey("psk_2") is None


def test_a_passkey_is_renamed_used_and_removed(registry: Registry) -> None:
    kept(registry, passkey("psk_1"), passkey("psk_2"), passkey("psk_3", "acc_2"))
    with registry.write() as records:
        assert records.sign_ins.rename_passkey("psk_1", "Her phone")
        assert not records.sign_ins.rename_passkey("psk_9", "Nobody's")
        noted = {"sign_count": 4, "backed_up": True, "at": a.NOW + HOUR}
        assert records.sign_ins.use_passkey("psk_1", before=0, **noted)
        assert not records.sign_ins.use_passkey("psk_1", before=0, **noted), "of two at once one is too late"
        w.enter(records)
    with registry.read() as records:
        wanted = {"name": "Her phone", "sign_count": 4, "backed_up": True, "used_at": a.NOW + HOUR}
        assert records.sign_ins.find_passkey("psk_1") == passkey("psk_1").model_copy(update=wanted)
    with registry.write() as records:
        assert records.sign_ins.remove_passkey("psk_1") and not records.sign_ins.remove_passkey("psk_1")
        assert records.sign_ins.remove_passkeys("acc_1") == 1
        w.enter(records)
    with registry.read() as records:
        assert records.sign_ins.passkeys(account_id="acc_1").items == ()
        assert records.sign_ins.find_passkey("psk_3") is not None


@pytest.mark.parametrize("act", ["add_passkey", "rename_passkey", "remove_passkey", "remove_passkeys", "add_identity"])
def test_what_opens_an_account_changes_only_with_an_audit_entry(registry: Registry, act: str) -> None:
    kept(registry, passkey("psk_1"))
    given = {
        "add_passkey": (passkey("psk_2"),), "rename_passkey": ("psk_1", "x"), "remove_passkey": ("psk_1",),
        "remove_passkeys": ("acc_1",), "add_identity": (identity(),),
    }  # fmt: skip
    with pytest.raises(AssertionError, match="audit"), registry.write() as records:
        getattr(records.sign_ins, act)(*given[act])


def identity(account_id: str = "acc_1", subject: str = "s1") -> Identity:
    return Identity(issuer="https://id.example", subject=subject, account_id=account_id, linked_at=a.NOW)


def test_an_identity_belongs_to_one_account(registry: Registry) -> None:
    with registry.write() as records:
        records.sign_ins.add_identity(identity())
        records.sign_ins.add_identity(identity(subject="s0"))
        w.enter(records)
    with pytest.raises(IdentityTaken), registry.write() as records:
        records.sign_ins.add_identity(identity("acc_2"))
        w.enter(records)
    with registry.read() as records:
        assert records.sign_ins.identity_of("https://id.example", "s1") == identity()
        assert records.sign_ins.identity_of("https://id.example/", "s1") is None
        assert [one.subject for one in records.sign_ins.identities("acc_1")] == ["s0", "s1"]
    with registry.write() as records:
        assert records.sign_ins.remove_identity("https://id.example", "s1")
        assert not records.sign_ins.remove_identity("https://id.example", "s1")
        w.enter(records)


@pytest.mark.parametrize(
    "begun",
    [
        ceremony(kind="passkey.sign_in"),
        ceremony(account_id="acc_1", session_id="ses_1", handle="h"),
        OidcCeremony(
            provider="work", state="s", nonce="n", verifier="v", redirect_uri="https://x/y", expires_at=a.NOW + HOUR
        ),
    ],
)
def test_what_was_begun_is_taken_once_as_it_was(registry: Registry, begun: Any) -> None:
    with registry.write() as records:
        records.sign_ins.begin_ceremony(begun, "token")
    with registry.write() as records:
        assert records.sign_ins.take_ceremony("another", a.NOW) is None
        assert records.sign_ins.take_ceremony("token", a.NOW) == begun
        assert records.sign_ins.take_ceremony("token", a.NOW) is None


def test_what_was_begun_too_long_ago_is_taken_by_nobody(registry: Registry) -> None:
    with registry.write() as records:
        records.sign_ins.begin_ceremony(ceremony(), "token")
        assert records.sign_ins.take_ceremony("token", a.NOW + HOUR) is None
        assert records.sign_ins.take_ceremony("token", a.NOW) is None, "and not later either"


def test_who_has_a_passkey_can_sign_in(registry: Registry) -> None:
    with registry.write() as records:
        records.people.add_account(account())
        w.enter(records)
    with registry.read() as records:
        assert records.people.can_anybody_sign_in() is False
    kept(registry, passkey("psk_1"))
    with registry.read() as records:
        assert records.people.can_anybody_sign_in() is True
    with registry.write() as records:
        records.people.change_account(account(disabled=True))
        w.enter(records)
    with registry.read() as records:
        assert records.people.can_anybody_sign_in() is False


def test_what_is_over_leaves_for_good_and_what_is_in_force_stays(registry: Registry) -> None:
    with registry.write() as records:
        for number in ("ses_1", "ses_2"):
            records.people.add_session(session(number), f"token of {number}")
        for number in ("lnk_1", "lnk_2"):
            records.people.add_link(link(number, account_id="acc_1"), f"token of {number}")
        late = {"expires_at": a.NOW + 9 * HOUR}
        records.people.add_session(session("ses_3").model_copy(update=late), "token of ses_3")
        records.people.add_link(link("lnk_3", account_id="acc_1").model_copy(update=late), "token of lnk_3")
        records.sign_ins.begin_ceremony(ceremony(), "old")
        records.sign_ins.begin_ceremony(ceremony(**late), "new")
        records.accounts.begin_request("acc_1", "old", "digest", at=a.NOW, expires_at=a.NOW + HOUR)
        records.accounts.begin_request("acc_1", "new", "digest", at=a.NOW, expires_at=a.NOW + 9 * HOUR)
        w.enter(records)
    with registry.write() as records:
        assert records.sign_ins.collect(a.NOW + HOUR, a.NOW) == Collected(0, 0, 0, 0)
        assert records.sign_ins.collect(a.NOW + 2 * HOUR, a.NOW + 2 * HOUR) == Collected(2, 2, 1, 1)
        assert records.sign_ins.collect(a.NOW + 2 * HOUR, a.NOW + 2 * HOUR) == Collected(0, 0, 0, 0)
        assert records.sign_ins.take_ceremony("new", a.NOW + 2 * HOUR) is not None
    with registry.read() as records:
        assert records.people.session_of("token of ses_3", a.NOW + 2 * HOUR) is not None
        assert [one.link_id for one in records.people.links(LinkKind.SIGN_IN, a.NOW).items] == ["lnk_3"]
