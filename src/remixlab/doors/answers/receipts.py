"""Receipts, replays and what opting out means, as they are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AwareDatetime, Field

from remixlab.domain.rights import Outcome
from remixlab.doors.answers.answer import Answer
from remixlab.doors.answers.rights import ConsentAnswer

if TYPE_CHECKING:
    from remixlab.rights import Replay, VerifiedReceipt


class ReceiptAnswer(Answer):
    """A word as a signed document: Ed25519 over the canonical JSON (RFC 8785) of all but the signature."""

    schema_: Annotated[str, Field(alias="schema")]
    receipt_id: str
    issued_at: AwareDatetime
    issuer: Annotated[str, Field(description="The public key, in base64.")]
    party: str
    consent: ConsentAnswer
    meaning: str
    signature: str


class ReceiptVerified(Answer):
    """Whether a receipt is as it was signed, by which key, and whether that key is this workspace's."""

    genuine: bool
    ours: bool
    key: str
    reason: str


class ReceiptKey(Answer):
    """The public key that this workspace's receipts are verified with. Unit: 32 bytes in hex."""

    public_key: str
    key: str


class ReplayAnswer(Answer):
    """A decision made again from what was stored with it. `same` compares bytes."""

    decision_id: str
    same: bool
    same_outcome: bool
    outcome: Outcome
    evaluator_then: str
    evaluator_now: str


def verified_answer(verified: VerifiedReceipt) -> ReceiptVerified:
    return ReceiptVerified(**verified._asdict())


def receipt_key_answer(key: tuple[bytes, str]) -> ReceiptKey:
    return ReceiptKey(public_key=key[0].hex(), key=key[1])


def replay_answer(decision_id: str, replayed: Replay) -> ReplayAnswer:
    return ReplayAnswer(
        decision_id=decision_id,
        same=replayed.same,
        same_outcome=replayed.same_outcome,
        outcome=replayed.again.outcome,
        evaluator_then=replayed.evaluator_then,
        evaluator_now=replayed.evaluator_now,
    )
