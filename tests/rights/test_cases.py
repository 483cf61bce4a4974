"""The decision table: every row of `cases.txt` is one condition, one question and the answer, written by hand.

A row reads: what was said | what is asked | the answer. The head of the file explains the words.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import pytest

from decision_table import SIDES, Row, question, rows, terms_of
from remixlab.domain.codes import CODES
from remixlab.domain.rights import Decision, Scope
from remixlab.rights import decide

ROWS_MIN: Final = 250


def answered(decision: Decision) -> str:
    """An answer as a row writes it: `yes`, `yes credit`, `asks`, or `no` with every reason and its side."""
    match decision.outcome:
        case "allow" | "allow_with_duties":
            return " ".join(["yes", *sorted({duty.code for duty in decision.duties})])
        case "needs_approval":
            return "asks"
        case "deny":
            named = {side: name for name, side in SIDES.items()}
            return "no " + ", ".join(
                sorted({f"{r.code.rsplit('.', 1)[-1]}@{named[r.side] if r.side else 'all'}" for r in decision.reasons})
            )


@pytest.mark.parametrize("row", rows(), ids=str)
def test_the_answer_is_what_the_table_says(row: Row) -> None:
    terms = terms_of(row.said)
    decision = decide(*question(row.asked, terms)[:2], terms, question(row.asked, terms)[2])
    kind, _, reasons = row.answer.partition(" ")
    expected = f"{kind} {', '.join(sorted(reason.strip() for reason in reasons.split(',')))}" if reasons else kind
    assert answered(decision) == expected


def test_the_table_is_long_enough_and_says_nothing_twice() -> None:
    table = rows()
    assert len(table) >= ROWS_MIN
    assert [said for said, times in Counter((row.said, row.asked) for row in table).items() if times > 1] == []


def test_every_reason_there_is_and_every_answer_stands_in_the_table() -> None:
    answers = " ".join(row.answer for row in rows())
    codes = {code.rsplit(".", 1)[-1] for code in CODES if code.startswith("rights.refused.")}
    # An answer to an approval is bound to one request: `test_decide` tries it.
    assert {code for code in codes if f"{code}@" not in answers} == {"declined"}
    assert {row.answer.split()[0] for row in rows()} == {"yes", "no", "asks"}


def test_every_scope_is_asked_for_in_the_table() -> None:
    uses = {use.scope for row in rows() for use in question(row.asked, terms_of(row.said))[0]}
    shared = {Scope.PUBLIC_SHARE} if any("public" in row.asked.split() for row in rows()) else set[Scope]()
    assert set(Scope) - uses - shared == {Scope.INTEGRITY}
