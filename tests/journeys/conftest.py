"""The small house of the journeys, made once a session; all journeys run in one process, so that it is made only once."""

from __future__ import annotations

from pathlib import Path

import pytest

from house_of_tests import home, house_folder, run

__all__ = ["home", "house_folder", "run"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("journeys"))
