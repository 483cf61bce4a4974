"""What new parts are played on: the house's sampled instruments, unless somebody wants otherwise."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

import sounds_of_tests as s
from remixlab.domain.errors import EngineUnavailable
from remixlab.plan import SoundFontRef, parse
from remixlab.signal.sounds import SoundPack
from remixlab.usecases.making import instruments_for, instruments_of

PACK = cast("SoundPack", SimpleNamespace(name="remixlab-sounds 1.0.0", sha256="ab" * 32))
PARTS = [{"name": "drums", "sounds": PACK.name}, {"name": "vocals"}]


def house(pack: SoundPack | None) -> Any:
    return replace(s.making_of(), instruments=lambda: pack)


def test_the_sampled_instruments_play_where_nobody_wants_otherwise() -> None:
    plan = parse(s.FASTER)
    assert instruments_for(plan, house(PACK)) is PACK
    assert instruments_for(plan, house(None)) is None
    assert instruments_for(plan, house(PACK), synthesised=True) is None
    assert instruments_for(plan.played_on(SoundFontRef(name="X", sha256="0" * 64)), house(PACK)) is None


def test_the_parts_of_a_remix_are_those_that_were_heard_or_none() -> None:
    label = {"sounds_sha256": PACK.sha256, "parts": PARTS}
    assert instruments_of(label, house(PACK)) is PACK
    assert instruments_of({"parts": PARTS[1:]}, house(PACK)) is None, "it was synthesised"
    for other in (None, cast("SoundPack", SimpleNamespace(name="remixlab-sounds 2.0.0", sha256="cd" * 32))):
        with pytest.raises(EngineUnavailable, match=r"remixlab-sounds 1\.0\.0"):
            instruments_of(label, house(other))
