"""A follow-up edits the plan that is there."""

from __future__ import annotations

import pytest

from remixlab.domain.errors import InvalidPrompt
from remixlab.domain.music import Analysis
from remixlab.plan import RemixPlan, remix
from remixlab.plan.effects import Delay, Drive, Reverb
from remixlab.prompt import write_plan


def first(prompt: str, song: Analysis) -> RemixPlan:
    return write_plan(prompt, song, source="recording", seed=7).plan


def then(base: RemixPlan, prompt: str, song: Analysis) -> RemixPlan:
    return write_plan(prompt, song, source="recording", base=base).plan


def only(plan: RemixPlan, name: str):  # type: ignore[no-untyped-def]
    (op,) = [op for op in plan.ops if op.op == name]
    return op


def test_less_drums_than_before_lowers_them_further(song: Analysis) -> None:
    base = first("drums softer", song)
    assert only(then(base, "less drums than before", song), "gain").gain_db < only(base, "gain").gain_db


def test_undo_the_tempo_takes_only_the_tempo_back(song: Analysis) -> None:
    base = first("reggae, faster, no vocals", song)
    plan = then(base, "undo the tempo", song)
    assert [op for op in base.ops if op.op != "tempo"] == list(plan.ops)


def test_another_style_replaces_the_first_and_its_layers(song: Analysis) -> None:
    plan = then(first("synthwave, keep the vocals", song), "make it reggae instead", song)
    assert {op.style for op in plan.ops if hasattr(op, "style")} == {"reggae"}
    assert only(plan, "keep").on == ("vocals",)


def test_tempo_wishes_add_up(song: Analysis) -> None:
    plan = then(first("10 % faster", song), "10 % faster", song)
    assert only(plan, "tempo").ratio == pytest.approx(1.21)


def test_no_reverb_takes_the_reverb_out_and_leaves_the_rest(song: Analysis) -> None:
    plan = then(first("techno with reverb and echo", song), "no reverb", song)
    assert {fx.fx for op in plan.ops if op.op == "treat" for fx in op.chain} == {"delay"}
    assert any(op.op == "restyle" for op in plan.ops)


def test_keeping_a_stem_afterwards_spares_it(song: Analysis) -> None:
    plan = then(first("disco", song), "keep the drums", song)
    assert "drums" not in only(plan, "restyle").on


def test_bringing_drums_back_unmutes_them(song: Analysis) -> None:
    plan = then(first("no drums, slower", song), "bring back the drums", song)
    assert not [op for op in plan.ops if op.op == "mute"]
    assert only(plan, "tempo").ratio < 1


def test_header_and_seed_of_the_former_plan_stay(song: Analysis) -> None:
    base = first("piano cover", song)
    plan = then(base, "slower", song)
    assert (plan.kind, plan.seed, plan.stems) == ("cover", 7, ())


def test_a_new_voice_asked_for_afterwards_ends_the_promise_to_keep_it(song: Analysis) -> None:
    plan = then(first("synthwave, keep the vocals", song), "robot voice", song)
    assert [op.op for op in plan.ops if op.op in ("keep", "revoice")] == ["revoice"]


def test_a_remix_turned_into_a_cover_promises_nothing_of_the_master(song: Analysis) -> None:
    plan = then(first("keep the vocals, autotune in the chorus, reggae", song), "make it a cover", song)
    assert plan.kind == "cover"
    assert not [op for op in plan.ops if op.op in ("keep", "revoice")]


BASE = "reggae, 10 percent faster, drums softer, reverb on the vocals, in D minor"


@pytest.mark.parametrize(
    ("words", "gone"),
    [
        ("undo the tempo", "tempo"), ("back to the original tempo", "tempo"), ("annule le tempo", "tempo"), ("now without reverb", "treat"),
        ("without the reverb now", "treat"), ("back to the original key", "transpose"), ("forget the key change", "transpose"),
    ],
)  # fmt: skip
def test_a_correction_takes_back_what_it_names_and_nothing_else(words: str, gone: str, song: Analysis) -> None:
    base = first(BASE, song)
    assert list(then(base, words, song).ops) == [op for op in base.ops if op.op != gone]


@pytest.mark.parametrize("words", ["same but slower", "a bit slower than that", "etwas langsamer als vorher"])
def test_the_same_but_slower_changes_only_the_tempo(words: str, song: Analysis) -> None:
    base = first(BASE, song)
    plan = then(base, words, song)
    assert only(plan, "tempo").ratio < only(base, "tempo").ratio
    assert {op for op in plan.ops if op.op != "tempo"} == {op for op in base.ops if op.op != "tempo"}


def test_keeping_everything_but_one_louder_stem_silences_nothing(song: Analysis) -> None:
    plan = then(first("no bass, slower", song), "keep everything but make the drums louder", song)
    assert {op.op for op in plan.ops} == {"mute", "tempo", "gain"}
    assert only(plan, "mute").on == ("bass",)


def test_less_of_an_effect_softens_it_on_the_stems_meant(song: Analysis) -> None:
    base = remix("x").treat("vocals", "other", chain=[Reverb(mix=0.3), Drive(drive_db=10.0)])
    softer = then(base, "less reverb", song).ops
    assert [(fx.fx, getattr(fx, "mix", None)) for op in softer if op.op == "treat" for fx in op.chain] == [
        ("reverb", 0.15),
        ("drive", 1.0),
    ]
    voice, rest = (op for op in then(base, "less reverb on the vocals", song).ops if op.op == "treat")
    assert (voice.on, voice.chain[0]) == (("vocals",), Reverb(mix=0.15))
    assert (rest.on, rest.chain[0]) == (("other",), Reverb(mix=0.3))


def test_less_again_and_again_is_none(song: Analysis) -> None:
    plan = remix("x").gain("bass", gain_db=1.0).treat(chain=[Delay(mix=0.3)])
    for _ in range(3):
        plan = then(plan, "less echo", song)
    assert [op.op for op in plan.ops] == ["gain"]


def test_what_is_in_the_recording_itself_is_not_promised_away(song: Analysis) -> None:
    with pytest.raises(InvalidPrompt, match="its own"):
        write_plan("less reverb", song, source="x")
    understood = write_plan("house, less reverb", song, source="x")
    assert any("its own" in entry for entry in understood.skipped)
    assert any(op.op == "restyle" for op in understood.plan.ops)
