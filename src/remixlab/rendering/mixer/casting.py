"""Who plays what where the sampled instruments are here: a table from our instruments and kits to theirs, by style
where it matters. What is not in it, machines and synthesisers above all, stays with our own synthesis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from remixlab.rendering.parts import Line
from remixlab.signal.soundfont.general_midi import DRUM_KEYS
from remixlab.signal.sounds import Touch

# A plectrum never lands twice alike.
_PICKED = Touch(variations=3, detune_cents=3.0, level_db=1.0, dulls_cents=800.0)
# A key nearly always does.
_KEYED = Touch(variations=1)
# Breath drifts, and ties the notes of a line.
_BLOWN = Touch(variations=2, detune_cents=4.0, level_db=0.8, dulls_cents=600.0, tied=True)
# A section of bows hides what one of them does.
_BOWED = Touch(variations=2, detune_cents=3.0, level_db=0.6, dulls_cents=400.0)


@dataclass(frozen=True, slots=True)
class Player:
    """A pitched part on sampled strings, keys or pipes. `amp` puts it through our amplifier, `palm` is what its short
    low notes are played on, and `twice` means two takes, left and right."""

    preset: str
    touch: Touch = _KEYED
    amp: str = ""
    palm: str = ""
    twice: bool = False
    input_gain: float = 1.0


@dataclass(frozen=True, slots=True)
class Drummer:
    """A kit: which of its pieces are struck on other keys, which stay synthesised, and whether an old sampler plays
    them back."""

    preset: str
    keys: Mapping[str, int] = field(default_factory=dict[str, int])
    leaves: frozenset[str] = frozenset()
    sampler: bool = False


# Each of our acoustic instruments on the sampled one that is it; the others are machines and stay ours.
_PLAYERS: Mapping[str, Player] = MappingProxyType(
    {
        "grand-piano": Player("grand-piano"),
        "electric-piano": Player("electric-piano"),
        "organ": Player("organ"),
        "accordion": Player("accordion", _BOWED),
        "harmonica": Player("harmonica", _BLOWN),
        "celesta": Player("celesta"),
        "music-box": Player("music-box"),
        "vibraphone": Player("vibraphone"),
        "marimba": Player("marimba"),
        "nylon-guitar": Player("nylon-guitar", _PICKED),
        "steel-guitar": Player("steel-guitar", _PICKED),
        "electric-guitar": Player("clean-guitar", _PICKED),
        "muted-guitar": Player("muted-guitar", _PICKED),
        "distorted-guitar": Player("clean-guitar", _PICKED, amp="crunch", palm="muted-guitar", twice=True),
        "banjo": Player("banjo", _PICKED),
        "double-bass": Player("double-bass", _PICKED),
        "electric-bass": Player("finger-bass", _PICKED),
        "strings": Player("strings", _BOWED),
        "pizzicato": Player("pizzicato", _PICKED),
        "brass": Player("brass", _BOWED),
        "horns": Player("horns", _BOWED),
        "saxophone": Player("saxophone", _BLOWN),
        "clarinet": Player("clarinet", _BLOWN),
        "flute": Player("flute", _BLOWN),
        "aah-voice": Player("aah-voice", _BOWED),
        "ooh-voice": Player("ooh-voice", _BOWED),
    }
)
# What a style takes instead of the usual finger bass, clean guitar and section of strings.
_PICKED_BASS = Player("picked-bass", _PICKED)
_JAZZ_GUITAR = Player("jazz-guitar", _PICKED)
_FIDDLE = Player("fiddle", _BOWED)


def _loud(amp: str) -> Player:
    return Player("clean-guitar", _PICKED, amp=amp, palm="muted-guitar", twice=True)


def _lead(amp: str) -> Player:
    return Player("clean-guitar", _PICKED, amp=amp)


# Where a style is known by another instrument, or by its amplifier.
_BY_STYLE: Mapping[tuple[str, str], Player] = MappingProxyType(
    {
        **{(style, "electric-bass"): _PICKED_BASS for style in ("rock", "punk", "metal", "country")},
        **{(style, "electric-guitar"): _JAZZ_GUITAR for style in ("jazz-swing", "sixties-soul", "trip-hop")},
        **{(style, "strings"): _FIDDLE for style in ("bluegrass", "country", "folk-acoustic")},
        ("rock", "electric-guitar"): _lead("crunch"),
        ("blues", "electric-guitar"): _lead("clean"),
        ("punk", "electric-guitar"): _loud("punk"),
        ("punk", "distorted-guitar"): _loud("punk"),
        ("metal", "electric-guitar"): _lead("lead"),
        ("metal", "distorted-guitar"): _loud("metal"),
    }
)
_LEADS = ("lead", "riff")
"""Parts of one line."""
_SOLO_BRASS = Player("trumpet", _BLOWN)
"""A line that one player would blow is not blown by a section."""

# Kits that people sit at; drum machines stay ours, and so do the pieces that a kit has not.
_DRUMMERS: Mapping[str, Drummer] = MappingProxyType(
    {
        "acoustic-kit": Drummer("standard-kit"),
        "brush-kit": Drummer("brush-kit"),
        "rock-kit": Drummer("power-kit"),
        "latin-kit": Drummer("standard-kit", {"snare": 65, "kick": 35}),
        "afro-kit": Drummer("room-kit", leaves=frozenset({"kick", "snare", "log-drum", "clap", "hat", "open-hat"})),
        "orchestral-kit": Drummer("orchestral-kit", {"hat": 81}),
        "lofi-kit": Drummer("jazz-kit", sampler=True),
    }
)
# The room and the sampler that a style is recorded with.
_DRUMMERS_BY_STYLE: Mapping[tuple[str, str], Drummer] = MappingProxyType(
    {
        ("trip-hop", "jungle-kit"): Drummer("room-kit", sampler=True),
        ("boom-bap", "lofi-kit"): Drummer("room-kit", sampler=True),
        ("punk", "rock-kit"): Drummer("room-kit"),
    }
)


def player_of(line: Line) -> Player | None:
    """Who plays a pitched line on sampled instruments; None where our own synthesis does."""
    if line.instrument == "brass" and line.part in _LEADS:
        return _SOLO_BRASS
    return _BY_STYLE.get((line.style, line.instrument)) or _PLAYERS.get(line.instrument)


def drummer_of(line: Line) -> Drummer | None:
    """Who plays a line of strokes on a sampled kit; None where our own machines do."""
    return _DRUMMERS_BY_STYLE.get((line.style, line.instrument)) or _DRUMMERS.get(line.instrument)


def keys_of(drummer: Drummer) -> Mapping[str, tuple[int, ...]]:
    """On which keys each piece may be struck, the first that sounds."""
    found = {piece: keys for piece, keys in DRUM_KEYS.items() if piece not in drummer.leaves}
    return found | {piece: (key,) for piece, key in drummer.keys.items()}
