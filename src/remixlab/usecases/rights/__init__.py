"""Say what is allowed, take it back, answer what waits for a yes."""

from remixlab.usecases.rights.approvals import Answered, answer_request, list_approvals
from remixlab.usecases.rights.artist_veto import LabelVeto, set_artist_veto
from remixlab.usecases.rights.consents import ConsentForm, ConsentsShown, set_consent, show_consents
from remixlab.usecases.rights.disputes import (
    ShareCorrection,
    ShareHistory,
    correct_shares,
    list_disputes,
    resolve_dispute,
    share_history,
)
from remixlab.usecases.rights.withdraw import Withdrawn, withdraw

__all__ = [
    "Answered",
    "ConsentForm",
    "ConsentsShown",
    "LabelVeto",
    "ShareCorrection",
    "ShareHistory",
    "Withdrawn",
    "answer_request",
    "correct_shares",
    "list_approvals",
    "list_disputes",
    "resolve_dispute",
    "set_artist_veto",
    "set_consent",
    "share_history",
    "show_consents",
    "withdraw",
]
