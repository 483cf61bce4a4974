"""The signed manifest that travels in or beside a file: what it was made from, how, and by whose leave.

Source: C2PA Technical Specification 2.2; CAWG Training and Data Mining Assertion 1.1.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from remixlab.domain.errors import EngineUnavailable, Invalid
from remixlab.domain.harmless import Harmless
from remixlab.domain.value import Value
from remixlab.seal.certificates import Credentials
from remixlab.seal.label import Label
from remixlab.seal.library import load_c2pa

if TYPE_CHECKING:
    from c2pa import Context

MEDIA_TYPES = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
}
"""What C2PA calls the formats that we sign."""
SIDECAR_SUFFIXES = frozenset({"ogg", "opus"})
"""Formats that cannot hold a manifest: it lies beside the file."""
BINDING_ALGORITHM = "org.remixlab.seal.1"
"""Our mark's name in a soft binding: not yet in C2PA's list of algorithms, so any reader may ignore it."""
RIGHTS_LABEL = "org.remixlab.rights"
"""Our own assertion: by whose leave the remix was made."""

State = Literal["none", "invalid", "valid", "trusted"]


class Provenance(Value):
    """What a manifest states. `handle` names the mark in public (see `MarkKeys.handle`)."""

    remix_id: str
    title: Harmless
    source_title: Harmless
    source_artist: Harmless
    source_isrc: str | None = None
    source_recording_id: str
    decision_id: str
    plan_digest: str
    handle: str
    label: Label
    description: Harmless = ""
    generator_version: str = "0.1.0"


class Signed(NamedTuple):
    """The file with its manifest inside, or the file as it was and the manifest to lay beside it."""

    encoded: bytes
    sidecar: bytes | None


class Manifest(Value):
    """A manifest as it was read. `trusted` is valid and signed under a root that we trust; one flipped bit is
    `invalid`.
    """

    found: bool
    state: State
    remix_id: str | None = None
    source_isrc: str | None = None
    source_recording_id: str | None = None
    made_with_ai: bool | None = None
    handle: str | None = None
    decision_id: str | None = None
    plan_digest: str | None = None
    digital_source_type: str | None = None
    problems: tuple[str, ...] = ()


NO_MANIFEST = Manifest(found=False, state="none")
"""What is said of a file without one."""


def sign(encoded: bytes, suffix: str, provenance: Provenance, credentials: Credentials) -> Signed:
    """Sign a finished file; whatever changes it afterwards breaks the signature.

    Raises: Invalid for an unknown format, EngineUnavailable when the certificate cannot sign, today or at all.
    """
    c2pa = load_c2pa()

    media_type = _media_type(suffix)
    info = c2pa.C2paSignerInfo(b"es256", credentials.chain_pem, credentials.key_pem, None)
    with (
        _context(credentials.anchor_pem) as context,
        c2pa.Builder(_write_manifest(provenance, media_type), context) as builder,
    ):
        # The source is named, not enclosed: a master is nobody's to copy into a remix's manifest.
        builder.add_ingredient(
            _write_ingredient(provenance),
            "application/octet-stream",
            io.BytesIO(provenance.source_recording_id.encode()),
        )
        sidecar = suffix in SIDECAR_SUFFIXES
        if sidecar:
            builder.set_no_embed()
        target = io.BytesIO()
        try:
            with c2pa.Signer.from_info(info) as signer:
                manifest = builder.sign(signer, media_type, io.BytesIO(encoded), target)
        except c2pa.C2paError as error:
            kind, _, reason = str(error).partition(": ")
            if kind != "Signature":
                raise
            raise EngineUnavailable(
                f"the file cannot be signed: {reason}",
                code="certificate.unusable",
                hint="Look at the clock of this machine and at REMIXLAB_CERTIFICATE.",
            ) from error
    return Signed(encoded, manifest) if sidecar else Signed(target.getvalue(), None)


def read_manifest(
    encoded: bytes, suffix: str, *, anchors_pem: bytes | None = None, sidecar: bytes | None = None
) -> Manifest:
    """Read and check the manifest of a file. `anchors_pem` holds the roots that are trusted.

    Raises: Invalid for an unknown format.
    """
    c2pa = load_c2pa()

    media_type = _media_type(suffix)
    try:
        with _context(anchors_pem) as context, c2pa.Reader(media_type, io.BytesIO(encoded), sidecar, context) as reader:
            report = cast("dict[str, Any]", json.loads(reader.json()))
    except c2pa.C2paError as error:
        if "ManifestNotFound" in str(error) or (sidecar is None and "NotSupported" in str(error)):
            return NO_MANIFEST
        return Manifest(found=True, state="invalid", problems=(str(error).split(":")[0],))
    return _describe(report)


def _media_type(suffix: str) -> str:
    try:
        return MEDIA_TYPES[suffix.lower().lstrip(".")]
    except KeyError as unknown:
        raise Invalid(
            f"a .{suffix} file cannot carry a manifest", code="audio.format", hint=f"Use {', '.join(MEDIA_TYPES)}."
        ) from unknown


def _context(anchors_pem: bytes | None) -> Context:
    c2pa = load_c2pa()

    trust = {"trust_anchors": anchors_pem.decode()} if anchors_pem else {}
    checks = {
        "verify_trust": True,
        "verify_timestamp_trust": False,
        "ocsp_fetch": False,
        "remote_manifest_fetch": False,
    }
    return c2pa.Context(c2pa.Settings.from_dict({"trust": trust, "verify": checks}))


def _write_manifest(provenance: Provenance, media_type: str) -> dict[str, Any]:
    label = provenance.label
    return {
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
    return [*first, {"action": "c2pa.watermarked.bound", **agent, "description": "RemixLab seal 1"}]


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
    }
    return facts | ({"source_isrc": provenance.source_isrc} if provenance.source_isrc else {})


def _write_ingredient(provenance: Provenance) -> dict[str, Any]:
    name = f"isrc:{provenance.source_isrc}" if provenance.source_isrc else f"recording:{provenance.source_recording_id}"
    return {
        "title": f"{provenance.source_title} by {provenance.source_artist}",
        "relationship": "parentOf" if provenance.label.kind == "remix" else "componentOf",
        "label": "source",
        "instance_id": name,
        "format": "audio/flac",
    }


def _describe(report: dict[str, Any]) -> Manifest:
    """What the active manifest says, with the verdict of the check."""
    active = report["manifests"][report["active_manifest"]]
    said = {a["label"]: a["data"] for a in active.get("assertions", [])}
    rights, binding = said.get(RIGHTS_LABEL, {}), said.get("c2pa.soft-binding", {})
    actions = said.get("c2pa.actions.v2", {}).get("actions", [])
    kinds = [a["digitalSourceType"] for a in actions if "digitalSourceType" in a]
    verdicts: dict[str, State] = {"Trusted": "trusted", "Valid": "valid"}
    return Manifest(
        found=True,
        state=verdicts.get(report.get("validation_state", ""), "invalid"),
        remix_id=rights.get("remix_id"),
        source_isrc=rights.get("source_isrc"),
        source_recording_id=rights.get("source_recording_id"),
        made_with_ai=rights.get("made_with_ai"),
        decision_id=rights.get("decision_id"),
        plan_digest=rights.get("plan_sha256"),
        handle=next((str(b["value"]) for b in binding.get("blocks", [])), None),
        digital_source_type=kinds[0] if kinds else None,
        problems=tuple(s["code"] for s in report.get("validation_status", [])),
    )
