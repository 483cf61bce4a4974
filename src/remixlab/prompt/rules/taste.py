"""What names or suggests a style: styles, eras, scenes, moods; and what a mood does where the style stays."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.domain.music import Analysis
from remixlab.plan.ops import Layer, Level, Reharmonize, Tempo, Treat
from remixlab.prompt.reading import Reading, Vote
from remixlab.prompt.rules.sound import chain_of
from remixlab.prompt.rules.stems import stems_of
from remixlab.prompt.text.clauses import Clause
from remixlab.prompt.text.lexicon import lexicon, meanings

NAMED = 100.0
ERA = 1.6


@lru_cache(maxsize=1)
def style_ids() -> tuple[str, ...]:
    """The styles that words can name."""
    found = {s.value for senses in lexicon().phrases.values() for s in senses if s.kind == "style"}
    return tuple(sorted(found))


@lru_cache(maxsize=512)
def weights(text: str) -> tuple[tuple[str, float], ...]:
    """`"house 3, disco 2"` as pairs."""
    pairs = (part.split() for part in text.split(",") if part.strip())
    return tuple((name, float(weight)) for name, weight in pairs)


def hear_styles(clause: Clause, reading: Reading) -> bool:
    """Votes of everything in the clause that names or suggests a style."""
    done = False
    stems = _played_stems(clause)
    for tag in clause.tags:
        for kind, value in tag.senses:
            if value == "jazz-swing" and clause.has("thing", "harmony"):
                continue
            if (kind, value) in reading.forbidden or kind not in ("style", "era", "scene"):
                continue
            pairs = ((value, NAMED),) if kind == "style" else weights(str(meanings()[kind][value]))
            if kind == "era":
                # When says more of a style than where.
                pairs = tuple((style, ERA * weight) for style, weight in pairs)
            for place in clause.places or ("all",):
                for style, weight in pairs:
                    words = reading.words([tag])
                    sure = tag.confidence * (0.97 if kind == "style" else 0.7)
                    reading.votes.append(
                        Vote(
                            style,
                            weight,
                            kind == "style",
                            words,
                            round(sure, 2),
                            place,
                            stems if kind == "style" else (),
                            tag.first,
                            clause.joint,
                        )
                    )
            done = True
    return done


def _played_stems(clause: Clause) -> tuple[Stem, ...]:
    """`trap drums`, `a reggae bassline`: stems said together with a style, when nothing else is said of them."""
    if clause.has("head", "keep", "no", "not"):
        return ()
    stems = stems_of(clause)
    # `a trap beat` is the whole band, not only its drums.
    beat_only = stems == (Stem.DRUMS,) and not clause.has("fx") and _said_beat(clause)
    return () if beat_only or len(stems) == len(ALL_STEMS) else stems


def _said_beat(clause: Clause) -> bool:
    return any(tag.is_a("beat") for tag in clause.tags)


def hear_moods(clause: Clause, reading: Reading) -> bool:
    """Moods change harmony, tempo, effects and levels; they only lean towards styles."""
    done = False
    for tag in clause.tags:
        for name in tag.values("mood"):
            if ("mood", name) in reading.forbidden:
                continue
            mood: dict[str, Any] = dict(meanings()["mood"][name])
            stems = stems_of(clause)
            for style, weight in weights(mood.get("styles", "")):
                reading.votes.append(Vote(style, weight * 0.45, False, reading.words([tag]), 0.5, order=tag.first))
            for op, sure in _mood_ops(mood, clause, reading, stems):
                reading.draft(op, clause, confidence=sure, asked=False)
            if not clause.heads or clause.heads == ("more",):
                reading.note(clause, f"{name} in mood", 0.8, tags=[tag])
            done = True
    return done


def _mood_ops(
    mood: dict[str, Any], clause: Clause, reading: Reading, stems: tuple[Stem, ...]
) -> Iterator[tuple[Any, float]]:
    places = clause.places or ("all",)
    amount = next(iter(clause.values("amount")), "")
    for place in places:
        for name in _names(mood.get("fx", "")):
            yield Treat(on=stems or ALL_STEMS, chain=chain_of(name, amount or "little"), at=place), 0.6
        if stems:
            continue
        harmony = mood.get("harmony")
        if harmony and _changes_mode(harmony, reading.analysis):
            yield Reharmonize.model_validate({"manner": harmony, "at": place}), 0.65
        if "tempo" in mood:
            yield Tempo(ratio=float(mood["tempo"]), at=place), 0.55
        for stem, gain_db in weights(mood.get("gain", "")):
            yield Level(on=(Stem(stem),), gain_db=gain_db, at=place), 0.5
        for part in _names(mood.get("layers", "")):
            name, style = part.split()
            yield Layer.model_validate({"part": name, "style": style, "gain_db": -8.0, "at": place}), 0.55


def _changes_mode(harmony: str, analysis: Analysis | None) -> bool:
    """A happy piece need not be made major twice."""
    return harmony not in ("major", "minor") or analysis is None or analysis.parsed_key.mode != harmony


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
