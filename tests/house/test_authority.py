"""Ten thousand calls of every operation by every kind of actor, against a table that was written by hand.

The table says who may do what to which thing of a small world. It is written from the docs and knows nothing of
`accounts.RULES`: if rules and table come apart, one of them is wrong. Nothing is made in sound here: an operation that
gets as far as an engine was allowed.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import random
import sys
from collections.abc import Iterator
from itertools import chain, combinations
from typing import Any, Final

import pytest

import remixlab.usecases
import world_of_tests as w
from authority_of_tests import (
    ACCOUNTS,
    ALL,
    ANN,
    ASKS_NOTHING,
    OPEN,
    OPERATIONS,
    PARTIES,
    STRANGER,
    Operation,
    SoundMade,
    world,
)
from remixlab import accounts as rooms
from remixlab.accounts import Action
from remixlab.domain.actor import Actor, Role
from remixlab.domain.errors import NotAllowed, NotFound, RemixLabError, SignInNeeded
from remixlab.domain.ledger import Play
from remixlab.usecases import sharing

CALLS: Final = 10_000


def is_in(table: set[str], actor: Actor) -> bool:
    """What the table says, by nothing but names."""
    if actor.is_anonymous:
        return STRANGER in table
    mine = {ALL, actor.account, *(f"party:{party}" for party in actor.acts_for), *(role.value for role in actor.roles)}
    return bool(table & mine)


def outcome(operation: Operation, actor: Actor, about: str) -> str:
    """How a call ends: whatever else goes wrong after the check, it was allowed."""
    try:
        operation.call(world(), actor, about)
    except SignInNeeded:
        return "signed out"
    except NotAllowed:
        return "refused"
    except NotFound:
        return "hidden"
    except (RemixLabError, SoundMade):
        return "allowed"
    return "allowed"


def wrong(name: str, actor: Actor, about: str) -> str | None:
    """What is wrong with a call, as a sentence; None where rules and table agree."""
    operation = OPERATIONS[name]
    found, allowed = outcome(operation, actor, about), is_in(operation.who[about], actor)
    silent = operation.hidden and not actor.is_anonymous  # who has no account may be asked for one instead
    if (found == "allowed") != allowed or (silent and not allowed and found != "hidden"):
        named = f"{actor.account}, {sorted(actor.roles)}, for {sorted(actor.acts_for)}"
        return f"{name} about '{about}' by {named}: {found}, and the table says {'allowed' if allowed else 'no'}"
    return None


def calls(dice: random.Random, names: list[str]) -> Iterator[tuple[str, Actor, str]]:
    """Calls without end: any operation about anything it can be about, by anybody."""
    some = (0, 0, 0, 1, 1, 2, len(PARTIES))
    while True:
        name = dice.choice(names)
        roles = dice.sample(sorted(Role), dice.choice((0, 1, 1, 1, 2, 3, len(Role))))
        who = w.actor(dice.choice(ACCOUNTS), *dice.sample(PARTIES, dice.choice(some)), roles=roles)
        who = w.NOBODY if dice.random() < 0.1 else who
        yield name, who, dice.choice(sorted(OPERATIONS[name].who))


def every_kind_of_actor() -> Iterator[Actor]:
    """Each account by itself; a stranger with each role alone, with none, and for each party alone; nobody."""
    yield w.NOBODY
    yield from (w.actor(account) for account in ACCOUNTS)
    yield from (w.actor("bob", roles=roles) for roles in ((), *((role,) for role in Role)))
    yield from (w.actor("bob", party, roles=()) for party in PARTIES)


def faults(name: str) -> Iterator[str]:
    """Where an operation and the table come apart."""
    return (
        said for about in OPERATIONS[name].who for actor in every_kind_of_actor() if (said := wrong(name, actor, about))
    )


def asked_by(name: str, monkeypatch: pytest.MonkeyPatch) -> set[Action]:
    """The actions that an operation asks for when it is called by somebody who may do anything."""
    asked: set[Action] = set()

    def listening(actor: Actor, action: Action, *about: Any) -> Any:
        asked.add(action)
        return rooms.may(actor, action, *about)

    owner = w.actor(ANN, *PARTIES, roles=list(Role))
    with monkeypatch.context() as listened:
        listened.setattr(sys.modules["remixlab.accounts.may"], "may", listening)
        for about in OPERATIONS[name].who:
            outcome(OPERATIONS[name], owner, about)
    return asked


def files_that_check() -> list[str]:
    """The files above the accounts room that ask `must`."""
    every = sorted(
        name
        for name, m in sys.modules.items()
        if name.startswith("remixlab.") and getattr(m, "must", None) is rooms.must
    )
    return [name for name in every if not name.startswith("remixlab.accounts")]


def plant_no_check(monkeypatch: pytest.MonkeyPatch, files: list[str]) -> None:
    assert files
    for file in files:
        monkeypatch.setattr(sys.modules[file], "must", lambda *_, **__: None)


def test_ten_thousand_calls_end_as_the_table_says() -> None:
    drawn = calls(random.Random(20261201), sorted(OPERATIONS))
    found = {said for _ in range(CALLS) if (said := wrong(*next(drawn)))}
    assert sorted(found) == []


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_kind_of_actor_is_answered_as_the_table_says(name: str) -> None:
    assert list(faults(name)) == []


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_asks_for_its_own_action(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert OPERATIONS[name].action in asked_by(name, monkeypatch)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_a_check_that_is_missing_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted away: the table tells where not everybody may, and else the question that nobody asks any more."""
    plant_no_check(monkeypatch, files_that_check())
    for_all = all(who == OPEN for who in OPERATIONS[name].who.values())
    assert (next(faults(name), None) is not None) != for_all
    assert OPERATIONS[name].action not in asked_by(name, monkeypatch)


