"""What every registry promises of its transactions: the port suite; each area has a file of its own."""

from __future__ import annotations

import pytest

import registry_strategies as a
from remixlab.domain.ports.records.transaction import Registry


def test_a_failure_in_the_middle_keeps_nothing_of_it(registry: Registry) -> None:
    with pytest.raises(RuntimeError), a.writing(registry) as records:
        a.fill(records)
        raise RuntimeError("the power went out")
    with registry.read() as records:
        assert records.catalogue.find_recording("rec_1") is None
        assert records.catalogue.parties().items == ()
        assert records.rights.epoch() == 0
