"""API keys, the audit log and the state of the process, as they are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, Field

from remixlab.domain.audit import AuditEntry
from remixlab.doors.answers.answer import Answer, ListAnswer

if TYPE_CHECKING:
    from remixlab.domain.ports.records.accounts import ApiKey
    from remixlab.usecases.accounts import NewKey, RevokedKey


class KeyCreated(Answer):
    """A new API key; the key itself is shown this once."""

    key_id: str
    user: str
    key: str
    expires_at: AwareDatetime | None


class KeyRevoked(Answer):
    """A key that opens nothing from now on."""

    key_id: str
    state: Literal["revoked"] = "revoked"


class KeyItem(Answer):
    """A key as it is listed: never its secret."""

    key_id: str
    user: str
    scopes: Annotated[
        list[str], Field(description="Roles, `tier:` with a tier, and `party:` with each party if not all.")
    ]
    expires_at: AwareDatetime | None


class KeyList(ListAnswer[KeyItem]):
    """Keys in force, in order of their ids."""


class AuditList(ListAnswer[AuditEntry]):
    """Who did what, for whom, when, and what it changed, in the order it was written."""


class HealthAnswer(Answer):
    """The process can do its work."""

    status: Literal["ok"] = "ok"


class VersionAnswer(Answer):
    """Which product answers, and which version of its API."""

    name: str
    version: str
    api: str


def key_created(made: NewKey) -> KeyCreated:
    return KeyCreated(key_id=made.key_id, user=made.user, key=made.key, expires_at=made.expires_at)


def key_revoked(revoked: RevokedKey) -> KeyRevoked:
    return KeyRevoked(key_id=revoked.key_id)


def key_item(key: ApiKey) -> KeyItem:
    return KeyItem(key_id=key.key_id, user=key.principal, scopes=sorted(key.scopes), expires_at=key.expires_at)
