"""Styles, instruments and promises settled: from what was heard to the verbs of the plan, in their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.domain.music import Analysis
from remixlab.plan.ops import (
    Duck,
    Keep,
    Layer,
    Mute,
    Op,
    Perform,
    Reharmonize,
    Restyle,
    Revoice,
    Tempo,
    Transpose,
    Treat,
)
from remixlab.plan.plan import RemixPlan
from remixlab.prompt.reading import Draft, Reading, Vote
from remixlab.prompt.rules.pace import suits
from remixlab.prompt.rules.sound import chain_of
from remixlab.prompt.rules.stems import BAND, playable, stem_of_instrument
from remixlab.prompt.rules.taste import weights
from remixlab.prompt.text.lexicon import meanings

ORDER = (
    "keep", "mute", "restyle", "layer", "perform", "sample", "tempo", "groove", "swing", "transpose", "reharmonize",
    "arrange", "repeat", "cut", "gain", "revoice", "treat", "duck",
)  # fmt: skip
SURPRISES = (
    "synthwave",
    "bossa-nova",
    "lo-fi-hip-hop",
    "house",
    "reggae",
    "orchestral",
    "drum-and-bass",
    "folk-acoustic",
    "funk",
    "disco",
    "soul",
    "trip-hop",
    "afrobeats",
    "blues",
    "synthpop",
    "jazz-swing",
    "rock",
    "samba",
    "piano-ballad",
    "uk-garage",
)
"""Styles that a surprise may bring: far enough from one another to be one."""


def ops_of(
    reading: Reading, *, kind: str, base: RemixPlan | None, stems_available: Sequence[Stem], seed: int
) -> list[Draft]:
    """The drafts of everything heard, coherent and in the order of the plan language."""
    drafts = list(reading.drafts)
    if reading.instruments and kind == "remix" and base is None and not (reading.votes or reading.added or drafts):
        _instrument_as_style(reading)
    if reading.surprise:
        drafts += _surprise(reading, seed)
    drafts = _protected(drafts, reading)
    drafts += _styled(reading, drafts, kind, base)
    drafts += _instruments(reading, kind, base)
    drafts = _as_kind(drafts, kind)
    drafts = _kept(drafts)
    drafts = _available(_only_once(_unled(drafts)), stems_available, reading)
    return in_order(drafts)


def in_order(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts in the order in which plans are read: what stays, what plays, time, pitch, form, sound."""
    return sorted(drafts, key=lambda d: ORDER.index(d.op.op))


def _protected(drafts: list[Draft], reading: Reading) -> list[Draft]:
    """Nothing that the words forbid; nothing implied where something was asked."""
    asked = {d.op.op for d in drafts if d.asked}
    kinds = {
        "tempo": ("tempo",),
        "key": ("transpose",),
        "harmony": ("reharmonize",),
        "groove": ("groove", "swing"),
        "form": ("arrange", "cut", "repeat"),
        "effects": ("treat",),
    }
    closed = {op for name in reading.protected for op in kinds.get(name, ())}
    named = any(v.named for v in reading.votes)

    def stays(draft: Draft) -> bool:
        op = draft.op.op
        if isinstance(draft.op, Mute) and not draft.asked and reading.votes:
            return False
        if op in closed and (not draft.asked or op in ("transpose", "reharmonize", "tempo")):
            return False
        if not draft.asked and op in asked and op in ("tempo", "transpose", "reharmonize"):
            return False
        return draft.asked or not (named and op in ("tempo", "layer"))

    result = [d for d in drafts if stays(d)]
    if "effects" in reading.protected:
        result = [d for d in result if d.op.op != "treat"]
    return _without_forbidden_effects(result, reading)


def _without_forbidden_effects(drafts: list[Draft], reading: Reading) -> list[Draft]:
    forbidden = {value for kind, value in reading.forbidden if kind == "fx"}
    result: list[Draft] = []
    for draft in drafts:
        if draft.op.op == "treat" and forbidden:
            chain = tuple(fx for fx in draft.op.chain if fx.fx not in forbidden)
            if not chain:
                continue
            draft = draft._replace(op=draft.op.model_copy(update={"chain": chain}))
        result.append(draft)
    return result


# ---------------------------------------------------------------- styles


