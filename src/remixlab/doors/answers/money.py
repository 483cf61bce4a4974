"""Settlements, statements and the ledger as they are answered. Amounts come as text, and as whole micro-units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from pydantic import AwareDatetime, Field

from remixlab.domain.chain import Head
from remixlab.domain.ledger import Booking
from remixlab.domain.money import Money
from remixlab.domain.settlement import Statement
from remixlab.doors.answers.answer import Answer, ListAnswer
from remixlab.royalties import StatementProof, root_of

if TYPE_CHECKING:
    from remixlab.usecases.money import Earnings, MoneyFlow, Settled, Statements


class PaidParty(Answer):
    """What a party got altogether."""

    party_id: str
    party: str
    amount: str
    micro: int


class SettledAnswer(Answer):
    """The answer of `remixlab settle`."""

    period: str
    method: str
    currency: str
    root: Annotated[str, Field(description="What every party's statement leads to (`remixlab proof`).")]
    plays: int
    counted_plays: int
    left_out: dict[str, int]
    held_plays: int
    pool: str
    total_micro: int
    evidence: str
    parties: list[PaidParty]


class LineAnswer(Answer):
    """What a party got for one remix in one role."""

    remix_id: str
    title: str
    role: str
    plays: int
    amount: str
    micro: int


class PoolStatement(Answer):
    """What a party got from one pool in a settled month. The lines sum to the total."""

    pool: str
    currency: str
    total: str
    total_micro: int
    lines: list[LineAnswer]


class CurrencyTotal(Answer):
    """What a party got in one currency, from all pools together."""

    currency: str
    total: str
    total_micro: int


class StatementAnswer(Answer):
    """A party's statement of a month: every pool, and what it comes to in each currency."""

    party_id: str
    party: str
    period: str
    totals: list[CurrencyTotal]
    pools: list[PoolStatement]


class AnchorAnswer(Answer):
    """The newest link of a chain. Written down elsewhere, it shows a chain that was cut off or rewritten."""

    chain: str
    length: int
    hash: str
    line: Annotated[str, Field(description="As it is written down, and read again by `remixlab anchors --check`.")]


class AnchorList(Answer):
    """The newest link of every chain at one time. They belong together, so no page holds only some of them."""

    anchors: list[AnchorAnswer]


class EntryAnswer(Answer):
    """One line of a booking: positive is what the account receives."""

    account: str
    amount: str
    micro: int


class BookingAnswer(Answer):
    """Money that moved between accounts, all at once. The entries sum to zero."""

    key: str
    kind: str
    at: AwareDatetime
    currency: str
    entries: list[EntryAnswer]
    evidence: str | None
    memo: str


class BookingList(ListAnswer[BookingAnswer]):
    """Bookings in the order they were made."""


class BookedAnswer(Answer):
    """What was booked by one request."""

    bookings: list[BookingAnswer]


class ProofStep(Answer):
    """The other side of one node on the way to the root."""

    is_left: bool
    digest: str
    micro: int


class ProofAnswer(Answer):
    """A party's lines of a settled pool, and the way from them to its root."""

    party_id: str
    period: str
    pool: str
    currency: str
    lines: Annotated[
        list[tuple[str, str, str, int, int]],
        Field(description="Remix, role, party, plays, micro-units: as the settlement holds them."),
    ]
    path: list[ProofStep]


class ProvenAnswer(Answer):
    """What a proof comes to: the root that it leads to, and what its party got."""

    root: str
    is_as_published: bool
    party_id: str
    period: str
    pool: str
    total: str


class FlowLine(Answer):
    """Money from one thing to another."""

    source: str
    target: str
    amount: str
    micro: int


class FlowAnswer(Answer):
    """Where a settled pool went: from the pool to remixes, from remixes to parties."""

    period: str
    pool: str
    currency: str
    flows: list[FlowLine]


class MonthEarned(Answer):
    """What a party got in a month."""

    period: str
    amount: str
    micro: int


class EarningsAnswer(Answer):
    """What a party got month by month in one currency."""

    currency: str
    total: str
    months: list[MonthEarned]


class EarningsList(Answer):
    """What a party got month by month, once for each currency."""

    currencies: list[EarningsAnswer]


class BalanceAnswer(Answer):
    """What an account holds."""

    account: str
    amount: str
    micro: int
    currency: str


