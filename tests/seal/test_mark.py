"""The mark: laid, read back, not heard, not invented."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.audio import Audio
from remixlab.domain.errors import Invalid, InvalidAudio
from remixlab.seal import MarkKeys, detect, embed
from remixlab.seal.audibility import measure_audibility
from remixlab.seal.payload import MARK_ID_BITS, decipher, encipher

RATE = 44100
KEYS = MarkKeys.from_secrets({1: bytes(range(32))})
OTHER_KEYS = MarkKeys.from_secrets({1: bytes(range(1, 33))})
MARK_ID = 0x12_3456_789A
MUSIC = Path(__file__).parents[2].parent / "shared" / "audio"


def play(length_s: float = 32.0, seed: int = 3) -> Audio:
    """Music enough for a mark: chords, a tune and noise bursts, slightly different left and right."""
    dice = np.random.default_rng(seed)
    sound = 0.003 * dice.normal(size=(2, int(length_s * RATE)))
    time = np.arange(RATE) / RATE
    for n in range(int(length_s * 4) - 4):
        start = n * RATE // 4
        for frequency in 110 * 2 ** (dice.integers(0, 48, 3) / 12):
            wave = sum(np.sin(2 * np.pi * k * frequency * time) / k for k in range(1, 12) if k * frequency < 12000)
            sound[:, start : start + RATE] += (0.04 * wave * np.exp(-3 * time)) * dice.uniform(0.6, 1, (2, 1))
        if n % 2:
            sound[:, start : start + 4000] += 0.05 * dice.normal(size=4000) * np.exp(-np.arange(4000) / 900)
    return Audio.checked((0.8 * sound / np.abs(sound).max()).astype(np.float32), RATE)


@pytest.fixture(scope="module")
def music() -> Audio:
    return play()


@pytest.fixture(scope="module")
def marked(music: Audio) -> Audio:
    return embed(music, MARK_ID, KEYS)


def cut(audio: Audio, start_s: float, end_s: float) -> Audio:
    return Audio.checked(audio.samples[:, int(start_s * RATE) : int(end_s * RATE)], audio.sample_rate)


def transcode(audio: Audio, container: str, **options: object) -> Audio:
    target = io.BytesIO()
    soundfile.write(target, audio.samples.T, audio.sample_rate, format=container, **options)
    target.seek(0)
    samples, rate = soundfile.read(target, dtype="float32", always_2d=True)
    return Audio.checked(samples.T, rate)


def test_the_mark_is_read_back(marked: Audio) -> None:
    found = detect(marked, KEYS)
    assert (found.found, found.mark_id) == (True, MARK_ID)
    assert found.confidence > 0.999


@pytest.mark.parametrize("start_s", [0.0, 3.217, 11.01, 20.5])
def test_any_ten_seconds_are_enough(marked: Audio, start_s: float) -> None:
    assert detect(cut(marked, start_s, start_s + 10), KEYS).mark_id == MARK_ID


def test_the_mark_survives_mp3_opus_mono_and_a_lower_rate(marked: Audio) -> None:
    mp3 = transcode(cut(marked, 1, 31), "MP3", bitrate_mode="CONSTANT", compression_level=0.6)
    at_48_khz = np.ascontiguousarray(soxr.resample(cut(marked, 1, 31).samples.T, RATE, 48000).T)
    opus = transcode(Audio.checked(at_48_khz, 48000), "OGG", subtype="OPUS", compression_level=1.0)
    mono = Audio.checked(marked.mono() * np.float32(0.3), RATE)
    for handled in (mp3, opus, mono):
        assert detect(handled, KEYS).mark_id == MARK_ID


def test_unmarked_music_and_a_strangers_keys_give_nothing(music: Audio, marked: Audio) -> None:
    assert not detect(cut(music, 0, 15), KEYS).found
    assert not detect(marked, OTHER_KEYS, search=False).found
    assert not detect(music, KEYS, expect=[MARK_ID], search=False).found
    assert not detect(marked, KEYS, expect=[MARK_ID + 1], search=False).found


def test_an_expected_mark_is_found_in_three_seconds(marked: Audio) -> None:
    assert detect(cut(marked, 14, 17), KEYS, expect=[MARK_ID]).found


def test_old_epochs_are_still_read(marked: Audio) -> None:
    rotated = MarkKeys.from_secrets({1: bytes(range(32)), 2: bytes(32)})
    assert rotated.newest.epoch == 2
    assert detect(cut(marked, 5, 20), rotated).mark_id == MARK_ID


def test_the_mark_changes_neither_level_nor_length_nor_silence(music: Audio, marked: Audio) -> None:
    assert marked.samples.shape == music.samples.shape
    level_before, level_after = (float(np.sqrt(np.mean(a.samples.astype(np.float64) ** 2))) for a in (music, marked))
    assert 20 * np.log10(level_after / level_before) == pytest.approx(0, abs=0.01)
    difference = marked.samples - music.samples
    assert 10 * np.log10((music.samples**2).sum() / (difference**2).sum()) > 20
    silence = Audio.checked(np.zeros((2, RATE), np.float32), RATE)
    assert not embed(silence, MARK_ID, KEYS).samples.any()


def test_the_mark_is_found_after_a_change_of_speed(marked: Audio) -> None:
    faster = Audio.checked(soxr.resample(cut(marked, 4, 20).samples.T, RATE * 1.03, RATE).T, RATE)
    found = detect(faster, KEYS)
    assert found.mark_id == MARK_ID
    assert (found.time_scale, found.pitch_scale) == (pytest.approx(1 / 1.03, abs=0.001), pytest.approx(1.03, abs=0.001))
    assert not detect(faster, KEYS, search=False).found


def test_the_mark_stays_under_what_the_music_masks(music: Audio, marked: Audio) -> None:
    assert measure_audibility(music, marked).noise_to_mask_db < -6
    louder = Audio.checked(music.samples + 4 * (marked.samples - music.samples), RATE)
    assert measure_audibility(music, louder).noise_to_mask_db == pytest.approx(
        measure_audibility(music, marked).noise_to_mask_db + 12, abs=0.5
    )


@pytest.mark.skipif(not MUSIC.exists(), reason="the shared recordings are not here")
def test_real_music_keeps_its_mark_under_its_mask_through_mp3_at_128_kbit() -> None:
    for number, name in enumerate(("hobbs_lets_go_fishin.ogg", "macleod_vibe_ace.ogg")):
        samples, rate = soundfile.read(MUSIC / name, start=20 * RATE, frames=31 * RATE, dtype="float32", always_2d=True)
        recording = Audio.checked(samples.T, rate)
        carrier = embed(recording, number, KEYS)
        assert measure_audibility(recording, carrier).noise_to_mask_db < -9.5
        mp3 = transcode(carrier, "MP3", bitrate_mode="CONSTANT", compression_level=0.62)
        assert detect(cut(mp3, 0.5, 30.5), KEYS, search=False).mark_id == number
        assert detect(cut(mp3, 7.3, 17.3), KEYS, search=False).mark_id == number
        assert not detect(recording, KEYS, search=False).found


def test_an_informed_mark_is_as_quiet_and_read_from_less(music: Audio, marked: Audio) -> None:
    informed = embed(music, MARK_ID, KEYS, informed=True)
    quiet, plain = measure_audibility(music, informed), measure_audibility(music, marked)
    assert quiet.noise_to_mask_db == pytest.approx(plain.noise_to_mask_db, abs=1)
    assert detect(cut(informed, 9, 13), KEYS, search=False).mark_id == MARK_ID


def test_left_and_right_get_the_same_gains() -> None:
    one = play(4)
    twin = Audio.checked(np.stack([one.samples[0], one.samples[0]]), RATE)
    both = embed(twin, MARK_ID, KEYS).samples
    assert np.array_equal(both[0], both[1])


def test_the_same_mark_gives_the_same_bits_with_one_worker_or_two(music: Audio) -> None:
    one, two = (embed(cut(music, 0, 6), MARK_ID, KEYS, workers=n).samples for n in (1, 2))
    assert np.array_equal(one, two)


@pytest.mark.parametrize("length_s", [0.001, 0.05, 0.4])
def test_crumbs_are_marked_and_read_without_a_crash(length_s: float) -> None:
    crumb = cut(play(4), 0, length_s)
    assert embed(crumb, MARK_ID, KEYS).samples.shape == crumb.samples.shape
    assert not detect(crumb, KEYS).found


def test_another_rate_is_refused(music: Audio) -> None:
    with pytest.raises(InvalidAudio):
        embed(Audio(music.samples, 48000), MARK_ID, KEYS)


@given(st.integers(0, 2**MARK_ID_BITS - 1))
def test_a_payload_gives_its_id_back_and_shows_nothing_of_it(mark_id: int) -> None:
    payload = encipher(mark_id, KEYS.newest.payload)
    assert decipher(payload, KEYS.newest.payload) == mark_id
    assert decipher(payload, OTHER_KEYS.newest.payload) is None
    assert bin(payload ^ encipher(mark_id ^ 1, KEYS.newest.payload)).count("1") > 8


@settings(max_examples=200)
@given(st.integers(0, 2**64 - 1))
def test_a_made_up_payload_is_not_believed(payload: int) -> None:
    assert decipher(payload, KEYS.newest.payload) is None


@pytest.mark.parametrize("mark_id", [-1, 2**MARK_ID_BITS])
def test_an_id_of_more_than_forty_bits_is_refused(mark_id: int) -> None:
    with pytest.raises(Invalid):
        encipher(mark_id, KEYS.newest.payload)


def test_secrets_are_never_shown() -> None:
    secret = bytes(range(32))
    for text in (repr(KEYS), str(KEYS), repr(KEYS.newest), f"{KEYS.newest}"):
        assert secret.hex() not in text
        assert KEYS.newest.pattern.hex() not in text
        assert repr(KEYS.newest.payload) not in text


@pytest.mark.parametrize("secrets", [{}, {1: b"short"}])
def test_missing_or_short_secrets_are_refused(secrets: dict[int, bytes]) -> None:
    with pytest.raises(Invalid):
        MarkKeys.from_secrets(secrets)
