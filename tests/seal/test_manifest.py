"""Manifests: signed last, read back, broken by one bit; and the whole way of a file through the seal."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import soundfile

from remixlab.domain.audio import Audio, Stem
from remixlab.domain.errors import EngineUnavailable, Invalid, InvalidAudio
from remixlab.domain.material import Part
from remixlab.seal import (
    MarkKeys,
    MarkRecord,
    Provenance,
    Tags,
    embed,
    make_credentials,
    read_manifest,
    read_tags,
    sign,
    verify,
    write_label,
    write_tags,
)

RATE = 44100
MARK_ID = 77_000_111
KEYS = MarkKeys.from_secrets({3: bytes(range(32))})
TODAY = datetime.now(UTC)  # the library signs and reads by the real clock
DATES = (TODAY - timedelta(days=1), TODAY + timedelta(days=7300))
CREDENTIALS = make_credentials(bytes(range(32)), *DATES)
RECORD = MarkRecord(remix_id="rmx_1", source={"recording_id": "rec_1", "isrc": "QZRLB2600001"}, made_with_ai=True)
FORMATS = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "mp3": ("MP3", None),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
}


def provenance(kind: str = "remix", remix_id: str = "rmx_1") -> Provenance:
    parts = [Part("vocals", "master", Stem.VOCALS), Part("drums", "layered")]
    return Provenance(
        remix_id=remix_id,
        title="AI remix of Song by Singer",
        source_title="Song",
        source_artist="Singer",
        source_isrc="QZRLB2600001",
        source_recording_id="rec_1",
        decision_id="dec_1",
        plan_digest="ab" * 32,
        handle=KEYS.handle(MARK_ID),
        label=write_label(parts, kind="cover" if kind == "cover" else "remix", trained={"net"}, separator="net"),
    )


def encode(audio: Audio, suffix: str) -> bytes:
    container, subtype = FORMATS[suffix]
    target = io.BytesIO()
    rate = 48000 if suffix == "opus" else audio.sample_rate
    soundfile.write(target, audio.samples.T, rate, format=container, subtype=subtype)
    return target.getvalue()


def decode(encoded: bytes) -> Audio:
    samples, rate = soundfile.read(io.BytesIO(encoded), dtype="float32", always_2d=True)
    return Audio.checked(samples.T, rate)


def play(length_s: float) -> Audio:
    dice = np.random.default_rng(8)
    time = np.arange(RATE) / RATE
    sound = 0.002 * dice.normal(size=(2, int(length_s * RATE)))
    for start in range(0, sound.shape[1] - RATE, RATE // 4):
        for frequency in 110 * 2 ** (dice.integers(0, 48, 3) / 12):
            sound[:, start : start + RATE] += (
                0.05 * sum(np.sin(2 * np.pi * k * frequency * time) / k for k in range(1, 10)) * np.exp(-3 * time)
            )
    return Audio.checked(0.7 * sound / np.abs(sound).max(), RATE)


@pytest.fixture(scope="module")
def sound() -> Audio:
    return play(40)


@pytest.mark.parametrize("kind", ["remix", "cover"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_a_signed_file_is_trusted_and_one_flipped_bit_makes_it_invalid(suffix: str, kind: str) -> None:
    encoded = write_tags(encode(play(2), suffix), suffix, Tags(title="Song", artist="Singer"))
    signed = sign(encoded, suffix, provenance(kind), CREDENTIALS)
    manifest = read_manifest(signed.encoded, suffix, anchors_pem=CREDENTIALS.anchor_pem, sidecar=signed.sidecar)
    assert (manifest.found, manifest.state, manifest.problems) == (True, "trusted", ())
    assert (manifest.remix_id, manifest.source_isrc, manifest.made_with_ai) == ("rmx_1", "QZRLB2600001", True)
    assert manifest.handle == KEYS.handle(MARK_ID)
    tags = read_tags(signed.encoded, suffix)
    assert tags is not None
    assert tags.title == "Song"
    assert np.array_equal(decode(signed.encoded).samples, decode(encoded).samples)
    flipped = bytearray(signed.encoded)
    flipped[len(flipped) * 2 // 3] ^= 1
    broken = read_manifest(bytes(flipped), suffix, anchors_pem=CREDENTIALS.anchor_pem, sidecar=signed.sidecar)
    assert (broken.found, broken.state) == (True, "invalid")


def test_a_strangers_signature_is_valid_and_not_trusted() -> None:
    signed = sign(encode(play(2), "flac"), "flac", provenance(), make_credentials(bytes(32), *DATES))
    assert read_manifest(signed.encoded, "flac", anchors_pem=CREDENTIALS.anchor_pem).state == "valid"


def test_a_certificate_that_is_not_in_force_signs_nothing_and_says_so() -> None:
    for start in (TODAY - timedelta(days=60), TODAY + timedelta(days=30)):
        held = make_credentials(bytes(32), start, start + timedelta(days=20))
        with pytest.raises(EngineUnavailable, match="not valid at time of signing") as refused:
            sign(encode(play(2), "flac"), "flac", provenance(), held)
        assert refused.value.stable_code == "certificate.unusable"


def test_what_was_signed_before_a_renewal_is_trusted_after_it_and_the_other_way_round() -> None:
    renewed = make_credentials(bytes(range(32)), TODAY - timedelta(hours=1), TODAY + timedelta(days=3650))
    assert renewed.anchor_pem != CREDENTIALS.anchor_pem
    for signer, reader in ((CREDENTIALS, renewed), (renewed, CREDENTIALS)):
        signed = sign(encode(play(2), "flac"), "flac", provenance(), signer)
        assert read_manifest(signed.encoded, "flac", anchors_pem=reader.anchor_pem).state == "trusted"


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_plain_file_has_no_manifest(suffix: str) -> None:
    manifest = read_manifest(encode(play(2), suffix), suffix)
    assert (manifest.found, manifest.state) == (False, "none")


def test_another_format_is_refused() -> None:
    with pytest.raises(Invalid):
        read_manifest(b"", "aiff")


def test_certificates_depend_on_secret_and_dates_alone() -> None:
    again = make_credentials(bytes(range(32)), *DATES)
    assert (again.chain_pem, again.anchor_pem) == (CREDENTIALS.chain_pem, CREDENTIALS.anchor_pem)
    assert make_credentials(bytes(32), *DATES).anchor_pem != again.anchor_pem
    assert "PRIVATE" not in repr(again)


@pytest.mark.parametrize(
    ("secret", "dates"),
    [(b"short", DATES), (bytes(32), DATES[::-1]), (bytes(32), (DATES[0].replace(tzinfo=None), DATES[1]))],
)
def test_bad_secrets_and_dates_are_refused(secret: bytes, dates: tuple[datetime, datetime]) -> None:
    with pytest.raises(Invalid):
        make_credentials(secret, *dates)


def test_the_flac_its_mp3_and_an_excerpt_are_ours_and_the_original_is_not(sound: Audio) -> None:
    def lookup(mark_id: int) -> MarkRecord | None:
        return RECORD if mark_id == MARK_ID else None

    signed = sign(encode(embed(sound, MARK_ID, KEYS), "flac"), "flac", provenance(), CREDENTIALS).encoded
    manifest = read_manifest(signed, "flac", anchors_pem=CREDENTIALS.anchor_pem)
    flac = verify(decode(signed), KEYS, lookup, manifest=manifest)
    assert (flac.ours, flac.remix_id, flac.source, flac.made_with_ai) == (True, "rmx_1", RECORD.source, True)
    assert flac.manifest.state == "trusted"
    assert flac.consistent
    mp3 = encode(decode(signed), "mp3")
    bare = verify(decode(mp3), KEYS, lookup, manifest=read_manifest(mp3, "mp3"))
    assert (bare.ours, bare.manifest.found) == (True, False)
    excerpt = Audio.checked(decode(mp3).samples[:, 5 * RATE : 35 * RATE], RATE)
    assert verify(excerpt, KEYS, lookup).ours
    assert not verify(sound, KEYS, lookup).ours
    assert not verify(decode(signed), KEYS, lambda _: None).ours
    carried_over = manifest.model_copy(update={"remix_id": "rmx_2"})
    assert not verify(decode(signed), KEYS, lookup, manifest=carried_over).consistent


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\0" * 64,
        b"ID3\x04\0\0\0\0\0\x7f",
        b"RIFF\xff\xff\xff\xffWAVEC2PA\xff\xff\xff\x7f",
        b"fLaC\x84\xff\xff\xff",
        b"OggS" * 9,
    ],
)
def test_garbage_is_read_without_a_crash(suffix: str, garbage: bytes) -> None:
    assert read_manifest(garbage, suffix).state in ("none", "invalid")
    try:
        read_tags(garbage, suffix)
    except InvalidAudio as refused:
        assert refused.message
