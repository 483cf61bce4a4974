"""Passkeys: what a device is asked, and what its answer proves. Source: W3C Web Authentication, level 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from remixlab.domain.accounts import Passkey, PasskeyCeremony
from remixlab.domain.errors import WrongCredentials

Answer = Mapping[str, Any]
"""A `PublicKeyCredential` as browsers write it in JSON (`toJSON`)."""


class NewCredential(NamedTuple):
    """What a device has made: its name, the public key, and how often it was used. Base64url."""

    credential_id: str
    public_key: str
    sign_count: int
    backed_up: bool


class Assertion(NamedTuple):
    """What a signature of a device proves: how often the key was used, and whether it is kept elsewhere too."""

    sign_count: int
    backed_up: bool


def no_passkey() -> WrongCredentials:
    """What is said of every passkey that opens nothing, whyever."""
    return WrongCredentials(
        "This passkey does not open anything here.",
        code="passkey.refused",
        hint="Sign in another way; a recovery link helps.",
    )


class Passkeys(Protocol):
    def creation_options(self, ceremony: PasskeyCeremony, name: str, known: Sequence[Passkey]) -> dict[str, Any]:
        """What the browser is told to make a passkey for an account that is called so, on a device without one."""
        ...

    def request_options(self, ceremony: PasskeyCeremony) -> dict[str, Any]:
        """What the browser is told to find a passkey: none is named, so nothing is told of anybody."""
        ...

    def made(self, answer: Answer, ceremony: PasskeyCeremony) -> NewCredential:
        """What a device answered to `creation_options`. Raises: InvalidPasskey."""
        ...

    def credential_of(self, answer: Answer) -> str:
        """Which passkey an answer claims to be of; it proves nothing. Raises: WrongCredentials."""
        ...

    def proven(self, answer: Answer, ceremony: PasskeyCeremony, passkey: Passkey) -> Assertion:
        """What a device answered to `request_options`, for the passkey that it is of. Raises: WrongCredentials."""
        ...
