"""What the parts of a mix are called: in the label, in the picture, in the stems that leave."""

from __future__ import annotations

from remixlab.domain.material import Material
from remixlab.plan import remix
from remixlab.rendering import timeline


def test_two_players_of_one_part_are_told_apart_before_their_instrument(song: Material) -> None:
    plan = (
        remix("x")
        .restyle("drums", "bass", "other", style="synthwave")
        .layer("pad", "synthwave")
        .layer("pad", "synthwave")
    )
    names = [strip.name for strip in timeline(plan, song).console.strips]
    pads = [name for name in names if name.startswith("pad")]
    assert len(names) == len(set(names)) and len(pads) >= 2
    assert all(name.split(" (")[0] in ("pad", "pad 2", "pad 3") for name in pads)
    assert not any(name.endswith((" 2", " 3")) and ")" in name for name in names)
    assert not any(f"{word} ({word})" in name for name in names for word in ("pad", "organ", "strings"))