def _styled(reading: Reading, drafts: Sequence[Draft], kind: str, base: RemixPlan | None) -> list[Draft]:
    by_place: dict[str, list[Vote]] = defaultdict(list)
    for vote in reading.votes:
        if ("style", vote.style) not in reading.forbidden:
            by_place[vote.place].append(vote)
    if "style" in reading.protected:
        by_place.clear()
    result: list[Draft] = []
    for place, votes in by_place.items():
        local = [v for v in votes if v.on]
        for vote in local:
            result.append(Draft(Restyle(on=vote.on, style=vote.style, at=place), vote.words, vote.confidence))
        whole = [v for v in votes if not v.on]
        if whole:
            taken = {stem for v in local for stem in v.on}
            result += _restyled(whole, place, taken, reading, drafts, kind)
    has_style = any(isinstance(d.op, Restyle) for d in result) or (
        base is not None and any(isinstance(op, Restyle) for op in base.ops)
    )
    if kind == "cover" and not has_style:
        result += _default_cover(reading)
    return result


def _restyled(
    votes: list[Vote], place: str, taken: set[Stem], reading: Reading, drafts: Sequence[Draft], kind: str
) -> list[Draft]:
    named = list({v.style: v for v in votes if v.named}.values())
    strong = [v for v in votes if not v.named and v.weight >= 1]
    if not named and not strong:
        return []
    lanes = ALL_STEMS if kind == "cover" else BAND
    silent = {stem for d in drafts if isinstance(d.op, Mute) and d.op.at == "all" for stem in d.op.on}
    kept = {stem for d in drafts if isinstance(d.op, Keep) for stem in d.op.on}
    free = tuple(s for s in lanes if s not in taken and (kind == "cover" or (s not in silent and s not in kept)))
    if not named:
        style, words, sure = _suggested(votes, reading.analysis, seed=0)
        return _play(style, words, sure, free, place, reading, kind)
    named.sort(key=lambda v: v.order)
    main, second = _main_and_second(named)
    if second is None:
        return _play(main.style, main.words, main.confidence, free, place, reading, kind)
    melodic = tuple(s for s in free if s in (Stem.OTHER, Stem.VOCALS))
    rhythm = tuple(s for s in free if s not in melodic)
    result = _play(main.style, main.words, main.confidence, rhythm or free, place, reading, kind)
    if rhythm and melodic:
        result.insert(1, Draft(Restyle(on=melodic, style=second.style, at=place), second.words, second.confidence))
    return result


def _main_and_second(named: list[Vote]) -> tuple[Vote, Vote | None]:
    """In one breath the noun comes last (`orchestral techno`); joined by words the first leads (`reggae meets
    metal`).
    """
    if len(named) == 1:
        return named[0], None
    first, second = named[0], named[1]
    return (second, first) if second.order == first.order + 1 else (first, second)


def _suggested(votes: Sequence[Vote], analysis: Analysis | None, seed: int) -> tuple[str, str, float]:
    score: dict[str, float] = defaultdict(float)
    words: dict[str, list[str]] = defaultdict(list)
    for vote in votes:
        score[vote.style] += vote.weight
        if vote.words not in words[vote.style]:
            words[vote.style].append(vote.words)
    best = max(score, key=lambda s: (round(score[s] + (0.6 if suits(s, analysis) else 0.0), 3), -list(score).index(s)))
    total = sum(score.values())
    guessed = [v.confidence for v in votes if v.style == best and v.likened]
    return best, ", ".join(words[best])[:400], round(min([0.9, *guessed, 0.45 + 0.5 * score[best] / total]), 2)


def _play(
    style: str, words: str, sure: float, on: tuple[Stem, ...], place: str, reading: Reading, kind: str
) -> list[Draft]:
    result: list[Draft] = []
    if reading.bare and kind == "remix":
        drums_bass = tuple(s for s in on if s in (Stem.DRUMS, Stem.BASS))
        on = tuple(s for s in on if s not in drums_bass)
        if drums_bass:
            result.append(Draft(Mute(on=drums_bass, at=place), words, 0.7))
    if on:
        result.append(Draft(Restyle(on=on, style=style, at=place), words, sure, True, sure >= 0.9 or " " in words))
    if kind == "cover" or reading.bare or place != "all" or not on:
        return result
    for part, gain_db in weights(str(meanings()["layers"].get(style, ""))):
        if ("part", part) not in reading.forbidden and not _forbids_part(part, reading):
            result.append(
                Draft(Layer.model_validate({"part": part, "style": style, "gain_db": gain_db}), words, 0.6, asked=False)
            )
    return result


