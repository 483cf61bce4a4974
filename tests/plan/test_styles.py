from __future__ import annotations

import pytest

from remixlab.domain.errors import InvalidPlan
from remixlab.plan import styles
from remixlab.plan.styles import Style
from remixlab.signal.instruments import INSTRUMENTS, KITS, PIECES


@pytest.mark.parametrize("style_id", styles.ids())
def test_every_style_names_real_instruments_and_pieces(style_id: str) -> None:
    style = styles.load(style_id)
    parts = [style.bass, style.chords, style.pad, style.arp, style.riff, style.lead, style.strings, style.horns]
    assert {name for part in parts if part is not None for name in part.instruments} <= set(INSTRUMENTS)
    assert {style.cover.melody, style.cover.chords, style.cover.bass} <= set(INSTRUMENTS)
    assert {style.groove.kit, style.cover.kit, style.groove.percussion_kit or style.groove.kit} <= set(KITS)
    groups = (style.groove.verse, style.groove.chorus, style.groove.break_, style.groove.fill, style.groove.percussion)
    assert {piece for group in groups for pattern in group for piece in pattern} <= set(PIECES)


def test_an_unknown_style_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(InvalidPlan) as caught:
        styles.load("synth-wave")
    assert caught.value.stable_code == "plan.unknown_style"
    assert "synthwave" in caught.value.hint


def test_neighbours_are_all_other_styles_the_nearest_first() -> None:
    near = styles.neighbours("folk-acoustic")
    assert set(near) == set(styles.ids()) - {"folk-acoustic"}
    named = [name for name in styles.load("folk-acoustic").neighbours if name in styles.ids()]
    assert list(near[: len(named)]) == named


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("groove", "verse"), [{"kick": "X..."}], "whole bars"),
        (("groove", "verse"), [{"kick": "X..?............"}], "unknown steps"),
        (("tempo_bpm",), [120, 90], "slowest"),
        (("surprise",), 1, "surprise"),
    ],
)
def test_a_style_file_with_a_mistake_is_refused(path: tuple[str, ...], value: object, complaint: str) -> None:
    tree = styles.load("house").model_dump(by_alias=True)
    place = tree
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(ValueError, match=complaint):
        Style.model_validate(tree)


def test_every_style_differs_from_every_other_in_groove_and_band() -> None:
    seen = {
        (str(styles.load(i).groove.chorus), styles.load(i).chords.instruments, styles.load(i).bass.verse)
        for i in styles.ids()
    }
    assert len(seen) == len(styles.ids())
