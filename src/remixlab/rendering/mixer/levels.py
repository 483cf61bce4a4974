"""The level of each part, measured and set before anything is mixed (decision 21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Stem
from remixlab.plan import styles
from remixlab.rendering.mixer import balance
from remixlab.rendering.mixer.session import Session
from remixlab.rendering.mixer.strips import GROUPS, MUSIC

_VOICE_ABOVE_BAND_DB = 4.0
"""A voice stands no further below the loudest stem than this: where it is mixed lower, new parts keep to the band
instead."""
_BAND_ALONE_DB = 1.0
"""A lead stands a little below the loudest stem of a band without a voice, or it would stick out."""
_VOICE_IN_MIX_DB = 4.0
"""How far the voice usually stands below the whole of a mix that was not taken apart."""
_WITHOUT_LEAD_DB = 3.0
"""How far a mix without a lead stands below one with it, and how far chords and riffs come forward in it."""


@dataclass(frozen=True, eq=False)
class Levels:
    """Where everything stands. Unit: LUFS. Shape: lifts (bars,), amplitude; wanted_lufs has one level for each new
    line.

    `heard` holds the stems of the master that sound somewhere and are not silent. `reference_lufs` is what parts are
    balanced against; `mix_lufs` is where the whole mix stands: with the reference where something leads, below it
    where only a band plays.
    """

    heard: Mapping[Stem, float]
    reference_lufs: float
    mix_lufs: float
    wanted_lufs: tuple[float, ...]
    lifts: NDArray[np.float64]


def levels(session: Session) -> Levels:
    """Measure what of the master sounds, and set every new part against it."""
    heard = _heard(session)
    reference = _reference(session, heard)
    led = Stem.VOCALS in heard or session.accompanied or any(line.part == "lead" for line in session.arrangement.lines)
    wanted = _wanted(session, reference, led)
    return Levels(
        heard=heard,
        reference_lufs=reference,
        mix_lufs=reference - (0.0 if led else _WITHOUT_LEAD_DB),
        wanted_lufs=wanted,
        lifts=_lifts(session, wanted, reference, heard),
    )


def _heard(session: Session) -> dict[Stem, float]:
    """The audible stems of the master with their loudness: an instrumental has an empty voice."""
    masks = session.arrangement.master
    loudness = {stem: balance.loudness_of(sound) for stem, sound in session.stems.items() if masks[stem].any()}
    return {stem: level for stem, level in loudness.items() if level > balance.AUDIBLE_LUFS}


def _reference(session: Session, heard: Mapping[Stem, float]) -> float:
    """What the parts are balanced against: the voice that stays, else the rest of the master, else a fixed level."""
    if Stem.VOCALS in heard:
        return max(heard[Stem.VOCALS], max(heard.values()) - _VOICE_ABOVE_BAND_DB)
    if heard:
        return max(heard.values()) - _BAND_ALONE_DB
    if (
        not session.stems
        and session.plan.kind == "remix"
        and any(mask.any() for mask in session.arrangement.master.values())
    ):
        whole = balance.loudness_of(session.material.master)
        return whole - _VOICE_IN_MIX_DB if whole > balance.AUDIBLE_LUFS else balance.REFERENCE_LUFS
    return balance.REFERENCE_LUFS


def _wanted(session: Session, reference_lufs: float, led: bool) -> tuple[float, ...]:
    """The loudness of each new line: by the style's balance, or as loud as what it replaces."""
    stems, accompanied = session.stems, session.accompanied
    wanted: list[float] = []
    for line in session.arrangement.lines:
        replaced = (
            stems.get(line.stem) if line.stem is not None and accompanied and line.origin == "performed" else None
        )
        forward = 0.0 if led or GROUPS.get(line.part) != MUSIC else _WITHOUT_LEAD_DB
        wanted.append(balance.target_lufs(line, styles.load(line.style), reference_lufs, replaced) + forward)
    return tuple(wanted)


def _lifts(
    session: Session, wanted: tuple[float, ...], reference_lufs: float, heard: Mapping[Stem, float]
) -> NDArray[np.float64]:
    """How much the few parts of a thin bar come forward; not at all beside the recording's own band. Shape: (bars,),
    amplitude."""
    if not session.performs or session.accompanied:
        return np.ones(len(session.layout.bars))
    voice = reference_lufs if Stem.VOCALS in heard else None
    return balance.lifts(session.arrangement, session.layout, wanted, reference_lufs, voice)
