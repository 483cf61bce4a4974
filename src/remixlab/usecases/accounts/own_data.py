"""Everything of one account: given to it whole, or deleted.

What the law wants kept (decisions, plays, bookings, the audit log) is append-only and holds the account's number, never
a name: once the name is gone, nobody can say whose it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from remixlab.accounts import Action
from remixlab.domain.accounts import DEMO_PREFIX, OWNER, Account
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import InvalidAccount, WrongCredentials
from remixlab.domain.ids import opaque_id
from remixlab.domain.page import follow
from remixlab.domain.ports.passwords import Passwords
from remixlab.domain.ports.records.transaction import ReadTransaction, WriteTransaction
from remixlab.domain.remix import Remix
from remixlab.domain.rights import Hold, Recording, Withdrawal
from remixlab.usecases.accounts.choices import choices_of
from remixlab.usecases.accounts.register import account_meant, knows, name_of
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records

DELETED: Final = "(deleted)"


class Piece(NamedTuple):
    """One file of an export: its name, and what it holds, or the blob that does."""

    name: str
    data: bytes | None = None
    blob: str | None = None

    def read(self, context: Records) -> bytes:
        """Raises: StoreUnavailable."""
        return self.data if self.data is not None else context.blobs.get(self.blob or "")


class Deleted(NamedTuple):
    """What went with an account."""

    account_id: str
    remixes: int
    recordings: int
    files: int


@observed("accounts.export_data")
def export_data(reference: str, actor: Actor, context: Records) -> Iterator[Piece]:
    """Everything that an account brought, made, said and did, as JSON and files, piece by piece.

    What was deleted elsewhere meanwhile is left out. Raises: AccountNotFound.
    """
    with context.read() as records:
        account = account_meant(reference, actor, Action.EXPORT_DATA, records)
        remixes, recordings = _remixes(account, records), _recordings(account, records)
        told = _told(account, remixes, recordings, actor.at, records)
    pieces = [Piece(f"{name}.json", _json(tree)) for name, tree in told.items()]
    pieces += [Piece(f"remixes/{one.remix_id}.flac", blob=one.audio_sha256) for one in remixes]
    pieces += [Piece(f"recordings/{one.recording_id}.audio", blob=one.sha256) for one in recordings]
    return (piece for piece in pieces if piece.blob is None or context.blobs.has(piece.blob))


@observed("accounts.delete_account")
def delete_account(
    reference: str,
    actor: Actor,
    context: Records,
    *,
    passwords: Passwords,
    password: str = "",
    fresh: bool = True,
) -> Deleted:
    """Delete an account with everything that is its own. It takes the password, or to be `fresh`.

    Done again after a crash, it goes on where it was.
    Raises: AccountNotFound, WrongCredentials, InvalidAccount for the owner of the workspace's files.
    """
    account = must_be_deletable(reference, actor, context, passwords=passwords, password=password, fresh=fresh)
    with context.write() as records:
        _shut(account_meant(account.account_id, actor, Action.DELETE_ACCOUNT, records), actor, records)
        remixes, recordings = _remixes(account, records), _recordings(account, records)
        files = set(records.remixes.files_of(one.remix_id for one in remixes))
        for remix in remixes:
            records.remixes.erase_remix(remix.remix_id)
        gone = [one for one in recordings if _is_alone(one, account, records)]
        for recording in gone:
            files |= _let_go(recording, actor, records)
        records.catalogue.clear_shelf(account.account_id)
        records.community.erase_prompts_of(account.account_id)
        records.accounts.append_audit(
            entry_of(actor, Action.DELETE_ACCOUNT.value, name_of(account.account_id), before=account)
        )
    for sha256 in sorted(files):
        context.blobs.delete(sha256)
    return Deleted(account.account_id, len(remixes), len(gone), len(files))


@observed("accounts.must_be_deletable")
def must_be_deletable(
    reference: str, actor: Actor, context: Records, *, passwords: Passwords, password: str = "", fresh: bool = True
) -> Account:
    """The account that would be deleted. Raises: as `delete_account`."""
    with context.read() as records:
        account = account_meant(reference, actor, Action.DELETE_ACCOUNT, records)
        kept = records.people.password_of(account.account_id)
    if account.account_id == OWNER or account.account_id.startswith(DEMO_PREFIX):
        raise InvalidAccount("This account belongs to the workspace itself.", hint="Delete the workspace's folder.")
    if account.account_id == actor.account and not knows(password, kept, passwords, fresh=fresh):
        raise WrongCredentials("To delete an account needs its password.", hint="Without one, sign in again first.")
    return account


def _told(
    account: Account, remixes: list[Remix], recordings: list[Recording], at: datetime, records: ReadTransaction
) -> dict[str, Any]:
    """What is on record of an account, by the file that it goes into."""
    own, people = account.account_id, records.people
    decisions = {one.decision_id: records.rights.decision(one.decision_id) for one in remixes}
    began = datetime(1970, 1, 1, tzinfo=UTC)
    return {
        "account": account.to_dict(),
        "choices": choices_of(own, records)._asdict(),
        "memberships": [one.to_dict() for one in follow(lambda a: people.memberships(a, account_id=own))],
        "devices": [one.to_dict() for one in follow(lambda a: people.sessions(at, a, account_id=own))],
        "keys": [one.key_id for one in follow(lambda a: records.accounts.api_keys(a, principal=own))],
        "passkeys": [one.to_dict() for one in follow(lambda a: records.sign_ins.passkeys(a, account_id=own))],
        "identities": [one.to_dict() for one in records.sign_ins.identities(own)],
        "recordings": [one.to_dict() for one in recordings],
        "shelf": [one.to_dict() for one in records.catalogue.shelf((r.recording_id for r in recordings), own)],
        "remixes": [one.to_dict() for one in remixes],
        "decisions": [one.to_dict() for one in decisions.values()],
        "plays": [one.to_dict() for one in records.ledger.plays_of(own, began, at + timedelta(days=1))],
        "refused_prompts": [
            one.to_dict() for one in follow(lambda a: records.community.refused_prompts(a, listener=own))
        ],
        "done": [one.to_dict() for one in follow(lambda a: records.accounts.audit(a, account=own))],
    }


def _remixes(account: Account, records: ReadTransaction) -> list[Remix]:
    own = account.account_id
    return list(follow(lambda after: records.remixes.remixes(after, made_by=own)))


def _recordings(account: Account, records: ReadTransaction) -> list[Recording]:
    """What the account brought as its own, first or after somebody else."""
    return list(follow(lambda after: records.catalogue.brought_by(account.account_id, after)))


def _is_alone(recording: Recording, account: Account, records: ReadTransaction) -> bool:
    """Whether nobody else brought the same file."""
    others = records.catalogue.shelf([recording.recording_id])
    return recording.attested_by == account.account_id and not [e for e in others if e.account != account.account_id]


def _shut(account: Account, actor: Actor, records: WriteTransaction) -> None:
    """Nobody signs in any more, for nobody's mandate, with nothing; the name is free again."""
    own = account.account_id
    anybody = account.model_copy(
        update={"name": f"deleted {opaque_id('acc', own)}", "email": None, "disabled": True, "roles": frozenset()}
    )
    records.people.change_account(anybody)
    records.people.set_password(own, None)
    records.people.end_sessions(own, actor.at)
    records.people.end_links(own, actor.at)
    records.people.erase_traces(own)
    for membership in list(follow(lambda a: records.people.memberships(a, account_id=own))):
        records.people.end_membership(membership.membership_id, actor.at)
    for key in list(follow(lambda a: records.accounts.api_keys(a, principal=own))):
        records.accounts.revoke_api_key(key.key_id, actor.at)
    records.sign_ins.remove_passkeys(own)
    for identity in records.sign_ins.identities(own):
        records.sign_ins.remove_identity(identity.issuer, identity.subject)


def _let_go(recording: Recording, actor: Actor, records: WriteTransaction) -> set[str]:
    """Withdraw a recording with all that rests on it, under no name; the files that go."""
    stems = set(records.catalogue.stems_of(recording.recording_id).values())
    resting = list(follow(lambda a: records.remixes.remixes(a, source_id=recording.recording_id)))
    records.rights.withdraw(
        Hold(
            hold_id=opaque_id("hold", recording.recording_id, "deleted"), kind="withdrawal", party_id=actor.account,
            subject_kind="recording", subject=recording.recording_id, since=actor.at, stops=Withdrawal.DELETE,
            said_at=actor.at,
        )
    )  # fmt: skip
    records.catalogue.rename_recording(recording.recording_id, title=DELETED, artist=DELETED)
    return {recording.sha256, *stems, *records.remixes.files_of(one.remix_id for one in resting)}


def _json(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode()
