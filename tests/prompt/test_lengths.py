"""Lengths: of fades, of the result, of loops; and what of them cannot be kept."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remixlab.domain.music import Analysis
from remixlab.plan import reach
from remixlab.prompt import Understanding, write_plan
from remixlab.prompt.rules.length import MISSED_S, MISSED_SHARE

RELAXED = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def fades(result: Understanding) -> list[tuple[str, Fraction, str]]:
    return [
        (fx.direction, Fraction(fx.beats), op.at)
        for op in result.plan.ops
        if op.op == "treat"
        for fx in op.chain
        if fx.fx == "fade"
    ]


SECONDS = (
    "fade out over 12 seconds",
    "12 second fade out",
    "a 12 s fade out",
    "fade out 12s",
    "fade out for the last 12 seconds",
    "fade out at the end over 12 seconds",
    "a slow fade out of 12 seconds",
    "12 Sekunden ausblenden",
    "ausblenden über 12 Sekunden",
    "mit 12 Sekunden Fade-out",
    "fondu de 12 secondes",
    "un fondu de 12 secondes à la fin",
    "fundido de 12 segundos al final",
    "desvanecer durante 12 segundos",
    "dissolvenza di 12 secondi",
    "sfuma negli ultimi 12 secondi",
    "fade out de 12 segundos",
)


@pytest.mark.parametrize("prompt", SECONDS)
def test_a_fade_lasts_as_many_seconds_as_were_said_and_cuts_nothing(prompt: str, song: Analysis) -> None:
    result = write_plan(prompt, song, source="x")
    assert fades(result) == [("out", Fraction(20), "all")]
    assert len(result.plan.ops) == 1


@pytest.mark.parametrize(
    ("prompt", "direction", "beats"),
    [("fade in over 4 bars", "in", 16), ("a 2 bar fade in", "in", 8), ("fade out over 8 beats", "out", 8), ("ausblenden über 8 Takte", "out", 32),
     ("fondu sur 8 mesures", "out", 32), ("desvanecer durante 8 compases", "out", 32), ("fade out over the last 4 bars", "out", 16)],
)  # fmt: skip
def test_a_fade_lasts_as_many_bars_or_beats_as_were_said(
    prompt: str, direction: str, beats: int, song: Analysis
) -> None:
    assert fades(write_plan(prompt, song, source="x")) == [(direction, Fraction(beats), "all")]


def test_a_long_fade_is_longer_than_a_quick_one(song: Analysis) -> None:
    long, plain, quick = (
        fades(write_plan(p, song, source="x"))[0][1] for p in ("long fade out", "fade out", "quick fade out")
    )
    assert long > plain > quick


@given(seconds=st.integers(2, 60), percent=st.sampled_from((-30, -10, 10, 25)), wide=st.booleans())
@RELAXED
def test_a_fade_in_seconds_stays_in_seconds_at_another_tempo(
    seconds: int, percent: int, wide: bool, song: Analysis
) -> None:
    way = "faster" if percent > 0 else "slower"
    said = (
        f"fade out over {seconds} seconds, {abs(percent)} % {way}"
        if wide
        else f"{abs(percent)} % {way}, {seconds} second fade out"
    )
    result = write_plan(said, song, source="x")
    ((_, beats, _),) = fades(result)
    assert float(beats) * 60 / (song.tempo_bpm * (1 + percent / 100)) == pytest.approx(seconds, abs=0.5)


LONG = (
    "make it 5 minutes long",
    "5 minutes",
    "five minutes long",
    "lasting 5 minutes",
    "Length: 5 minutes",
    "Mach es 5 Minuten lang",
    "5 minutes de long",
    "que dure 5 minutos",
    "deve durare 5 minuti",
    "com 5 minutos de duração",
)


@pytest.mark.parametrize("prompt", LONG)
def test_a_song_of_two_minutes_plays_on_to_five(prompt: str, song: Analysis) -> None:
    result = write_plan(prompt, song, source="x")
    assert reach(result.plan, song).length_s == pytest.approx(300, rel=0.04)
    assert [op.op for op in result.plan.ops] == ["arrange"]
    assert result.plan.ops[0].form[-1] == "outro"


@given(
    minutes=st.integers(0, 12), seconds=st.sampled_from((0, 15, 30, 45)), form=st.sampled_from(("{} long", "make it {}", "{} in total", "under {}")),
    tempo=st.sampled_from(("", ", 10 % faster", ", 20 % slower", ", 120 bpm")), sections=st.integers(0, 8),
)  # fmt: skip
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_length_is_kept_or_said_to_be_missed(
    minutes: int, seconds: int, form: str, tempo: str, sections: int, song: Analysis
) -> None:
    goal = minutes * 60 + seconds
    if goal < 15:
        return
    recording = song.model_copy(update={"sections": song.sections[:sections]})
    result = write_plan(
        form.format(f"{minutes}:{seconds:02d}" if minutes else f"{seconds} seconds") + tempo + ", more bass",
        recording,
        source="x",
    )
    lasts = reach(result.plan, recording).length_s
    room = max(MISSED_S, MISSED_SHARE * goal)
    kept = lasts <= goal + room and (form.startswith("under") or lasts >= goal - room)
    assert kept != any("whole parts of this song come to" in entry for entry in result.skipped)


@pytest.mark.parametrize(
    ("prompt", "goal"),
    [("make it 2 minutes 30", 150), ("2 minutes and 30 seconds long", 150), ("2 min 30 s", 150), ("zwei Minuten dreißig lang", 150), ("a 30 second teaser", 30),
     ("shave twenty seconds off", 104.8), ("end at 1:00", 60), ("stop after one minute", 60), ("start at 1:00", 64.8), ("shorter, two minutes at most", 105.6)],
)  # fmt: skip
def test_minutes_and_seconds_are_one_length(prompt: str, goal: float, song: Analysis) -> None:
    assert reach(write_plan(prompt, song, source="x").plan, song).length_s == pytest.approx(goal, abs=7)


LOOPS = (
    "an 8 bar loop",
    "make me an eight bar loop",
    "ein 8-Takt-Loop",
    "une boucle de 8 mesures",
    "un bucle de 8 compases",
    "un loop di 8 battute",
)


@pytest.mark.parametrize("prompt", [*LOOPS, "um loop de 8 compassos"])
def test_a_loop_is_its_bars_and_nothing_else(prompt: str, song: Analysis) -> None:
    result = write_plan(prompt, song, source="x")
    assert [op.form for op in result.plan.ops] == [("bars:13-20",)]
    assert reach(result.plan, song).length_s == pytest.approx(8 * 4 * 0.6)
    assert any("rings out" in chip.meaning for chip in result.understood)


def test_to_loop_a_part_still_repeats_it(song: Analysis) -> None:
    assert [op.op for op in write_plan("loop the chorus", song, source="x").plan.ops] == ["repeat"]
    assert [op.form for op in write_plan("make a loop of bars 5-8", song, source="x").plan.ops] == [("bars:5-8",)]


@pytest.mark.parametrize(
    ("prompt", "share"),
    [("twice as long", 2.0), ("double the length", 2.0), ("doppelt so lang", 2.0), ("deux fois plus long", 2.0), ("el doble de largo", 2.0),
     ("due volte più lungo", 2.0), ("duas vezes mais longo", 2.0), ("half as long", 0.5), ("cut it in half", 0.5), ("halb so lang", 0.5),
     ("deux fois plus court", 0.5), ("la mitad de largo", 0.5), ("metà durata", 0.5), ("metade da duração", 0.5), ("loop it 4 times", 4.0),
     ("repeat the whole song", 2.0)],
)  # fmt: skip
def test_twice_as_long_and_half_as_long_are_lengths(prompt: str, share: float, song: Analysis) -> None:
    assert reach(write_plan(prompt, song, source="x").plan, song).length_s == pytest.approx(
        share * song.duration_s, rel=0.08
    )


def test_a_fade_from_a_moment_lasts_to_the_end(song: Analysis) -> None:
    for prompt in (
        "fade out from the last chorus",
        "fade out starting at bar 41",
        "fundido desde el último estribillo",
    ):
        assert fades(write_plan(prompt, song, source="x")) == [("out", Fraction(48), "all")]


def test_one_part_fades_where_it_is_said(song: Analysis) -> None:
    (op,) = write_plan("fade the vocals out over 4 bars in the bridge", song, source="x").plan.ops
    assert (op.op, op.on, op.at) == ("treat", ("vocals",), "bridge")


@pytest.mark.parametrize(
    "prompt",
    [
        "silence for two bars before the last chorus",
        "everything stops for 2 bars before the last chorus",
        "mute everything in bars 39-40",
    ],
)
def test_a_silence_is_heard_as_one_and_cuts_nothing(prompt: str, song: Analysis) -> None:
    assert [(op.op, len(op.on), op.at) for op in write_plan(prompt, song, source="x").plan.ops] == [
        ("mute", 4, "bars:39-40")
    ]
