"""The bus: what several parts go through together, and the tone of the finished mix."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import replace

from remixlab import signal
from remixlab.domain.audio import Stem
from remixlab.plan.effects import in_beats
from remixlab.plan.styles import Style
from remixlab.rendering.mixer.console import Console
from remixlab.rendering.mixer.levels import Levels
from remixlab.rendering.mixer.references import reference_of
from remixlab.rendering.mixer.room import Room
from remixlab.rendering.mixer.session import Session
from remixlab.rendering.mixer.soft_clip import SoftClip
from remixlab.rendering.mixer.stage import MonoBass, Pocket, Wide, sung_curve
from remixlab.rendering.mixer.stem_edits import raised_db
from remixlab.rendering.mixer.strips import DRUMS, MUSIC, Strip
from remixlab.rendering.mixer.tone import tonal_balance
from remixlab.rendering.mixer.treatments import translated

_DRUM_KNEE_DB, _MUSIC_KNEE_DB = 6.0, 6.0
"""How far above the mix level peaks of a group begin to be bent: drums keep their weight and lose what only a meter
sees."""
_CLEARED_HZ = 105.0
"""Below this chords and colours leave the spectrum to kick and bass: about where the fundamentals of most bass lines
end."""
_VOICE_BAND_HZ, _VOICE_BAND_Q, _VOICE_BAND_DB = 2600.0, 0.7, -4.0
"""The octaves round 2.6 kHz make words understood; while a voice sings, chords and colours give way there."""
_ROOM_TOP_HZ = 9000.0
"""Nothing above it comes back from the room, which therefore runs at half the rate (decision 21)."""
_ECHO_S_MAX = 8.0
"""The longest echo that the delay holds: slow songs get a shorter one."""
_GLUE_ABOVE_DB = 1.0
"""The bus compressor begins this far above the reference: only the loudest passages are held."""
_GLUE_DB_PER_RATIO = 2.5
"""So many decibels of glue raise its ratio by one."""
_GLUE_ATTACK_S, _GLUE_RELEASE_S, _GLUE_KNEE_DB = 0.025, 0.18, 8.0
"""Slow enough to let strokes through, back before the next beat of a fast song, and no corner that could be heard."""


def dry_console(session: Session, levels: Levels, strips: tuple[Strip, ...]) -> Console:
    """The strips with their groups, room and echo, without a tone: those alone that some strip uses."""
    style = session.style
    if style is None:
        return Console(strips=strips, room=None, echo=None, groups={}, bus=())
    return Console(
        strips=strips,
        room=_room(style) if any(strip.room_db is not None for strip in strips) else None,
        echo=_echo(session, style) if any(strip.echo_db is not None for strip in strips) else None,
        groups={
            name: effect for name, effect in _groups(session, levels).items() if any(s.group == name for s in strips)
        },
        bus=(),
    )


def with_bus(dry: Console, session: Session, levels: Levels, pool: Executor | None) -> Console:
    """The console with the tone of the style, set by a short rehearsal; where only the master is heard, its own tone
    stays."""
    style = session.style
    return replace(dry, bus=bus(dry, session, levels, style, pool)) if style is not None and session.performs else dry


def bus(
    dry: Console, session: Session, levels: Levels, style: Style, pool: Executor | None
) -> tuple[signal.Effect, ...]:
    """The tone of the finished mix, and what holds its loudest passages together."""
    layout = session.layout
    effects = [translated(effect, 0, layout.length_frames, layout, session.plan.seed) for effect in style.tone.effects]
    if style.tone.glue_db > 0:
        effects.append(
            signal.Compressor(
                levels.reference_lufs + _GLUE_ABOVE_DB,
                1.0 + style.tone.glue_db / _GLUE_DB_PER_RATIO,
                _GLUE_ATTACK_S,
                _GLUE_RELEASE_S,
                _GLUE_KNEE_DB,
            )
        )
    balanced = tonal_balance(dry, layout, style.tone, reference_of(style).bands_db, pool)
    return (MonoBass(), balanced, *effects)


def _groups(session: Session, levels: Levels) -> dict[str, signal.Effect]:
    music: list[signal.Effect] = [signal.Filter("high-pass", _CLEARED_HZ)]
    if session.arrangement.master[Stem.VOCALS].any():
        pocket = signal.Filter("peak", _VOICE_BAND_HZ, _VOICE_BAND_Q, _VOICE_BAND_DB)
        sung = sung_curve(session.arrangement.melody, session.layout)
        music.append(pocket if sung is None else Pocket(pocket, sung))
    if session.style is not None and session.performs:
        music.append(Wide(reference_of(session.style).wide))
    music.append(SoftClip(levels.mix_lufs + _MUSIC_KNEE_DB + raised_db(session, Stem.OTHER)))
    return {
        MUSIC: signal.chain(music),
        DRUMS: SoftClip(levels.mix_lufs + _DRUM_KNEE_DB + raised_db(session, Stem.DRUMS)),
    }


def _room(style: Style) -> Room:
    room = style.space.room
    return Room(
        signal.Reverb(room.decay_s, room.damping, room.pre_delay_s, room.size, mix=1.0, high_cut_hz=_ROOM_TOP_HZ)
    )


def _echo(session: Session, style: Style) -> signal.Effect:
    echo = style.space.echo
    delay_s = min(_ECHO_S_MAX, float(in_beats(echo.beats)) * 60.0 / session.layout.tempo_bpm)
    return signal.Delay(delay_s, echo.feedback, 1.0, ping_pong=True)
