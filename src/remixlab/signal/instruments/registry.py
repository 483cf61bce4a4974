"""Every pitched instrument by its id."""

from __future__ import annotations

from types import MappingProxyType

from remixlab.signal.instruments.instrument import Instrument
from remixlab.signal.instruments.orchestra import ORCHESTRA
from remixlab.signal.instruments.rhythm_section import RHYTHM_SECTION
from remixlab.signal.instruments.synths import SYNTHS

INSTRUMENTS: MappingProxyType[str, Instrument] = MappingProxyType(
    {one.id: one for one in (*RHYTHM_SECTION, *ORCHESTRA, *SYNTHS)}
)
"""The one table that plans, styles and the player look instruments up in."""
