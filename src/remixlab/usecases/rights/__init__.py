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
from remixlab.usecases.rights.consents import ConsentForm, ConsentsShown, set_consent, show_consents
from remixlab.usecases.rights.disputes import settle_dispute
from remixlab.usecases.rights.withdraw import Withdrawn, withdraw

__all__ = [
    "Answered",
    "ConsentForm",
    "ConsentsShown",
    "LabelVeto",
    "RequestShown",
    "Withdrawn",
    "answer_request",
    "list_approvals",
    "read_request",
    "revoke_request",
    "set_artist_veto",
    "set_consent",
    "settle_dispute",
    "show_consents",
    "withdraw",
]
