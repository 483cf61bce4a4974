"""The ledger as a journal for plain-text accounting (hledger, Ledger, Beancount's importers): every booking, as it is.

Source: hledger's journal format, https://hledger.org/hledger.html#journal (transaction, posting, tag, comment).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from remixlab.domain.ledger import Booking
from remixlab.domain.money import MICROS

_UNSAFE = re.compile(r"[^A-Za-z0-9:._-]")
"""What may mean something to a reader of journals; it is written as its code."""


def journal(bookings: Iterable[Booking]) -> Iterator[str]:
    """The lines of a journal. Law: the postings of each transaction sum to zero, written with all six decimals."""
    yield "; RemixLab: every booking of the ledger, in the order in which it was made"
    for booking in bookings:
        yield ""
        yield f"{booking.at:%Y-%m-%d} * {_text(booking.kind)}  ; key:{_word(booking.key)}"
        if booking.memo:
            yield f"    ; {_text(booking.memo)}"
        if booking.evidence:
            yield f"    ; evidence:{booking.evidence}"
        for account, micro in booking.entries:
            yield f"    {_account(account)}  {_amount(micro)} {booking.currency}"


def _amount(micro: int) -> str:
    units, fraction = divmod(abs(micro), MICROS)
    return f"{'-' if micro < 0 else ''}{units}.{fraction:06d}"


def _account(name: str) -> str:
    """An account by the parts of its name; an empty part would be no account."""
    return ":".join(_word(part) or "-" for part in name.split(":"))


def _word(text: str) -> str:
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


def _text(text: str) -> str:
    """Words on one line, without what ends a description."""
    return " ".join(text.replace(";", ",").split())
