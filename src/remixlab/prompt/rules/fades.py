"""How long a fade lasts: `fade out over 20 seconds`, `a four bar fade in`, `ausblenden über 8 Takte`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from remixlab.domain.music import Analysis
from remixlab.plan.effects import Fade
from remixlab.plan.form import fold_bpm
from remixlab.plan.ops import Tempo, Treat
from remixlab.prompt.reading import Draft, Reading
from remixlab.prompt.text.tags import Tag

BEATS_MAX = 999
"""The longest fade of the plan language."""
USUAL_BPM, USUAL_BAR = 120.0, 4
"""Tempo and beats of a bar of a recording that nobody has listened to yet."""
_QUIET = (("filler", "_"),)
_LENGTHS = {"seconds": "s", "bar-count": "bars", "beat-count": "beats"}
_EDGES = {"fade-out": "last", "fade-in": "first"}


def read_fades(tags: Sequence[Tag]) -> list[Tag]:
    """The tags with the length said of a fade joined to it: no other rule then reads it as a length of the song."""
    result = list(tags)
    for n, tag in enumerate(tags):
        side = _EDGES.get(tag.value("fx") or "")
        if side is None:
            continue
        side = _parted(result, n, side)
        for i in (n - 1, n + 1):
            if 0 <= i < len(result) and (pace := _pace(result[i])):
                result[i] = result[i]._replace(senses=(("amount", pace),))
        if measured := _length_beside(result, n, side):
            first, length, unit = measured
            result[n] = result[n]._replace(senses=(*result[n].senses, ("lasts", f"{length:g} {unit}")))
            for i in first:
                result[i] = result[i]._replace(senses=_QUIET, number=None)
    return result


def _parted(tags: list[Tag], n: int, side: str) -> str:
    """`fade the vocals out`, `fade the drums in`: the verb with its particle; gives the side of the fade."""
    for i in range(n + 1, min(n + 6, len(tags))):
        if tags[i].is_a("mark", "and", "but", "then"):
            break
        if tags[i].is_a("particle"):
            tags[i] = tags[i]._replace(senses=_QUIET)
            break
    return side


def _pace(tag: Tag) -> str:
    """`a slow fade`, `a long one`: how much of a fade it is."""
    if tag.value("tempo") == "down" or tag.value("length") in ("longer", "goal"):
        return "much"
    return "little" if tag.value("tempo") == "up" or tag.value("length") == "shorter" else ""


def _length_beside(tags: Sequence[Tag], n: int, side: str) -> tuple[list[int], float, str] | None:
    """Which tags say how long the fade is, how much, and in what."""
    behind = range(n + 1, len(tags))
    before = range(n - 1, -1, -1)
    for walk in (behind, before):
        small: list[int] = []
        for i in walk:
            tag = tags[i]
            if (length := _length(tag, side)) is not None:
                return [*small, i], *length
            if (
                "since" in tag.values("reach")
                or not (
                    tag.is_a("filler", "with", "tempo", "length", "reach", "amount", "particle", "stem", "instrument")
                    or _is_edge(tag, side)
                )
                or len(small) > 3
            ):
                break
            if tag.is_a("with", "length", "reach"):
                small.append(i)
    return None


def _length(tag: Tag, side: str) -> tuple[float, str] | None:
    for kind, unit in _LENGTHS.items():
        if tag.is_a(kind) and tag.number:
            return abs(tag.number), unit
    span = tag.value("span") or ""
    for unit, name in (("s", "seconds"), ("bars", "bars")):
        if span.startswith(f"{side}-{name}("):
            return float(span.partition("(")[2].rstrip(")")), unit
    return None


def _is_edge(tag: Tag, side: str) -> bool:
    """`fade out at the end over ten seconds`: the end is where a fade out is."""
    return tag.value("at") == ("outro" if side == "last" else "intro") or tag.value("order") in ("1", "last")


def fade_of(said: str | None, fallback: Fade, analysis: Analysis | None) -> tuple[Fade, float]:
    """The fade as long as it was said, and its seconds where seconds were said (else 0)."""
    if said is None:
        return fallback, 0.0
    length, unit = said.split()
    amount = float(length)
    bpm = analysis.tempo_bpm if analysis else USUAL_BPM
    match unit:
        case "s":
            return _lasting(fallback, amount * bpm / 60.0), amount
        case "bars":
            return _lasting(fallback, amount * (analysis.beats_per_bar if analysis else USUAL_BAR)), 0.0
        case _:
            return _lasting(fallback, amount), 0.0


def _lasting(fade: Fade, beats: float) -> Fade:
    return fade.model_copy(update={"beats": _beats(beats)})


def _beats(beats: float) -> str:
    held = (
        Fraction(min(BEATS_MAX, max(1, round(beats * 2))), 2) if beats < 32 else Fraction(min(BEATS_MAX, round(beats)))
    )
    return str(max(held, Fraction(1, 2)))


def keep_seconds(drafts: list[Draft], reading: Reading) -> list[Draft]:
    """Fades said in seconds, in beats of the tempo that the plan arrives at."""
    tempo = next((d.op for d in reversed(drafts) if isinstance(d.op, Tempo) and d.op.at == "all"), None)
    source = reading.analysis.tempo_bpm if reading.analysis else USUAL_BPM
    ratio = 1.0 if tempo is None else tempo.ratio or fold_bpm(tempo.bpm or source, source)
    bpm = source * ratio
    return [_at_tempo(d, bpm) if d.lasts_s and isinstance(d.op, Treat) else d for d in drafts]


def _at_tempo(draft: Draft, bpm: float) -> Draft:
    assert isinstance(draft.op, Treat)
    chain = tuple(_lasting(fx, draft.lasts_s * bpm / 60.0) if isinstance(fx, Fade) else fx for fx in draft.op.chain)
    return draft._replace(op=draft.op.model_copy(update={"chain": chain}))
