"""References: what a mix of a style is led towards, from records of its kind, with the source of each figure."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from remixlab.plan.styles import Style


class Reference(NamedTuple):
    """The tone, the width and the place of a voice that a style's mix is led towards.

    Unit: `bands_db` share of six bands in the whole, `width_db` side against middle at 250-2000 and above 2000 Hz,
    `wide` amplitude added to each side, `voice_db` against where a ballad has its voice.
    """

    kind: str
    bands_db: tuple[float, ...]
    width_db: tuple[float, float]
    crest_db: float
    records: int
    source: str
    wide: float
    voice_db: float


def reference_of(style: Style) -> Reference:
    """What a mix in this style is led towards."""
    table = _table()
    placed: dict[str, Any] = {**table["families"][style.family], **table["styles"].get(style.id, {})}
    kind = table["kinds"][placed["kind"]]
    low, high = kind["width_db"]
    return Reference(
        kind=placed["kind"],
        bands_db=tuple(kind["bands_db"]),
        width_db=(low, high),
        crest_db=kind["crest_db"],
        records=kind["records"],
        source=kind["source"],
        wide=placed["wide"],
        voice_db=placed["voice_db"],
    )


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads((files("remixlab.rendering.mixer") / "references.toml").read_text(encoding="utf-8"))
