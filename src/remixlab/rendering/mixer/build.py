"""From an arrangement to a console: nodes, levels, effects, ducking and sends of every part."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from remixlab import signal
from remixlab.domain.audio import ALL_STEMS, Audio, Samples, Stem
from remixlab.domain.errors import EngineUnavailable
from remixlab.domain.song import Song
from remixlab.plan import RemixPlan, styles
from remixlab.plan.effects import in_beats
from remixlab.plan.ops import Duck, Level, Treat
from remixlab.plan.styles import Style
from remixlab.rendering.layout import Layout, needs_stems
from remixlab.rendering.mixer import balance
from remixlab.rendering.mixer.automation import Ride, combined, dips, ride_by_bar, ride_of_voice
from remixlab.rendering.mixer.console import Console
from remixlab.rendering.mixer.room import Room
from remixlab.rendering.mixer.sampled import sample_strips
from remixlab.rendering.mixer.soft_clip import Softening
from remixlab.rendering.mixer.stems import MasterNode, stretches_of
from remixlab.rendering.mixer.strips import Strip
from remixlab.rendering.mixer.subsonic import without_subsonics
from remixlab.rendering.mixer.tone import tonal_balance
from remixlab.rendering.mixer.treatments import Treatment, translated, treatments_of
from remixlab.rendering.mixer.voices import revoiced_strips
from remixlab.rendering.parts.arrange import STEM_OF_PART, Arrangement
from remixlab.rendering.parts.lines import Line
from remixlab.signal import amplitude_from_db
from remixlab.signal.instruments import HitEvent, NoteEvent, Take, rehearse, rehearse_kit
from remixlab.signal.soundfont import SoundFont, rehearse_kit_on, rehearse_on, sounds_on

_MUSIC = "music"
_DRUMS = "drums"
_DRUM_KNEE_DB, _MUSIC_KNEE_DB, _LEAD_KNEE_DB = 6.0, 6.0, 9.0
_VOICE_SHARE_OF_ARC, _WITHOUT_LEAD_DB = 0.3, 3.0
_GROUPS = {"drums": _DRUMS, "percussion": _DRUMS, "landmarks": _DRUMS} | dict.fromkeys(
    ("chords", "pad", "arp", "strings", "horns", "riff"), _MUSIC
)
_PLACES = {"chords": -0.24, "arp": 0.42, "riff": 0.3, "strings": -0.15, "horns": 0.35, "percussion": -0.35}
_PUMPED_FROM_MASTER = {Stem.VOCALS: "vocals", Stem.OTHER: "other", Stem.BASS: "bass"}


class TakeNode:
    """A performed line."""

    def __init__(self, line: Line, layout: Layout, seed: int, font: SoundFont | None = None) -> None:
        self.line, self._layout, self._seed, self._font = line, layout, seed, font

    @cached_property
    def take(self) -> Take:
        line, frames_at = self.line, self._layout.frames_at
        if line.strokes:
            frames = frames_at(np.array([s.beat for s in line.strokes]))
            hits = [HitEvent(int(f), s.piece, s.velocity) for f, s in zip(frames, line.strokes, strict=True)]
            if self._font is not None:
                return rehearse_kit_on(self._font, line.instrument, hits, seed=self._seed)
            return rehearse_kit(line.instrument, hits, seed=self._seed)
        starts = frames_at(np.array([t.beat for t in line.tones]))
        ends = frames_at(np.array([t.beat + t.length for t in line.tones]))
        notes = [NoteEvent(int(a), max(1, int(b - a)), t.midi, t.velocity) for a, b, t in zip(starts, ends, line.tones, strict=True)]
        if self._font is not None:
            return rehearse_on(self._font, line.instrument, notes, seed=self._seed)
        return rehearse(line.instrument, notes, seed=self._seed)

    @property
    def weight(self) -> int:
        return 2

    @property
    def soundfont(self) -> str:
        """The name of the user's SoundFont where the line, or some of a kit's pieces, sounds from it."""
        pieces = {stroke.piece for stroke in self.line.strokes}
        return self._font.name if self._font is not None and sounds_on(self._font, self.line.instrument, pieces) else ""

    @property
    def busiest(self) -> int:
        return balance.busiest_frame(self.line, self._layout.frames_at(np.array([e.beat for e in (*self.line.tones, *self.line.strokes)])))

    def render(self, n0: int, n1: int) -> Samples:
        return self.take.render(n0, n1)


class Builder:
    """Puts the console of one result together."""

    def __init__(self, plan: RemixPlan, song: Song, layout: Layout, arrangement: Arrangement, samples: Mapping[str, Song],
                 font: SoundFont | None = None) -> None:  # fmt: skip
        self._font = font
        self._plan, self._song, self._layout, self._arranged, self._samples = plan, song, layout, arrangement, samples
        self._style = arrangement.lead_style
        # Nothing of the master may reach a cover, not even by mistake: from here on it has no sound at all.
        self._stems: dict[Stem, Audio] = {} if plan.kind == "cover" or song.stems is None else dict(song.stems)

    def console(self, pool: Executor | None = None) -> Console:
        """The console with its tone set by a short rehearsal. With a pool each line is levelled on a thread of its own."""
        sampled = sample_strips(self._plan, self._layout, self._song, self._samples, self._reference)
        strips = _each_named([*self._master_strips(), *self._line_strips(pool), *sampled])
        style = self._style
        if style is None:
            return Console(strips, None, None, {}, ())
        room, echo = style.space.room, style.space.echo
        reverb = signal.Reverb(room.decay_s, room.damping, room.pre_delay_s, room.size, mix=1.0, high_cut_hz=9000.0)
        delay_s = min(8.0, float(in_beats(echo.beats)) * 60.0 / self._layout.tempo_bpm)
        carve = [signal.Filter("high-pass", 105.0)]
        if self._arranged.master[Stem.VOCALS].any():
            carve.append(signal.Filter("peak", 2600.0, 0.7, -2.5))
        groups: dict[str, signal.Effect] = {
            _MUSIC: signal.chain(
                (signal.Equaliser(tuple(carve)), Softening(self._standing + _MUSIC_KNEE_DB + self._raised_db(Stem.OTHER)))
            ),
            _DRUMS: Softening(self._standing + _DRUM_KNEE_DB + self._raised_db(Stem.DRUMS)),
        }
        dry = Console(
            strips,
            Room(reverb) if any(s.room_db is not None for s in strips) else None,
            signal.Delay(delay_s, echo.feedback, 1.0, ping_pong=True) if any(s.echo_db is not None for s in strips) else None,
            {name: effect for name, effect in groups.items() if any(s.group == name for s in strips)},
            (),
        )
        return replace(dry, bus=self._bus(dry, style, pool)) if self._performs else dry

    def _bus(self, dry: Console, style: Style, pool: Executor | None) -> tuple[signal.Effect, ...]:
        """The tone of the finished mix, and what holds its loudest passages together."""
        layout = self._layout
        effects = [translated(effect, 0, layout.length_frames, layout, self._plan.seed) for effect in style.tone.effects]
        if style.tone.glue_db > 0:
            effects.append(signal.Compressor(self._reference + 1.0, 1.0 + style.tone.glue_db / 2.5, 0.025, 0.18, 8.0))
        return (tonal_balance(dry, layout, style.tone, pool), *effects)

    # ------------------------------------------------------------ levels

    @cached_property
    def _performs(self) -> bool:
        return any(line.origin == "performed" for line in self._arranged.lines)

    @cached_property
    def _reference(self) -> float:
        """What the parts are balanced against: the voice that stays, else the rest of the master, else a fixed level."""
        heard = self._heard
        if Stem.VOCALS in heard:
            return max(heard[Stem.VOCALS], max(heard.values()) - 4.0)
        if heard:
            return max(heard.values()) - 1.0
        if not self._stems and self._plan.kind == "remix" and any(mask.any() for mask in self._arranged.master.values()):
            whole = balance.loudness_of(self._song.recording)
            return whole - 4.0 if whole > balance.AUDIBLE_LUFS else balance.REFERENCE_LUFS
        return balance.REFERENCE_LUFS

    @cached_property
    def _led(self) -> bool:
        """Whether a voice, the master's own band or a new lead stands in front; where none does, chords and riffs come forward."""
        return Stem.VOCALS in self._heard or self._accompanied or any(line.part == "lead" for line in self._arranged.lines)

    @property
    def _standing(self) -> float:
        """Where the whole mix stands: with the reference where something leads, below it where only a band plays."""
        return self._reference - (0.0 if self._led else _WITHOUT_LEAD_DB)

    @cached_property
    def _heard(self) -> dict[Stem, float]:
        """The stems of the master that sound somewhere and are not silent, with their loudness: an instrumental has an empty voice."""
        loudness = {stem: balance.loudness_of(sound) for stem, sound in self._stems.items() if self._arranged.master[stem].any()}
        return {stem: level for stem, level in loudness.items() if level > balance.AUDIBLE_LUFS}

    @cached_property
    def _accompanied(self) -> bool:
        return any(self._arranged.master[s].mean() > 0.5 for s in (Stem.DRUMS, Stem.BASS, Stem.OTHER))

    @cached_property
    def _wanted(self) -> list[float]:
        """The loudness of each new line."""
        wanted: list[float] = []
        for line in self._arranged.lines:
            replaced = self._stems.get(line.stem) if line.stem is not None and self._accompanied and line.origin == "performed" else None
            forward = 0.0 if self._led or _GROUPS.get(line.part) != _MUSIC else _WITHOUT_LEAD_DB
            wanted.append(balance.target_lufs(line, styles.load(line.style), self._reference, replaced) + forward)
        return wanted

    @cached_property
    def _lifts(self) -> NDArray[np.float64]:
        """How much the few parts of a thin bar come forward. Shape: (bars,), amplitude."""
        if not self._performs or self._accompanied:
            return np.ones(len(self._layout.bars))
        voice = self._reference if Stem.VOCALS in self._heard else None
        return balance.lifts(self._arranged, self._layout, self._wanted, self._reference, voice)

    # ------------------------------------------------------------ the master

    def _master_strips(self) -> list[Strip]:
        if self._plan.kind == "cover":
            return []
        masks = self._arranged.master
        if not needs_stems(self._plan) and (not self._delivered or not self._stretches):
            return [self._master_strip("mix", self._song.recording, "mix", masks[Stem.VOCALS], ALL_STEMS)]
        if self._song.stems is None:
            raise EngineUnavailable(
                "this plan treats the stems one by one, and the recording has not been taken apart", hint="Separate it first."
            )
        strips: list[Strip] = []
        for stem in ALL_STEMS:
            if masks[stem].any():
                strip = self._master_strip(stem.value, self._stems[stem], stem, masks[stem], (stem,))
                strips += revoiced_strips(self._plan, self._layout, strip, self._stems[stem]) if stem == Stem.VOCALS else [strip]
        return strips

    @property
    def _delivered(self) -> bool:
        """Whether the stems came from the label, each with nothing of the others in it."""
        return self._song.stems is not None and self._song.stems.separator == "delivered"

    @property
    def _stretches(self) -> bool:
        return any(abs(bar.ratio - 1) > 1e-6 or bar.semitones or bar.swing for bar in self._layout.bars)

    def _master_strip(self, name: str, sound: Audio, role: Stem | str, mask: NDArray[np.bool_], stems: tuple[Stem, ...]) -> Strip:
        layout, style = self._layout, self._style
        space = style.space if style is not None and self._performs else None
        featured = role == Stem.VOCALS and self._performs and not self._accompanied
        inserts = () if role == Stem.DRUMS else without_subsonics(bar.semitones for bar in layout.bars)
        rider, arc = None, np.ones(len(layout.bars))
        if featured:
            bands = (
                signal.Filter("high-pass", 90.0),
                signal.Filter("peak", 300.0, 0.9, -1.5),
                signal.Filter("high-shelf", 6500.0, 0.7, 1.5),
            )
            inserts = (*inserts, signal.Equaliser(bands))
            rider = ride_of_voice(sound, layout, clean=self._delivered)
            arc = 10 ** (_VOICE_SHARE_OF_ARC * balance.arc_db(self._arranged.energy) / 20)
        gain_db = style.levels.get("vocals", 0.0) if style is not None and featured else 0.0
        pumped = self._pump(_PUMPED_FROM_MASTER.get(stems[0], "")) if len(stems) == 1 else None
        return Strip(
            name, name, MasterNode(sound, role, stretches_of(layout, role), layout, solo=self._delivered), "master", stems[0] if len(stems) == 1 else None,
            gain_db, 0.0, inserts, self._treatments_of(stems),
            combined((ride_by_bar(self._gains_of(stems) * mask * arc, layout), rider, *self._ducks_of(stems), pumped)), None,
            space.room_send_db.get(name) if space else None, space.echo_send_db.get(name) if space else None, self._label_of(stems, role),
        )  # fmt: skip

    def _label_of(self, stems: tuple[Stem, ...], role: Stem | str) -> tuple[str, ...]:
        """What touched the sound of a master part."""
        words: list[str] = []
        if role != "mix" and self._song.stems is not None and not self._delivered:
            words.append(f"separated by {self._song.stems.separator}")
        if any(abs(bar.ratio - 1) > 1e-6 or bar.swing for bar in self._layout.bars):
            words.append("time-stretch")
        if role != Stem.DRUMS and any(bar.semitones for bar in self._layout.bars):
            words.append("pitch-shift")
        return (*words, *self._effect_names(stems))

    def _effect_names(self, stems: tuple[Stem, ...]) -> tuple[str, ...]:
        names = [fx.fx for op in self._plan.ops if isinstance(op, Treat) and set(op.on) & set(stems) for fx in op.chain]
        return tuple(dict.fromkeys(names))

    # ------------------------------------------------------------ new parts

    def _line_strips(self, pool: Executor | None) -> list[Strip]:
        lines = self._arranged.lines
        return list((map if pool is None else pool.map)(self._line_strip, range(len(lines)), lines))

    def _line_strip(self, number: int, line: Line) -> Strip:
        style, layout = styles.load(line.style), self._layout
        node = TakeNode(line, layout, self._plan.seed % 97, self._font)
        stem = line.stem or STEM_OF_PART.get(line.part, Stem.OTHER)
        gain_db = balance.level_gain_db(node.take, node.busiest, self._wanted[number]) + line.gain_db
        inserts = tuple(translated(effect, 0, layout.length_frames, layout, self._plan.seed + number) for effect in line.effects)
        if line.part in ("lead", "bass"):
            inserts = (*inserts, Softening(self._standing + _LEAD_KNEE_DB + self._raised_db(stem, line.gain_db)))
        treatments = self._treatments_of((stem,))
        lift = ride_by_bar(self._lifts, layout, ramp_s=0.35) if line.part != "landmarks" else None
        return Strip(
            line.name if line.name == line.instrument else f"{line.name} ({line.instrument})", line.part, node, line.origin, line.stem, gain_db,
            line.pan or _PLACES.get(line.part, 0.0), inserts, treatments,
            combined((ride_by_bar(self._gains_of((stem,)), layout), lift, *self._ducks_of((stem,)), self._pump(line.part))),
            None if treatments else _GROUPS.get(line.part),
            style.space.room_send_db.get(line.part), style.space.echo_send_db.get(line.part), self._effect_names((stem,)), node.soundfont,
        )  # fmt: skip

    # ------------------------------------------------------------ the plan's own wishes for a stem

    def _gains_of(self, stems: tuple[Stem, ...]) -> NDArray[np.float64]:
        gains = np.ones(len(self._layout.bars))
        for op in self._plan.ops:
            if isinstance(op, Level) and set(op.on) & set(stems):
                gains[self._layout.mask_of(op.at)] *= amplitude_from_db(op.gain_db)
        return gains

    def _raised_db(self, stem: Stem, gain_db: float = 0.0) -> float:
        """How far the plan lifts a stem at most: what is asked for is not bent away."""
        layers = [line.gain_db for line in self._arranged.lines if (line.stem or STEM_OF_PART.get(line.part, Stem.OTHER)) == stem]
        return max(0.0, gain_db, *layers) + max(0.0, float(20 * np.log10(max(1e-6, self._gains_of((stem,)).max()))))

    def _treatments_of(self, stems: tuple[Stem, ...]) -> tuple[Treatment, ...]:
        made: list[Treatment] = []
        for k, op in enumerate(self._plan.ops):
            if isinstance(op, Treat) and set(op.on) & set(stems):
                made += treatments_of(op.chain, self._layout.spans_of(self._layout.mask_of(op.at)), self._layout, self._plan.seed + 31 * k)
        return tuple(made)

    def _ducks_of(self, stems: tuple[Stem, ...]) -> list[Ride | None]:
        """How a part bows where the plan says so."""
        ducks: list[Ride | None] = []
        for op in self._plan.ops:
            if isinstance(op, Duck) and set(op.on) & set(stems) and op.under not in stems:
                ducks.append(dips(self._onsets_under(op.under, self._layout.mask_of(op.at)), op.depth_db, 0.25))
        return ducks

    def _pump(self, part: str) -> Ride | None:
        """How a part bows to the kick, where the style pumps."""
        pump = self._style.space.pump if self._style is not None and self._performs else None
        if pump is None or part not in pump.parts:
            return None
        depth = pump.depth_db * (0.4 if part == "vocals" else 1.0)
        return dips(self._kicks, depth, pump.release_beats * 60.0 / self._layout.tempo_bpm)

    @cached_property
    def _kicks(self) -> NDArray[np.float64]:
        return self._onsets_under(Stem.DRUMS, np.ones(len(self._layout.bars), np.bool_))

    def _onsets_under(self, stem: Stem, mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        """When a stem, or what is played in its place, strikes."""
        beats: list[float] = []
        for line in self._arranged.lines:
            if (line.stem or STEM_OF_PART.get(line.part)) == stem and line.part in ("drums", "bass", "lead", "chords"):
                strokes = [s.beat for s in line.strokes if s.piece in ("kick", "surdo")] or [
                    s.beat for s in line.strokes if s.piece == "snare"
                ]
                beats += strokes or [t.beat for t in line.tones]
        times = np.unique(np.round(self._layout.seconds_at(np.array(beats or self._heard_onsets(stem))), 4))
        starts = np.array([bar.start_s for bar in self._layout.bars])
        inside = mask[np.clip(np.searchsorted(starts, times + 0.02, side="right") - 1, 0, mask.size - 1)]
        times = times[inside]
        return times[np.concatenate(([True], np.diff(times) > 0.06))] if times.size else times

    def _heard_onsets(self, stem: Stem) -> list[float]:
        """Where the recording's own part strikes, in beats of the result; every beat where nothing was heard of it."""
        analysis = self._layout.source
        match stem:
            case Stem.DRUMS:
                times = [hit.time_s for hit in analysis.drums if hit.piece == "kick"]
            case Stem.BASS:
                times = [note.start_s for note in analysis.bass]
            case Stem.VOCALS:
                times = [note.start_s for note in analysis.melody]
            case Stem.OTHER:
                times = [chord.start_s for chord in analysis.chords]
        beats: list[float] = []
        moments = np.sort(times)
        for bar in self._layout.bars:
            grid = np.array(bar.source_s)
            a, b = np.searchsorted(moments, [grid[0] - 0.02, grid[-1] - 0.02])
            beats += [bar.first + float(np.interp(t, grid, np.arange(grid.size))) for t in moments[a:b]]
        return beats or [float(k) for k in range(self._layout.beats_s.size - 1)]


def _each_named(strips: list[Strip]) -> tuple[Strip, ...]:
    """The strips with a number in every name that was there before: `pad 2 (strings)`."""
    seen: dict[str, int] = {}
    named: list[Strip] = []
    for strip in strips:
        number = seen[strip.name] = seen.get(strip.name, 0) + 1
        player, bracket, instrument = strip.name.partition(" (")
        named.append(strip if number == 1 else replace(strip, name=f"{player} {number}{bracket}{instrument}"))
    return tuple(named)
