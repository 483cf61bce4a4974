"""Pictures of money as SVG, each with the table behind it: where a month's pool went, and what a party earned when.

The flow is a Sankey diagram: bands from the pool over remixes to parties, as wide as the money is much.
Source: M. Schmidt, The Sankey Diagram in Energy and Material Flow Management, 2008.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from remixlab.domain.money import Money
from remixlab.domain.settlement import Settlement

WIDTH: Final = 960
HEIGHT: Final = 540
BANDS_MAX: Final = 12
"""Remixes and parties that are drawn by themselves; the smaller ones are drawn together."""

_BAR: Final = 14
_GAP: Final = 6
_TOP: Final = 40
_COLOURS: Final = ("#2f6f8f", "#b5533c", "#5b7f3a", "#7a5195", "#c08a2d", "#3b8f7d", "#94476b", "#56627a")
OTHERS: Final = "others"


class Flow(NamedTuple):
    """Money from one thing to another. Unit: micro-units."""

    source: str
    target: str
    micro: int


class Earned(NamedTuple):
    """What a party got in a month. Unit: micro-units."""

    period: str
    micro: int


class _Node(NamedTuple):
    name: str
    micro: int
    y: float
    height: float


def flows_of(settlement: Settlement, titles: Mapping[str, str], names: Mapping[str, str]) -> tuple[Flow, ...]:
    """The table behind the flow: from the pool to remixes, from remixes to parties.

    Law: each side sums to the total.
    """
    to_remix: dict[str, int] = {}
    to_party: dict[tuple[str, str], int] = {}
    for line in settlement.lines:
        remix = titles.get(line.remix_id, line.remix_id) or "nothing heard"
        party = names.get(line.party_id, line.party_id)
        to_remix[remix] = to_remix.get(remix, 0) + line.micro
        to_party[remix, party] = to_party.get((remix, party), 0) + line.micro
    pool = f"pool {settlement.pool}"
    return (
        *(Flow(pool, remix, micro) for remix, micro in sorted(to_remix.items())),
        *(Flow(remix, party, micro) for (remix, party), micro in sorted(to_party.items())),
    )


def flow_svg(flows: Sequence[Flow], title: str, currency: str) -> str:
    """The flow as a picture; the table is in its description, for who cannot see it."""
    pool = next((flow.source for flow in flows), "")
    first = [flow for flow in flows if flow.source == pool]
    second = [flow for flow in flows if flow.source != pool]
    remixes, parties = _largest(first), _largest(second)
    middle = _merged((pool, remixes.get(f.target, OTHERS), f.micro) for f in first)
    last = _merged((remixes.get(f.source, OTHERS), parties.get(f.target, OTHERS), f.micro) for f in second)
    columns = [
        _column([(pool, sum(f.micro for f in middle))]),
        _column(sorted(((f.target, f.micro) for f in middle), key=lambda pair: (-pair[1], pair[0]))),
        _column(_sums(last)),
    ]
    xs = (10.0, WIDTH / 2 - _BAR, WIDTH - 10.0 - _BAR)
    drawn = [*_bands(middle, columns[0], columns[1], xs[0], xs[1]), *_bands(last, columns[1], columns[2], xs[1], xs[2])]
    for place, column in enumerate(columns):
        for node in column:
            drawn += _node(node, xs[place], currency, is_last=place == 2)
    told = "; ".join(f"{f.source} to {f.target}: {Money.of(f.micro, currency)}" for f in flows)
    return _svg(title, told, drawn)


def earnings_svg(earned: Sequence[Earned], title: str, currency: str) -> str:
    """What a party got month by month, as bars; the table is in the description."""
    most = max((one.micro for one in earned), default=0)
    step = (WIDTH - 40) / max(1, len(earned))
    drawn: list[str] = []
    for place, one in enumerate(earned):
        height = (HEIGHT - 2 * _TOP - 20) * one.micro / most if most else 0.0
        x, y = 20 + place * step, HEIGHT - _TOP - height
        drawn.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{step * 0.7:.1f}" height="{height:.1f}" fill="{_COLOURS[0]}"/>'
        )
        drawn.append(_label(one.period, x, HEIGHT - _TOP + 16))
        drawn.append(_label(str(Money.of(one.micro, currency)), x, y - 6))
    told = "; ".join(f"{one.period}: {Money.of(one.micro, currency)}" for one in earned)
    return _svg(title, told, drawn)


def _largest(flows: Sequence[Flow]) -> dict[str, str]:
    """The targets that are drawn by themselves."""
    ranked = sorted(_sums(flows), key=lambda pair: (-pair[1], pair[0]))
    keep = ranked if len(ranked) <= BANDS_MAX else ranked[: BANDS_MAX - 1]
    return {name: name for name, _ in keep}


def _sums(flows: Sequence[Flow]) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for flow in flows:
        sums[flow.target] = sums.get(flow.target, 0) + flow.micro
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))


def _merged(flows: Iterable[tuple[str, str, int]]) -> list[Flow]:
    sums: dict[tuple[str, str], int] = {}
    for source, target, micro in flows:
        sums[source, target] = sums.get((source, target), 0) + micro
    return [Flow(*ends, micro) for ends, micro in sorted(sums.items())]


def _column(parts: Sequence[tuple[str, int]]) -> list[_Node]:
    """Bars one below the other, as high as their money is much."""
    total = sum(micro for _, micro in parts)
    room = HEIGHT - 2 * _TOP - _GAP * max(0, len(parts) - 1)
    nodes, y = list[_Node](), float(_TOP)
    for name, micro in parts:
        height = room * micro / total if total else 0.0
        nodes.append(_Node(name, micro, y, height))
        y += height + _GAP
    return nodes


def _bands(flows: Sequence[Flow], left: Sequence[_Node], right: Sequence[_Node], x0: float, x1: float) -> list[str]:
    ends = {node.name: node for node in right}
    leaving, arriving = {n.name: n.y for n in left}, {n.name: n.y for n in right}
    drawn: list[str] = []
    order = {node.name: place for place, node in enumerate(right)}
    for place, node in enumerate(left):
        for flow in sorted((f for f in flows if f.source == node.name), key=lambda f: order[f.target]):
            high0 = node.height * flow.micro / node.micro if node.micro else 0.0
            end = ends[flow.target]
            high1 = end.height * flow.micro / end.micro if end.micro else 0.0
            a, b = leaving[node.name], arriving[end.name]
            leaving[node.name], arriving[end.name] = a + high0, b + high1
            m, start, c, d = (x0 + _BAR + x1) / 2, x0 + _BAR, a + high0, b + high1
            path = (
                f"M{start:.1f},{a:.1f} C{m:.1f},{a:.1f} {m:.1f},{b:.1f} {x1:.1f},{b:.1f} "
                f"L{x1:.1f},{d:.1f} C{m:.1f},{d:.1f} {m:.1f},{c:.1f} {start:.1f},{c:.1f} Z"
            )
            drawn.append(f'<path d="{path}" fill="{_COLOURS[place % len(_COLOURS)]}" fill-opacity="0.35"/>')
    return drawn


def _node(node: _Node, x: float, currency: str, *, is_last: bool) -> list[str]:
    bar = f'<rect x="{x:.1f}" y="{node.y:.1f}" width="{_BAR}" height="{max(node.height, 1):.1f}" fill="#22303c"/>'
    words, y = f"{node.name}, {Money.of(node.micro, currency)}", node.y + min(14, node.height / 2 + 5)
    anchor = (x - 6, "end") if is_last else (x + _BAR + 6, "start")
    return [bar, _label(words, anchor[0], y, anchor[1])]


def _label(words: str, x: float, y: float, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words[:60])}</text>'


def _svg(title: str, told: str, drawn: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="12" fill="#22303c">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
        f'<text x="10" y="24" font-size="16">{escape(title)}</text>' + "".join(drawn) + "</svg>\n"
    )
