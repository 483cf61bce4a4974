"""Three hundred random plans out of the whole language: all render whole and clean, or are refused in one clear
sentence.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import plan_fuzz
from plan_fuzz import PLACES, SAMPLED, outcomes, workbench
from remixlab.plan import VERBS, parse, verb_name
from remixlab.plan.effects import Effect
from remixlab.testing import PlanDice

PLANS, STEP = 300, 20


@pytest.mark.parametrize("first", range(0, PLANS, STEP))
def test_random_plans_render_whole_and_clean_or_are_refused_clearly(first: int) -> None:
    found = list(outcomes(range(first, first + STEP)))
    assert {one.number: one.faults for one in found if one.faults} == {}
    assert sum(not one.refused for one in found) >= STEP // 2


def test_a_mix_that_comes_slowly_to_its_loudness_gets_there() -> None:
    """Drums 24 dB up: each decibel of gain brings a third of one, for the limiter takes the rest."""
    assert workbench().attempt(3012).faults == ()


def test_random_plans_speak_the_whole_language() -> None:
    """Three hundred plans hold every verb, every effect, and every choice and both ends of every range that the schema
    knows.
    """
    dice = PlanDice(PLACES, [SAMPLED])
    trees = [dice.draw(number) for number in range(PLANS)]
    said = Counter(op["op"] for tree in trees for op in tree["ops"])
    effects = Counter(effect["fx"] for tree in trees for op in tree["ops"] for effect in op.get("chain", ()))
    assert set(said) == {verb_name(verb) for verb in VERBS} and min(said.values()) >= 15
    assert (
        set(effects) == {fx.model_fields["fx"].default for fx in Effect.__args__[0].__args__}
        and min(effects.values()) >= 3
    )
    for field, least, most in (
        ("ratio", 0.25, 4),
        ("semitones", -24, 24),
        ("gain_db", -60, 24),
        ("times", 2, 16),
        ("amount", 0, 1),
    ):
        values = [op[field] for tree in trees for op in tree["ops"] if op.get(field) is not None]
        assert (min(values), max(values)) == (least, most)


def test_the_same_number_is_the_same_plan_and_another_is_another() -> None:
    one, two = (PlanDice(PLACES, [SAMPLED]) for _ in range(2))
    assert one.draw(7) == two.draw(7) != one.draw(8)


def test_a_fault_would_be_found() -> None:
    """The checks are not blind: a mix that is too loud, too long, or has a direct part is named."""
    bench, plan = workbench(), parse({"schema": "remixlab.plan/1", "kind": "remix", "source": "x"})
    song = bench.songs[0]
    mix = plan_fuzz.render(plan, song, stems_out=True)
    assert list(plan_fuzz.faults_of(plan, song, mix)) == []

    def told(samples: np.ndarray) -> str:
        return "; ".join(
            plan_fuzz.faults_of(plan, song, replace(mix, audio=plan_fuzz.Audio(samples.astype(np.float32), 44_100)))
        )

    samples = mix.audio.samples
    assert (
        "peak" in told(samples * 2) and "DC" in told(samples * 0.5 + 0.1) and "tail" in told(np.tile(samples, (1, 2)))
    )
    assert "not finite" in told(np.where(np.arange(samples.shape[1]) == 99, np.nan, samples))
    sways = samples * 0.5 + 0.1 * np.sign(np.sin(np.arange(samples.shape[1]) * np.pi / 22_050))
    assert "DC" in told(sways[:, : samples.shape[1] // 44_100 * 44_100])
    line, quieter = (
        plan_fuzz.timeline(plan, song),
        {name: replace(part, samples=part.samples * 0.9) for name, part in mix.stems_out.items()},
    )
    assert list(plan_fuzz.faults_of_a_second(line, mix, 1)) == []
    assert "played alone" in "; ".join(plan_fuzz.faults_of_a_second(line, replace(mix, stems_out=quieter), 1))
    assert "said to be" in "; ".join(
        plan_fuzz.faults_of_meters(plan, replace(mix, loudness_lufs=mix.loudness_lufs + 0.01))
    )
    assert "parts do not sum" in "; ".join(plan_fuzz.faults_of_stems(replace(mix, stems_out={})))
