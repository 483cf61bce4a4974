"""Who may do what with whose music: scopes, uses, parties, consents, terms and decisions as values.

A *use* is what a plan does to a recording. A *consent* is what somebody said about a use. *Terms* are everything that
was said and that a decision needs to see. A *decision* is the answer, with its reasons.
"""

from remixlab.domain.rights.asked import AskedLine, AskedPlan
from remixlab.domain.rights.co_owners import CoOwners, co_owners_of
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
)
from remixlab.domain.rights.scopes import TOPICS, Reach, Scope, Side, Tier, Use
from remixlab.domain.rights.speakers import is_nobody, may_stop_alone, speakers_about, speakers_of

__all__ = [
    "DISPUTED",
    "FRAUD_HOLD",
    "FREE",
    "TOPICS",
    "UNCLAIMED",
    "WHOLE_PPM",
    "Alternative",
    "Approval",
    "AskedLine",
    "AskedPlan",
    "Asset",
    "Attestation",
    "CoOwners",
    "Consent",
    "Constraints",
    "Decision",
    "Duty",
    "Hold",
    "Outcome",
    "Party",
    "Ppm",
    "Reach",
    "Reason",
    "Recording",
    "Request",
    "Right",
    "Scope",
    "Share",
    "Side",
    "SubjectKind",
    "Terms",
    "Territory",
    "Tier",
    "Use",
    "Work",
    "checked_shares",
    "co_owners_of",
    "is_nobody",
    "may_stop_alone",
    "request_key",
    "speakers_about",
    "speakers_of",
]
