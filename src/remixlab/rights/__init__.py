"""May we? Terms and uses become a decision, with reasons in words and the nearest way that is open."""

from remixlab.rights.alternatives import alternatives
from remixlab.rights.decide import EVALUATOR, NEEDS_APPROVAL, decide
from remixlab.rights.examine import Examination, examine
from remixlab.rights.explain import summary
from remixlab.rights.licence import LICENCE, Licence, licence_page
from remixlab.rights.meaning import Meaning, meaning, meaning_page
from remixlab.rights.passport import passport_document, passport_lines, passport_of, promised
from remixlab.rights.receipts import Ed25519Signer, VerifiedReceipt, fingerprint, receipt_for, verify_receipt
from remixlab.rights.replay import Replay, replay
from remixlab.rights.sides import sides_of
from remixlab.rights.stops import stopped
from remixlab.rights.stream import decide_stream, with_streaming

__all__ = [
    "EVALUATOR",
    "LICENCE",
    "NEEDS_APPROVAL",
    "Ed25519Signer",
    "Examination",
    "Licence",
    "Meaning",
    "Replay",
    "VerifiedReceipt",
    "alternatives",
    "decide",
    "decide_stream",
    "examine",
    "fingerprint",
    "licence_page",
    "meaning",
    "meaning_page",
    "passport_document",
    "passport_lines",
    "passport_of",
    "promised",
    "receipt_for",
    "replay",
    "sides_of",
    "stopped",
    "summary",
    "verify_receipt",
    "with_streaming",
]
