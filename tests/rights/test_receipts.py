"""Receipts: a word as a signed document that nobody can change unseen."""

from __future__ import annotations

import base64
import copy
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

import terms_strategies as a
from remixlab.domain.errors import InvalidReceipt
from remixlab.domain.rights import Consent, Constraints, Side
from remixlab.domain.value import canonical
from remixlab.rights import Ed25519Signer, receipt_for, verify_receipt

SIGNER = Ed25519Signer(b"r" * 32)
OTHER = Ed25519Signer(b"o" * 32)
SAID = a.consent(Side.MASTER, constraints=Constraints(territories=frozenset({"DE"}), tempo_change_max=0.1))


def receipt(said: Consent = SAID) -> dict[str, Any]:
    return receipt_for(said, "Lantern Row", a.NOW, SIGNER)


@given(a.said())
def test_every_word_has_a_receipt_that_is_genuine_also_after_it_was_written_and_read_elsewhere(said: Consent) -> None:
    written = json.dumps(receipt(said), indent=3, ensure_ascii=True)
    found = verify_receipt(json.loads(written), SIGNER.public_key)
    assert (found.genuine, found.ours) == (True, True)
    assert Consent.model_validate(json.loads(written)["consent"]) == said


def test_a_stranger_verifies_it_with_nothing_but_the_two_standards() -> None:
    document = receipt()
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(document["issuer"]))
    key.verify(
        base64.b64decode(document["signature"]), canonical({k: v for k, v in document.items() if k != "signature"})
    )


def paths(tree: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every leaf of a document."""
    if isinstance(tree, dict):
        return [path for key, value in tree.items() for path in paths(value, (*here, key))]
    if isinstance(tree, list):
        return [path for key, value in enumerate(tree) for path in paths(value, (*here, key))]
    return [here]


@pytest.mark.parametrize(
    "path", [path for path in paths(receipt()) if path[0] not in ("signature", "issuer", "schema")]
)
def test_no_single_value_can_be_changed(path: tuple[Any, ...]) -> None:
    document = copy.deepcopy(receipt())
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = "remix" if isinstance(place[path[-1]], str) and path[-1] != "effect" else True
    if document != receipt():
        assert not verify_receipt(document, SIGNER.public_key).genuine


@pytest.mark.parametrize("change", ["add", "drop", "swap_signature", "swap_key"])
def test_nothing_is_added_left_out_or_signed_by_somebody_else(change: str) -> None:
    document = receipt()
    match change:
        case "add":
            document["note"] = "and everything else"
        case "drop":
            del document["meaning"]
        case "swap_signature":
            document["signature"] = receipt(SAID.model_copy(update={"consent_id": "other"}))["signature"]
        case _:
            document["issuer"] = base64.b64encode(OTHER.public_key).decode()
    assert not verify_receipt(document, SIGNER.public_key).genuine


def test_a_receipt_of_another_workspace_is_genuine_and_not_ours() -> None:
    theirs = receipt_for(SAID, "Lantern Row", a.NOW, OTHER)
    found = verify_receipt(theirs, SIGNER.public_key)
    assert (found.genuine, found.ours, found.key) == (True, False, verify_receipt(theirs).key)
    assert "another key" in found.reason


@pytest.mark.parametrize(
    "wrong",
    [{}, {"schema": "remixlab.receipt/1"}, {**receipt(), "signature": "x"}, {**receipt(), "issuer": "AAAA"},
     {**receipt(), "schema": "remixlab.receipt/2"}],
)  # fmt: skip
def test_what_is_no_receipt_is_told_so(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidReceipt):
        verify_receipt(wrong)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_whatever_is_sent_never_breaks_the_check(junk: Any) -> None:
    document = {**receipt(), "consent": junk}
    assert not verify_receipt(document).genuine


def test_the_same_day_gives_the_same_bytes_and_no_secret_is_shown() -> None:
    assert canonical(receipt()) == canonical(receipt())
    assert receipt_for(SAID, "Lantern Row", a.NOW + timedelta(days=1), SIGNER) != receipt()
    assert "r" * 8 not in repr(SIGNER) + str(SIGNER)


def test_it_says_in_one_sentence_what_was_said() -> None:
    said = a.consent(Side.LIKENESS, {a.Scope.VOICE_LIKENESS})
    assert receipt_for(said, "Ines Tavares", a.NOW, SIGNER)["meaning"] == (
        "Ines Tavares permits voice_likeness on the likeness side of the artist singer until 2027-11-21."
    )
