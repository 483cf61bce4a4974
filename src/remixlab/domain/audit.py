"""The audit log: who did what, for whom, when, and what it changed. Append-only and hash-chained, as decisions are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, Field

from remixlab.domain.actor import Actor, Role
from remixlab.domain.value import Value, canonical

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

NOTHING: Final = None
"""The digest of what is not there: before it was made, or after it was deleted."""


class AuditEntry(Value):
    """One write.

    `before` and `after` are the SHA-256 of what was written about (canonical JSON); None where there is nothing.
    """

    account: str
    acts_for: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    action: str
    subject: str
    at: AwareDatetime
    before: Digest | None = None
    after: Digest | None = None


def entry_of(actor: Actor, action: str, subject: str, *, before: Any = NOTHING, after: Any = NOTHING) -> AuditEntry:
    """The entry of a write; `before` and `after` are the values themselves, as JSON trees or domain values."""
    return AuditEntry(
        account=actor.account, acts_for=tuple(sorted(actor.acts_for)), roles=tuple(sorted(actor.roles)),
        action=action, subject=subject, at=actor.at, before=digest_of(before), after=digest_of(after),
    )  # fmt: skip


def digest_of(value: Any) -> str | None:
    """SHA-256 of a value's canonical form; None for nothing."""
    if value is None:
        return None
    return hashlib.sha256(canonical(value.to_dict() if isinstance(value, Value) else value)).hexdigest()


@dataclass(slots=True)
class Acts:
    """What one transaction did that somebody must answer for, and whether the audit log says who."""

    done: list[str] = field(default_factory=list[str])
    entered: bool = False

    def did(self, what: str) -> None:
        self.done.append(what)

    def check(self) -> None:
        """Raises: AssertionError when something was said or done that no audit entry stands for."""
        if self.done and not self.entered:
            raise AssertionError(f"written without an audit entry: {', '.join(dict.fromkeys(self.done))}")
