"""The strips of the master: its stems, or the whole of it, in the time and pitch of the result."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remixlab import signal
from remixlab.domain.audio import ALL_STEMS, Audio, Stem
from remixlab.domain.errors import EngineUnavailable
from remixlab.rendering.mixer import balance
from remixlab.rendering.mixer.automation import Automation, automation_by_bar, combined, ride_voice
from remixlab.rendering.mixer.ducking import asked_ducking, style_ducking
from remixlab.rendering.mixer.references import reference_of
from remixlab.rendering.mixer.session import Session
from remixlab.rendering.mixer.stage import DeEsser
from remixlab.rendering.mixer.stem_edits import edits_of, effect_names, gains_of
from remixlab.rendering.mixer.stems import MasterNode, Role, stretches_of
from remixlab.rendering.mixer.strips import Strip
from remixlab.rendering.mixer.subsonic import without_subsonics
from remixlab.rendering.mixer.voices import revoiced_strips
from remixlab.rendering.resolve import needs_stems

_VOICE_EQUALISER = signal.Equaliser(
    (
        signal.Filter("high-pass", 90.0),
        signal.Filter("peak", 300.0, 0.9, -1.5),
        signal.Filter("high-shelf", 6500.0, 0.7, 1.5),
    )
)
"""A voice over a new band, as a mix usually begins: below 90 Hz, under the lowest sung note, there is only rumble
and leak; round 300 Hz the new chords need room; above 6.5 kHz breath and consonants come forward. Gentle, because
the master's own engineer has already treated the voice."""
_HELD_ABOVE_DB, _HELD_RATIO, _HELD_MAKEUP_DB = 5.0, 2.5, 0.8
"""A voice over a band is held together from 5 dB above its usual level; what that takes is given back in the mean."""
_HELD_ATTACK_S, _HELD_RELEASE_S = 0.006, 0.14
"""Consonants pass, a word is held, the next one is free."""
_VOICE_SHARE_OF_ARC = 0.3
"""How much of the band's rise from verse to chorus a voice follows: it was sung with a rise of its own."""
_DUCKED_AS = {Stem.VOCALS: "vocals", Stem.OTHER: "other", Stem.BASS: "bass"}
"""The name by which a style's pump speaks of a stem of the master."""


def master_strips(session: Session, kicks_s: NDArray[np.float64]) -> list[Strip]:
    """Everything of the master that sounds. Law: none in a cover. Unit: kicks in seconds.

    Raises: EngineUnavailable when the stems are needed one by one and the recording has not been taken apart.
    """
    plan, material, layout = session.plan, session.material, session.layout
    if plan.kind == "cover":
        return []
    masks = session.arrangement.master
    if not needs_stems(plan) and (not session.delivered or not session.stretches):
        return [_strip(session, "mix", material.master, "mix", masks[Stem.VOCALS], ALL_STEMS, kicks_s)]
    if material.stems is None:
        raise EngineUnavailable(
            "this plan treats the stems one by one, and the recording has not been taken apart",
            hint="Separate it first.",
        )
    strips: list[Strip] = []
    for stem in ALL_STEMS:
        if masks[stem].any():
            sound = material.stems[stem]
            strip = _strip(session, stem.value, sound, stem, masks[stem], (stem,), kicks_s)
            strips += revoiced_strips(plan, layout, strip, sound) if stem == Stem.VOCALS else [strip]
    return strips


def _strip(
    session: Session,
    name: str,
    sound: Audio,
    role: Role,
    mask: NDArray[np.bool_],
    stems: tuple[Stem, ...],
    kicks_s: NDArray[np.float64],
) -> Strip:
    layout, style = session.layout, session.style
    featured = role == Stem.VOCALS and session.performs and not session.accompanied
    space = style.space if style is not None and session.performs else None
    inserts = () if role == Stem.DRUMS else without_subsonics(bar.semitones for bar in layout.bars)
    stem = stems[0] if len(stems) == 1 else None
    gain_db = style.levels.get("vocals", 0.0) + reference_of(style).voice_db if style is not None and featured else 0.0
    return Strip(
        name=name,
        role=name,
        node=MasterNode(sound, role, stretches_of(layout, role), layout, solo=session.delivered),
        origin="master",
        stem=stem,
        gain_db=gain_db,
        pan=0.0,
        inserts=(*inserts, *_voice_chain(sound, gain_db)) if featured else inserts,
        treatments=edits_of(session, stems),
        automation=combined(
            (
                automation_by_bar(gains_of(session, stems) * mask * _arc(session, featured), layout),
                _ridden(session, sound, featured),
                *asked_ducking(session, stems),
                style_ducking(session, kicks_s, _DUCKED_AS.get(stem, "")) if stem is not None else None,
            )
        ),
        group=None,
        room_db=space.room_send_db.get(name) if space else None,
        echo_db=space.echo_send_db.get(name) if space else None,
        label=_label(session, stems, role),
    )


def _voice_chain(sound: Audio, gain_db: float) -> tuple[signal.Effect, ...]:
    """What an engineer puts on a voice over a band: equaliser, compressor, de-esser."""
    usual_db = balance.loudness_of(sound) + gain_db
    if usual_db < balance.AUDIBLE_LUFS:
        return (_VOICE_EQUALISER,)
    held = signal.Compressor(
        usual_db + _HELD_ABOVE_DB, _HELD_RATIO, _HELD_ATTACK_S, _HELD_RELEASE_S, makeup_db=_HELD_MAKEUP_DB
    )
    return (_VOICE_EQUALISER, held, DeEsser())


def _arc(session: Session, featured: bool) -> NDArray[np.float64]:
    """How a voice in front follows the dynamics of the form. Shape: (bars,), amplitude."""
    if not featured:
        return np.ones(len(session.layout.bars))
    return 10 ** (_VOICE_SHARE_OF_ARC * balance.arc_db(session.arrangement.energy) / 20)


def _ridden(session: Session, sound: Audio, featured: bool) -> Automation | None:
    return ride_voice(sound, session.layout, clean=session.delivered) if featured else None


def _label(session: Session, stems: tuple[Stem, ...], role: Role) -> tuple[str, ...]:
    """What touched the sound of a master part."""
    words: list[str] = []
    if role != "mix" and session.material.stems is not None and not session.delivered:
        words.append(f"separated by {session.material.stems.separator}")
    if any(abs(bar.ratio - 1) > 1e-6 or bar.swing for bar in session.layout.bars):
        words.append("time-stretch")
    if role != Stem.DRUMS and any(bar.semitones for bar in session.layout.bars):
        words.append("pitch-shift")
    return (*words, *effect_names(session, stems))
