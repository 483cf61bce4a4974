"""Compose a piece from a brief: form, harmony, tunes, then every player's part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from remixlab.compose.band import Band, Comper, read_band
from remixlab.compose.bassline import play_bass
from remixlab.compose.drumming import drum_section, finish
from remixlab.compose.form import read_form
from remixlab.compose.harmony import Role, choose_phrase, read_numeral
from remixlab.compose.melody import Tessitura, harmonise_below, write_tune
from remixlab.compose.score import BEATS_PER_BAR, STEPS_PER_BEAT, Drummer, Player, Score, ScoreChord, ScoreSection
from remixlab.compose.voicing import choose_voicings, play_pattern
from remixlab.domain.audio import Stem
from remixlab.domain.errors import InvalidPlan
from remixlab.domain.music import PITCH_NAMES, ChordSymbol, Key, SectionLabel
from remixlab.domain.notes import BeatHit, BeatNote
from remixlab.signal.instruments import INSTRUMENTS

Bars = list[list[ChordSymbol]]
RISER_PEAK_S = 1.75
"""When a riser of our kits is at its loudest: it must come on the bar line."""

_VOICES = {"high": ("sung-voice", 57), "low": ("sung-voice-low", 48)}
"""A high and a low singer with the lowest note of their verses, in MIDI numbers: an alto from A3, a baritone from
C3."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What to write. Everything that is left out follows from the seed and the habits of the style.

    `singer` is high, low or nobody (then the hook instrument plays the tune); `key` as in `A minor`; `form` as in
    `intro4 verse8 chorus8`.
    """

    style: str
    seed: int = 0
    title: str = ""
    key: str = ""
    tempo_bpm: float = 0.0
    form: str = ""
    singer: str = ""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What all players read: the band, the key, the form, and the chord of every step."""

    band: Band
    key: Key
    tempo_bpm: float
    sections: tuple[ScoreSection, ...]
    harmony: tuple[tuple[ChordSymbol, ...], ...]
    chords: tuple[ScoreChord, ...]
    steps: tuple[int, ...]
    seed: int

    @property
    def beats_per_bar(self) -> int:
        return BEATS_PER_BAR[self.band.meter]

    @property
    def steps_per_beat(self) -> int:
        return STEPS_PER_BEAT[self.band.meter]

    @property
    def bars(self) -> int:
        return len(self.harmony)

    def dice(self, purpose: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, purpose])


def compose(brief: Brief) -> Score:
    """Write the piece. Raises: InvalidPlan when the brief asks for a style, key, form or singer that is not there."""
    sheet = _plan(brief)
    singer = brief.singer or ("high", "low")[int(sheet.dice(2).integers(2))]
    if singer not in (*_VOICES, "nobody"):
        raise InvalidPlan([f"there is no singer '{singer}'"], hint="Singers: high, low, nobody.")
    lead, hook = _write_tunes(sheet, singer)
    bass = _write_bass(sheet)
    players = [*_cast_lead(sheet, singer, lead), *_cast_hook(sheet, hook), _seat_bass(sheet, bass)]
    players += [
        player
        for number, comper in enumerate(sheet.band.compers)
        if (player := _write_comp(sheet, comper, number)).notes
    ]
    band = sheet.band
    return Score(
        title=brief.title or f"{band.id} {brief.seed}",
        style=band.id,
        tempo_bpm=sheet.tempo_bpm,
        meter=band.meter,
        key=sheet.key,
        swing=band.swing,
        swing_grid=band.swing_grid,
        bars=sheet.bars,
        sections=sheet.sections,
        chords=sheet.chords,
        melody=tuple(sorted((*lead, *hook))),
        bass=tuple(bass),
        players=tuple(players),
        drummer=_write_drums(sheet),
        seed=brief.seed,
        pump_db=band.pump_db,
        echo_beats=band.echo_beats,
    )


# ---------------------------------------------------------------- form and harmony


