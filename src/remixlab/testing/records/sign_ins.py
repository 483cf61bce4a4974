"""Passkeys, identities and begun ceremonies in memory."""

from __future__ import annotations

import hashlib
from datetime import datetime

from remixlab.domain.accounts import Ceremony, Identity, Passkey
from remixlab.domain.audit import Acts
from remixlab.domain.errors import IdentityTaken, PasskeyExists
from remixlab.domain.page import Page
from remixlab.domain.ports.records.sign_ins import Collected
from remixlab.testing.records.kept import Kept, page_by_id


class MemorySignIns:
    def __init__(self, kept: Kept, acts: Acts) -> None:
        self.kept = kept
        self._acts = acts

    # ------------------------------------------------------------ passkeys

    def passkeys(self, after: str | None = None, limit: int = 100, *, account_id: str) -> Page[Passkey]:
        found = {name: one for name, one in self.kept.passkeys.items() if one.account_id == account_id}
        return page_by_id(found, after, limit)

    def find_passkey(self, passkey_id: str) -> Passkey | None:
        return self.kept.passkeys.get(passkey_id)

    def passkey_of(self, credential_id: str) -> Passkey | None:
        return next((one for one in self.kept.passkeys.values() if one.credential_id == credential_id), None)

    def add_passkey(self, passkey: Passkey) -> None:
        if passkey.passkey_id in self.kept.passkeys or self.passkey_of(passkey.credential_id):
            raise PasskeyExists("This passkey is kept already.")
        self.kept.passkeys[passkey.passkey_id] = passkey
        self._acts.did("a passkey")

    def rename_passkey(self, passkey_id: str, name: str) -> bool:
        return self._did(self._change(passkey_id, name=name), "another name of a passkey")

    def use_passkey(self, passkey_id: str, *, before: int, sign_count: int, backed_up: bool, at: datetime) -> bool:
        found = self.kept.passkeys.get(passkey_id)
        if found is None or found.sign_count != before:
            return False
        return self._change(passkey_id, sign_count=sign_count, backed_up=backed_up, used_at=at)

    def remove_passkey(self, passkey_id: str) -> bool:
        return self._did(self.kept.passkeys.pop(passkey_id, None) is not None, "the end of a passkey")

    def remove_passkeys(self, account_id: str) -> int:
        gone = [name for name, one in self.kept.passkeys.items() if one.account_id == account_id]
        return sum(self.remove_passkey(name) for name in gone)

    # ------------------------------------------------------------ identities

    def identity_of(self, issuer: str, subject: str) -> Identity | None:
        return self.kept.identities.get((issuer, subject))

    def identities(self, account_id: str) -> tuple[Identity, ...]:
        return tuple(one for _, one in sorted(self.kept.identities.items()) if one.account_id == account_id)

    def add_identity(self, identity: Identity) -> None:
        place = (identity.issuer, identity.subject)
        if place in self.kept.identities:
            raise IdentityTaken("This identity belongs to an account already.")
        self.kept.identities[place] = identity
        self._acts.did("an identity")

    def remove_identity(self, issuer: str, subject: str) -> bool:
        return self._did(self.kept.identities.pop((issuer, subject), None) is not None, "the end of an identity")

    # ------------------------------------------------------------ ceremonies

    def begin_ceremony(self, ceremony: Ceremony, token: str) -> None:
        self.kept.ceremonies[_digest(token)] = ceremony

    def take_ceremony(self, token: str, at: datetime) -> Ceremony | None:
        found = self.kept.ceremonies.pop(_digest(token), None)
        return found if found is not None and found.expires_at > at else None

    def collect(self, before: datetime, at: datetime) -> Collected:
        kept = self.kept
        sessions = [name for name, one in kept.sessions.items() if one.session.expires_at < before]
        links = [name for name, one in kept.links.items() if one.link.expires_at < before]
        ceremonies = [name for name, one in kept.ceremonies.items() if one.expires_at <= at]
        replies = [name for name, one in kept.requests.items() if one.expires_at <= at]
        for name in sessions:
            del kept.sessions[name]
        for name in links:
            del kept.links[name]
        for name in ceremonies:
            del kept.ceremonies[name]
        for name in replies:
            del kept.requests[name]
        return Collected(len(sessions), len(links), len(ceremonies), len(replies))

    def _change(self, passkey_id: str, **fields: object) -> bool:
        found = self.kept.passkeys.get(passkey_id)
        if found is not None:
            self.kept.passkeys[passkey_id] = found.model_copy(update=fields)
        return found is not None

    def _did(self, done: bool, what: str) -> bool:
        if done:
            self._acts.did(what)
        return done


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
