"""An outsider's afternoon: each attack gets nothing, and would get something through a planted hole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .attacks_of_tests import ATTACKS, UNDER_TLS
from .conftest import make_world

PUBLIC = {"REMIXLAB_PUBLIC_URL": "https://remix.example"}
EVERY = [*((name, attack, {}) for name, attack in ATTACKS.items()),
         *((name, attack, PUBLIC) for name, attack in UNDER_TLS.items())]  # fmt: skip


def test_an_afternoon_is_long() -> None:
    assert len(EVERY) >= 40


@pytest.mark.parametrize(("attack", "settings"), [one[1:] for one in EVERY], ids=[one[0] for one in EVERY])
def test_an_attack_gets_nothing_and_would_get_something_through_a_hole(
    attack: Any, settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not attack.tried(make_world(tmp_path / "closed", settings)), "it got something"
    attack.hole(monkeypatch)
    assert attack.tried(make_world(tmp_path / "open", settings)), "it would not have worked anyway: it proves nothing"
