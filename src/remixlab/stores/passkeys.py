"""Passkeys by py_webauthn: the person is verified by the device, the account is found by the passkey alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from remixlab.domain.accounts import Passkey, PasskeyCeremony
from remixlab.domain.errors import InvalidPasskey
from remixlab.domain.naming import PRODUCT
from remixlab.domain.ports.passkeys import Answer, Assertion, NewCredential, no_passkey

LIFE_MS: Final = 300_000
CREATION: Final = ("rp", "user", "challenge", "pubKeyCredParams", "timeout", "authenticatorSelection", "attestation")
REQUEST: Final = ("challenge", "timeout", "rpId", "userVerification")
"""What browsers are told; of what the library would tell besides, nothing is wanted here."""


class WebAuthnPasskeys:
    """The library is loaded when the first passkey is asked for: nothing else waits for it."""

    def creation_options(self, ceremony: PasskeyCeremony, name: str, known: Sequence[Passkey]) -> dict[str, Any]:
        import webauthn  # lazy
        from webauthn.helpers import structs as s

        options = webauthn.generate_registration_options(
            rp_id=ceremony.relying_party,
            rp_name=PRODUCT,
            user_id=_bytes(ceremony.handle),
            user_name=name,
            challenge=_bytes(ceremony.challenge),
            timeout=LIFE_MS,
            authenticator_selection=s.AuthenticatorSelectionCriteria(
                resident_key=s.ResidentKeyRequirement.REQUIRED,
                user_verification=s.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[s.PublicKeyCredentialDescriptor(id=_bytes(one.credential_id)) for one in known],
        )
        told = json.loads(webauthn.options_to_json(options))
        known_ids = [{"id": one.credential_id, "type": "public-key"} for one in known]
        return {name: told[name] for name in CREATION} | {"excludeCredentials": known_ids}

    def request_options(self, ceremony: PasskeyCeremony) -> dict[str, Any]:
        import webauthn  # lazy
        from webauthn.helpers import structs as s

        options = webauthn.generate_authentication_options(
            rp_id=ceremony.relying_party,
            challenge=_bytes(ceremony.challenge),
            timeout=LIFE_MS,
            user_verification=s.UserVerificationRequirement.REQUIRED,
        )
        told = json.loads(webauthn.options_to_json(options))
        return {name: told[name] for name in REQUEST} | {"allowCredentials": []}

    def made(self, answer: Answer, ceremony: PasskeyCeremony) -> NewCredential:
        import webauthn  # lazy
        from webauthn.helpers.exceptions import WebAuthnException

        try:
            found = webauthn.verify_registration_response(
                credential=dict(answer),
                expected_challenge=_bytes(ceremony.challenge),
                expected_rp_id=ceremony.relying_party,
                expected_origin=ceremony.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError) as wrong:
            raise InvalidPasskey("The device's answer makes no passkey here.", hint="Try again.") from wrong
        return NewCredential(
            credential_id=_text(found.credential_id),
            public_key=_text(found.credential_public_key),
            sign_count=found.sign_count,
            backed_up=found.credential_backed_up,
        )

    def credential_of(self, answer: Answer) -> str:
        named = answer.get("id")
        if not isinstance(named, str) or not named:
            raise no_passkey()
        return named

    def proven(self, answer: Answer, ceremony: PasskeyCeremony, passkey: Passkey) -> Assertion:
        import webauthn  # lazy
        from webauthn.helpers.exceptions import WebAuthnException

        try:
            found = webauthn.verify_authentication_response(
                credential=dict(answer),
                expected_challenge=_bytes(ceremony.challenge),
                expected_rp_id=ceremony.relying_party,
                expected_origin=ceremony.origin,
                credential_public_key=_bytes(passkey.public_key),
                # The count is compared by the use case, where a copy of a key leaves an audit entry.
                credential_current_sign_count=0,
                require_user_verification=True,
            )
            handle = answer["response"].get("userHandle")
        except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as wrong:
            raise no_passkey() from wrong
        # A passkey that finds its own account has to name it. Source: Web Authentication, section 7.2, step 6.
        if handle != passkey.handle or _text(found.credential_id) != passkey.credential_id:
            raise no_passkey()
        return Assertion(found.new_sign_count, found.credential_backed_up)


def _bytes(text: str) -> bytes:
    from webauthn.helpers import base64url_to_bytes  # lazy

    return base64url_to_bytes(text)


def _text(octets: bytes) -> str:
    from webauthn.helpers import bytes_to_base64url  # lazy

    return bytes_to_base64url(octets)
