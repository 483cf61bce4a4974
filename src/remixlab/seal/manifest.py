"""The signed manifest of a file, ours or anybody's: read, checked, and what it says.

Source: C2PA Technical Specification 2.2.
"""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from pydantic import AwareDatetime

from remixlab.domain.errors import Invalid
from remixlab.domain.harmless import Harmless
from remixlab.domain.provenance import ManifestState
from remixlab.domain.text import clean
from remixlab.domain.value import Value
from remixlab.seal.id3 import measure_id3, measure_id3_head
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


class SoftBinding(Value):
    """What leads from a sound back to its manifest: a mark or a fingerprint, under the name of its algorithm."""

    alg: Harmless
    value: Harmless


class Manifest(Value):
    """A manifest as it was read. `trusted` is valid and signed under a root that we trust; one flipped bit is
    `invalid`. `signed_at` is said by a time authority that we trust, never by the signer.
    """

    found: bool
    state: ManifestState
    manifest_id: Harmless | None = None
    generator: Harmless = ""
    issuer: Harmless = ""
    signed_at: AwareDatetime | None = None
    source_types: tuple[Harmless, ...] = ()
    """How its parts were made, in IPTC's words, each once."""
    bindings: tuple[SoftBinding, ...] = ()
    ingredients: tuple[Harmless, ...] = ()
    """What it was made from, by title."""
    remix_id: str | None = None
    source_isrc: str | None = None
    source_recording_id: str | None = None
    made_with_ai: bool | None = None
    handle: str | None = None
    decision_id: str | None = None
    plan_digest: str | None = None
    passport_digest: str | None = None
    digital_source_type: str | None = None
    problems: tuple[str, ...] = ()


NO_MANIFEST = Manifest(found=False, state="none")
"""What is said of a file without one."""


def sniff_suffix(head: bytes, after_tag: bytes = b"") -> str:
    """The format of a file by how it begins; empty where it is none that a manifest may be in.

    `after_tag` is what follows an ID3 tag, which MP3 and FLAC files may begin with.
    """
    if head[:3] == b"ID3":
        head = after_tag or head[measure_id3(head) :]
        return "flac" if head[:4] == b"fLaC" else "mp3"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    kinds = {b"fLaC": "flac", b"OggS": "ogg"}
    if head[4:8] == b"ftyp":
        return "m4a"
    return kinds.get(head[:4]) or ("mp3" if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 else "")


def suffix_of(file: BinaryIO) -> str:
    """The format of an open file by how it begins; it is read from its start again afterwards."""
    file.seek(0)
    head = file.read(16)
    if head[:3] == b"ID3":
        file.seek(measure_id3_head(head))
    after = file.read(16)
    file.seek(0)
    return sniff_suffix(head, after)


def read_manifest(
    encoded: bytes | BinaryIO, suffix: str, *, anchors_pem: bytes | None = None, sidecar: bytes | None = None
) -> Manifest:
    """Read and check the manifest of a file. `anchors_pem` holds the roots that are trusted.

    Raises: Invalid for an unknown format.
    """
    c2pa = load_c2pa()

    media_type = media_type_of(suffix)
    file = io.BytesIO(encoded) if isinstance(encoded, bytes) else encoded
    try:
        with (
            checking_context(anchors_pem) as context,
            c2pa.Reader(media_type, file, sidecar, context) as reader,
        ):
            report = cast("dict[str, Any]", json.loads(reader.json()))
    except c2pa.C2paError as error:
        if "ManifestNotFound" in str(error) or (sidecar is None and "NotSupported" in str(error)):
            return NO_MANIFEST
        return Manifest(found=True, state="invalid", problems=(str(error).split(":")[0],))
    return _describe(report)


def media_type_of(suffix: str) -> str:
    """What C2PA calls a format. Raises: Invalid."""
    try:
        return MEDIA_TYPES[suffix.lower().lstrip(".")]
    except KeyError as unknown:
        raise Invalid(
            f"a .{suffix} file cannot carry a manifest", code="audio.format", hint=f"Use {', '.join(MEDIA_TYPES)}."
        ) from unknown


