"""Consent receipts: a party downloads what it said, signed; anybody verifies one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.errors import ConsentNotFound, EngineUnavailable, InvalidReceipt
from remixlab.domain.ports.signing import Signer
from remixlab.rights import VerifiedReceipt, fingerprint, receipt_for, verify_receipt
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.rights.endings import word_as_subject


@observed("rights.consent_receipt")
def consent_receipt(consent_id: str, actor: Actor, context: Records) -> dict[str, Any]:
    """One word of a party with everything that became of it, signed and dated, for that party.

    Raises: ConsentNotFound, EngineUnavailable `receipt.no_key`.
    """
    missing = ConsentNotFound(f"there is no consent '{consent_id[:80]}'")
    with context.read() as records:
        said = records.rights.consent(consent_id)
        own = word_as_subject(said, records)._replace(parties=frozenset({said.party_id}), public=False)
        must(actor, Action.READ_RECEIPT, own, missing=missing)
        name = records.catalogue.party_names([said.party_id]).get(said.party_id, said.party_id)
    return receipt_for(said, name, actor.at, _signer(context))


def read_receipt(text: str) -> dict[str, Any]:
    """A receipt from the text of its file. Raises: InvalidReceipt."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidReceipt("this cannot be read as a receipt") from error
    if not isinstance(document, dict):
        raise InvalidReceipt("this holds no receipt")
    return cast("dict[str, Any]", document)


def check_receipt(document: Mapping[str, Any], context: Records) -> VerifiedReceipt:
    """Whether a receipt is genuine, and this workspace's; anybody may ask. Raises: InvalidReceipt."""
    return verify_receipt(document, None if context.signer is None else context.signer.public_key)


def receipt_key(context: Records) -> tuple[bytes, str]:
    """The public key that receipts are verified with, and its name for people. Raises: EngineUnavailable."""
    key = _signer(context).public_key
    return key, fingerprint(key)


def _signer(context: Records) -> Signer:
    if context.signer is None:
        raise EngineUnavailable(
            "this workspace has no key to sign with", code="receipt.no_key", hint="Open it from its own folder."
        )
    return context.signer
