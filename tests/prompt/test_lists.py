"""Lists as people paste them: names with colons, exclusions, bullets, numbers, dashes."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remixlab.domain.errors import InvalidPrompt
from remixlab.domain.music import Analysis
from remixlab.plan import RemixPlan
from remixlab.prompt import write_plan

RELAXED = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def plan_of(prompt: str, song: Analysis) -> RemixPlan:
    return write_plan(prompt, song, source="recording").plan


def muted(plan: RemixPlan) -> set[str]:
    return {str(stem) for op in plan.ops if op.op == "mute" and op.at == "all" for stem in op.on}


def effects(plan: RemixPlan) -> set[str]:
    return {fx.fx for op in plan.ops if op.op == "treat" for fx in op.chain} | {
        str(op.manner) for op in plan.ops if op.op == "revoice"
    }


def styles(plan: RemixPlan) -> set[str]:
    return {op.style for op in plan.ops if op.op == "restyle"}


PASTED = (
    (
        "Genre: synthwave. Mood: nostalgic. Instruments: analog synths, gated drums. Vocals: airy female lead",
        "synthwave",
    ),
    ("genre: house\ninstruments: piano, strings\nvocals: louder", "house"),
    ("[Genre] rock [Instruments] organ, horns", "rock"),
    ("Style: disco; Instruments: strings; Vocals: keep", "disco"),
    ("Genre: Techno. Stimmung: düster. Instrumente: Synthesizer, Streicher. Gesang: lauter", "techno"),
    ("Genre : disco. Ambiance : joyeuse. Instruments : violons, cuivres. Voix : plus fort", "disco"),
    ("Estilo: house; Instrumentos: piano, cuerdas; Voz: más fuerte", "house"),
    ("Genere: reggae. Strumenti: fiati. Voce: più forte", "reggae"),
    ("Gênero: samba. Instrumentos: flauta. Voz: mais forte", "samba"),
)


@pytest.mark.parametrize(("prompt", "style"), PASTED)
def test_a_list_with_names_is_read_and_its_names_silence_nothing(prompt: str, style: str, song: Analysis) -> None:
    plan = plan_of(prompt, song)
    assert styles(plan) == {style}
    assert muted(plan) == set()
    assert {"layer", "perform"} & {op.op for op in plan.ops}


EXCLUDED = (
    "exclude styles: reverb, autotune, drums",
    "negative: reverb, autotune, drums",
    "negative prompt: reverb, autotune and drums",
    "no: reverb, autotune, drums",
    "Exclude:\n- reverb\n- autotune\n- drums",
    "avoid reverb, autotune and drums",
    "don't use reverb, autotune or drums",
    "without reverb, autotune or drums",
    "Ausschließen: Hall, Autotune, Schlagzeug",
    "vermeide Hall, Autotune und Schlagzeug",
    "à exclure : réverb, autotune, batterie",
    "évite la réverb, l'autotune et la batterie",
    "excluir: reverb, autotune, batería",
    "evita reverb, autotune y batería",
    "escludi: riverbero, autotune, batteria",
    "evita il riverbero, l'autotune e la batteria",
    "excluir: reverb, autotune, bateria",
    "evite reverb, autotune e bateria",
)


@pytest.mark.parametrize("prompt", EXCLUDED)
@pytest.mark.parametrize("before", ["", "130 bpm. ", "130 bpm\n"])
def test_every_item_of_an_exclusion_is_excluded(prompt: str, before: str, song: Analysis) -> None:
    plan = plan_of(before + prompt, song)
    assert muted(plan) == {"drums"}
    assert effects(plan) == set()
    assert any(op.op == "tempo" for op in plan.ops) == bool(before)


ITEMS = (
    "reverb",
    "echo",
    "autotune",
    "a choir",
    "distortion",
    "drums",
    "bass",
    "reggae",
    "vinyl crackle",
    "telephone voice",
    "a drop",
)


@given(items=st.lists(st.sampled_from(ITEMS), min_size=1, max_size=6, unique=True), form=st.integers(0, 3))
@RELAXED
def test_a_negated_word_never_adds_its_verb(items: list[str], form: int, song: Analysis) -> None:
    joined = ", ".join(items[:-1]) + (" or " if len(items) > 1 else "") + items[-1]
    said = (
        f"exclude: {', '.join(items)}",
        f"no {joined}",
        f"don't add {joined}",
        f"negative prompt: {', '.join(items)}",
    )[form]
    plan = plan_of(f"20 % faster. {said}", song)
    assert {op.op for op in plan.ops} <= {"tempo", "mute", "keep"}


@pytest.mark.parametrize("style", ["house", "techno, 130 bpm", "reggae, slower"])
@pytest.mark.parametrize("tags", ["no vocals, reverb", "no drums, echo", "no vocals, vinyl"])
def test_a_comma_after_one_denial_begins_a_wish_of_its_own(style: str, tags: str, song: Analysis) -> None:
    assert effects(plan_of(f"{style}, {tags}", song))


BULLETS = (
    "1. no drums 2. faster 3. reverb on the vocals",
    "1) no drums\n2) faster\n3) reverb on the vocals",
    "- no drums\n- faster\n- reverb on the vocals",
    "* no drums\n* faster\n* reverb on the vocals",
    "• no drums • faster • reverb on the vocals",
    "— no drums — faster — reverb on the vocals",
    "--no drums --faster --reverb on the vocals",
)


@pytest.mark.parametrize("prompt", BULLETS)
def test_bullets_and_numbers_only_part_the_wishes(prompt: str, song: Analysis) -> None:
    plain = plan_of("no drums, faster, reverb on the vocals", song)
    assert [op.model_copy(update={"because": None}) for op in plan_of(prompt, song).ops] == [
        op.model_copy(update={"because": None}) for op in plain.ops
    ]


@pytest.mark.parametrize("dash", ["-", "- ", "–", "− "])
@pytest.mark.parametrize("wish", ["slower", "no drums", "reggae", "more bass"])
def test_a_wish_may_begin_with_a_dash(dash: str, wish: str, song: Analysis) -> None:
    assert plan_of(dash + wish, song).digest == plan_of(wish, song).digest


def test_minus_three_semitones_go_down(song: Analysis) -> None:
    for said in ("-3 semitones", "−3 semitones", "- 3 semitones lower"):
        assert [op.semitones for op in plan_of(said, song).ops] == [-3]


VALUES = (
    ("Vocals: louder. Drums: none. Bass: -3 dB", {"drums"}, {"vocals": 4.0, "bass": -3.0}),
    ("Tempo: 20% faster, Vocals: -2 dB, Bass: +3 dB", set(), {"vocals": -2.0, "bass": 3.0}),
    ("Schlagzeug: ohne\nGesang: lauter", {"drums"}, {"vocals": 4.0}),
    ("batterie : sans\nvoix : moins fort", {"drums"}, {"vocals": -4.0}),
)


@pytest.mark.parametrize(("prompt", "silent", "levels"), VALUES)
def test_a_part_with_a_colon_takes_what_is_said_behind_it(
    prompt: str, silent: set[str], levels: dict[str, float], song: Analysis
) -> None:
    plan = plan_of(prompt, song)
    assert muted(plan) == silent
    assert {str(op.on[0]): op.gain_db for op in plan.ops if op.op == "gain"} == levels


@pytest.mark.parametrize(
    "prompt",
    ["a full band arrangement", "with a full band in the chorus", "with a band", "mit voller Band", "avec un groupe complet", "con banda completa",
     "con la banda al completo", "com banda completa"],
)  # fmt: skip
def test_a_full_band_plays_more_and_keeps_its_singer(prompt: str, song: Analysis) -> None:
    plan = plan_of(prompt, song)
    assert muted(plan) == set()
    assert all(op.gain_db > 0 for op in plan.ops if op.op == "gain")
    assert any(op.op == "layer" for op in plan.ops)


def test_the_backing_band_alone_is_still_the_piece_without_its_singer(song: Analysis) -> None:
    assert muted(plan_of("backing band", song)) == {"vocals"}


@pytest.mark.parametrize(
    "prompt", ["Keep: vocals, bass", "keep: vocals and bass", "behalte: Gesang, Bass", "garde : voix, basse"]
)
def test_a_verb_with_a_colon_speaks_of_its_list(prompt: str, song: Analysis) -> None:
    assert [(op.op, op.on) for op in plan_of(prompt, song).ops] == [("keep", ("vocals", "bass"))]


@pytest.mark.parametrize("prompt", ["exclude: reverb", "negative: autotune", "no drop", "kein Autotune", "sans réverb"])
def test_a_list_that_only_excludes_what_is_not_there_changes_nothing_and_says_so(prompt: str, song: Analysis) -> None:
    with pytest.raises(InvalidPrompt, match="Nothing would change") as caught:
        plan_of(prompt, song)
    assert len(caught.value.details["suggestions"]) == 3


def test_every_kind_of_these_words_is_there_in_all_six_languages() -> None:
    words = files("remixlab.prompt") / "words"
    everywhere = tomllib.loads((words / "music.toml").read_text(encoding="utf-8"))
    kinds = {
        code: _kinds(tomllib.loads((words / f"{code}.studio.toml").read_text(encoding="utf-8")), everywhere)
        for code in LANGUAGES
    }
    for kind in (
        "label",
        "deep",
        "excess",
        "share",
        "moment",
        "place",
        "dance",
        "beyond",
        "tongue",
        "sounds",
        "enters",
        "mood",
        "length",
    ):
        assert all(found.get(kind) for found in kinds.values()), kind
    assert len({frozenset(found["beyond"]) for found in kinds.values()}) == 1
    assert len({frozenset(found["dance"]) for found in kinds.values()}) == 1


LANGUAGES = ("de", "en", "es", "fr", "it", "pt")


def _kinds(tree: dict[str, dict[str, str]], everywhere: dict[str, dict[str, str]]) -> dict[str, set[str]]:
    return {kind: {*table, *everywhere.get(kind, {})} for kind, table in tree.items()}
