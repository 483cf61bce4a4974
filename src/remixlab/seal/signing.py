"""The signed manifest that travels in or beside a file: written, stamped with a trusted time, and signed last.

Source: C2PA Technical Specification 2.2; CAWG Training and Data Mining Assertion 1.1; RFC 3161.
"""

from __future__ import annotations

import hashlib
import io
from typing import Any, NamedTuple
from uuid import UUID

from remixlab.domain.errors import EngineUnavailable
from remixlab.domain.harmless import Harmless
from remixlab.domain.value import Value
from remixlab.seal.certificates import Credentials
from remixlab.seal.label import Label
from remixlab.seal.library import load_c2pa
from remixlab.seal.manifest import (
    BINDING_ALGORITHM,
    MEDIA_TYPES,
    RIGHTS_LABEL,
    SIDECAR_SUFFIXES,
    checking_context,
    media_type_of,
)

GENERATOR_VERSION = "0.1.0"
"""The version that is named as the maker in manifests and disclosures."""
CARRIED_MAX = 2**20
"""A signed file carries no more than 1 MiB of manifests: what somebody brought with more of them is named only."""


class SampledSource(Value):
    """A recording that sounds in a remix besides its source."""

    recording_id: str
    title: Harmless
    artist: Harmless
    isrc: str | None = None


class Provenance(Value):
    """What a manifest states. `handle` names the mark in public (see `MarkKeys.handle`)."""

    remix_id: str
    title: Harmless
    source_title: Harmless
    source_artist: Harmless
    source_isrc: str | None = None
    source_recording_id: str
    samples: tuple[SampledSource, ...] = ()
    decision_id: str
    plan_digest: str
    handle: str
    label: Label
    passport_digest: str | None = None
    """Names what of it may leave, as it was shown before it was made."""
    description: Harmless = ""
    generator_version: str = GENERATOR_VERSION


class Carried(NamedTuple):
    """A file that was brought here with a manifest of its own, which goes on inside ours as that of an ingredient."""

    encoded: bytes
    suffix: str


class Signed(NamedTuple):
    """The file with its manifest inside, or the file as it was and the manifest to lay beside it.

    `manifest` is the manifest by itself under its id, for whoever keeps it.
    """

    encoded: bytes
    sidecar: bytes | None
    manifest: bytes
    manifest_id: str


def sign(
    encoded: bytes, suffix: str, provenance: Provenance, credentials: Credentials, *, carried: Carried | None = None
) -> Signed:
    """Sign a finished file; whatever changes it afterwards breaks the signature.

    `carried` is the source as it was brought, where it has a manifest: that one is kept inside, not enclosed sound.
    Raises: Invalid for an unknown format; EngineUnavailable when the certificate cannot sign, today or at all, or when
    the authority that stamps the time does not.
    """
    media_type, name = media_type_of(suffix), _name_manifest(provenance, suffix)
    sidecar = suffix in SIDECAR_SUFFIXES
    target, manifest = _build(encoded, media_type, name, provenance, credentials, carried, embed=not sidecar)
    if carried is not None and len(manifest) > CARRIED_MAX:
        target, manifest = _build(encoded, media_type, name, provenance, credentials, None, embed=not sidecar)
    return Signed(encoded, manifest, manifest, name) if sidecar else Signed(target, None, manifest, name)


def _name_manifest(provenance: Provenance, suffix: str) -> str:
    """An id that nobody guesses who does not hold the handle, and the same whenever the same file is signed again."""
    seed = hashlib.sha256(f"{provenance.handle}/{provenance.remix_id}/{suffix}".encode()).digest()
    return f"urn:c2pa:{UUID(bytes=seed[:16], version=4)}"


def _build(
    encoded: bytes,
    media_type: str,
    name: str,
    provenance: Provenance,
    credentials: Credentials,
    carried: Carried | None,
    *,
    embed: bool,
) -> tuple[bytes, bytes]:
    c2pa = load_c2pa()

    authority = credentials.time_url.encode() if credentials.time_url else None
    info = c2pa.C2paSignerInfo(b"es256", credentials.chain_pem, credentials.key_pem, authority)
    target = io.BytesIO()
    with (
        checking_context(credentials.trusted_pem) as context,
        c2pa.Builder(_write_manifest(provenance, media_type, name), context) as builder,
    ):
        for ingredient, kind, content in _ingredients(provenance, carried):
            builder.add_ingredient(ingredient, kind, io.BytesIO(content))
        if not embed:
            builder.set_no_embed()
        try:
            with c2pa.Signer.from_info(info) as signer:
                manifest = builder.sign(signer, media_type, io.BytesIO(encoded), target)
        except c2pa.C2paError as error:
            raise _explained(str(error), credentials) or error from error
    return target.getvalue(), manifest


