"""Golden facts of the plan language: what is accepted, what is refused, and how it is said."""

from __future__ import annotations

import json

import pytest

from remixlab.domain.errors import InvalidPlan
from remixlab.domain.rights import Scope
from remixlab.plan import SCHEMA, cover, describe, isolates_vocals, parse, remix, uses

HEAD = {"schema": SCHEMA, "kind": "remix", "source": "isrc:QZRLB2600001"}
THREE_PLANS = [
    {**HEAD, "ops": [
        {"op": "keep", "on": ["vocals"]},
        {"op": "restyle", "on": ["drums", "bass", "other"], "style": "synthwave"},
        {"op": "layer", "part": "pad", "style": "synthwave", "gain_db": -9},
        {"op": "tempo", "at": "chorus", "ratio": 1.08, "because": "faster chorus"}]},
    {**HEAD, "kind": "cover", "ops": [
        {"op": "transpose", "semitones": -2},
        {"op": "perform", "line": "melody", "instrument": "nylon-guitar"},
        {"op": "perform", "line": "chords", "instrument": "nylon-guitar"},
        {"op": "reharmonize", "at": "verse", "chords": ["D:min7", "G:7", "C:maj7", "A:7"]},
        {"op": "swing", "amount": 0.15}]},
    {**HEAD, "stems": ["vocals", "bass", "other"], "master": {"lufs": -16}, "ops": [
        {"op": "tempo", "ratio": 0.85},
        {"op": "layer", "part": "drums", "style": "lo-fi-hip-hop"},
        {"op": "treat", "on": ["vocals", "other"], "chain": [
            {"fx": "filter", "mode": "low-pass", "cutoff_hz": 3500}, {"fx": "reverb", "decay_s": 1.8, "mix": 0.25}]},
        {"op": "gain", "on": ["bass"], "gain_db": 3},
        {"op": "duck", "on": ["other"], "under": "drums", "depth_db": 6},
        {"op": "revoice", "on": ["vocals"], "manner": "choir", "at": "chorus:last"},
        {"op": "mute", "on": ["bass"], "at": "chorus:2"},
        {"op": "cut", "at": "bars:1-4"},
        {"op": "repeat", "at": "chorus:last", "times": 2}]},
]  # fmt: skip


@pytest.mark.parametrize("tree", THREE_PLANS)
def test_the_published_examples_are_plans_and_their_stored_form_writes_every_default(tree: dict) -> None:
    plan = parse(tree)
    stored = json.loads(plan.to_json())
    assert stored["master"]["dbtp"] == -1 and stored["seed"] == 0
    assert all("because" in op for op in stored["ops"])
    assert parse(stored) == plan


def test_the_fluent_form_is_the_json_form() -> None:
    fluent = (
        remix("isrc:QZRLB2600001")
        .keep("vocals")
        .restyle("drums", "bass", "other", style="synthwave")
        .layer("pad", "synthwave", gain_db=-9.0)
        .tempo(ratio=1.08, at="chorus")
    )
    assert fluent.digest == parse(THREE_PLANS[0]).digest


def test_the_digest_of_the_first_example_never_changes() -> None:
    assert parse(THREE_PLANS[0]).digest == "061695530a680a2af97e280e0b60ade88265a7507dfb28ad2a153750df922d13"


def test_uses_follow_what_is_done() -> None:
    needed = {(u.scope, u.detail) for u in uses(parse(THREE_PLANS[0]))}
    assert needed == {(Scope.REMIX, ""), (Scope.GENRE_SHIFT, "synthwave"), (Scope.TEMPO_PITCH, "")}


def test_a_voice_alone_needs_isolation() -> None:
    assert isolates_vocals(remix("x").without("drums", "bass", "other"))
    assert isolates_vocals(remix("x").mute("drums", "bass").mute("other", at="chorus"))
    assert not isolates_vocals(remix("x").mute("drums", "bass"))
    assert not isolates_vocals(remix("x").without("vocals"))


BAND = ["drums", "bass", "other"]
ALL = ["vocals", *BAND]


def treated(on: list[str], **effect: object) -> dict[str, object]:
    return {"op": "treat", "on": on, "chain": [effect]}


