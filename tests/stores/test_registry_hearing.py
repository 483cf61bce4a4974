"""What was heard: the port suite, on every engine and in memory."""

from __future__ import annotations

import registry_strategies as a
from remixlab.domain.music import Analysis, Embedding
from remixlab.domain.ports.records.transaction import Registry


def test_what_was_heard_is_kept_by_content_and_listener(registry: Registry) -> None:
    heard = Analysis(
        duration_s=4.0, tempo_bpm=120.0, beats=(0.0, 0.5), downbeats=(0.0,), key="A minor", key_confidence=0.5
    )
    other = heard.model_copy(update={"tempo_bpm": 60.0})
    with a.writing(registry) as records:
        a.fill(records)
        records.hearing.keep_analysis("a" * 64, "ears/1", heard)
        records.hearing.keep_analysis("a" * 64, "ears/2", other)
        records.hearing.keep_analysis("a" * 64, "ears/2", other)
        records.hearing.keep_fingerprint("rec_1", "f" * 64)
        records.hearing.keep_fingerprint("rec_1", "0" * 64)
    with registry.read() as records:
        assert records.hearing.analysis("a" * 64, "ears/1") == heard
        assert records.hearing.analysis("a" * 64, "ears/2") == other
        assert [found[1:3] for found in records.hearing.fingerprints().items] == [("rec_1", "0" * 64)]
        assert records.hearing.fingerprint_of("rec_1") == "0" * 64
        assert records.hearing.fingerprint_of("rec_2") is None


def test_what_a_file_felt_like_is_kept_by_its_ear(registry: Registry) -> None:
    first, other = Embedding(encoder="feel/1", vector=(1.0, 0.0)), Embedding(ear="feel/2", vector=(0.0, 1.0))
    with a.writing(registry) as records:
        records.hearing.keep_feel("a" * 64, first)
        records.hearing.keep_feel("a" * 64, other)
        records.hearing.keep_feel("b" * 64, first)
        records.hearing.keep_feel("b" * 64, first)
    with registry.read() as records:
        assert records.hearing.feel("a" * 64, "feel/2") == other
        assert records.hearing.feel("c" * 64, "feel/1") is None
        assert records.hearing.feels("feel/1").items == (("a" * 64, first), ("b" * 64, first))
        assert records.hearing.feels("feel/3").items == ()


def test_a_forgotten_fingerprint_stays_on_record_with_a_new_number_until_it_is_kept_again(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
        other = a.RECORDING.model_copy(update={"recording_id": "rec_2", "sha256": "b" * 64, "isrc": None})
        records.catalogue.add_recording(other, (), {})
        records.hearing.keep_fingerprint("rec_1", "f" * 64)
        records.hearing.keep_fingerprint("rec_2", "e" * 64)
    with a.writing(registry) as records:
        records.hearing.forget_fingerprint("rec_1")
        records.hearing.forget_fingerprint("rec_1")
        records.hearing.forget_fingerprint("rec_of_nobody")
    with registry.read() as records:
        assert records.hearing.fingerprint_of("rec_1") is None
        newer = records.hearing.fingerprints("1").items
        assert [(kept.number, kept.recording_id, kept.is_forgotten) for kept in newer] == [
            (2, "rec_2", False),
            (3, "rec_1", True),
        ]
    with a.writing(registry) as records:
        records.hearing.keep_fingerprint("rec_1", "f" * 64)
    with registry.read() as records:
        assert records.hearing.fingerprint_of("rec_1") == "f" * 64
        assert [kept.is_forgotten for kept in records.hearing.fingerprints("3").items] == [False]
