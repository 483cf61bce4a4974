"""From an arrangement to a console: nodes, levels, effects, ducking and sends of every part."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from remixlab import signal
from remixlab.domain.audio import ALL_STEMS, Audio, Samples, Stem
from remixlab.domain.errors import EngineUnavailable
from remixlab.domain.song import Song
from remixlab.plan import RemixPlan, styles
from remixlab.plan.ops import Duck, Level, Sample, Treat
from remixlab.plan.styles import Style
from remixlab.rendering import balance
from remixlab.rendering.arrange import STEM_OF_PART, Arrangement
from remixlab.rendering.console import Console
from remixlab.rendering.lines import Line
from remixlab.rendering.resolve import SAMPLE_RATE, Layout, needs_stems
from remixlab.rendering.sampling import sample_strips
from remixlab.rendering.stems import MasterNode, stretches_of
from remixlab.rendering.strips import Automation, Strip, automation_by_bar
from remixlab.rendering.treat import Treatment, translated, treatments_of
from remixlab.rendering.voices import revoiced_strips
from remixlab.signal import amplitude_from_db
from remixlab.signal.instruments import KITS, HitEvent, NoteEvent, Take, rehearse, rehearse_kit

_PUMPED_FROM_MASTER = {Stem.VOCALS: "vocals", Stem.OTHER: "other", Stem.BASS: "bass"}


class TakeNode:
    """A performed line."""

    def __init__(self, line: Line, layout: Layout, seed: int) -> None:
        self.line, self._layout, self._seed = line, layout, seed

    @cached_property
    def take(self) -> Take:
        line, frames_at = self.line, self._layout.frames_at
        if line.strokes:
            frames = frames_at(np.array([s.beat for s in line.strokes]))
            hits = [HitEvent(int(f), s.piece, s.velocity) for f, s in zip(frames, line.strokes, strict=True)]
            return rehearse_kit(line.instrument, hits, seed=self._seed)
        starts = frames_at(np.array([t.beat for t in line.tones]))
        ends = frames_at(np.array([t.beat + t.length for t in line.tones]))
        notes = [NoteEvent(int(a), max(1, int(b - a)), t.midi, t.velocity) for a, b, t in zip(starts, ends, line.tones, strict=True)]
        return rehearse(line.instrument, notes, seed=self._seed)

    @property
    def busiest(self) -> int:
        return balance.busiest_frame(self.line, self._layout.frames_at(np.array([e.beat for e in (*self.line.tones, *self.line.strokes)])))

    def render(self, n0: int, n1: int) -> Samples:
        return self.take.render(n0, n1)


class Builder:
    """Puts the console of one result together."""

    def __init__(self, plan: RemixPlan, song: Song, layout: Layout, arrangement: Arrangement, samples: Mapping[str, Song]) -> None:
        self._plan, self._song, self._layout, self._arranged, self._samples = plan, song, layout, arrangement, samples
        self._style = arrangement.lead_style
        # Nothing of the master may reach a cover, not even by mistake: from here on it has no sound at all.
        self._stems: dict[Stem, Audio] = {} if plan.kind == "cover" or song.stems is None else dict(song.stems)

    def console(self) -> Console:
        style = self._style
        strips = [*self._master_strips(), *self._line_strips(), *sample_strips(self._plan, self._layout, self._samples, self._reference)]
        if style is None:
            return Console(tuple(strips), None, None, ())
        room = style.space.room
        echo = style.space.echo
        beats = float(signal_beats(echo.beats))
        return Console(
            tuple(strips),
            signal.Reverb(room.decay_s, room.damping, room.pre_delay_s, room.size, mix=1.0)
            if any(s.room_db is not None for s in strips)
            else None,
            signal.Delay(min(8.0, beats * 60.0 / self._layout.tempo_bpm), echo.feedback, 1.0, ping_pong=True)
            if any(s.echo_db is not None for s in strips)
            else None,
            _bus_of(style, self._layout, self._plan.seed) if self._performs else (),
        )

    # ------------------------------------------------------------ levels

    @cached_property
    def _performs(self) -> bool:
        return any(line.origin == "performed" for line in self._arranged.lines)

    @cached_property
    def _reference(self) -> float:
        """What the parts are balanced against: the voice that stays, else the rest of the master, else a fixed level."""
        sounding = [stem for stem in self._stems if self._arranged.master[stem].any()]
        if Stem.VOCALS in sounding and balance.loudness_of(self._stems[Stem.VOCALS]) > -45.0:
            voice = balance.loudness_of(self._stems[Stem.VOCALS])
            if len(sounding) == 1:
                return voice
            rest = max(balance.loudness_of(self._stems[s]) for s in sounding)
            return max(voice, rest - 4.0)
        if sounding:
            return max(balance.loudness_of(self._stems[s]) for s in sounding) - 1.0
        if self._plan.kind == "remix" and any(mask.any() for mask in self._arranged.master.values()):
            return balance.loudness_of(self._song.recording) - 4.0
        return balance.REFERENCE_LUFS

    def _accompanied(self) -> bool:
        return any(self._arranged.master[s].mean() > 0.5 for s in (Stem.DRUMS, Stem.BASS, Stem.OTHER))

    # ------------------------------------------------------------ the master

    def _master_strips(self) -> list[Strip]:
        if self._plan.kind == "cover":
            return []
        masks = self._arranged.master
        if not needs_stems(self._plan) and (self._song.stems is None or self._song.stems.separator != "delivered" or not self._stretches):
            return [self._master_strip("mix", self._song.recording, "mix", masks[Stem.VOCALS], ALL_STEMS)]
        if self._song.stems is None:
            raise EngineUnavailable(
                "this plan treats the stems one by one, and the recording has not been taken apart", hint="Separate it first."
            )
        strips: list[Strip] = []
        for stem in ALL_STEMS:
            if masks[stem].any():
                strip = self._master_strip(stem.value, self._stems[stem], stem, masks[stem], (stem,))
                strips += revoiced_strips(self._plan, self._layout, self._arranged, strip) if stem == Stem.VOCALS else [strip]
        return strips

    @property
    def _stretches(self) -> bool:
        return any(abs(bar.ratio - 1) > 1e-6 or bar.semitones or bar.swing for bar in self._layout.bars)

    def _master_strip(self, name: str, sound: Audio, role: Stem | str, mask: NDArray[np.bool_], stems: tuple[Stem, ...]) -> Strip:
        layout, style = self._layout, self._style
        node = MasterNode(sound, role, stretches_of(layout, role), layout)
        gains = self._gains_of(stems) * mask
        space = style.space if style is not None and self._performs else None
        inserts: tuple[signal.Effect, ...] = ()
        if role == Stem.VOCALS and self._performs:
            inserts = (
                signal.Filter("high-pass", 85.0),
                signal.Equaliser((signal.Filter("peak", 300.0, 0.9, -1.5), signal.Filter("high-shelf", 6500.0, 0.7, 1.5))),
                signal.Compressor(self._reference - 2.0, 2.2, 0.012, 0.16, 8.0),
            )
        label = self._label_of(stems, role)
        gain = self._style.levels.get("vocals", 0.0) if self._style is not None and role == Stem.VOCALS and self._performs else 0.0
        return Strip(
            name, name, node, "master", stems[0] if len(stems) == 1 else None, gain, 0.0, inserts, self._treatments_of(stems),
            automation_by_bar(gains, layout), self._bows_of(stems, _PUMPED_FROM_MASTER.get(stems[0], "") if len(stems) == 1 else ""),
            space.room_send_db.get(name) if space else None, space.echo_send_db.get(name) if space else None, label,
        )  # fmt: skip

    def _label_of(self, stems: tuple[Stem, ...], role: Stem | str) -> tuple[str, ...]:
        """What touched the sound of a master part."""
        words: list[str] = []
        if any(abs(bar.ratio - 1) > 1e-6 or bar.swing for bar in self._layout.bars):
            words.append("time-stretch")
        if role != Stem.DRUMS and any(bar.semitones for bar in self._layout.bars):
            words.append("pitch-shift")
        if role != "mix" and self._song.stems is not None and self._song.stems.separator != "delivered":
            words.insert(0, f"separated by {self._song.stems.separator}")
        return (*words, *self._effect_names(stems))

    def _effect_names(self, stems: tuple[Stem, ...]) -> tuple[str, ...]:
        names = [fx.fx for op in self._plan.ops if isinstance(op, Treat) and set(op.on) & set(stems) for fx in op.chain]
        return tuple(dict.fromkeys(names))

    # ------------------------------------------------------------ new parts

    def _line_strips(self) -> list[Strip]:
        return [self._line_strip(k, line) for k, line in enumerate(self._arranged.lines)]

    def _line_strip(self, number: int, line: Line) -> Strip:
        style = styles.load(line.style)
        node = TakeNode(line, self._layout, self._plan.seed % 97)
        stem = line.stem or STEM_OF_PART.get(line.part, Stem.OTHER)
        replaced = self._stems.get(line.stem) if line.stem is not None and self._accompanied() and line.origin == "performed" else None
        wanted = balance.target_lufs(line, style, self._reference, replaced)
        gain_db = balance.level_gain_db(node.take, node.busiest, wanted) + line.gain_db
        inserts = [translated(effect, 0, self._layout.length_frames, self._layout, self._plan.seed + number) for effect in line.effects]
        if self._arranged.master[Stem.VOCALS].any() and line.part in ("chords", "pad", "arp", "strings", "horns"):
            inserts.append(signal.Filter("peak", 2600.0, 0.7, -2.5))
        if line.part in ("chords", "pad", "arp", "strings", "horns", "riff"):
            inserts.append(signal.Filter("high-pass", 110.0))
        return Strip(
            f"{line.name} ({line.instrument})", line.part, node, line.origin, line.stem, gain_db, line.pan, tuple(inserts),
            self._treatments_of((stem,)), automation_by_bar(self._gains_of((stem,)), self._layout), self._bows_of((stem,), line.part),
            style.space.room_send_db.get(line.part), style.space.echo_send_db.get(line.part), self._effect_names((stem,)),
        )  # fmt: skip

    # ------------------------------------------------------------ the plan's own wishes for a stem

    def _gains_of(self, stems: tuple[Stem, ...]) -> NDArray[np.float64]:
        gains = np.ones(len(self._layout.bars))
        for op in self._plan.ops:
            if isinstance(op, Level) and set(op.on) & set(stems):
                gains[self._layout.mask_of(op.at)] *= amplitude_from_db(op.gain_db)
        return gains

    def _treatments_of(self, stems: tuple[Stem, ...]) -> tuple[Treatment, ...]:
        made: list[Treatment] = []
        for k, op in enumerate(self._plan.ops):
            if isinstance(op, Treat) and set(op.on) & set(stems):
                made += treatments_of(op.chain, self._layout.spans_of(self._layout.mask_of(op.at)), self._layout, self._plan.seed + 31 * k)
        return tuple(made)

    def _bows_of(self, stems: tuple[Stem, ...], part: str) -> tuple[signal.Effect, ...]:
        """What makes a part bow to others: the plan's ducking, and the style's pumping under its kick."""
        bows: list[signal.Effect] = []
        for op in self._plan.ops:
            if isinstance(op, Duck) and set(op.on) & set(stems) and op.under not in stems:
                times = self._onsets_under(op.under, self._layout.mask_of(op.at))
                if times:
                    bows.append(signal.Duck(times, op.depth_db, 0.25))
        pump = self._style.space.pump if self._style is not None and self._performs else None
        if pump is not None and pump.depth_db > 0 and part in pump.parts:
            kicks = self._onsets_under(Stem.DRUMS, np.ones(len(self._layout.bars), np.bool_))
            if kicks:
                depth = pump.depth_db * (0.4 if part == "vocals" else 1.0)
                bows.append(signal.Duck(kicks, depth, pump.release_beats * 60.0 / self._layout.tempo_bpm))
        return tuple(bows)

    def _onsets_under(self, stem: Stem, mask: NDArray[np.bool_]) -> tuple[float, ...]:
        """When a stem, or what is played in its place, strikes."""
        beats: list[float] = []
        for line in self._arranged.lines:
            if (line.stem or STEM_OF_PART.get(line.part)) == stem and line.part != "percussion":
                strokes = [s.beat for s in line.strokes if s.piece in ("kick", "surdo")] or [
                    s.beat for s in line.strokes if s.piece == "snare"
                ]
                beats += strokes or [t.beat for t in line.tones]
        if not beats:
            beats = self._heard_onsets(stem)
        times = np.unique(np.round(self._layout.seconds_at(np.array(beats)), 4))
        starts = np.array([bar.start_s for bar in self._layout.bars])
        inside = mask[np.clip(np.searchsorted(starts, times + 0.02, side="right") - 1, 0, mask.size - 1)] if times.size else []
        return _apart(times[inside] if times.size else times)

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
        sorted_times = np.sort(times)
        for bar in self._layout.bars:
            grid = np.array(bar.source_s)
            a, b = np.searchsorted(sorted_times, [grid[0] - 0.02, grid[-1] - 0.02])
            beats += [bar.first + float(np.interp(t, grid, np.arange(grid.size))) for t in sorted_times[a:b]]
        return beats or [float(k) for k in range(self._layout.beats_s.size - 1)]


def _apart(times: NDArray[np.float64]) -> tuple[float, ...]:
    """Moments at least 60 ms apart."""
    kept: list[float] = []
    for time in times:
        if not kept or time - kept[-1] > 0.06:
            kept.append(float(time))
    return tuple(kept)


def _bus_of(style: Style, layout: Layout, seed: int) -> tuple[signal.Effect, ...]:
    """The tone of the finished mix."""
    tone = style.tone
    shelves = [
        signal.Filter("high-pass", 28.0),
        signal.Filter("low-shelf", 110.0, 0.7, tone.low_db),
        signal.Filter("peak", 900.0, 0.5, tone.mid_db),
        signal.Filter("high-shelf", 5500.0, 0.6, tone.high_db),
    ]
    effects: list[signal.Effect] = [signal.Equaliser(tuple(f for f in shelves if f.mode == "high-pass" or f.gain_db))]
    effects += [translated(effect, 0, layout.length_frames, layout, seed) for effect in tone.effects]
    if tone.glue_db > 0:
        effects.append(signal.Compressor(-15.0, 1.0 + tone.glue_db / 2.5, 0.025, 0.18, 8.0))
    return tuple(effects)


def signal_beats(beats: str) -> float:
    """A length such as `3/4` as a number."""
    from remixlab.plan.effects import in_beats

    return float(in_beats(beats))


__all__ = ["Automation", "Builder", "TakeNode"]