def _forbids_part(part: str, reading: Reading) -> bool:
    layer = meanings()["layer"]
    return any(kind == "instrument" and layer.get(value) == part for kind, value in reading.forbidden)


def _default_cover(reading: Reading) -> list[Draft]:
    """A cover without a style: the instruments name it, else an acoustic one."""
    plays = meanings()["plays"]
    name, words, sure, _ = (
        reading.instruments[0] if reading.instruments else ("steel-guitar", reading.kind_words, 0.5, ())
    )
    return [
        Draft(
            Restyle(on=ALL_STEMS, style=str(plays.get(name, "folk-acoustic")), at="all"),
            words or reading.kind_words,
            round(0.7 * sure, 2),
        )
    ]


def _surprise(reading: Reading, seed: int) -> list[Draft]:
    """Another seed, another idea: a style that suits the recording, and beside it one touch that may be left out."""
    fitting = [s for s in SURPRISES if suits(s, reading.analysis)] or list(SURPRISES)
    style = fitting[(7 * seed) % len(fitting)] if len(fitting) % 7 else fitting[seed % len(fitting)]
    reading.votes.append(Vote(style, 5.0, True, reading.surprise, 0.5))
    touches: tuple[Op | None, ...] = (
        None,
        Treat(chain=chain_of("filter-sweep"), at="bars:1-4"),
        Treat(on=(Stem.VOCALS,), chain=chain_of("delay", "little")),
        Duck(on=(Stem.BASS, Stem.OTHER), under=Stem.DRUMS, depth_db=4.0),
    )
    touch = touches[(seed // 2) % len(touches)]
    return [Draft(touch, reading.surprise, 0.5, asked=True, gives_way=True)] if touch else []


# ---------------------------------------------------------------- instruments

_BASSES = ("electric-bass", "double-bass", "synth-bass", "sub-bass", "reese-bass")
_CHORDAL = (
    "nylon-guitar",
    "steel-guitar",
    "electric-guitar",
    "muted-guitar",
    "distorted-guitar",
    "grand-piano",
    "electric-piano",
    "organ",
    "accordion",
    "strings",
    "pad",
    "synths",
    "banjo",
    "aah-voice",
    "ooh-voice",
    "vibraphone",
    "marimba",
    "celesta",
    "music-box",
    "bell",
)


def _instruments(reading: Reading, kind: str, base: RemixPlan | None) -> list[Draft]:
    styles = [v.style for v in reading.votes if v.named] or [
        op.style for op in (base.ops if base else ()) if isinstance(op, Restyle)
    ]
    result: list[Draft] = []
    alone = len({name for name, *_ in reading.instruments}) == 1
    if reading.bare and kind == "remix" and not styles and reading.instruments:
        return _bare(reading)
    for name, words, sure, places in dict.fromkeys(reading.instruments):
        for place in places or ("all",):
            ops = _performed(name, place, alone) if kind == "cover" else _layered(name, place, styles)
            result += [Draft(op, words, round(0.9 * sure, 2), True, sure >= 0.99) for op in ops]
    return result


def _instrument_as_style(reading: Reading) -> None:
    """An instrument that is the whole wish names the piece played in its manner."""
    name, words, sure, _ = reading.instruments[0]
    style = str(meanings()["plays"].get(name, "folk-acoustic"))
    reading.votes.append(Vote(style, 3.0, False, words, round(0.7 * sure, 2)))


def _bare(reading: Reading) -> list[Draft]:
    """`just a guitar`, with no style said: the band is that instrument."""
    name, words, sure, places = reading.instruments[0]
    style = str(meanings()["plays"].get(name, "folk-acoustic"))
    place = places[0] if places else "all"
    return [
        Draft(Mute(on=(Stem.DRUMS, Stem.BASS), at=place), words, round(0.7 * sure, 2)),
        Draft(Restyle(on=(Stem.OTHER,), style=style, at=place), words, round(0.8 * sure, 2)),
    ]


def _performed(name: str, place: str, alone: bool) -> list[Op]:
    stem = stem_of_instrument(name)
    if stem is Stem.DRUMS:
        return [_perform("drums", playable(name, Stem.DRUMS), place)]
    if name in _BASSES:
        return [_perform("bass", name, place)]
    if name == "riser":
        return []
    lines = [] if name in _CHORDAL and not alone else ["melody"]
    if name in _CHORDAL:
        lines.append("chords")
    return [
        _perform(line, "lead-synth" if name == "synths" and line == "melody" else playable(name), place)
        for line in lines
    ]


def _perform(line: str, instrument: str, place: str) -> Op:
    return Perform.model_validate({"line": line, "instrument": instrument, "at": place})


def _layered(name: str, place: str, styles: Sequence[str]) -> list[Op]:
    part = meanings()["layer"].get(name)
    own = str(meanings()["plays"].get(name, "synthwave"))
    if part is None:
        line = "chords" if name in _CHORDAL else "melody"
        return [Perform.model_validate({"line": line, "instrument": playable(name), "gain_db": -4.0, "at": place})]
    style = styles[0] if styles and part in ("strings", "horns", "pad", "arp", "lead", "percussion") else own
    return [
        Layer.model_validate(
            {
                "part": part,
                "style": style,
                "gain_db": -6.0 if part in ("pad", "arp", "percussion") else -4.0,
                "at": place,
            }
        )
    ]


# ---------------------------------------------------------------- coherence


def _as_kind(drafts: list[Draft], kind: str) -> list[Draft]:
    """A cover has no recorded voice and no stems of the master: what was said of them is performed or falls away."""
    if kind != "cover":
        return drafts
    result: list[Draft] = []
    for draft in drafts:
        match draft.op:
            case Revoice(manner=manner, at=place):
                instrument = {"choir": "aah-voice", "harmony": "ooh-voice", "robot": "lead-synth"}.get(
                    manner, "sung-voice"
                )
                result.append(
                    draft._replace(
                        op=_perform("melody", instrument, place), confidence=round(0.7 * draft.confidence, 2)
                    )
                )
            case Keep():
                continue
            case _:
                result.append(draft)
    return result


def _kept(drafts: list[Draft]) -> list[Draft]:
    """A promise wins over everything that would break it; muting what was to be kept means the rest."""
    kept = {stem for d in drafts if isinstance(d.op, Keep) for stem in d.op.on}
    muted = {stem for d in drafts if isinstance(d.op, Mute) and d.asked and d.op.at != "all" for stem in d.op.on}
    muted |= {stem for d in drafts if isinstance(d.op, Mute) and d.asked and d.confidence > 0.9 for stem in d.op.on}
    result: list[Draft] = []
    for draft in drafts:
        op = draft.op
        if isinstance(op, Keep):
            on = tuple(s for s in op.on if s not in muted)
        elif isinstance(op, Restyle | Revoice | Mute):
            asked = muted if isinstance(op, Mute) and draft.asked else frozenset[Stem]()
            on = tuple(s for s in op.on if s not in kept or s in asked)
        else:
            result.append(draft)
            continue
        if on:
            result.append(draft if on == op.on else draft._replace(op=op.model_copy(update={"on": on})))
    return result


def _only_once(drafts: list[Draft]) -> list[Draft]:
    """The last word counts where two say the same thing of the same place; equal verbs are said once."""
    seen: set[tuple[object, ...]] = set()
    result: list[Draft] = []
    for draft in reversed(drafts):
        key = _same(draft.op)
        if key in seen:
            continue
        seen.add(key)
        result.insert(0, draft)
    return result


def _unled(drafts: list[Draft]) -> list[Draft]:
    """`disco with strings`: the part that was asked for plays instead of the same part that the style would bring."""
    asked = {d.op.part for d in drafts if isinstance(d.op, Layer) and d.asked}
    return [d for d in drafts if d.asked or not isinstance(d.op, Layer) or d.op.part not in asked]


def _same(op: Op) -> tuple[object, ...]:
    match op:
        case Tempo() | Transpose() | Reharmonize():
            return (op.op, op.at)
        case _:
            return tuple((name, str(value)) for name, value in op.model_dump(exclude={"because"}).items())


def _available(drafts: list[Draft], stems: Sequence[Stem], reading: Reading) -> list[Draft]:
    """Verbs on stems that the recording has; a stem that it lacks is said."""
    have = set(stems) or set(ALL_STEMS)
    result: list[Draft] = []
    for draft in drafts:
        on = getattr(draft.op, "on", None)
        if on is None or isinstance(draft.op, Restyle) or set(on) <= have:
            result.append(draft)
            continue
        left = tuple(s for s in on if s in have)
        if left:
            result.append(draft._replace(op=draft.op.model_copy(update={"on": left})))
        else:
            reading.skip(draft.words, f"this recording has no {', '.join(on)} of its own")
    return result