def checking_context(anchors_pem: bytes | None) -> Context:
    """What signatures and their times are checked against; nothing is fetched from elsewhere."""
    c2pa = load_c2pa()

    trust = {"trust_anchors": anchors_pem.decode()} if anchors_pem else {}
    checks = {
        "verify_trust": True,
        "verify_timestamp_trust": True,
        "ocsp_fetch": False,
        "remote_manifest_fetch": False,
    }
    return c2pa.Context(c2pa.Settings.from_dict({"trust": trust, "verify": checks}))


def _describe(report: dict[str, Any]) -> Manifest:
    """What the active manifest says, with the verdict of the check. Who wrote it may be anybody: texts are cut."""
    active = report["manifests"][report["active_manifest"]]
    said = {a["label"].partition("__")[0]: a["data"] for a in active.get("assertions", [])}
    rights = said.get(RIGHTS_LABEL, {})
    actions = [a for name in _ACTIONS for a in said.get(name, {}).get("actions", [])]
    kinds = tuple(dict.fromkeys(_text(a["digitalSourceType"]) for a in actions if "digitalSourceType" in a))
    bindings = [a["data"] for a in active.get("assertions", []) if a["label"].startswith("c2pa.soft-binding")]
    found = tuple(
        SoftBinding(alg=_text(b.get("alg", "")), value=_text(block["value"]))
        for b in bindings
        for block in b.get("blocks", [])
        if "value" in block
    )
    checks = report.get("validation_results", {}).get("activeManifest", {})
    verdicts: dict[str, ManifestState] = {"Trusted": "trusted", "Valid": "valid"}
    return Manifest(
        found=True,
        state=verdicts.get(report.get("validation_state", ""), "invalid"),
        manifest_id=_text(report["active_manifest"]),
        generator=_generator(active),
        issuer=_text(active.get("signature_info", {}).get("issuer") or ""),
        signed_at=_trusted_time(active, checks),
        source_types=kinds,
        bindings=found[:_LISTED_MAX],
        ingredients=tuple(_text(i.get("title") or "") for i in active.get("ingredients", []))[:_LISTED_MAX],
        remix_id=rights.get("remix_id"),
        source_isrc=rights.get("source_isrc"),
        source_recording_id=rights.get("source_recording_id"),
        made_with_ai=rights.get("made_with_ai"),
        decision_id=rights.get("decision_id"),
        plan_digest=rights.get("plan_sha256"),
        passport_digest=rights.get("passport_sha256"),
        handle=next((b.value for b in found if b.alg == BINDING_ALGORITHM), None),
        digital_source_type=kinds[0] if kinds else None,
        problems=tuple(s["code"] for s in report.get("validation_status", [])),
    )


_ACTIONS = ("c2pa.actions", "c2pa.actions.v2")
"""Both versions of the assertion that says what was done. Source: C2PA 2.2, section 18.11."""
_TEXT_MAX, _LISTED_MAX = 500, 64
"""Letters of a text and entries of a list that are kept of a manifest that anybody may have written."""


def _text(said: object) -> str:
    return clean(str(said))[:_TEXT_MAX]


def _generator(active: dict[str, Any]) -> str:
    """The program that wrote it, with its version."""
    first = next(iter(active.get("claim_generator_info") or []), {})
    named = f"{first.get('name', '')} {first.get('version') or ''}".strip()
    return _text(named or active.get("claim_generator") or "")


def _trusted_time(active: dict[str, Any], checks: dict[str, Any]) -> datetime | None:
    time = active.get("signature_info", {}).get("time")
    is_trusted = any(check.get("code") == "timeStamp.trusted" for check in checks.get("success", []))
    return datetime.fromisoformat(time) if time and is_trusted else None