def _explained(error: str, credentials: Credentials) -> EngineUnavailable | None:
    """What is said of a signature that was not made; None where it is a fault of ours."""
    kind, _, reason = error.partition(": ")
    if kind == "Signature" and "http resolver" in reason:
        return EngineUnavailable(
            "the time of the signature cannot be stamped: the authority does not answer",
            code="time.unavailable",
            hint="Try again; or look at REMIXLAB_TIME_AUTHORITY.",
        )
    if kind == "Verify" and credentials.time_url and "signingCredential.expired" in reason:
        return EngineUnavailable(
            "the authority stamps a time at which the certificate is not in force",
            code="time.unavailable",
            hint="Look at the clock of this machine and at REMIXLAB_TIME_AUTHORITY.",
        )
    if kind == "Signature":
        return EngineUnavailable(
            f"the file cannot be signed: {reason}",
            code="certificate.unusable",
            hint="Look at the clock of this machine and at REMIXLAB_CERTIFICATE.",
        )
    return None


def _ingredients(provenance: Provenance, carried: Carried | None) -> list[tuple[dict[str, Any], str, bytes]]:
    """What it is made from: named, not enclosed, for a master is nobody's to copy into a remix's manifest. Of a file
    that was brought with a manifest only that manifest is taken over.
    """
    source = _write_ingredient(provenance)
    first = (
        (source, "application/octet-stream", provenance.source_recording_id.encode())
        if carried is None
        else ({**source, "format": MEDIA_TYPES[carried.suffix]}, MEDIA_TYPES[carried.suffix], carried.encoded)
    )
    sampled = [
        (_write_sample(sample, number), "application/octet-stream", sample.recording_id.encode())
        for number, sample in enumerate(provenance.samples)
    ]
    return [first, *sampled]


def _write_manifest(provenance: Provenance, media_type: str, name: str) -> dict[str, Any]:
    label = provenance.label
    return {
        "label": name,
        "claim_generator_info": [{"name": "RemixLab", "version": provenance.generator_version}],
        "format": media_type,
        "title": provenance.title,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": _write_actions(provenance)}},
            {
                "label": "c2pa.soft-binding",
                "data": {"alg": BINDING_ALGORITHM, "blocks": [{"scope": {}, "value": provenance.handle}]},
            },
            {
                "label": "cawg.training-mining",
                "data": {"entries": {f"cawg.{use}": {"use": "notAllowed"} for use in _MINING}},
            },
            {"label": "cawg.metadata", "data": _write_metadata(provenance)},
            {"label": RIGHTS_LABEL, "data": _write_rights(provenance, label)},
        ],
    }


_MINING = ("ai_generative_training", "ai_training", "data_mining", "ai_inference")
"""The four uses of CAWG's assertion; none is allowed."""


def _write_actions(provenance: Provenance) -> list[dict[str, Any]]:
    """A remix opens the master and edits it; a cover is created and places the work it performs."""
    source = {"ingredientIds": ["source"]}
    kind = {"digitalSourceType": provenance.label.digital_source_type}
    agent = {"softwareAgent": {"name": "RemixLab", "version": provenance.generator_version}}
    told = {"description": provenance.description or provenance.label.sentence}
    first: list[dict[str, Any]]
    if provenance.label.kind == "remix":
        first = [{"action": "c2pa.opened", "parameters": source}, {"action": "c2pa.edited", **kind, **agent, **told}]
    else:
        first = [{"action": "c2pa.created", **kind, **agent, **told}, {"action": "c2pa.placed", "parameters": source}]
    sampled = [
        {"action": "c2pa.placed", "parameters": {"ingredientIds": [f"sample-{number}"]}}
        for number, _ in enumerate(provenance.samples)
    ]
    return [*first, *sampled, {"action": "c2pa.watermarked.bound", **agent, "description": "RemixLab seal 1"}]


def _write_metadata(provenance: Provenance) -> dict[str, Any]:
    return {
        "@context": {
            "dc": "http://purl.org/dc/elements/1.1/",
            "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        },
        "dc:title": provenance.title,
        "Iptc4xmpExt:DigitalSourceType": provenance.label.digital_source_type,
    }


def _write_rights(provenance: Provenance, label: Label) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "remix_id": provenance.remix_id,
        "decision_id": provenance.decision_id,
        "plan_sha256": provenance.plan_digest,
        "source_recording_id": provenance.source_recording_id,
        "kind": label.kind,
        "made_with_ai": label.made_with_ai,
        "label": label.sentence,
        "parts": [p.to_dict() for p in label.parts],
        **({"sounds_sha256": label.sounds_sha256} if label.sounds_sha256 else {}),
    }
    facts |= {"source_isrc": provenance.source_isrc} if provenance.source_isrc else {}
    return facts | ({"passport_sha256": provenance.passport_digest} if provenance.passport_digest else {})


def _write_ingredient(provenance: Provenance) -> dict[str, Any]:
    name = f"isrc:{provenance.source_isrc}" if provenance.source_isrc else f"recording:{provenance.source_recording_id}"
    return {
        "title": f"{provenance.source_title} by {provenance.source_artist}",
        "relationship": "parentOf" if provenance.label.kind == "remix" else "componentOf",
        "label": "source",
        "instance_id": name,
        "format": "audio/flac",
    }


def _write_sample(sample: SampledSource, number: int) -> dict[str, Any]:
    return {
        "title": f"{sample.title} by {sample.artist}",
        "relationship": "componentOf",
        "label": f"sample-{number}",
        "instance_id": f"isrc:{sample.isrc}" if sample.isrc else f"recording:{sample.recording_id}",
        "format": "audio/flac",
    }
