"""Sounds meet words: the same sound feels the same, songs are told apart by their style, descriptions find what they
describe.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files

import numpy as np
import pytest

import feature_formulas
from remixlab.compose import sketch
from remixlab.domain.audio import Audio
from remixlab.domain.errors import InvalidPrompt
from remixlab.domain.material import Material
from remixlab.domain.music import Embedding
from remixlab.listening import feel, feel_encoder, likeness, match, name_feel, rank, read_wanted
from remixlab.listening.embedding import unit
from remixlab.listening.features import FEEL, hear_feature
from remixlab.listening.zero_shot import words_table
from remixlab.plan import cover, styles
from remixlab.rendering import render

WEIGHTS = files("remixlab.listening") / "weights"
ASKED = ("synthwave", "orchestral", "reggae", "metal", "bossa-nova", "chiptune")


@pytest.fixture(scope="module")
def covers() -> Mapping[str, Audio]:
    """One composed song, played anew in six styles. Its seed is in no training set."""
    made = sketch("indie-rock", seed=990_001, form="verse4 chorus4", tempo_bpm=104)
    song = Material("song", made.recording, made.stems, made.truth)
    return {style: render(cover("song").restyle(style=style), song).audio for style in ASKED}


@pytest.fixture(scope="module")
def feels(covers: Mapping[str, Audio]) -> Mapping[str, Embedding]:
    return {style: heard for style, audio in covers.items() if (heard := feel(audio))}


def test_the_encoder_is_shown_what_the_formulas_say() -> None:
    sound = np.random.default_rng(2).normal(0, 0.1, 29 * 22_050 + 77).astype(np.float32)
    expected = feature_formulas.hear_feel(feature_formulas.set_loudness(sound))
    found = hear_feature(Audio(sound[None], 22_050), FEEL)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 1e-4


def test_a_song_in_other_styles_is_heard_in_those_styles(feels: Mapping[str, Embedding]) -> None:
    found = {style: [f.value for f in name_feel(heard) if f.kind == "style"] for style, heard in feels.items()}
    assert sum(style in found[style][:3] for style in ASKED) >= 5, found


def test_a_description_finds_what_it_describes(feels: Mapping[str, Embedding]) -> None:
    for words, style in (
        ("80s night drive", "synthwave"),
        ("heavy music with distorted guitars", "metal"),
        ("8 bit arcade", "chiptune"),
    ):
        fits = rank(words, list(feels.values()))
        assert list(feels)[int(np.argmax(fits))] == style, dict(zip(feels, fits, strict=True))


def test_a_no_turns_a_description_away(feels: Mapping[str, Embedding]) -> None:
    assert match("metal", feels["metal"]) > 0.5 > match("not metal", feels["metal"])


def direction_of(*words: tuple[float, str]) -> Embedding:
    """A sound that feels as far as said in the direction of each word."""
    table = words_table()
    vector = sum(weight * unit(table.vectors[table.names.index(name)]) for weight, name in words)
    return Embedding(encoder="feel/own", vector=tuple(float(x) for x in unit(np.asarray(vector, np.float32))))


def test_what_all_recordings_have_in_common_decides_nothing() -> None:
    others = ("reggae", "house", "orchestral", "chiptune", "bossa-nova", "punk", "gospel", "trap")
    records = [direction_of((4, "voice:sung"), (1, f"style:{style}")) for style in ("metal", *others)]
    assert match("metal", records[0]) < 0.5
    fits = rank("metal", records)
    assert int(np.argmax(fits)) == 0 and fits[0] > 0.9
    assert rank("metal", records[:7])[0] == pytest.approx(match("metal", records[0]), abs=1e-6)


def test_three_styles_weigh_no_more_than_one_voice() -> None:
    wanted = read_wanted("reggae disco house with singing")
    kinds = [quality.name.partition(":")[0] for quality in wanted.said]
    assert kinds.count("style") == 3 and kinds.count("voice") == 1
    sung, turned = (direction_of((1, "voice:sung"), (sign, "style:reggae")) for sign in (1, -1))
    assert match("reggae disco house with singing", sung) > match("reggae disco house with singing", turned)
    table = words_table()
    voice = unit(table.vectors[table.names.index("voice:sung")])
    mean = np.mean(
        [unit(table.vectors[table.names.index(q.name)]) for q in wanted.said if q.name.startswith("style")], axis=0
    )
    assert np.allclose(wanted.direction, unit((mean + voice).astype(np.float32)), atol=1e-5)


def test_the_same_recording_feels_the_same_louder_softer_and_at_other_rates(
    covers: Mapping[str, Audio], feels: Mapping[str, Embedding]
) -> None:
    audio = covers["reggae"]
    softer = feel(Audio(audio.samples * np.float32(0.1), audio.sample_rate))
    mono = feel(Audio(audio.samples.mean(axis=0, keepdims=True), audio.sample_rate))
    twice = feel(Audio(np.repeat(audio.samples, 2, axis=1), 2 * audio.sample_rate))
    assert softer and mono and twice
    assert float(likeness(feels["reggae"], [softer])[0]) > 0.999
    assert float(likeness(feels["reggae"], [mono])[0]) > 0.999
    assert float(likeness(feels["reggae"], [twice])[0]) > 0.9
    assert feel(audio) == feels["reggae"]


def test_a_recording_is_most_like_itself(feels: Mapping[str, Embedding]) -> None:
    for heard in feels.values():
        assert float(likeness(heard, [heard])[0]) == pytest.approx(1.0, abs=1e-3)
        assert sum(x * x for x in heard.vector) == pytest.approx(1.0, abs=1e-3)


def test_silence_feels_like_nothing_and_a_moment_is_enough() -> None:
    assert feel(Audio(np.zeros((2, 44_100), np.float32), 44_100)) is None
    blip = np.sin(np.arange(800) / 9).astype(np.float32)[None]
    heard = feel(Audio(blip, 8000))
    assert heard and np.isfinite(heard.vector).all()


def test_hours_are_heard_in_eight_excerpts() -> None:
    lengths: list[int] = []

    def network(given: np.ndarray) -> dict[str, np.ndarray]:
        lengths.append(given.shape[0])
        assert given.shape[1:] == (250, 81)
        return {"feel": np.ones((given.shape[0], 64), np.float32)}

    noise = np.random.default_rng(0).normal(0, 0.1, (1, 8000 * 400)).astype(np.float32)
    heard = feel(Audio(noise, 8000), network)
    assert lengths == [8]
    assert heard and heard.encoder == "feel/own"


@pytest.mark.parametrize("words", ["xyzzy", "the of and"])
def test_words_that_describe_nothing_are_refused_with_a_hint(words: str) -> None:
    with pytest.raises(InvalidPrompt) as refused:
        read_wanted(words)
    assert refused.value.stable_code == "prompt.unclear" and refused.value.hint


def test_what_was_not_understood_is_named() -> None:
    wanted = read_wanted("flurbish reggae in a minor key")
    assert [quality.name for quality in wanted.said] == ["style:reggae"]
    assert wanted.skipped == ("flurbish", "minor key")


def test_every_style_and_mood_of_the_plan_language_has_a_word() -> None:
    names = set(words_table().names)
    assert {f"style:{style}" for style in styles.ids()} <= names
    assert words_table().vectors.shape == (len(names), 64)


def test_the_card_is_that_of_the_files() -> None:
    card = json.loads((WEIGHTS / "feel.card.json").read_text("utf-8"))
    weights, words = (WEIGHTS / "feel.onnx").read_bytes(), (WEIGHTS / "feel.words.npz").read_bytes()
    assert card["sha256"] == hashlib.sha256(weights).hexdigest()
    assert card["words"]["sha256"] == hashlib.sha256(words).hexdigest()
    assert len(weights) + len(words) < 1_100_000
    assert feel_encoder() == f"feel/{card['sha256'][:12]}"
    assert card["sources"] and card["energy"]["wh"] > 0 and card["scores"]["style_top3"] >= 0.8
