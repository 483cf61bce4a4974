"""Statements that check themselves: a settlement has one root, and a party can prove its own part of it.

The root is that of a Merkle sum tree over the parties: each leaf holds a party's lines and what they sum to, each node
the sum of what is below it. Who is given the root elsewhere recomputes a statement without seeing anybody else's plays,
and knows that all parties together got no more and no less than what was booked.

Source: R. Merkle, A Digital Signature Based on a Conventional Encryption Function, 1987; sums in the nodes as in
G. Maxwell's proof of liabilities, 2014.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, NamedTuple

from pydantic import Field, ValidationError

from remixlab.domain.errors import InvalidProof
from remixlab.domain.money import MICROS_MAX
from remixlab.domain.settlement import Line, Settlement
from remixlab.domain.value import Value, canonical

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Micro = Annotated[int, Field(strict=True, ge=0, le=MICROS_MAX)]


class Node(NamedTuple):
    """A node of the tree: its hash, and the money below it. Unit: micro-units."""

    digest: str
    micro: int


class Step(Value):
    """The other side of one node on the way up."""

    is_left: bool
    digest: Digest
    micro: Micro


class StatementProof(Value):
    """A party's lines, and the way from them to the root of the settlement."""

    party_id: str
    period: str
    pool: str
    currency: str
    lines: tuple[Line, ...]
    path: Annotated[tuple[Step, ...], Field(max_length=64)]

    @classmethod
    def parse(cls, text: bytes | str) -> StatementProof:
        """Raises: InvalidProof."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as wrong:
            raise InvalidProof(f"this is no proof of a statement: {wrong.errors()[0]['msg']}") from wrong

    @property
    def micro(self) -> int:
        return sum(line.micro for line in self.lines)

    def root(self) -> str:
        """The root that these lines lead to, whatever is claimed. Raises: InvalidProof."""
        if any(line.party_id != self.party_id or line.micro < 0 for line in self.lines) or self.micro > MICROS_MAX:
            raise InvalidProof("the statement holds lines that are not its party's, or that cannot be")
        node = _leaf(self.party_id, self.lines)
        for step in self.path:
            other = Node(step.digest, step.micro)
            if node.micro + other.micro > MICROS_MAX:
                raise InvalidProof("the way to the root holds more money than there can be")
            node = _above(other, node) if step.is_left else _above(node, other)
        return _named(self.period, self.pool, self.currency, node)


def root_of(settlement: Settlement) -> str:
    """The root of a settlement: published with it, and written into its booking."""
    levels = _levels(settlement)
    top = levels[-1][0] if levels[-1] else Node("0" * 64, 0)
    return _named(settlement.period, settlement.pool, settlement.currency, top)


def prove(settlement: Settlement, party_id: str) -> StatementProof:
    """What one party needs to recompute its statement. Raises: InvalidProof where it has no part."""
    parties = sorted({line.party_id for line in settlement.lines})
    if party_id not in parties:
        raise InvalidProof(f"'{party_id[:80]}' got nothing from this pool in {settlement.period}")
    place, path = parties.index(party_id), list[Step]()
    for level in _levels(settlement)[:-1]:
        beside = place ^ 1
        if beside < len(level):
            path.append(Step(is_left=beside < place, digest=level[beside].digest, micro=level[beside].micro))
        place //= 2
    return StatementProof(
        party_id=party_id,
        period=settlement.period,
        pool=settlement.pool,
        currency=settlement.currency,
        lines=tuple(line for line in settlement.lines if line.party_id == party_id),
        path=tuple(path),
    )


def _levels(settlement: Settlement) -> list[list[Node]]:
    """The tree from its leaves, in order of the parties' ids, to its top; a node without another goes up as it is."""
    of_party: dict[str, list[Line]] = {}
    for line in settlement.lines:
        of_party.setdefault(line.party_id, []).append(line)
    levels = [[_leaf(party, lines) for party, lines in sorted(of_party.items())]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [below[n : n + 2] for n in range(0, len(below), 2)]
        levels.append([_above(*pair) if len(pair) == 2 else pair[0] for pair in pairs])
    return levels


def _leaf(party_id: str, lines: Sequence[Line]) -> Node:
    micro = sum(line.micro for line in lines)
    return Node(_hash("leaf", party_id, [list(line) for line in lines], micro), micro)


def _above(left: Node, right: Node) -> Node:
    micro = left.micro + right.micro
    return Node(_hash("node", left.digest, left.micro, right.digest, right.micro), micro)


def _named(period: str, pool: str, currency: str, top: Node) -> str:
    return _hash("settlement", period, pool, currency, top.digest, top.micro)


def _hash(*parts: object) -> str:
    return hashlib.sha256(canonical(list(parts))).hexdigest()
