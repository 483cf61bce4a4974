"""What an account may be called: nothing that reads like a party or like the workspace itself."""

from __future__ import annotations

import pytest

from remixlab.accounts import checked_name
from remixlab.domain.errors import InvalidAccount


@pytest.mark.parametrize("name", ["Ann", "Zoë  Müller", "Анна", "宇多田ヒカル", "ann-2"])
def test_a_name_is_kept_with_single_spaces(name: str) -> None:
    assert checked_name(f" {name} ", is_party=False) == " ".join(name.split())


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "...",
        "platform",
        "Plátform",
        "SUSPENSE",
        "suspense:unclaimed",
        "suspense: fraud_hold",
        "me",
        "Me.",
        "anonymous",
        "RemixLab",
        "party:label",
        "ann@example.org",
        "a\u202eb",
        "a\u200bb",
        "a\x00b",
        "x" * 201,
        "Lаntern",
        "Οmega Records",
    ],
)  # the last two are written with letters of another script
def test_a_name_that_misleads_is_none(name: str) -> None:
    with pytest.raises(InvalidAccount):
        checked_name(name, is_party=False)


def test_the_name_of_a_party_is_taken() -> None:
    with pytest.raises(InvalidAccount) as refused:
        checked_name("Lantern Row", is_party=True)
    assert refused.value.to_dict()["code"] == "account.name" and "membership" in refused.value.hint