def _plan(brief: Brief) -> _Sheet:
    band = read_band(brief.style)
    rng = np.random.default_rng([brief.seed, 1])
    low, high = band.tempo_bpm
    tempo = brief.tempo_bpm or float(np.round(rng.uniform(low, high)))
    if not 30 <= tempo <= 320:
        raise InvalidPlan([f"a tempo of {tempo:g} beats a minute is not playable"], hint="Ask for 30 to 320.")
    mode = band.modes[int(rng.integers(len(band.modes)))]
    key = Key.parse(brief.key) if brief.key else Key.parse(f"{PITCH_NAMES[int(rng.integers(12))]} {mode}")
    sections = read_form(brief.form or band.form)
    harmony = _harmonise(sections, band, key, rng)
    beats = BEATS_PER_BAR[band.meter]
    chords: list[ScoreChord] = []
    for bar, symbols in enumerate(harmony):
        for i, symbol in enumerate(symbols):
            share = beats / len(symbols)
            chords.append(ScoreChord(bar * beats + i * share, share, symbol))
    merged = _merge(chords)
    starts = np.array([chord.beat for chord in merged])
    steps = (
        np.searchsorted(
            starts, np.arange(len(harmony) * beats * STEPS_PER_BEAT[band.meter]) / STEPS_PER_BEAT[band.meter] + 1e-6
        )
        - 1
    )
    return _Sheet(
        band,
        key,
        tempo,
        sections,
        tuple(tuple(bar) for bar in harmony),
        tuple(merged),
        tuple(int(i) for i in steps),
        brief.seed,
    )


def _merge(chords: Sequence[ScoreChord]) -> list[ScoreChord]:
    merged: list[ScoreChord] = []
    for chord in chords:
        if merged and merged[-1].symbol == chord.symbol:
            merged[-1] = merged[-1]._replace(length_beats=merged[-1].length_beats + chord.length_beats)
        else:
            merged.append(chord)
    return merged


