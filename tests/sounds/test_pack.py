"""The pack of sampled instruments: what its cards promise is in it, in tune, without holes and without clicks."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import remixlab_sounds

from pitches_of_tests import cents_off
from remixlab.app.instruments import open_pack
from remixlab.plan import styles
from remixlab.rendering.mixer.casting import drummer_of, keys_of, player_of
from remixlab.rendering.parts import Line
from remixlab.signal.instruments import INSTRUMENTS, KITS, NoteEvent
from remixlab.signal.soundfont import Preset
from remixlab.signal.soundfont.font import Zone
from remixlab.signal.soundfont.take import SoundFontTake, perform_notes
from remixlab.signal.sounds import SoundPack

HOME = Path(__file__).resolve().parents[2] / "sounds"
CARDS: dict[str, dict[str, Any]] = {card["id"]: card for card in remixlab_sounds.cards()["instruments"]}
PITCHED = sorted(name for name, card in CARDS.items() if card["kind"] == "instrument")
DRUMS = sorted(name for name, card in CARDS.items() if card["kind"] == "kit")
OPEN = {"MIT", "CC0-1.0", "CC-BY-4.0", "CC-BY-3.0"}
SIZE_MAX = 25_000_000
LEVEL_STEP_MAX_DB = 7.0
"""Of two keys a whole tone apart: a real saxophone's break is one of 6.5."""
MACHINES = {"808-kit", "909-kit", "chip-kit", "jungle-kit"}
SYNTHESISED = {
    "arp-synth", "bell", "chip-square", "chip-triangle", "lead-synth", "pad", "pluck-synth", "reese-bass", "sub-bass",
    "sung-voice", "sung-voice-low", "supersaw", "synth-bass",
}  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> SoundPack:
    opened = open_pack()
    assert opened is not None
    return opened


def preset_of(pack: SoundPack, name: str) -> Preset:
    found = pack.preset(name)
    assert found is not None
    return found


def zones_of(pack: SoundPack, name: str) -> list[Zone]:
    return [zone for outer in preset_of(pack, name).zones for zone in pack.font.instrument_zones(outer.target)]


def test_the_file_is_the_one_on_its_card_and_small(pack: SoundPack) -> None:
    facts, data = remixlab_sounds.cards(), remixlab_sounds.open_sounds()
    assert hashlib.sha256(data).hexdigest() == facts["sha256"] == pack.sha256
    assert len(data) == facts["bytes"] <= SIZE_MAX
    assert pack.name == f"remixlab-sounds {facts['version']}"
    assert set(CARDS) == set(pack.ids)


def test_every_card_says_whose_it_is_and_under_which_licence() -> None:
    sources = remixlab_sounds.cards()["sources"]
    for card in CARDS.values():
        source = sources[card["source"]]
        assert card["licence"] in OPEN
        assert card["makers"] == source["makers"]
        assert len(source["deb_sha256"]) == len(card["sha256"]) == 64
        assert (HOME / "LICENSES" / f"{source['package']}.txt").read_text("utf-8").count("Permission is hereby granted")


@pytest.mark.parametrize("name", PITCHED)
def test_every_key_sounds_however_softly_it_is_touched(pack: SoundPack, name: str) -> None:
    preset, (low, high) = preset_of(pack, name), CARDS[name]["keys"]
    silent = [
        (key, velocity)
        for key in range(low, high + 1)
        for velocity in (1, 20, 64, 100, 127)
        if not pack.font.layers(preset, key, velocity)
    ]
    assert not silent


@pytest.mark.parametrize("name", PITCHED)
def test_every_zone_is_in_tune(pack: SoundPack, name: str) -> None:
    preset, card = preset_of(pack, name), CARDS[name]
    low, high = card["keys"]
    keys = {min(max((a + b) // 2, low), high) for a, b in {zone.keys for zone in zones_of(pack, name)}}
    for key in sorted(keys):
        voices = perform_notes(pack.font, preset, [NoteEvent(0, 40_000, float(key), 0.8)])
        tone = SoundFontTake(pack.font, voices).render(0, 44_100).mean(axis=0)
        assert abs(cents_off(tone, key)) <= card["tolerance_cents"], (name, key)


@pytest.mark.parametrize("name", sorted(CARDS))
def test_loops_join_without_a_click(pack: SoundPack, name: str) -> None:
    """Where a loop joins, the wave bends no harder than it does inside the loop."""
    for number in {zone.target for zone in zones_of(pack, name) if zone.generators.get(54, 0) in (1, 3)}:
        sample = pack.font.sample(number)
        assert sample is not None
        loop = sample.sound[sample.loop_start : sample.loop_end]
        assert loop.size >= 8
        bends = np.abs(np.diff(np.concatenate((loop, loop, loop)), 2))
        joint = bends[loop.size - 3 : loop.size + 2].max()
        assert joint <= 1.5 * bends[: loop.size - 3].max() + 1e-3, pack.font.sample_names[number]


def test_zones_side_by_side_are_as_loud_as_each_other(pack: SoundPack) -> None:
    """From one zone to the next the level does not jump: what a scale would be heard to do."""
    for name in PITCHED:
        preset, (low, high) = preset_of(pack, name), CARDS[name]["keys"]
        low, high = max(low, 45), min(high, 81)
        powers = [np.mean(np.square(_tone(pack, preset, key)[:, :15_000])) for key in range(low, high + 1, 2)]
        assert np.abs(np.diff(10.0 * np.log10(powers))).max() < LEVEL_STEP_MAX_DB, name


def _tone(pack: SoundPack, preset: Preset, key: int) -> np.ndarray:
    voices = perform_notes(pack.font, preset, [NoteEvent(0, 15_000, float(key), 0.8)])
    return SoundFontTake(pack.font, voices).render(0, 22_050)


@pytest.mark.parametrize("style", styles.ids())
def test_every_instrument_of_every_style_is_sampled_or_a_machine_on_purpose(pack: SoundPack, style: str) -> None:
    for part, names in _instruments(styles.load(style)):
        for name in names:
            player = player_of(Line(part, part, name, "performed", style))
            if player is None:
                assert name in SYNTHESISED, (style, name)
                continue
            assert pack.preset(player.preset) is not None, (style, name)
            assert not player.palm or pack.preset(player.palm) is not None
            low, high = CARDS[player.preset]["keys"]
            assert low <= INSTRUMENTS[name].lowest and high >= INSTRUMENTS[name].highest, (style, name)


@pytest.mark.parametrize("style", styles.ids())
def test_every_kit_of_every_style_has_its_pieces(pack: SoundPack, style: str) -> None:
    groove = styles.load(style).groove
    for kit in {groove.kit, groove.percussion_kit or groove.kit}:
        drummer = drummer_of(Line("drums", "drums", kit, "performed", style))
        if drummer is None:
            assert kit in MACHINES
            continue
        preset = preset_of(pack, drummer.preset)
        for piece, keys in keys_of(drummer).items():
            assert piece in KITS[kit].pieces
            assert any(pack.font.layers(preset, key, 100) for key in keys), (style, kit, piece)


def _instruments(style: Any) -> list[tuple[str, tuple[str, ...]]]:
    parts = ("bass", "chords", "pad", "arp", "riff", "lead", "strings", "horns")
    return [(part, tuple(spec.instruments)) for part in parts if (spec := getattr(style, part)) is not None]
