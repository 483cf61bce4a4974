"""Pictures of money: every micro-unit of the table is in them, and no name can break out of them."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

import royalties_strategies as a
from remixlab.domain.ledger import Play
from remixlab.domain.money import Money
from remixlab.domain.settlement import Facts, Pool
from remixlab.royalties import settle
from remixlab.royalties.pictures import BANDS_MAX, HEIGHT, Earned, earnings_svg, flow_svg, flows_of

SVG = "{http://www.w3.org/2000/svg}"


@settings(max_examples=30, deadline=None)
@given(a.many_plays, a.pools, a.all_facts)
def test_each_side_of_the_flow_sums_to_what_was_settled(
    plays: list[Play], pool: Pool, facts: Mapping[str, Facts]
) -> None:
    settled = settle("2026-11", plays, pool, facts)
    flows = flows_of(settled, {}, {})
    name = f"pool {pool.name}"
    assert sum(f.micro for f in flows if f.source == name) == settled.total_micro
    assert sum(f.micro for f in flows if f.source != name) == settled.total_micro
    drawn = ElementTree.fromstring(flow_svg(flows, "2026-11", "EUR"))
    told = drawn.findtext(f"{SVG}desc") or ""
    assert all(str(Money.of(flow.micro, "EUR")) in told for flow in flows), "the table is in the picture"


def test_names_are_words_and_never_marks_of_the_picture() -> None:
    settled = settle("2026-11", [a.play(0)], Pool(currency="EUR"), {"r0": a.facts()})
    evil = "<script>alert(1)</script>"
    drawn = flow_svg(flows_of(settled, {"r0": evil}, {"p0": evil}), evil, "EUR")
    assert "<script" not in drawn and "&lt;script&gt;" in drawn
    assert ElementTree.fromstring(drawn).findtext(f"{SVG}title") == evil


def test_many_remixes_are_drawn_as_few_and_none_is_lost() -> None:
    facts = {f"r{n}": a.facts(f"r{n}") for n in range(40)}
    settled = settle("2026-11", [a.play(n, f"r{n}", f"u{n}") for n in range(40)], Pool(currency="EUR"), facts)
    drawn = ElementTree.fromstring(flow_svg(flows_of(settled, {}, {}), "t", "EUR"))
    bars = [r for r in drawn.iter(f"{SVG}rect") if r.get("width") == "14"]
    assert len(bars) <= 1 + 2 * BANDS_MAX
    assert all(float(bar.get("y", "0")) + float(bar.get("height", "0")) <= HEIGHT for bar in bars)
    assert any((text.text or "").startswith("others, 29.00 EUR") for text in drawn.iter(f"{SVG}text"))


@pytest.mark.parametrize(
    "months", [[], [Earned("2026-11", 0)], [Earned("2026-10", 5_000_000), Earned("2026-11", 2_500_000)]]
)
def test_earnings_are_bars_as_high_as_they_are_much(months: list[Earned]) -> None:
    drawn = ElementTree.fromstring(earnings_svg(months, "Label", "EUR"))
    bars = [float(r.get("height", "0")) for r in drawn.iter(f"{SVG}rect")][1:]
    assert len(bars) == len(months)
    if len(months) == 2:
        assert bars[0] == pytest.approx(2 * bars[1], abs=0.2)
