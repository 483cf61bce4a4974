"""The pool file: what there is to divide, and how. Amounts are written as people write money, never as floats."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from remixlab.domain.errors import InvalidMoney, InvalidPool
from remixlab.domain.money import Money
from remixlab.domain.settlement import Counting, Pool

_AMOUNTS = {"fee": "fee_micro", "amount": "amount_micro", "play": "play_micro"}


def read_pool(text: str | None, currency: str) -> Pool:
    """Read a pool file; without one, every listener's fee of 1.00 goes where they listened. Raises: InvalidPool.

    `currency` is what the workspace keeps its books in: what is meant where the file names none.

    method = "user-centric"     # or pro-rata, per-play
    currency = "EUR"
    fee = "2.50"                # what each listener paid; [fees] names those who paid something else
    [counting]
    length_min_ms = 30000
    """
    if text is None:
        return Pool(currency=currency)
    try:
        tree = tomllib.loads(text, parse_float=Decimal)
        return _pool(tree, currency)
    except tomllib.TOMLDecodeError as wrong:
        raise InvalidPool(f"the pool file cannot be read: {wrong}") from wrong
    except InvalidMoney as wrong:
        raise InvalidPool(wrong.message, hint=wrong.hint) from wrong
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the pool"
        raise InvalidPool(
            f"the pool file says something that we don't understand at '{place}': {first['msg']}"
        ) from wrong


def _pool(tree: Mapping[str, Any], currency: str) -> Pool:
    currency = str(tree.get("currency", currency))
    fields = {key: value for key, value in tree.items() if key not in (*_AMOUNTS, "fees", "counting")}
    for written, name in _AMOUNTS.items():
        if written in tree:
            fields[name] = _micro(tree[written], currency)
    fees = tree.get("fees", {})
    if not isinstance(fees, dict):
        raise InvalidPool("'fees' is a table of listeners and what they paid")
    fields["fees_micro"] = {str(listener): _micro(amount, currency) for listener, amount in fees.items()}
    return Pool.model_validate(
        fields | {"currency": currency, "counting": Counting.model_validate(tree.get("counting", {}))}
    )


def _micro(amount: Any, currency: str) -> int:
    money = Money.parse(str(amount), currency)
    if money.currency != currency or money.micro < 0:
        raise InvalidPool(f"'{amount}' is not an amount of {currency}")
    return money.micro
