"""How long the result shall be: shorter, longer, a goal in minutes, and whether it was reached."""

from __future__ import annotations

from collections.abc import Sequence

from remixlab.domain.errors import UnknownPlace
from remixlab.domain.music import Analysis
from remixlab.plan.form import fold_bpm, reach
from remixlab.plan.ops import Arrange, Cut, Repeat, Tempo
from remixlab.plan.plan import RemixPlan
from remixlab.plan.where import find, form_of, places_of
from remixlab.prompt.reading import Draft, Goal, Reading
from remixlab.prompt.text.clauses import Clause

RADIO_S = 180.0
_LOOPS = frozenset(["loop", "loops", "schleife", "boucle", "bucle"])
_ARTICLES = frozenset(["a", "an", "one", "ein", "eine", "einen", "une", "un", "una", "uno", "uma", "um", "bar", "takt"])
UNHEARD_S = 220.0
"""What a song lasts that nobody has listened to yet."""
REPEATS_MAX = 3
"""How often the last chorus may come in a row before the song is better played on from its first verse."""
PARTS_MAX = 64
MISSED_S = 4.0
MISSED_SHARE = 0.03
"""A length is kept within about two bars, or this share of it; what is further off is said."""


def shorten(clause: Clause, reading: Reading) -> bool:
    """`under three minutes`, `radio edit`, `30 seconds shorter`: leave out whole parts until it fits."""
    seconds = _said(clause, reading)
    analysis = reading.analysis
    duration = (analysis.duration_s if analysis else UNHEARD_S) / reading.pace
    less = "no" in clause.heads or (clause.has("length", "shorter") and _is_difference(clause, reading))
    by = seconds is not None and seconds < 0.5 * duration and less
    goal = duration - seconds if by and seconds else seconds or min(RADIO_S, 0.75 * duration)
    if seconds:
        reading.lengths.append(
            Goal(goal, "at most" if clause.has("length", "shorter") and not by else "about", reading.words(clause.tags))
        )
    if reading.trimmed:
        # `shorter, two minutes at most`: now it is known how short.
        reading.drafts = [d for d in reading.drafts if not isinstance(d.op, Cut)]
    reading.trimmed = seconds is None
    cuts = cuts_to(goal * reading.pace, analysis)
    if seconds and (by or not clause.has("length", "shorter")):
        cuts = _filled(cuts, goal * reading.pace, analysis)
    if not cuts:
        reading.note(clause, f"it is no longer than {said_length(goal)} already")
        return True
    for place in cuts:
        reading.draft(Cut(at=place), clause, confidence=0.75)
    return True


def _said(clause: Clause, reading: Reading) -> float | None:
    """The seconds that are said, or that `twice as long` comes to."""
    share = 2.0 if clause.has("length", "twice") else 0.5 if clause.has("length", "half") else 0.0
    duration = reading.analysis.duration_s if reading.analysis else UNHEARD_S
    return share * duration / reading.pace if share else clause.number("seconds")


def repeat_all(clause: Clause, reading: Reading) -> bool:
    """`loop it four times`, `repeat the whole song`."""
    times = clause.number("times") or float(clause.value("times") or 0) or 2.0
    bars = len(reading.analysis.bars) if reading.analysis else 0
    if not bars:
        return False
    reading.draft(Repeat(at=f"bars:1-{bars}", times=int(min(16, max(2, times)))), clause, confidence=0.85)
    return True


def _is_difference(clause: Clause, reading: Reading) -> bool:
    """Whether a time is what to take away (`30 seconds shorter`), not the goal (`under 3 minutes`)."""
    seconds = next((t for t in clause.tags if t.is_a("seconds")), None)
    shorter = next((t for t in clause.tags if t.value("length") == "shorter"), None)
    if seconds is None or shorter is None:
        return False
    before = reading.found[seconds.first - 1].folded if seconds.first else ""
    return (
        seconds.first < shorter.first
        or before in ("by", "um", "di")
        or (before == "de" and shorter.last < seconds.first - 1)
    )


