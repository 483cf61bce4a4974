"""Dividing a whole so that the parts add up to it again, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K", int, str, tuple[str, str])


def split(whole: int, weights: Mapping[K, int]) -> dict[K, int]:
    """Divide by weight: everybody gets the floor, the largest remainders get one unit more, ties go by key.

    Law: the parts sum to the whole, no part is more than one unit from its exact value, the order of the
    weights does not matter. Weights of zero get nothing. Source: Hamilton's method.
    Raises: ValueError when the whole or a weight is negative or all weights are zero while there is something to
    divide.
    """
    total = sum(weights.values())
    if whole < 0 or any(weight < 0 for weight in weights.values()):
        raise ValueError("neither the whole nor a weight may be negative")
    if total == 0:
        if whole:
            raise ValueError("there is nobody to divide it among")
        return dict.fromkeys(weights, 0)
    parts: dict[K, int] = {}
    remainders: list[tuple[int, K]] = []
    for key in sorted(weights):
        parts[key], remainder = divmod(whole * weights[key], total)
        remainders.append((-remainder, key))
    for _, key in sorted(remainders)[: whole - sum(parts.values())]:
        parts[key] += 1
    return parts
