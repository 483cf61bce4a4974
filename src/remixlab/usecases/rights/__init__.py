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
from remixlab.usecases.rights.decisions import Wanted, examine_decision, read_demand, replay_decision
from remixlab.usecases.rights.disputes import (
    ShareCorrection,
    ShareHistory,
    correct_shares,
    list_disputes,
    resolve_dispute,
    share_history,
)
from remixlab.usecases.rights.endings import TakenBack, consent_history, lift, narrow_consent, withdraw_consent
from remixlab.usecases.rights.holds import settle_dispute
from remixlab.usecases.rights.receipts import check_receipt, consent_receipt, read_receipt, receipt_key
from remixlab.usecases.rights.withdraw import Withdrawn, withdraw

__all__ = [
    "Answered",
    "ConsentForm",
    "ConsentsShown",
    "LabelVeto",
    "RequestShown",
    "ShareCorrection",
    "ShareHistory",
    "TakenBack",
    "Wanted",
    "Withdrawn",
    "answer_request",
    "check_receipt",
    "consent_history",
    "consent_receipt",
    "correct_shares",
    "examine_decision",
    "lift",
    "limits_of",
    "list_approvals",
    "list_disputes",
    "narrow_consent",
    "read_demand",
    "read_receipt",
    "read_request",
    "receipt_key",
    "replay_decision",
    "resolve_dispute",
    "revoke_request",
    "scopes_of",
    "set_artist_veto",
    "set_consent",
    "settle_dispute",
    "share_history",
    "show_consents",
    "withdraw",
    "withdraw_consent",
    "withdrawal_named",
]
