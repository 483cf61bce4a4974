"""Telemetry around a use case: one log line and one duration for each call, with who asked and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from remixlab.domain.actor import Actor
from remixlab.domain.ports.telemetry import Telemetry

P = ParamSpec("P")
R = TypeVar("R")


def observed(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Wrap a use case `name` (`area.verb`); it takes an `Actor` and a context among its arguments.

    Only ids are noted: the account, never words of a prompt.
    """

    def around(use_case: Callable[P, R]) -> Callable[P, R]:
        @wraps(use_case)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            given = (*args, *kwargs.values())
            context = next((one for one in given if hasattr(one, "telemetry")), None)
            actor = next((one for one in given if isinstance(one, Actor)), None)
            if context is None:
                return use_case(*args, **kwargs)
            telemetry: Telemetry = context.telemetry  # pyright: ignore[reportAttributeAccessIssue]
            with telemetry.span(name, **({"account": actor.account} if actor else {})):
                return use_case(*args, **kwargs)

        return call

    return around
