"""New parts on the house's sampled instruments: heard, the same on any number of threads, told by the parts; and what
plays where they are not."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.app.instruments import open_pack
from remixlab.domain.material import Material
from remixlab.plan import cover, remix
from remixlab.rendering import render, timeline
from remixlab.rendering.mixer.takes import TakeNode
from remixlab.seal import write_label
from remixlab.signal.sounds import SoundPack


@pytest.fixture(scope="module")
def pack() -> SoundPack:
    opened = open_pack()
    assert opened is not None
    return opened


@pytest.mark.parametrize("style", ["metal", "boom-bap", "country"])
def test_the_same_samples_on_any_number_of_threads_and_in_any_order(
    song: Material, pack: SoundPack, style: str
) -> None:
    plan = cover("x").restyle(style=style)
    one, two = render(plan, song, sounds=pack), render(plan, song, sounds=pack, workers=2)
    assert np.array_equal(one.audio.samples, two.audio.samples)
    nodes = {s.name: s.node for s in timeline(plan, song, sounds=pack).console.strips if isinstance(s.node, TakeNode)}
    for name, node in nodes.items():
        a, b = 50_001, 131_077
        whole = node.render(a, b)
        later = node.render(90_000, b)
        assert np.array_equal(whole[:, 90_000 - a :], later), name


def test_a_country_band_is_sampled_and_says_so(song: Material, pack: SoundPack) -> None:
    mix = render(remix("x").keep("vocals").restyle("drums", "bass", "other", style="country"), song, sounds=pack)
    told = {part.name.split(" ")[0]: part.sounds for part in mix.parts if part.origin == "performed"}
    assert told["drums"] == told["bass"] == told["chords"] == pack.name
    label = write_label(mix.parts, kind="remix", trained=(), sounds_sha256=pack.sha256)
    assert f"performed anew on the sampled instruments of {pack.name}" in label.sentence
    assert label.sounds_sha256 == pack.sha256
    assert {p.sounds for p in label.parts if p.origin == "master"} == {""}


def test_without_the_pack_synthesis_plays_and_is_named(song: Material) -> None:
    mix = render(cover("x").restyle(style="country"), song)
    assert {part.sounds for part in mix.parts} == {""}
    label = write_label(mix.parts, kind="cover", trained=(), sounds_sha256="0" * 64)
    assert "performed anew by synthesis" in label.sentence and "sampled" not in label.sentence
    assert label.sounds_sha256 == ""


def test_electronic_styles_keep_their_machines(song: Material, pack: SoundPack) -> None:
    mix = render(cover("x").restyle(style="techno"), song, sounds=pack)
    assert {part.sounds for part in mix.parts if part.name.split(" ")[0] in ("drums", "bass")} == {""}


def test_a_loud_guitar_stands_left_and_right(song: Material, pack: SoundPack) -> None:
    line = timeline(cover("x").restyle(style="metal"), song, sounds=pack)
    chords = next(s.node for s in line.console.strips if s.role == "chords")
    left, right = chords.render(0, 10 * 44_100)
    assert np.abs(left).max() > 1e-3 and np.abs(right).max() > 1e-3
    assert abs(float(np.corrcoef(left, right)[0, 1])) < 0.5
    assert abs(float(left.mean())) < 1e-3