def cuts_to(goal_s: float, analysis: Analysis | None) -> tuple[str, ...]:
    """Whole parts to leave out so that about `goal_s` remain: spare verses and bridges first, never the first
    chorus.
    """
    if analysis is None:
        return ("verse:2",)
    form = places_of(analysis)
    lengths = {place: _length_s(place, analysis) for place in form}
    total = sum(lengths.values()) or analysis.duration_s
    gone: list[str] = []
    for place in sorted(form, key=lambda p: (_worth(p, form), -form.index(p))):
        if total <= goal_s or len(gone) >= len(form) - 1:
            break
        gone.append(place)
        total -= lengths[place]
    if total > goal_s and len(analysis.bars) > 8:
        return _bars_beyond(goal_s, analysis)
    return tuple(place for place in form if place in gone)


def _filled(cuts: tuple[str, ...], goal_s: float, analysis: Analysis | None) -> tuple[str, ...]:
    """The cuts with the shortest of them lessened to so many bars that the length comes near its goal."""
    if analysis is None or not cuts or cuts[0].startswith("bars:"):
        return cuts
    left = sum(_length_s(place, analysis) for place in places_of(analysis)) - sum(
        _length_s(place, analysis) for place in cuts
    )
    fitting = [place for place in cuts if _length_s(place, analysis) > goal_s - left]
    if goal_s - left <= MISSED_S or not fitting:
        return cuts
    spared = min(fitting, key=lambda place: _length_s(place, analysis))
    span = find(spared, analysis)[0]
    bars = round((goal_s - left) / (_length_s(spared, analysis) / len(span.bars)))
    if bars >= len(span.bars):
        return tuple(place for place in cuts if place != spared)
    shorter = f"bars:{span.first}-{span.last - bars}"
    return tuple(shorter if place == spared else place for place in cuts) if bars else cuts


def _bars_beyond(goal_s: float, analysis: Analysis) -> tuple[str, ...]:
    """The bars after the goal, where whole parts are too coarse."""
    start = analysis.bars[0].start_s
    first = next((b.number for b in analysis.bars if b.end_s - start > goal_s), len(analysis.bars))
    first = max(2, first)
    return (f"bars:{first}-{len(analysis.bars)}",) if first <= len(analysis.bars) else ()


def _worth(place: str, form: Sequence[str]) -> int:
    label, nth = place.split(":")
    last = str(sum(p.split(":")[0] == label for p in form)) == nth
    ranks = {
        "solo": 0,
        "break": 1,
        "intro": 4,
        "bridge": 3,
        "outro": 5,
        "verse": 2 if nth != "1" else 7,
        "chorus": 8 if nth == "1" or last else 6,
    }
    return ranks.get(label, 3)


def _length_s(place: str, analysis: Analysis) -> float:
    return sum(
        analysis.bars[n - 1].end_s - analysis.bars[n - 1].start_s for span in find(place, analysis) for n in span.bars
    )


def lengthen(clause: Clause, reading: Reading) -> bool:
    """`longer`, `four minutes long`: the last chorus comes again, or the song plays on from its first verse."""
    analysis = reading.analysis
    seconds = _said(clause, reading)
    chorus = analysis is None or any(label == "chorus" for label, _ in form_of(analysis))
    goal = 0.0
    if analysis and seconds:
        goal = seconds if seconds * reading.pace > analysis.duration_s else analysis.duration_s / reading.pace + seconds
        sense = "at least" if clause.has("length", "longer") and not clause.has("length", "goal") else "about"
        reading.lengths.append(Goal(goal, sense, reading.words(clause.tags)))
        goal *= reading.pace
    if analysis and goal and (form := _played_on(goal, analysis)):
        reading.draft(Arrange(form=form), clause, confidence=0.7)
    elif chorus:
        reading.draft(Repeat(at="chorus:last", times=_times(goal, analysis)), clause, confidence=0.7)
    else:
        place = f"bars:1-{len(analysis.bars)}" if analysis and analysis.bars else "all"
        times = round(goal / max(1.0, analysis.duration_s)) if analysis and goal else 2
        reading.draft(Repeat(at=place, times=min(16, max(2, times))), clause, confidence=0.6)
    return True


def _times(goal_s: float, analysis: Analysis | None) -> int:
    """How often the last chorus plays to come near a length."""
    if analysis is None or not goal_s:
        return 2
    return max(2, 1 + round((goal_s - analysis.duration_s) / max(1.0, _length_s("chorus:last", analysis))))


