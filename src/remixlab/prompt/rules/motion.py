"""What is said of time and pitch: tempo, key, intervals, chords, groove, swing."""

from __future__ import annotations

from dataclasses import replace

from remixlab.domain.music import Key
from remixlab.plan.ops import Groove, Reharmonize, Swing, Tempo, Transpose
from remixlab.prompt.reading import Reading
from remixlab.prompt.rules.voice import kindest_shift
from remixlab.prompt.text.clauses import Clause

TEMPO_STEP = {"little": 0.06, "": 0.12, "much": 0.25}
PITCH_STEP = {"little": 1, "": 2, "much": 5}


def set_tempo(clause: Clause, reading: Reading) -> bool:
    """`faster`, `20 % slower`, `174 bpm`, `half speed`, `10 bpm faster`."""
    way = _tempo_way(clause)
    bpm = clause.number("bpm")
    if bpm is None and way is None:
        return False
    done = False
    for place in clause.places or ("all",):
        fields = _tempo_fields(clause, reading, way, bpm)
        if fields:
            reading.draft(Tempo.model_validate({**fields, "at": place}), clause)
            done = True
    return done


def _tempo_way(clause: Clause) -> str | None:
    ways = clause.values("tempo")
    if not ways and clause.has("bpm") and not clause.has("thing") and abs(clause.number("bpm") or 99) <= 40:
        # `add 12 bpm`, `take off 8 bpm`: so few can only be a difference.
        return (
            "up"
            if clause.has("head", "add", "up", "more")
            else "down"
            if clause.has("head", "no", "down", "less")
            else None
        )
    if ways:
        return ways[0]
    if clause.has("thing", "tempo"):
        if clause.has("number", "half"):
            return "half"
        if clause.has("number", "double"):
            return "double"
        if clause.has("head", "up", "more", "louder"):
            return "up"
        if clause.has("head", "down", "less", "quieter"):
            return "down"
        if clause.number("percent") or clause.number("times"):
            return "set"
    return None


def _tempo_fields(clause: Clause, reading: Reading, way: str | None, bpm: float | None) -> dict[str, float]:
    source = reading.analysis.tempo_bpm if reading.analysis else None
    # `less fast` turns the word round; in `less speed` it is the word.
    less = bool({"less", "no"} & set(clause.heads)) and clause.has("tempo")
    if bpm is not None:
        named = any(t.is_a("thing") for t in clause.tags) and not clause.has("tempo")
        if way in ("up", "down") and abs(bpm) <= 40 and not (named and clause.heads == ()):
            if source is None:
                return {"ratio": 1 + bpm / 120 if way == "up" else 1 - bpm / 120}
            return {"bpm": float(min(400.0, max(20.0, source + (bpm if way == "up" else -bpm))))}
        return {"bpm": float(bpm)} if 20 <= bpm <= 400 else {}
    if way == "half":
        return {"ratio": 0.5}
    if way == "double":
        return {"ratio": 2.0}
    percent, times = clause.number("percent") or _fraction(clause), clause.number("times")
    up = (way == "up") != less
    if percent:
        if way == "set":
            share = percent / 100 if abs(percent) >= 50 else 1 + percent / 100
        else:
            share = 1 + percent / 100 if up else 1 - min(percent, 75.0) / 100
        return {"ratio": _held(share)}
    if times:
        if way == "set":
            return {"ratio": _held(times)}
        return {"ratio": _held(times if up or times < 1 else 1 / times)}
    step = TEMPO_STEP[next(iter(clause.values("amount")), "")]
    return {"ratio": round(1 + step if up else 1 - step * 0.9, 3)}


_FRACTIONS = {"3": 100 / 3, "4": 25.0, "5": 20.0, "8": 12.5}


def _fraction(clause: Clause) -> float | None:
    """`a third faster`, `a quarter slower`, in percent."""
    said = next((o for o in clause.values("order") if o in _FRACTIONS), None)
    if said and not clause.places:
        return _FRACTIONS[said]
    return 25.0 if clause.has("tempo") and clause.number("count") == 25 else None


def _held(ratio: float) -> float:
    return float(round(min(4.0, max(0.25, ratio)), 4))


# ---------------------------------------------------------------- pitch and key


def set_pitch(clause: Clause, reading: Reading) -> bool:
    """`up three semitones`, `a fifth lower`, `higher`."""
    interval = clause.number("interval")
    if interval is None and clause.has("thing", "key") and not clause.heads and not clause.has("pitch"):
        interval = clause.number("count")
    way = clause.value("pitch") or next((h for h in clause.heads if h in ("up", "down")), None)
    if way is None:
        way = {"more": "up", "less": "down"}.get(next(iter(clause.heads), ""))
        if way and not clause.has("thing", "key") and interval is None:
            return False
    if way is None and interval is None:
        return False
    size = abs(interval) if interval is not None else _said_size(clause)
    if interval is not None and interval < 0:
        way = "down"
    semitones = int(max(-24, min(24, size if way != "down" else -size)))
    if semitones == 0:
        return False
    for place in clause.places or ("all",):
        reading.draft(Transpose(semitones=semitones, at=place), clause, confidence=0.95 if interval else 0.8)
    return True


