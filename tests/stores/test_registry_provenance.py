"""Credentials and manifests: the port suite, on every engine and in memory."""

from __future__ import annotations

import pytest

import registry_strategies as a
from remixlab.domain.errors import RecordingNotFound
from remixlab.domain.ports.records.transaction import Registry
from remixlab.domain.provenance import Credential, KeptManifest

READ = Credential(
    recording_id="rec_1", state="valid", manifest_id="urn:c2pa:1", generator="Another 2.0", issuer="Another",
    signed_at=a.NOW, source_types=("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",),
    bindings=(("com.example.mark", "abc"),),
)  # fmt: skip
KEPT = KeptManifest(manifest_id="urn:c2pa:2", handle="h", remix_id="rmx_1", suffix="flac", blob_sha256="a" * 64)


def test_what_was_read_and_what_owners_say_do_not_overwrite_each_other(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        assert records.provenance.credential("rec_1") == Credential(recording_id="rec_1")
        records.provenance.keep_credential(READ)
        assert records.provenance.credential("rec_1") == READ
        declared = records.provenance.declare("rec_1", "partly")
        assert declared == READ.model_copy(update={"declared": "partly"})
        records.provenance.keep_credential(READ.model_copy(update={"mark_of": "rmx_9"}))
    with registry.read() as records:
        kept = records.provenance.credential("rec_1")
        assert (kept.declared, kept.mark_of) == ("partly", "rmx_9")


def test_owners_may_speak_before_the_file_was_read(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        assert records.provenance.declare("rec_1", "none") == Credential(recording_id="rec_1", declared="none")
    with pytest.raises(RecordingNotFound), a.writing(registry) as records:
        records.provenance.declare("rec_0", "none")


def test_a_declaration_has_its_entry_in_the_audit_log(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    with pytest.raises(AssertionError, match="a declaration"), registry.write() as records:
        records.provenance.declare("rec_1", "none")


def test_a_manifest_is_found_by_its_id_and_by_the_mark_the_lossless_one_first(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    with a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision), decision, now=a.NOW)
        mp3 = KEPT.model_copy(update={"manifest_id": "urn:c2pa:0", "suffix": "aac"})
        records.provenance.keep_manifest(mp3)
        records.provenance.keep_manifest(KEPT)
        records.provenance.keep_manifest(KEPT.model_copy(update={"blob_sha256": "b" * 64}))
    with registry.read() as records:
        assert records.provenance.manifest("urn:c2pa:2") == KEPT, "the first stands"
        assert records.provenance.manifest("urn:c2pa:9") is None
        assert records.provenance.manifests_of("h") == (KEPT, mp3)
        assert records.provenance.manifests_of("g") == ()
