"""Ways to sign in without a password: passkeys, identities at providers, and what a browser has begun with either."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from remixlab.domain.accounts import Ceremony, Identity, Passkey
from remixlab.domain.page import Page


class Collected(NamedTuple):
    """How many of each are gone for good."""

    sessions: int
    links: int
    ceremonies: int
    replies: int


class SignInReader(Protocol):
    def passkeys(self, after: str | None = None, limit: int = 100, *, account_id: str) -> Page[Passkey]:
        """Of an account, in order of their ids."""
        ...

    def find_passkey(self, passkey_id: str) -> Passkey | None: ...

    def passkey_of(self, credential_id: str) -> Passkey | None:
        """By the name that its device gives it."""
        ...

    def identity_of(self, issuer: str, subject: str) -> Identity | None: ...

    def identities(self, account_id: str) -> tuple[Identity, ...]:
        """Of an account, in order of their issuers."""
        ...


class SignInWriter(SignInReader, Protocol):
    def add_passkey(self, passkey: Passkey) -> None:
        """Raises: PasskeyExists where a device has given its name already, to whomever."""
        ...

    def rename_passkey(self, passkey_id: str, name: str) -> bool:
        """Whether there was one."""
        ...

    def use_passkey(self, passkey_id: str, *, before: int, sign_count: int, backed_up: bool, at: datetime) -> bool:
        """Note that it was used: false where its count is not `before` any more, so that of two only one is true."""
        ...

    def remove_passkey(self, passkey_id: str) -> bool:
        """Whether there was one."""
        ...

    def remove_passkeys(self, account_id: str) -> int:
        """All of an account; how many."""
        ...

    def add_identity(self, identity: Identity) -> None:
        """Raises: IdentityTaken where it is somebody's already."""
        ...

    def remove_identity(self, issuer: str, subject: str) -> bool:
        """Whether there was one."""
        ...

    def begin_ceremony(self, ceremony: Ceremony, token: str) -> None: ...

    def take_ceremony(self, token: str, at: datetime) -> Ceremony | None:
        """What a token proves to have begun, once: to whoever comes second it is None, also when both come at once."""
        ...

    def collect(self, before: datetime, at: datetime) -> Collected:
        """Let go of sessions and links that ended before a moment, and of what has expired at another: ceremonies and
        answers under idempotency keys.
        """
        ...