def at_the_finale(clause: Clause) -> Clause:
    """`a key change at the end`: it lifts the last chorus; nobody means the outro alone."""
    lifts = (
        clause.places == ("outro",)
        and any(clause.has(kind) for kind in ("pitch", "interval", "key"))
        and not clause.has("stem")
    )
    return replace(clause, places=("finale",)) if lifts else clause


def said_interval(clause: Clause) -> float | None:
    """The semitones of an interval with its direction: `a fourth higher`, `an octave lower`;

    None where none is said.
    """
    way = {"up": 1, "down": -1}.get(
        clause.value("pitch") or next((h for h in clause.heads if h in ("up", "down")), ""), 0
    )
    interval = clause.number("interval")
    if interval is None and not clause.places and not clause.has("order", "2"):
        interval = _degree(clause)
    return None if interval is None or (way == 0 and clause.number("interval") is None) else interval * (way or 1)


def _degree(clause: Clause) -> float | None:
    """`a third`, `a minor sixth`: a degree of the scale named like an ordinal, but not `the third`."""
    from remixlab.prompt.rules.figures import NAMED_DEGREES

    named = next((int(o) for o in clause.values("order") if o.isdigit()), 0)
    if named not in NAMED_DEGREES:
        return None
    return NAMED_DEGREES[named] - (1 if clause.has("mode", "minor") and named in (2, 3, 6, 7) else 0)


def _said_size(clause: Clause) -> float:
    if (degree := _degree(clause)) is not None:
        return degree
    count = clause.number("count")
    if count and 1 <= abs(count) <= 12:
        return abs(count)
    return PITCH_STEP[next(iter(clause.values("amount")), "")]


def set_key(clause: Clause, reading: Reading) -> bool:
    """`in A minor`: same mode, the key moves; other mode, the tonic moves and the mode changes."""
    name = clause.value("key")
    if name is None:
        return False
    source = reading.analysis.parsed_key if reading.analysis else None
    if " " not in name:
        name = f"{name} {source.mode if source else 'major'}"
    target = Key.parse(name)
    for place in clause.places or ("all",):
        if source is None or target.mode == source.mode:
            reading.draft(Transpose(key=str(target), at=place), clause)
            continue
        shift = kindest_shift((target.tonic - source.tonic + 5) % 12 - 5, reading.analysis)
        if shift:
            reading.draft(Transpose(semitones=shift, at=place), clause)
        reading.draft(Reharmonize(manner=target.mode, key=str(target), at=place), clause)
    return True


def set_harmony(clause: Clause, reading: Reading) -> bool:
    """`in minor`, `jazz chords`, `Am F C G`."""
    chords = clause.value("chords")
    manner = clause.value("harmony") or clause.value("mode") or _mood_of_chords(clause)
    if chords is None and manner is None:
        return False
    for place in clause.places or ("all",):
        if chords:
            reading.draft(Reharmonize(chords=tuple(chords.split()[:64]), at=place), clause)
        else:
            manner = "jazz" if manner == "any" else manner
            reading.draft(Reharmonize.model_validate({"manner": manner, "at": place}), clause)
    return True


def _mood_of_chords(clause: Clause) -> str | None:
    """`make the chords more jazzy`, `a darker harmony`: a mood said of the chords themselves."""
    if not clause.has("thing", "harmony"):
        return None
    if clause.has("style", "jazz-swing"):
        return "jazz"
    moods = {"sad": "minor", "happy": "major", "dark": "dark", "scary": "dark", "sparse": "simple", "jazzy": "jazz"}
    return next((moods[m] for m in clause.values("mood") if m in moods), None)


# ---------------------------------------------------------------- groove


def set_groove(clause: Clause, reading: Reading) -> bool:
    """`half time`, `straight`, `add swing`."""
    feel = clause.value("feel")
    done = False
    for place in clause.places or ("all",):
        if feel:
            reading.draft(Groove.model_validate({"feel": feel, "at": place}), clause)
            done = True
        elif clause.has("swing"):
            percent = clause.number("percent")
            size = {"little": 0.3, "": 0.55, "much": 0.85}[next(iter(clause.values("amount")), "")]
            if "less" in clause.heads:
                reading.draft(Groove(feel="straight", at=place), clause, confidence=0.8)
            else:
                reading.draft(Swing(amount=min(1.0, percent / 100) if percent else size, at=place), clause)
            done = True
    return done