class BalanceList(ListAnswer[BalanceAnswer]):
    """Every account that was booked to."""


def settled_answer(settled: Settled) -> SettledAnswer:
    month = settled.settlement
    paid = sorted(month.parties.items(), key=lambda item: (-item[1], item[0]))
    return SettledAnswer(
        period=month.period,
        method=month.method,
        root=root_of(month),
        currency=month.currency,
        plays=month.plays,
        counted_plays=month.counted_plays,
        left_out=month.left_out,
        held_plays=month.held_plays,
        pool=str(month.total),
        total_micro=month.total_micro,
        evidence=settled.evidence,
        parties=[
            PaidParty(party_id=p, party=settled.names.get(p, p), amount=_text(m, month.currency), micro=m)
            for p, m in paid
            if m
        ],
    )


def statement_answer(stated: Statements) -> StatementAnswer:
    totals = [
        CurrencyTotal(currency=total.currency, total=str(total), total_micro=total.micro) for total in stated.totals
    ]
    return StatementAnswer(
        party_id=stated.party_id, party=stated.party, period=stated.period, totals=totals,
        pools=[_pool(one) for one in stated.pools],
    )  # fmt: skip


def anchor_list(heads: Iterable[Head]) -> AnchorList:
    return AnchorList(anchors=[AnchorAnswer(chain=h.chain, length=h.length, hash=h.hash, line=str(h)) for h in heads])


def booking_answer(booking: Booking) -> BookingAnswer:
    entries = [
        EntryAnswer(account=e.account, amount=_text(e.micro, booking.currency), micro=e.micro) for e in booking.entries
    ]
    return BookingAnswer(
        key=booking.key,
        kind=booking.kind,
        at=booking.at,
        currency=booking.currency,
        entries=entries,
        evidence=booking.evidence,
        memo=booking.memo,
    )


def booked_answer(bookings: Iterable[Booking]) -> BookedAnswer:
    return BookedAnswer(bookings=[booking_answer(booking) for booking in bookings])


def proof_answer(proof: StatementProof) -> ProofAnswer:
    return ProofAnswer(
        party_id=proof.party_id,
        period=proof.period,
        pool=proof.pool,
        currency=proof.currency,
        lines=[(line.remix_id, line.role, line.party_id, line.plays, line.micro) for line in proof.lines],
        path=[ProofStep(is_left=s.is_left, digest=s.digest, micro=s.micro) for s in proof.path],
    )


def proven_answer(proof: StatementProof, published: str) -> ProvenAnswer:
    root = proof.root()
    return ProvenAnswer(
        root=root,
        is_as_published=root == published.strip().lower(),
        party_id=proof.party_id,
        period=proof.period,
        pool=proof.pool,
        total=_text(proof.micro, proof.currency),
    )


def flow_answer(flow: MoneyFlow) -> FlowAnswer:
    lines = [
        FlowLine(source=f.source, target=f.target, amount=_text(f.micro, flow.currency), micro=f.micro)
        for f in flow.flows
    ]
    return FlowAnswer(period=flow.period, pool=flow.pool, currency=flow.currency, flows=lines)


def earnings_list(earnings: Iterable[Earnings]) -> EarningsList:
    return EarningsList(
        currencies=[
            EarningsAnswer(
                currency=one.currency,
                total=str(one.total),
                months=[
                    MonthEarned(period=m.period, amount=_text(m.micro, one.currency), micro=m.micro) for m in one.months
                ],
            )
            for one in earnings
        ]
    )


def balance_answer(balance: tuple[str, Money]) -> BalanceAnswer:
    account, held = balance
    return BalanceAnswer(account=account, amount=str(held), micro=held.micro, currency=held.currency)


def _pool(stated: Statement) -> PoolStatement:
    lines = [
        LineAnswer(
            remix_id=line.remix_id,
            title=line.title,
            role=line.role,
            plays=line.plays,
            amount=_text(line.micro, stated.currency),
            micro=line.micro,
        )
        for line in stated.lines
    ]
    return PoolStatement(
        pool=stated.pool,
        currency=stated.currency,
        total=str(stated.total),
        total_micro=stated.total.micro,
        lines=lines,
    )


def _text(micro: int, currency: str) -> str:
    return str(Money.of(micro, currency))