@pytest.mark.parametrize("file", files_that_check())
def test_a_check_that_is_missing_in_one_file_is_noticed(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant_no_check(monkeypatch, [file])
    asked = (name for name in sorted(OPERATIONS) if OPERATIONS[name].action not in asked_by(name, monkeypatch))
    told = (name for name in sorted(OPERATIONS) if next(faults(name), None))
    assert next(asked, None) or next(told, None)


def test_every_function_that_takes_an_actor_is_in_the_table() -> None:
    known = {name.split(" ")[0] for name in OPERATIONS}
    assert set(actor_functions()) - known - set(ASKS_NOTHING) == set()
    assert known & set(ASKS_NOTHING) == set()


def actor_functions() -> Iterator[str]:
    """What the surfaces of the areas offer and takes an actor."""
    for area in pkgutil.iter_modules(remixlab.usecases.__path__, "remixlab.usecases."):
        surface = importlib.import_module(area.name)
        for name in getattr(surface, "__all__", ()):
            offered = getattr(surface, name)
            if inspect.isfunction(offered) and "actor" in inspect.signature(offered).parameters:
                yield name


def test_every_action_is_somebodys_to_do_here() -> None:
    assert {operation.action for operation in OPERATIONS.values()} == set(Action)


def test_a_listen_is_reported_by_who_listened() -> None:
    heard = Play(play_id="p", remix_id="rmx_shared", listener=ANN, at=w.NOW, length_ms=1, territory="US")
    assert sharing.play(heard, w.ANN, world().context).counted
    for who in (w.BOB, w.OPERATOR):
        with pytest.raises(NotAllowed):
            sharing.play(heard, who, world().context)


def test_nobody_and_everybody_with_a_single_role_is_drawn() -> None:
    sets = set(map(frozenset, chain.from_iterable(combinations(Role, size) for size in (0, 1))))
    drawn = calls(random.Random(20261201), sorted(OPERATIONS))
    assert sets <= {next(drawn)[1].roles for _ in range(CALLS)}