@pytest.mark.parametrize(
    ("ops", "alone"),
    [
        ([{"op": "gain", "on": BAND, "gain_db": -60.0}], True),
        ([{"op": "gain", "on": BAND, "gain_db": -29.9}], False),
        ([{"op": "gain", "on": BAND, "gain_db": -15.0}] * 2, True),
        ([{"op": "gain", "on": BAND, "gain_db": -60.0, "at": "chorus"}], True),
        ([{"op": "gain", "on": BAND, "gain_db": -60.0}, {"op": "gain", "on": BAND, "gain_db": 24.0}], True),
        ([{"op": "gain", "on": BAND, "gain_db": -10.0}, {"op": "gain", "on": ["vocals"], "gain_db": 20.0}], True),
        ([{"op": "gain", "on": ["vocals"], "gain_db": 24.0}], False),
        ([{"op": "gain", "on": BAND[:2], "gain_db": -60.0}], False),
        ([{"op": "gain", "on": BAND[:2], "gain_db": -60.0}, {"op": "mute", "on": ["other"]}], True),
        ([{"op": "gain", "on": ALL, "gain_db": -60.0}], False),
        ([treated(BAND, fx="gain", gain_db=-40.0)], True),
        ([treated(BAND, fx="filter", mode="low-pass", cutoff_hz=40.0)], True),
        ([treated(BAND, fx="filter", mode="low-pass", cutoff_hz=400.0)], False),
        ([treated(BAND, fx="filter", mode="high-pass", cutoff_hz=300.0, sweep_to_hz=18_000.0)], True),
        ([treated(BAND, fx="gate", open_share=0.0)], True),
        ([treated(BAND, fx="gate", open_share=0.5)], False),
        ([treated(BAND, fx="fade", direction="out")], True),
        ([treated(ALL, fx="fade", direction="out")], False),
        ([{"op": "duck", "on": BAND, "under": "vocals", "depth_db": 24.0}], False),
        (
            [
                {"op": "duck", "on": BAND, "under": "vocals", "depth_db": 24.0},
                {"op": "gain", "on": BAND, "gain_db": -6.0},
            ],
            True,
        ),
    ],
)
def test_silence_in_every_spelling_is_a_voice_alone(ops: list[dict[str, object]], alone: bool) -> None:
    plan = parse({"schema": SCHEMA, "kind": "remix", "source": "x", "ops": ops})
    assert isolates_vocals(plan) is alone


def test_restyling_the_voice_of_a_remix_transforms_it_but_a_cover_has_none_to_transform() -> None:
    assert Scope.VOCAL_TRANSFORM in {u.scope for u in uses(remix("x").restyle("vocals", style="house"))}
    assert Scope.VOCAL_TRANSFORM not in {u.scope for u in uses(cover("x").restyle("vocals", style="house"))}


def test_sampling_asks_the_other_recording() -> None:
    needed = uses(remix("a").sample("b", "chorus:1"))
    assert {(u.scope, u.recording) for u in needed} == {(Scope.REMIX, "a"), (Scope.SAMPLING, "b")}


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (
            {**HEAD, "ops": [{"op": "keep", "on": ["vocals"]}, {"op": "mute", "on": ["vocals"]}]},
            "mute would change vocals",
        ),
        ({**HEAD, "kind": "cover", "stems": ["vocals"]}, "a cover plays nothing of the master"),
        ({**HEAD, "ops": [{"op": "tempo", "ratio": 1.1, "bpm": 120}]}, "exactly one of ratio and bpm"),
        ({**HEAD, "ops": [{"op": "gain", "gain_db": False}]}, "ops.0.gain.gain_db"),
        ({**HEAD, "ops": [{"op": "tempo", "ratio": "1.1"}]}, "ops.0.tempo.ratio"),
        ({**HEAD, "ops": [{"op": "tempo", "ratio": float("nan")}]}, "ratio"),
        ({**HEAD, "ops": [{"op": "mute", "at": "bars:0-4"}]}, "ops.0.mute.at"),
        ({**HEAD, "ops": [{"op": "mute", "loud": True}]}, "ops.0.mute.loud"),
        ({**HEAD, "ops": [{"op": "mute"}] * 65}, "64"),
        ({**HEAD, "ops": [{"op": "reharmonize", "chords": ["H:moll"]}]}, "not a chord symbol"),
        ({**HEAD, "ops": [{"op": "transpose", "key": "A mixolydian"}]}, "not a key"),
        ({**HEAD, "stems": ["vocals", "vocals"]}, "named twice"),
        ({**HEAD, "schema": "remixlab.plan/9"}, "remixlab.plan/9"),
        ([], "JSON object"),
    ],
)
def test_a_wrong_plan_is_refused_with_the_mistake(tree: object, words: str) -> None:
    with pytest.raises(InvalidPlan, match=words.replace("(", r"\(")):
        parse(json.dumps(tree) if isinstance(tree, list) else tree)


def test_all_mistakes_are_reported_not_the_first() -> None:
    with pytest.raises(InvalidPlan) as caught:
        parse({**HEAD, "ops": [{"op": "tempo"}, {"op": "gain"}, {"op": "mute", "on": ["piano"]}]})
    assert {mistake.split(".")[1] for mistake in caught.value.details["mistakes"]} == {"0", "1", "2"}


def test_an_unknown_verb_has_its_own_code() -> None:
    with pytest.raises(InvalidPlan) as caught:
        parse({**HEAD, "ops": [{"op": "teleport"}]})
    assert caught.value.stable_code == "plan.unknown_verb"


def test_the_draft_schema_is_lifted_to_todays() -> None:
    old = {"schema": "remixlab.plan/0", "kind": "remix", "source": "isrc:QZRLB2600001",
           "ops": [{"op": "mute", "on": ["harmony"], "at": "song"}]}  # fmt: skip
    assert parse(old) == remix("isrc:QZRLB2600001").mute("other")


def test_a_plan_is_described_as_a_person_would_say_it() -> None:
    assert describe(parse(THREE_PLANS[2])) == (
        "Without the drums of the recording.",
        "Play 15% slower.",
        "Add lo fi hip hop drums.",
        "A low-pass filter at 3500 Hz and 1.8 s of reverb on the vocals and other.",
        "Bass louder by 3 dB.",
        "Duck the other under the drums by 6 dB.",
        "Choir voice in the last chorus.",
        "Silence the bass in the second chorus.",
        "Leave out bars 1 to 4.",
        "Play the last chorus twice.",
    )
