"""Places in time: the end, the middle, thirds, minutes, moments on the clock; and parts that come back."""

from __future__ import annotations

import pytest

from remixlab.domain.music import Analysis
from remixlab.plan import RemixPlan, remix
from remixlab.prompt import write_plan


def places(prompt: str, song: Analysis, verb: str) -> set[str]:
    return {op.at for op in write_plan(prompt, song, source="recording").plan.ops if op.op == verb}


ENDS = (
    "no drums at the end",
    "at the end no drums",
    "drums out towards the end",
    "near the end, no drums",
    "am Ende ohne Schlagzeug",
    "gegen Ende kein Schlagzeug",
    "à la fin sans batterie",
    "vers la fin, sans batterie",
    "al final sin batería",
    "hacia el final sin batería",
    "alla fine senza batteria",
    "verso la fine senza batteria",
    "no final sem bateria",
    "perto do fim sem bateria",
)


@pytest.mark.parametrize("prompt", ENDS)
def test_at_the_end_is_a_place(prompt: str, song: Analysis) -> None:
    assert places(prompt, song, "mute") == {"outro"}


@pytest.mark.parametrize(
    "prompt",
    [
        "slow down at the end",
        "slower towards the end",
        "ritardando at the end",
        "am Ende langsamer",
        "plus lent à la fin",
    ],
)
def test_slower_at_the_end_leaves_the_rest_at_its_tempo(prompt: str, song: Analysis) -> None:
    assert places(prompt, song, "tempo") == {"outro"}


@pytest.mark.parametrize(
    "prompt",
    ["key change at the end", "at the end, up two semitones", "a tone higher at the end", "Tonartwechsel am Ende", "changement de tonalité à la fin",
     "cambio de tonalidad al final", "cambio di tonalità alla fine", "mudança de tom no final"],
)  # fmt: skip
def test_a_key_change_at_the_end_lifts_the_last_chorus(prompt: str, song: Analysis) -> None:
    assert places(prompt, song, "transpose") == {"bars:41-52"}


@pytest.mark.parametrize(
    "prompt", ["the chorus at the end twice", "put the bridge at the end", "the intro should come back at the end"]
)
def test_what_comes_last_is_still_a_wish_about_the_form(prompt: str, song: Analysis) -> None:
    assert {op.op for op in write_plan(prompt, song, source="recording").plan.ops} <= {"arrange", "repeat"}


MIDDLES = (
    "half time in the middle",
    "in the middle, half time",
    "halfway through, half time",
    "in der Mitte half time",
    "au milieu half time",
    "en medio half time",
    "nel mezzo half time",
    "no meio half time",
)


@pytest.mark.parametrize("prompt", MIDDLES)
def test_the_middle_is_the_bridge_that_stands_there_else_the_middle_third(prompt: str, song: Analysis) -> None:
    assert places(prompt, song, "groove") == {"bridge"}
    plain = song.model_copy(update={"sections": ()})
    assert places(prompt, plain, "groove") == {"bars:18-34"}


SHARES = (
    ("no drums in the last third", "bars:35-52"),
    ("no drums in the first quarter", "bars:1-13"),
    ("letztes Drittel ohne Schlagzeug", "bars:35-52"),
    ("dernier tiers sans batterie", "bars:35-52"),
    ("último tercio sin batería", "bars:35-52"),
    ("ultimo terzo senza batteria", "bars:35-52"),
    ("último terço sem bateria", "bars:35-52"),
    ("no drums for the first minute", "bars:1-25"),
    ("no drums in the last minute", "bars:28-52"),
    ("no drums at 1:30", "bars:38-52"),
    ("no drums from 1:30", "bars:38-52"),
    ("no drums after one minute", "bars:26-52"),
)


@pytest.mark.parametrize(("prompt", "bars"), SHARES)
def test_shares_minutes_and_moments_become_bars(prompt: str, bars: str, song: Analysis) -> None:
    assert places(prompt, song, "mute") == {bars}


@pytest.mark.parametrize(
    "prompt",
    ["put some sax solo in the middle", "a sax solo in the middle", "mitten im Song ein Saxofon-Solo", "in der Mitte ein Saxofon", "un solo de saxophone au milieu",
     "un solo de saxo en medio", "un assolo di sax nel mezzo", "um solo de sax no meio"],
)  # fmt: skip
def test_an_instrument_at_a_place_is_added_there_and_changes_no_style(prompt: str, song: Analysis) -> None:
    plan = write_plan(prompt, song, source="recording").plan
    assert [(op.op, op.at) for op in plan.ops] == [("perform", "bridge")]


BACK = (
    "remove the drums and then bring them back in the last chorus",
    "no drums, then bring the drums back in the last chorus",
    "no drums, the drums return in the last chorus",
    "Schlagzeug raus und dann im letzten Refrain wieder rein",
    "enlève la batterie puis fais-la revenir au dernier refrain",
    "quita la batería y que vuelva en el último estribillo",
    "togli la batteria e falla tornare nell'ultimo ritornello",
    "tira a bateria e que volte no último refrão",
)


@pytest.mark.parametrize("prompt", BACK)
def test_what_comes_back_is_silent_only_until_then(prompt: str, song: Analysis) -> None:
    plan = write_plan(prompt, song, source="recording").plan
    assert [(op.op, op.on, op.at) for op in plan.ops] == [("mute", ("drums",), "bars:1-40")]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("bring the drums back in the last chorus", ["bars:1-40"]),
        ("bring them back after the bridge", ["bars:1-40"]),
        ("bring them back", []),
    ],
)
def test_a_correction_brings_stems_back_from_a_place_on(words: str, left: list[str], song: Analysis) -> None:
    base: RemixPlan = remix("x").mute("drums").tempo(ratio=0.9)
    plan = write_plan(words, song, source="x", base=base).plan
    assert [op.at for op in plan.ops if op.op == "mute"] == left or [op.at for op in plan.ops if op.op == "mute"] == [
        "bars:1-36"
    ]
    assert any(op.op == "tempo" for op in plan.ops)


@pytest.mark.parametrize(
    "prompt",
    [
        "no drums after one minute",
        "reverb at 1:30",
        "an 8 bar loop",
        "a drop",
        "end at 1:00",
        "half time in the middle",
        "5 minutes long",
    ],
)
def test_where_no_bars_were_heard_a_wish_about_time_is_answered_and_never_fails(prompt: str, song: Analysis) -> None:
    silent = song.model_copy(update={"sections": (), "beats": (), "downbeats": ()})
    result = write_plan(f"{prompt}, reggae", silent, source="x")
    assert any(op.op == "restyle" for op in result.plan.ops)
