"""House bands: who plays in a style and how, read from bands.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, cast

from remixlab.compose.drumming import Groove
from remixlab.compose.harmony import Colour
from remixlab.compose.score import Meter
from remixlab.compose.voicing import Spacing
from remixlab.domain.errors import InvalidPlan


@dataclass(frozen=True, slots=True)
class Comper:
    """One accompanying part. Patterns run from calm to full; `sections` limits it to some of the form, `energy_min`
    to full places."""

    name: str
    instrument: str
    patterns: tuple[str, ...]
    lowest: int = 52
    highest: int = 74
    spacing: Spacing = "close"
    gate: float = 0.9
    strum_ms: float = 0.0
    energy_min: float = 0.0
    sections: tuple[str, ...] = ()
    level_db: float = 0.0
    pan: float = 0.0
    room_db: float = -14.0


@dataclass(frozen=True, slots=True)
class Band:
    """A style's players and habits."""

    id: str
    meter: Meter
    tempo_bpm: tuple[float, float]
    modes: tuple[str, ...]
    colour: Colour
    form: str
    breadth: float
    swing: float
    swing_grid: float
    kit: str
    crash: bool
    grooves: tuple[Groove, ...]
    fills: tuple[Groove, ...]
    drums_db: float
    drums_silent: tuple[str, ...]
    bass: str
    bass_patterns: tuple[str, ...]
    bass_gate: float
    hook: str
    """The instrument that plays the tune's head where nobody sings."""
    compers: tuple[Comper, ...]
    looseness_ms: float
    pump_db: float
    echo_beats: float


@cache
def _book() -> dict[str, Any]:
    return tomllib.loads(resources.files("remixlab.compose").joinpath("bands.toml").read_text("utf-8"))


def band_names() -> tuple[str, ...]:
    """Every style the composer writes in."""
    return tuple(sorted(_book()))


def _read_comper(entry: dict[str, Any]) -> Comper:
    fields: dict[str, Any] = {
        key: tuple(cast("list[str]", value)) if isinstance(value, list) else value for key, value in entry.items()
    }
    return Comper(**fields)


@cache
def read_band(name: str) -> Band:
    """Raises: InvalidPlan when there is no such band."""
    if name not in _book():
        raise InvalidPlan([f"the composer has no style '{name}'"], hint="Styles: " + ", ".join(band_names()) + ".")
    page = cast("dict[str, Any]", _book()[name])
    drums, bass = page["drums"], page["bass"]
    compers = tuple(_read_comper(entry) for entry in page["comp"])
    low, high = page["tempo_bpm"]
    return Band(
        id=name,
        meter=page["meter"],
        tempo_bpm=(float(low), float(high)),
        modes=tuple(page["modes"]),
        colour=page["colour"],
        form=page.get("form", "song"),
        breadth=page.get("breadth", 0.35),
        swing=page.get("swing", 0.0),
        swing_grid=page.get("swing_grid", 0.5),
        kit=drums["kit"],
        crash=drums.get("crash", True),
        grooves=tuple(drums["groove"]),
        fills=tuple(drums.get("fill", [])),
        drums_db=drums.get("level_db", 0.0),
        drums_silent=tuple(drums.get("silent", [])),
        bass=bass["instrument"],
        bass_patterns=tuple(bass["patterns"]),
        bass_gate=bass.get("gate", 0.9),
        hook=page["hook"],
        compers=compers,
        looseness_ms=page.get("looseness_ms", 4.0),
        pump_db=page.get("pump_db", 0.0),
        echo_beats=page.get("echo_beats", 0.0),
    )
