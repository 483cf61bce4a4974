"""Who may do what with whose music: scopes, uses, parties, consents, terms and decisions as values.

A *use* is what a plan does to a recording. A *consent* is what somebody said about a use. *Terms* are everything that
was said and that a decision needs to see. A *decision* is the answer, with its reasons.
"""

from remixlab.domain.rights.consents import FREE, Approval, Asset, Consent, Constraints, Hold, SubjectKind, Terms
from remixlab.domain.rights.decisions import (
    Alternative,
    Attestation,
    Decision,
    Duty,
    Outcome,
    Reason,
    Request,
    request_key,
)
from remixlab.domain.rights.parties import (
    DISPUTED,
    FRAUD_HOLD,
    UNCLAIMED,
    WHOLE_PPM,
    Party,
    Ppm,
    Recording,
    Right,
    Share,
    Territory,
    Work,
    checked_shares,
    may_be_same,
)
from remixlab.domain.rights.scopes import TOPICS, Reach, Scope, Side, Tier, Use
from remixlab.domain.rights.splits import (
    AssetKind,
    Dispute,
    Resolution,
    Split,
    claimed_shares,
    split_at,
    undisputed,
)

__all__ = [
    "DISPUTED",
    "FRAUD_HOLD",
    "FREE",
    "TOPICS",
    "UNCLAIMED",
    "WHOLE_PPM",
    "Alternative",
    "Approval",
    "Asset",
    "AssetKind",
    "Attestation",
    "Consent",
    "Constraints",
    "Decision",
    "Dispute",
    "Duty",
    "Hold",
    "Outcome",
    "Party",
    "Ppm",
    "Reach",
    "Reason",
    "Recording",
    "Request",
    "Resolution",
    "Right",
    "Scope",
    "Share",
    "Side",
    "Split",
    "SubjectKind",
    "Terms",
    "Territory",
    "Tier",
    "Use",
    "Work",
    "checked_shares",
    "claimed_shares",
    "may_be_same",
    "request_key",
    "split_at",
    "undisputed",
]
