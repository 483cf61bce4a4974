"""API keys say who somebody is and may; the audit log says what they did; a request sent twice is done once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import world_of_tests as w
from remixlab.domain.actor import Role
from remixlab.domain.errors import (
    AccountNotFound,
    IdempotencyClash,
    Invalid,
    InvalidAccount,
    InvalidKey,
    KeyNotFound,
    NotAllowed,
)
from remixlab.domain.ports.records.accounts import ApiKey
from remixlab.domain.rights import Tier
from remixlab.usecases.accounts import (
    actor_named,
    actor_of_key,
    create_key,
    list_keys,
    read_audit,
    revoke_key,
    run_once,
    set_standing,
)
from remixlab.usecases.accounts.actors import roles_of, scopes_of, tier_of
from remixlab.usecases.rights import ConsentForm, set_consent

IDS = ("k1", "s3cr3t_of_32_bytes")


@given(st.frozensets(st.sampled_from(Role), min_size=1), st.sampled_from(Tier))
def test_scopes_say_roles_and_tier_and_are_read_again(roles: frozenset[Role], tier: Tier) -> None:
    assert (roles_of(scopes_of(roles, tier)), tier_of(scopes_of(roles, tier))) == (roles, tier)


@pytest.mark.parametrize("scopes", [(), ("use",), ("root", "tier:emperor")])
def test_a_key_that_names_no_role_is_a_fans(scopes: tuple[str, ...]) -> None:
    assert (roles_of(scopes), tier_of(scopes)) == (frozenset({Role.FAN}), Tier.FREE)


def test_of_several_tiers_the_least_counts() -> None:
    assert tier_of(["tier:creator", "tier:member"]) is Tier.MEMBER


def test_a_key_opens_as_much_of_its_account_as_its_scopes_let_through() -> None:
    context = w.records_of()
    w.enrolled(context, "row", "label", "other", roles=[Role.LABEL_ADMIN, Role.FAN], tier=Tier.CREATOR)
    made = create_key("row", w.OPERATOR, context, roles=[Role.LABEL_ADMIN], tier=Tier.MEMBER, ids=IDS)
    assert made.key == "rl_k1_s3cr3t_of_32_bytes"
    who = actor_of_key(made.key, context, territory="SE", at=w.NOW)
    assert (who.account, who.acts_for, who.roles, who.tier) == (
        "row",
        {"label", "other"},
        {Role.LABEL_ADMIN},
        Tier.MEMBER,
    )
    assert (who.territory, who.at) == ("SE", w.NOW)
    narrow = create_key("row", w.OPERATOR, context, parties=["Lantern Row"], ids=("k2", "two"))
    only = actor_of_key(narrow.key, context, territory="US", at=w.NOW)
    assert only.acts_for == {"label"} and [m.party_id for m in only.mandates] == ["label"]


def test_a_key_gives_nothing_that_its_account_has_no_more() -> None:
    context = w.records_of()
    ann = w.enrolled(context, "ann", "label", roles=[Role.OPERATOR], tier=Tier.CREATOR)
    made = create_key("ann", w.OPERATOR, context, roles=[Role.OPERATOR], tier=Tier.CREATOR, ids=IDS)
    with context.write() as records:
        records.people.change_account(ann.model_copy(update={"roles": frozenset({Role.FAN}), "tier": Tier.FREE}))
        records.people.end_membership("mem_ann_0", w.NOW)
        w.enter(records)
    who = actor_of_key(made.key, context, territory="US", at=w.NOW)
    assert (who.acts_for, who.mandates, who.roles, who.tier) == (frozenset(), (), frozenset(), Tier.FREE)
    set_standing("ann", w.OPERATOR, context, disabled=True)
    with pytest.raises(InvalidKey):
        actor_of_key(made.key, context, territory="US", at=w.NOW)


@pytest.mark.parametrize("name", ["lantern row", "LANTERN ROW", "Lantern Row", "label"])
def test_a_key_of_who_is_called_like_a_party_acts_for_no_party(name: str) -> None:
    """As an account can have come from before names were looked at."""
    context = w.records_of()
    w.enrolled(context, name)
    made = create_key(name, w.OPERATOR, context, ids=IDS)
    who = actor_of_key(made.key, context, territory="US", at=w.NOW)
    assert (who.acts_for, who.roles, who.tier) == (frozenset(), {Role.FAN}, Tier.FREE)


def test_a_key_is_made_for_an_account_that_there_is() -> None:
    context = w.records_of()
    with pytest.raises(AccountNotFound):
        create_key("somebody", w.OPERATOR, context, ids=IDS)


def test_who_makes_a_key_for_themselves_gives_it_no_more_than_they_have() -> None:
    context = w.records_of()
    w.enrolled(context, "ann")
    assert create_key("ann", w.ANN, context, ids=IDS).user == "ann"
    wanted = ({"roles": [Role.OPERATOR]}, {"tier": Tier.CREATOR}, {"parties": ["label"]}, {"roles": [Role.ARTIST]})
    for more in wanted:
        with pytest.raises(NotAllowed):
            create_key("ann", w.ANN, context, ids=("k2", "two"), **more)
    with pytest.raises(NotAllowed):
        create_key("ann", w.BOB, context, ids=("k2", "two"))


def test_a_key_ends_when_it_was_said_to() -> None:
    context = w.records_of()
    w.enrolled(context, "ann")
    soon = w.NOW + timedelta(days=1)
    made = create_key("ann", w.ANN, context, expires_at=soon, ids=IDS)
    assert actor_of_key(made.key, context, territory="US", at=w.NOW).account == "ann"
    with pytest.raises(InvalidKey):
        actor_of_key(made.key, context, territory="US", at=soon)
    with pytest.raises(Invalid):
        create_key("ann", w.ANN, context, expires_at=w.NOW, ids=("k2", "two"))


@pytest.mark.parametrize("key", ["", "rl", "rl_k1", "rl_k1_wrong", "xx_k1_s3cr3t_of_32_bytes", "k1_s3cr3t_of_32_bytes"])
def test_what_is_no_key_opens_nothing(key: str) -> None:
    context = w.records_of()
    w.enrolled(context, "ann")
    create_key("ann", w.OPERATOR, context, ids=IDS)
    with pytest.raises(InvalidKey):
        actor_of_key(key, context, territory="US", at=w.NOW)


def test_a_revoked_key_opens_nothing() -> None:
    context = w.records_of()
    w.enrolled(context, "ann")
    made = create_key("ann", w.OPERATOR, context, ids=IDS)
    assert revoke_key(made.key, w.ANN, context).user == "ann"
    with pytest.raises(InvalidKey):
        actor_of_key(made.key, context, territory="US", at=w.NOW)
    with pytest.raises(KeyNotFound):
        revoke_key("k2", w.OPERATOR, context)


def test_a_key_out_of_date_opens_nothing() -> None:
    context = w.records_of()
    w.enrolled(context, "ann")
    with context.write() as records:
        records.accounts.add_api_key(ApiKey("old", "ann", frozenset(), w.NOW), "secret", w.NOW - timedelta(days=1))
        w.enter(records)
    assert actor_of_key("rl_old_secret", context, territory="US", at=w.NOW - timedelta(seconds=1)).account == "ann"
    with pytest.raises(InvalidKey):
        actor_of_key("rl_old_secret", context, territory="US", at=w.NOW)


def test_only_the_operator_makes_keys_for_others_and_others_keys_do_not_exist() -> None:
    context = w.records_of()
    w.enrolled(context, "ann")
    for who in (w.BOB, w.AUDITOR):
        with pytest.raises(NotAllowed):
            create_key("ann", who, context, roles=[Role.OPERATOR], ids=IDS)
    create_key("ann", w.OPERATOR, context, ids=IDS)
    with pytest.raises(KeyNotFound):
        revoke_key("k1", w.BOB, context)


def test_keys_are_listed_to_their_owner_and_the_operator() -> None:
    context = w.records_of()
    w.enrolled(context, "ann")
    w.enrolled(context, "bob")
    create_key("ann", w.OPERATOR, context, ids=("k1", "one"))
    create_key("bob", w.OPERATOR, context, ids=("k2", "two"))
    assert [key.key_id for key in list_keys(w.ANN, context).items] == ["k1"]
    assert [key.key_id for key in list_keys(w.OPERATOR, context).items] == ["k1", "k2"]
    assert [key.key_id for key in list_keys(w.OPERATOR, context, user="bob").items] == ["k2"]
    with pytest.raises(NotAllowed):
        list_keys(w.ANN, context, user="bob")


def test_a_secret_is_neither_printed_nor_logged() -> None:
    context = w.records_of()
    w.enrolled(context, "ann")
    made = create_key("ann", w.OPERATOR, context, ids=IDS)
    assert IDS[1] not in repr(made)
    assert IDS[1] not in repr(w.audit_of(context))


def test_the_owner_of_the_files_works_as_whom_they_name() -> None:
    context = w.records_of()
    w.enrolled(context, "acc_7", "band", name="Vera", roles=[Role.AUDITOR])
    assert actor_named("lantern  row", context, territory="US", at=w.NOW).acts_for == {"label"}
    for reference in ("acc_7", "vera"):
        vera = actor_named(reference, context, territory="US", at=w.NOW)
        assert (vera.account, vera.acts_for, vera.roles) == ("acc_7", {"band"}, {Role.AUDITOR})
    me = actor_named("me", context, roles=[Role.OPERATOR], territory="US", at=w.NOW)
    assert (me.acts_for, me.roles) == (frozenset(), {Role.OPERATOR})


@pytest.mark.parametrize("name", ["platform", "suspense:unclaimed", "SUSPENSE:FRAUD_HOLD", "anonymous"])
def test_nobody_works_as_who_is_nobody(name: str) -> None:
    with pytest.raises(InvalidAccount):
        actor_named(name, w.records_of(), territory="US", at=w.NOW)


def test_the_audit_log_says_who_did_what_in_order() -> None:
    context = w.records_of()
    w.enrolled(context, "ann")
    set_consent(ConsentForm(recording="rec_open"), w.actor("row", "label"), context)
    create_key("ann", w.OPERATOR, context, ids=IDS)
    revoke_key("k1", w.ANN, context)
    read = [(e.account, e.action) for e in read_audit(w.AUDITOR, context).items if e.account != "a test"]
    assert read == [("row", "rights.consents.set"), ("desk", "accounts.key.create"), ("ann", "accounts.key.revoke")]
    assert [e.action for e in read_audit(w.OPERATOR, context, account="ann").items] == ["accounts.key.revoke"]
    for who in (w.ANN, w.actor("row", "label")):
        with pytest.raises(NotAllowed):
            read_audit(who, context)


def test_a_request_sent_twice_is_done_once() -> None:
    context = w.records_of()
    done: list[int] = []

    def start() -> str:
        done.append(1)
        return f"answer {len(done)}"

    assert [run_once("key", "body", start, w.ANN, context) for _ in range(3)] == ["answer 1"] * 3
    assert run_once("key", "body", start, w.BOB, context) == "answer 2"
    with pytest.raises(IdempotencyClash):
        run_once("key", "another body", start, w.ANN, context)
    later = w.ANN.model_copy(update={"at": w.NOW + timedelta(days=1)})
    assert run_once("key", "another body", start, later, context) == "answer 3"


def test_a_request_that_failed_may_be_tried_again() -> None:
    context = w.records_of()

    def fail() -> str:
        raise RuntimeError("lightning")

    with pytest.raises(RuntimeError):
        run_once("key", "body", fail, w.ANN, context)
    assert run_once("key", "body", lambda: "done", w.ANN, context) == "done"


def test_a_request_under_way_is_not_started_again() -> None:
    context = w.records_of()

    def again() -> str:
        with pytest.raises(IdempotencyClash):
            run_once("key", "body", lambda: "twice", w.ANN, context)
        return "once"

    assert run_once("key", "body", again, w.ANN, context) == "once"
