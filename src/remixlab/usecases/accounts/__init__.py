"""Who somebody is, for whom they act, what opens for them, and what they did: accounts, memberships, sessions, links,
invitations, API keys, the audit log, idempotency.
"""

from remixlab.usecases.accounts.actors import (
    SignedIn,
    acting_for,
    actor_named,
    actor_of_account,
    actor_of_key,
    actor_of_session,
)
from remixlab.usecases.accounts.audit import read_audit
from remixlab.usecases.accounts.choices import choices_of, choose, read_choices
from remixlab.usecases.accounts.demo import act_in_demo, shows_demo
from remixlab.usecases.accounts.idempotency import run_once
from remixlab.usecases.accounts.identities import (
    VisitDice,
    begin_connecting,
    begin_visit,
    disconnect_identity,
    finish_visit,
    list_identities,
)
from remixlab.usecases.accounts.invitations import (
    accept_invitation,
    end_invitation,
    invite,
    letter_of,
    list_invitations,
)
from remixlab.usecases.accounts.keys import NewKey, RevokedKey, create_key, list_keys, revoke_key
from remixlab.usecases.accounts.links import make_sign_in_link, recover, set_password, start_recovery
from remixlab.usecases.accounts.memberships import end_membership, grant_membership, list_memberships
from remixlab.usecases.accounts.own_data import Deleted, Piece, delete_account, export_data, must_be_deletable
from remixlab.usecases.accounts.passkeys import (
    CeremonyDice,
    RelyingParty,
    begin_passkey,
    begin_passkey_sign_in,
    finish_passkey,
    list_passkeys,
    passkey_letter,
    remove_passkey,
    rename_passkey,
    sign_in_by_passkey,
)
from remixlab.usecases.accounts.register import (
    AccountForm,
    change_account,
    create_account,
    ensure_owner,
    list_accounts,
    read_account,
    set_standing,
    sign_up,
)
from remixlab.usecases.accounts.sessions import (
    NewSession,
    end_session,
    end_sessions,
    list_sessions,
    sign_in,
    sign_in_by_link,
)

__all__ = [
    "AccountForm",
    "CeremonyDice",
    "Deleted",
    "NewKey",
    "NewSession",
    "Piece",
    "RelyingParty",
    "RevokedKey",
    "SignedIn",
    "VisitDice",
    "accept_invitation",
    "act_in_demo",
    "acting_for",
    "actor_named",
    "actor_of_account",
    "actor_of_key",
    "actor_of_session",
    "begin_connecting",
    "begin_passkey",
    "begin_passkey_sign_in",
    "begin_visit",
    "change_account",
    "choices_of",
    "choose",
    "create_account",
    "create_key",
    "delete_account",
    "disconnect_identity",
    "end_invitation",
    "end_membership",
    "end_session",
    "end_sessions",
    "ensure_owner",
    "export_data",
    "finish_passkey",
    "finish_visit",
    "grant_membership",
    "invite",
    "letter_of",
    "list_accounts",
    "list_identities",
    "list_invitations",
    "list_keys",
    "list_memberships",
    "list_passkeys",
    "list_sessions",
    "make_sign_in_link",
    "must_be_deletable",
    "passkey_letter",
    "read_account",
    "read_audit",
    "read_choices",
    "recover",
    "remove_passkey",
    "rename_passkey",
    "revoke_key",
    "run_once",
    "set_password",
    "set_standing",
    "shows_demo",
    "sign_in",
    "sign_in_by_link",
    "sign_in_by_passkey",
    "sign_up",
    "start_recovery",
]
