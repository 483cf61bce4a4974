"""Account records: the port suite, on every engine and in memory."""

from __future__ import annotations

from datetime import timedelta

import pytest

import registry_strategies as a
from remixlab.domain.errors import (
    IdempotencyClash,
)
from remixlab.domain.ports.records.accounts import ApiKey
from remixlab.domain.ports.records.transaction import Registry


def test_a_request_is_done_once_and_answered_the_same_again(registry: Registry) -> None:
    soon = a.NOW + timedelta(hours=1)
    with registry.write() as records:
        assert records.accounts.begin_request("me", "k", "h1", at=a.NOW, expires_at=soon) is None
    with pytest.raises(IdempotencyClash, match="under way"), registry.write() as records:
        records.accounts.begin_request("me", "k", "h1", at=a.NOW, expires_at=soon)
    with registry.write() as records:
        records.accounts.end_request("me", "k", 201, '{"ok":true}', expires_at=soon)
        assert records.accounts.begin_request("me", "k", "h1", at=a.NOW, expires_at=soon) == (201, '{"ok":true}')
        assert records.accounts.begin_request("you", "k", "h2", at=a.NOW, expires_at=soon) is None
    with pytest.raises(IdempotencyClash, match="another request"), registry.write() as records:
        records.accounts.begin_request("me", "k", "h2", at=a.NOW, expires_at=soon)
    with registry.write() as records:
        records.accounts.forget_request("you", "k")
        assert records.accounts.begin_request("you", "k", "h3", at=a.NOW, expires_at=soon) is None
        assert records.accounts.begin_request("me", "k", "h2", at=soon, expires_at=soon + timedelta(hours=1)) is None


def test_a_request_whose_process_was_lost_frees_its_key(registry: Registry) -> None:
    soon, later = a.NOW + timedelta(minutes=2), a.NOW + timedelta(days=1)
    with registry.write() as records:
        assert records.accounts.begin_request("me", "lost", "h1", at=a.NOW, expires_at=soon) is None
    with registry.write() as records:
        assert (
            records.accounts.begin_request("me", "lost", "h1", at=soon, expires_at=soon + timedelta(minutes=2)) is None
        )
        records.accounts.end_request("me", "lost", 202, "{}", expires_at=later)
    with registry.write() as records:
        assert records.accounts.begin_request("me", "lost", "h1", at=soon + timedelta(hours=1), expires_at=later) == (
            202,
            "{}",
        )


def test_an_api_key_opens_with_its_secret_until_it_ends(registry: Registry) -> None:
    key = ApiKey("k1", "studio", frozenset({"read", "remix"}), a.NOW + timedelta(days=1))
    with a.writing(registry) as records:
        records.accounts.add_api_key(key, "s3cret", a.NOW)
    with registry.read() as records:
        assert records.accounts.api_key("k1", "s3cret", a.NOW) == key
        assert records.accounts.api_key("k1", "wrong", a.NOW) is None
        assert records.accounts.api_key("k2", "s3cret", a.NOW) is None
        assert records.accounts.api_key("k1", "s3cret", a.NOW + timedelta(days=1)) is None
    with a.writing(registry) as records:
        assert records.accounts.revoke_api_key("k1", a.NOW)
        assert records.accounts.api_key("k1", "s3cret", a.NOW) is None


def test_keys_in_force_are_listed_without_their_secrets(registry: Registry) -> None:
    keys = [ApiKey(f"k{number}", "ada" if number % 2 else "bob", frozenset({"operator"}), None) for number in range(4)]
    with a.writing(registry) as records:
        for key in keys:
            records.accounts.add_api_key(key, "s3cret", a.NOW)
        assert records.accounts.revoke_api_key("k1", a.NOW)
        assert not records.accounts.revoke_api_key("k9", a.NOW)
    with registry.read() as records:
        assert records.accounts.api_keys().items == (keys[0], keys[2], keys[3])
        assert records.accounts.api_keys(principal="ada").items == (keys[3],)
        assert records.accounts.find_api_key("k1") == keys[1]
        assert records.accounts.find_api_key("k9") is None