def _roles(label: SectionLabel, bars: int, before_chorus: bool) -> tuple[Role, ...]:
    """How each four bars of a section end."""
    phrases = max(1, -(-bars // 4))
    middle: Role
    end: Role
    match label:
        case "chorus":
            middle, end = "lift", "lift" if phrases == 1 else "closed"
        case "bridge" | "break":
            middle, end = "turn", "turn" if phrases == 1 else "half"
        case _:
            middle, end = "open", "open" if phrases == 1 else "half" if before_chorus else "closed"
    return tuple(end if number == phrases - 1 else middle for number in range(phrases))


def _harmonise(sections: Sequence[ScoreSection], band: Band, key: Key, rng: np.random.Generator) -> Bars:
    """Bars of chords. Repeated sections repeat their chords; intro, solo and outro borrow those of the song's main
    section."""
    labels = [section.label for section in sections]
    pages: dict[str, Bars] = {}
    for label in ("verse", "chorus", "bridge", "break"):
        longest = max((s.bars for s in sections if s.label == label), default=0)
        if longest:
            known: dict[Role, Bars] = {}
            page: Bars = []
            for role in _roles(label, longest, "chorus" in labels):
                if role not in known or role in ("turn",):
                    known[role] = choose_phrase(role, key, band.colour, rng)
                page += known[role]
            pages[label] = page
    main = pages.get("chorus") or pages.get("verse") or choose_phrase("open", key, band.colour, rng)
    home = [read_numeral("I" if key.mode == "major" else "i", key, band.colour)]
    bars: Bars = []
    for section in sections:
        page = pages.get(section.label) or (pages.get("verse") or main if section.label == "solo" else main)
        bars += [list(page[i % len(page)]) for i in range(section.bars)]
        if section.label == "outro":
            bars[-1] = home
    if sections[-1].label != "outro":
        bars[-1] = home
    return bars


# ---------------------------------------------------------------- tunes


def _write_tunes(sheet: _Sheet, singer: str) -> tuple[tuple[BeatNote, ...], tuple[BeatNote, ...]]:
    """The lead over verses, choruses and bridges, and the hook where it rests."""
    base = _VOICES.get(singer, _VOICES["high"])[1]
    breadth = sheet.band.breadth
    places = {
        "verse": Tessitura(base, base + 11, breadth * 0.6),
        "chorus": Tessitura(base + 3, base + 16, min(0.9, breadth + 0.25)),
        "bridge": Tessitura(base + 2, base + 14, breadth),
    }
    tunes: dict[str, tuple[BeatNote, ...]] = {}
    lead: list[BeatNote] = []
    hook: list[BeatNote] = []
    for section in sheet.sections:
        bars = sheet.harmony[section.first_bar : section.first_bar + section.bars]
        if section.label in places:
            tune = _tune_for(sheet, section, bars, places[section.label], tunes)
            lead += _placed(tune, section, sheet)
        elif section.label in ("intro", "solo") and section.bars >= 2:
            hook += _placed(_hook_for(sheet, section, bars, tunes), section, sheet)
    if singer == "nobody":
        return (), tuple(sorted((*lead, *hook)))
    return tuple(lead), tuple(hook)


def _tune_for(
    sheet: _Sheet,
    section: ScoreSection,
    bars: Sequence[Sequence[ChordSymbol]],
    place: Tessitura,
    tunes: dict[str, tuple[BeatNote, ...]],
) -> tuple[BeatNote, ...]:
    number = 10 + len(section.label)
    known = tunes.get(section.label)
    length = section.bars * sheet.beats_per_bar
    if known is None or known[-1].beat + sheet.beats_per_bar < length - 4 * sheet.beats_per_bar:
        known = write_tune(bars, sheet.band.meter, sheet.key, place, sheet.dice(number))
        tunes[section.label] = known
    return tuple(note for note in known if note.beat < length)


def _hook_for(
    sheet: _Sheet, section: ScoreSection, bars: Sequence[Sequence[ChordSymbol]], tunes: dict[str, tuple[BeatNote, ...]]
) -> tuple[BeatNote, ...]:
    instrument = INSTRUMENTS[sheet.band.hook]
    base = int(np.clip(60, instrument.lowest, instrument.highest - 14))
    name = f"hook {section.label}"
    if name not in tunes:
        tunes[name] = write_tune(
            bars, sheet.band.meter, sheet.key, Tessitura(base, base + 14, sheet.band.breadth), sheet.dice(31)
        )
    length = section.bars * sheet.beats_per_bar
    return tuple(note for note in tunes[name] if note.beat < length)


def _placed(tune: Sequence[BeatNote], section: ScoreSection, sheet: _Sheet) -> list[BeatNote]:
    """A tune on its bars, louder where the song is fuller."""
    offset = section.first_bar * sheet.beats_per_bar
    force = 0.86 + 0.2 * section.energy
    return [note._replace(beat=note.beat + offset, velocity=min(1.0, note.velocity * force)) for note in tune]


def _section_at(sheet: _Sheet, beat: float) -> ScoreSection:
    bar = int(beat // sheet.beats_per_bar)
    return next((s for s in reversed(sheet.sections) if s.first_bar <= bar), sheet.sections[0])


def _cast_lead(sheet: _Sheet, singer: str, lead: tuple[BeatNote, ...]) -> list[Player]:
    """The singer, and from the second chorus on a second voice a third below."""
    if not lead:
        return []
    name = _VOICES[singer][0]
    full = [note for note in lead if (s := _section_at(sheet, note.beat)).label == "chorus" and s.turn >= 1]
    starts = [chord.beat for chord in sheet.chords]
    symbols = [sheet.chords[int(np.searchsorted(starts, note.beat + 1e-6)) - 1].symbol for note in full]
    voices = [Player("lead voice", Stem.VOCALS, name, lead, 0.0, 0.0, -15.0, 3.0)]
    if full:
        below = harmonise_below(full, sheet.key, symbols)
        voices.append(Player("harmony voice", Stem.VOCALS, name, below, -7.0, 0.3, -13.0, 9.0))
    return voices


def _cast_hook(sheet: _Sheet, hook: tuple[BeatNote, ...]) -> list[Player]:
    if not hook:
        return []
    return [Player("hook", Stem.OTHER, sheet.band.hook, hook, 1.5, 0.1, -13.0, sheet.band.looseness_ms)]


# ---------------------------------------------------------------- the band


def _choose(patterns: Sequence[str], energy: float) -> str:
    return patterns[min(len(patterns) - 1, int(energy * len(patterns)))]


def _by_section(
    sheet: _Sheet, write: Callable[[ScoreSection, int, int, bool], Sequence[BeatNote]]
) -> tuple[BeatNote, ...]:
    """What a player plays section by section; the last bar of the piece is apart, for its last chord."""
    notes: list[BeatNote] = []
    for section in sheet.sections:
        last = section is sheet.sections[-1]
        bars = section.bars - (1 if last and section.bars > 1 else 0)
        spans = [(section.first_bar, bars, False)]
        if bars < section.bars:
            spans.append((section.first_bar + bars, 1, True))
        for first_bar, count, final in spans:
            offset = first_bar * sheet.beats_per_bar
            written = write(section, first_bar, count, final)
            notes += [
                note._replace(beat=note.beat + offset) for note in written if note.beat < count * sheet.beats_per_bar
            ]
    return tuple(sorted(notes))


def _window(sheet: _Sheet, first_bar: int, bars: int) -> tuple[int, ...]:
    per_bar = sheet.beats_per_bar * sheet.steps_per_beat
    return sheet.steps[first_bar * per_bar : (first_bar + bars) * per_bar]


def _write_bass(sheet: _Sheet) -> tuple[BeatNote, ...]:
    rng = sheet.dice(4)
    symbols = [chord.symbol for chord in sheet.chords]
    band = sheet.band
    intro_bars = sheet.sections[0].bars if sheet.sections[0].label == "intro" and len(sheet.sections) > 1 else 0

    def write(section: ScoreSection, first_bar: int, bars: int, final: bool) -> Sequence[BeatNote]:
        if section.first_bar < intro_bars // 2 and section.label == "intro" and bars >= 4:
            return []
        pattern = (
            "1" + "_" * (sheet.beats_per_bar * sheet.steps_per_beat - 1)
            if final
            else _choose(band.bass_patterns, section.energy)
        )
        level = 0.85 + 0.2 * section.energy
        window = _window(sheet, first_bar, bars)
        around = 33.0 + sheet.key.tonic % 5
        return play_bass(
            pattern,
            sheet.steps_per_beat,
            bars * sheet.beats_per_bar,
            window,
            symbols,
            sheet.key,
            band.bass_gate,
            level,
            around,
            rng,
        )

    return _by_section(sheet, write)


def _seat_bass(sheet: _Sheet, notes: Sequence[BeatNote]) -> Player:
    return Player("bass", Stem.BASS, sheet.band.bass, tuple(notes), 0.0, 0.0, -40.0, min(4.0, sheet.band.looseness_ms))


def _write_comp(sheet: _Sheet, comper: Comper, number: int) -> Player:
    rng = sheet.dice(100 + number)
    symbols = [chord.symbol for chord in sheet.chords]
    voicings = choose_voicings(symbols, comper.spacing, comper.lowest, comper.highest, rng)
    strum_beats = comper.strum_ms / 1000.0 * sheet.tempo_bpm / 60.0

    def write(section: ScoreSection, first_bar: int, bars: int, final: bool) -> Sequence[BeatNote]:
        if section.energy < comper.energy_min or (comper.sections and section.label not in comper.sections):
            return []
        span = max(0.01, 1.0 - comper.energy_min)
        pattern = _choose(comper.patterns, (section.energy - comper.energy_min) / span)
        if final:
            pattern = "x" + "_" * (sheet.beats_per_bar * sheet.steps_per_beat - 1)
        return play_pattern(
            pattern,
            sheet.steps_per_beat,
            bars * sheet.beats_per_bar,
            _window(sheet, first_bar, bars),
            symbols,
            voicings,
            1.0 if final else comper.gate,
            strum_beats,
            0.82 + 0.25 * section.energy,
        )

    notes = _by_section(sheet, write)
    looseness = sheet.band.looseness_ms
    return Player(
        comper.name, Stem.OTHER, comper.instrument, notes, comper.level_db, comper.pan, comper.room_db, looseness
    )


def _write_drums(sheet: _Sheet) -> Drummer:
    rng = sheet.dice(5)
    band = sheet.band
    per_bar = sheet.beats_per_bar * sheet.steps_per_beat
    hits: list[BeatHit] = []
    for number, section in enumerate(sheet.sections):
        if section.label in band.drums_silent:
            continue
        last = number == len(sheet.sections) - 1
        hits += drum_section(section, band.grooves, band.fills, per_bar, sheet.steps_per_beat, band.crash, last, rng)
        if band.pump_db and section.energy >= 0.8 and number and sheet.sections[number - 1].energy < 0.6:
            start = section.first_bar * sheet.beats_per_bar
            hits += [
                BeatHit(max(0.0, start - RISER_PEAK_S * sheet.tempo_bpm / 60.0), "riser", 0.7),
                BeatHit(float(start), "impact", 0.6),
            ]
    end = float((sheet.bars - 1) * sheet.beats_per_bar)
    if hits and sheet.sections[-1].bars > 1:
        hits = [hit for hit in hits if hit.beat < end - 1e-6] + finish(end, band.crash)
    return Drummer(band.kit, tuple(sorted(hits)), band.drums_db, min(3.5, band.looseness_ms))
