"""Say what is allowed, take it back, answer what waits for a yes."""

from remixlab.usecases.rights.approvals import (
    Answered,
    RequestShown,
    answer_request,
    list_approvals,
    read_request,
    revoke_request,
)
from remixlab.usecases.rights.artist_veto import LabelVeto, set_artist_veto
from remixlab.usecases.rights.consents import (
    ConsentForm,
    ConsentsShown,
    limits_of,
    scopes_of,
    set_consent,
    show_consents,
    withdrawal_named,
)
from remixlab.usecases.rights.disputes import settle_dispute
from remixlab.usecases.rights.endings import TakenBack, consent_history, lift, narrow_consent, withdraw_consent
from remixlab.usecases.rights.withdraw import Withdrawn, withdraw

__all__ = [
    "Answered",
    "ConsentForm",
    "ConsentsShown",
    "LabelVeto",
    "RequestShown",
    "TakenBack",
    "Withdrawn",
    "answer_request",
    "consent_history",
    "lift",
    "limits_of",
    "list_approvals",
    "narrow_consent",
    "read_request",
    "revoke_request",
    "scopes_of",
    "set_artist_veto",
    "set_consent",
    "settle_dispute",
    "show_consents",
    "withdraw",
    "withdraw_consent",
    "withdrawal_named",
]