def _played_on(goal_s: float, analysis: Analysis) -> tuple[str, ...]:
    """The form with its verses and choruses played again until it is about so long; empty where a last chorus more
    does it.
    """
    form = places_of(analysis)
    if len(form) < 3:
        return ()
    if any(p.startswith("chorus") for p in form) and _times(goal_s, analysis) <= REPEATS_MAX:
        return ()
    first = next((n for n, p in enumerate(form) if not p.startswith("intro")), 0)
    last = max((n for n, p in enumerate(form) if p.startswith("chorus")), default=len(form) - 1)
    body, tail = form[first:last] or form[first:], form[last:] if form[first:last] else ()
    played = [*form[:first], *body]
    total = sum(_length_s(place, analysis) for place in (*played, *tail))
    for n in range(PARTS_MAX):
        step = _length_s(body[n % len(body)], analysis)
        if total + step / 2 > goal_s or len(played) + len(tail) >= PARTS_MAX:
            break
        played.append(body[n % len(body)])
        total += step
    return (*played, *tail)


def is_loop(clause: Clause, reading: Reading) -> bool:
    """`an 8 bar loop`, `make a loop of the chorus`: a loop as a thing, not `loop the chorus` as a verb."""
    tag = next(
        (t for t in clause.tags if t.value("head") == "repeat" and reading.found[t.first].folded in _LOOPS), None
    )
    if tag is None or clause.has("stem") or clause.has("times"):
        return False
    word = reading.found[tag.first - 1].folded if tag.first else ""
    before = next((t for t in clause.tags if t.last == tag.first - 1), None)
    return (before is not None and before.is_a("bar-count")) or (
        word in _ARTICLES and bool(clause.places or clause.has("bar-count"))
    )


def loop(clause: Clause, reading: Reading) -> bool:
    """`an eight bar loop`, `a loop of the chorus`: these bars and nothing else."""
    bars = int(clause.number("bar-count") or 0)
    analysis = reading.analysis
    form = list(clause.places)
    if bars and analysis and analysis.bars:
        start = _loop_start(form, analysis)
        form = [f"bars:{start}-{min(len(analysis.bars), start + bars - 1)}"]
    if not form:
        return False
    reading.draft(Arrange(form=tuple(form[:PARTS_MAX])), clause, confidence=0.85)
    reading.note(clause, "these bars alone; the last sound still rings out behind them", 0.8)
    return True


def _loop_start(places: Sequence[str], analysis: Analysis) -> int:
    """The first bar of the place said, else of the first chorus, else of the song."""
    for place in (*places, "chorus"):
        try:
            return find(place, analysis)[0].first
        except (UnknownPlace, IndexError):
            continue
    return 1


# ---------------------------------------------------------------- what came of it


def name_missed(plan: RemixPlan, reading: Reading) -> None:
    """Say of each length that was asked whether the plan misses it, and what it comes to."""
    analysis = reading.analysis
    if analysis is None or not reading.lengths or not analysis.bars:
        return
    goal = reading.lengths[-1]
    try:
        lasts = reach(plan, analysis).length_s
    except UnknownPlace:
        return
    room = max(MISSED_S, MISSED_SHARE * goal.seconds)
    over, under = lasts > goal.seconds + room, lasts < goal.seconds - room
    if (over and goal.sense != "at least") or (under and goal.sense != "at most"):
        reading.skip(goal.words, f"whole parts of this song come to {said_length(lasts)}")


def pace_of(drafts: Sequence[Draft], base: RemixPlan | None, analysis: Analysis | None) -> float:
    """How fast the whole of a plan plays, as a ratio to its source."""
    before = [op for op in (base.ops if base else ()) if isinstance(op, Tempo) and op.at == "all"]
    ops = [*before, *(d.op for d in drafts if isinstance(d.op, Tempo) and d.op.at == "all")]
    if not ops or analysis is None:
        return 1.0
    last = ops[-1]
    return last.ratio or fold_bpm(last.bpm or analysis.tempo_bpm, analysis.tempo_bpm)


def said_length(seconds: float) -> str:
    """Minutes and seconds as people write them: `4:52`."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
