"""Manifests: signed last, read back, broken by one bit; and the whole way of a file through the seal."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import soundfile

from remixlab.domain.audio import Audio, Stem
from remixlab.domain.errors import EngineUnavailable, Invalid, InvalidAudio
from remixlab.domain.material import Part
from remixlab.seal import (
    Carried,
    Credentials,
    MarkKeys,
    MarkRecord,
    Provenance,
    SampledSource,
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
from remixlab.testing import LocalTimeAuthority

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


# ---------------------------------------------------------------- trusted time


def stamping(credentials: Credentials, url: str, authority: LocalTimeAuthority) -> Credentials:
    return credentials.stamped_by(url, authority.anchor_pem)


def test_a_stamped_signature_is_trusted_after_the_end_of_its_certificate_and_a_bare_one_is_not() -> None:
    authority = LocalTimeAuthority(TODAY, lambda: datetime.now(UTC))
    ends = datetime.now(UTC) + timedelta(seconds=3)
    short = make_credentials(bytes(range(32)), TODAY - timedelta(days=1), ends)
    with authority.serve() as url:
        stamped = stamping(short, url, authority)
        signed, bare = (sign(encode(play(2), "flac"), "flac", provenance(), by) for by in (stamped, short))
    before = read_manifest(signed.encoded, "flac", anchors_pem=stamped.trusted_pem)
    assert (before.state, read_manifest(bare.encoded, "flac", anchors_pem=stamped.trusted_pem).state) == (
        "trusted",
        "trusted",
    )
    assert before.signed_at is not None
    assert abs(before.signed_at - datetime.now(UTC)) < timedelta(minutes=1)
    time.sleep(max(0.0, (ends - datetime.now(UTC)).total_seconds()) + 1.1)
    after = read_manifest(signed.encoded, "flac", anchors_pem=stamped.trusted_pem)
    assert (after.state, after.signed_at) == ("trusted", before.signed_at)
    assert read_manifest(bare.encoded, "flac", anchors_pem=stamped.trusted_pem).state == "invalid"
    # An authority that nobody here trusts proves nothing.
    unproven = read_manifest(signed.encoded, "flac", anchors_pem=short.anchor_pem)
    assert (unproven.state, unproven.signed_at) == ("invalid", None)


def test_a_time_of_an_unknown_authority_is_no_trusted_time() -> None:
    authority = LocalTimeAuthority(TODAY, lambda: datetime.now(UTC))
    with authority.serve() as url:
        signed = sign(encode(play(2), "flac"), "flac", provenance(), stamping(CREDENTIALS, url, authority))
    read = read_manifest(signed.encoded, "flac", anchors_pem=CREDENTIALS.anchor_pem)
    assert (read.state, read.signed_at) == ("trusted", None)


def test_nothing_is_signed_without_the_time_that_was_asked_for() -> None:
    authority = LocalTimeAuthority(TODAY, lambda: TODAY - timedelta(days=30))
    with authority.serve() as url:
        gone = stamping(CREDENTIALS, url, authority)
        with pytest.raises(EngineUnavailable, match="not in force") as wrong:
            sign(encode(play(2), "flac"), "flac", provenance(), gone)
        assert wrong.value.stable_code == "time.unavailable"
    with pytest.raises(EngineUnavailable, match="does not answer") as silent:
        sign(encode(play(2), "flac"), "flac", provenance(), gone)
    assert silent.value.stable_code == "time.unavailable"


def test_what_vouches_for_the_time_vouches_for_nothing_else() -> None:
    """Else whoever the authority's issuer certifies could sign as this house."""
    wide = LocalTimeAuthority(TODAY, lambda: TODAY, narrow=False)
    for anchors in (wide.anchor_pem, CREDENTIALS.anchor_pem, b"no certificate"):
        with pytest.raises(Invalid):
            CREDENTIALS.stamped_by("http://localhost/", anchors)


# ---------------------------------------------------------------- what others signed


def strangers_file(suffix: str = "flac") -> bytes:
    theirs = make_credentials(bytes(32), *DATES)
    return sign(encode(play(2), suffix), suffix, provenance(remix_id="rmx_theirs"), theirs).encoded


@pytest.mark.parametrize("suffix", ["flac", "wav", "mp3"])
def test_the_manifest_of_a_file_that_was_brought_goes_on_inside_ours(suffix: str) -> None:
    theirs = strangers_file(suffix)
    known = read_manifest(theirs, suffix, anchors_pem=CREDENTIALS.anchor_pem)
    signed = sign(encode(play(2), "mp3"), "mp3", provenance(), CREDENTIALS, carried=Carried(theirs, suffix))
    ours = read_manifest(signed.encoded, "mp3", anchors_pem=CREDENTIALS.anchor_pem)
    assert (known.state, ours.state, ours.remix_id) == ("valid", "trusted", "rmx_1")
    assert known.manifest_id is not None
    assert known.manifest_id.encode() in signed.manifest
    assert known.manifest_id != ours.manifest_id
    assert len(signed.encoded) < len(encode(play(2), "mp3")) + 100_000, "the manifest is carried, not the sound"


def test_a_manifest_tells_who_signed_with_what_and_how_its_parts_were_made() -> None:
    read = read_manifest(strangers_file(), "flac")
    assert (read.issuer, read.generator) == ("RemixLab local signer", "RemixLab 0.1.0")
    assert read.source_types == (provenance().label.digital_source_type,)
    assert [(b.alg, b.value) for b in read.bindings] == [("org.remixlab.seal.1", KEYS.handle(MARK_ID))]
    assert read.ingredients == ("Song by Singer",)


def test_the_same_file_of_the_same_remix_has_the_same_manifest_id_and_another_remix_another() -> None:
    first, again, other = (
        sign(encode(play(2), "flac"), "flac", provenance(remix_id=one), CREDENTIALS).manifest_id
        for one in ("rmx_1", "rmx_1", "rmx_2")
    )
    assert first == again != other
    assert first.startswith("urn:c2pa:")


def test_a_heap_of_manifests_is_named_and_not_carried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remixlab.seal.signing.CARRIED_MAX", 20_000)
    theirs = strangers_file()
    signed = sign(encode(play(2), "flac"), "flac", provenance(), CREDENTIALS, carried=Carried(theirs, "flac"))
    assert len(signed.manifest) < 20_000
    assert read_manifest(signed.encoded, "flac", anchors_pem=CREDENTIALS.anchor_pem).state == "trusted"


def test_what_a_remix_samples_is_an_ingredient_too() -> None:
    sampled = SampledSource(recording_id="rec_2", title="Break", artist="Band", isrc="QZRLB2600002")
    stated = provenance().model_copy(update={"samples": (sampled,)})
    read = read_manifest(
        sign(encode(play(2), "flac"), "flac", stated, CREDENTIALS).encoded, "flac", anchors_pem=CREDENTIALS.anchor_pem
    )
    assert (read.state, read.ingredients) == ("trusted", ("Song by Singer", "Break by Band"))
