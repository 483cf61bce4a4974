"""What no plan can do, said instead of guessed at: other words to sing, one's own voice, noises, another song,
pictures.
"""

from __future__ import annotations

from dataclasses import replace

from remixlab.prompt.reading import Reading
from remixlab.prompt.text.clauses import Clause
from remixlab.prompt.text.tags import Tag

REASONS = {
    "lyrics": "the words that are sung cannot be changed",
    "own": "nothing that you play or sing yourself can be added here",
    "sound": "recorded noises cannot be added",
    "mashup": "a wish cannot lay another song over this one",
    "picture": "only sound is made here",
}
_SUNG = ("sings", "manner", "stem")
_IN = frozenset(["in", "auf", "en", "em"])


def without_beyond(clause: Clause, reading: Reading) -> Clause:
    """The clause without what no plan can do, which is named with its reason.

    Law: what is named here never becomes a verb, and nothing else of the prompt is lost with it.
    """
    kind, gone = _beyond(clause, reading)
    if not gone:
        return clause
    reading.skip(reading.words(gone), REASONS[kind])
    # What no list holds is named by itself.
    left = tuple(tag for tag in clause.tags if tag not in gone or not tag.senses)
    if not any(
        tag.senses and not tag.is_a("filler", "head", "at", "bars", "span", "order", "amount", "sings", "perceive")
        for tag in left
    ):
        return Clause(tuple(tag for tag in left if not tag.senses), clause.joint)
    return replace(clause, tags=left)


def _beyond(clause: Clause, reading: Reading) -> tuple[str, tuple[Tag, ...]]:
    """What of it is beyond reach, and the words that say so."""
    if {"no", "not"} & set(clause.heads):
        return "", ()  # what is not wanted is not missed
    if tongue := _other_tongue(clause, reading):
        return "lyrics", tongue
    if noise := _noise(clause):
        return "sound", noise
    named = next((tag for tag in clause.tags if tag.is_a("beyond")), None)
    if named is None:
        return "", ()
    kind = named.value("beyond") or ""
    if (kind == "mashup" and clause.has("style")) or (kind == "picture" and clause.has("scene")):
        return "", ()  # a mashup of reggae and metal is made of styles, a skateboard video is a scene
    if kind == "own" and any(clause.has(k) for k in ("pitch", "interval", "key", "excess", "length")):
        return "", ()  # `too high for my voice`: about the song
    if kind == "own":
        # `add a rap verse by me`: all of it is the fan's own.
        return kind, tuple(t for t in clause.tags if not t.is_a("mark"))
    return kind, tuple(t for t in clause.tags if t is named or _belongs(t, named, clause))


def _belongs(tag: Tag, named: Tag, clause: Clause) -> bool:
    """The verb and the small words right beside it, and what follows of a name that nobody knows."""
    return (tag.is_a("head") and tag.value("head") in ("add", "change", "replace", "more")) or (
        not tag.senses and tag.first > named.last
    )


def _other_tongue(clause: Clause, reading: Reading) -> tuple[Tag, ...]:
    """`sing it in Spanish`, `French lyrics`, `in English`; a Spanish guitar is none."""
    tongue = next((tag for tag in clause.tags if tag.is_a("tongue") and not tag.is_a("instrument", "style")), None)
    sung = tuple(
        t for t in clause.tags if t.is_a("sings") or t.value("stem") == "vocals" or t.value("beyond") == "lyrics"
    )
    if tongue is None:
        return ()
    if not sung:
        before = reading.found[max(0, tongue.first - 1)].folded
        said_in = before in _IN or reading.found[tongue.first].folded in _IN
        alone = all(t is tongue or t.is_a("filler", "amount") for t in clause.tags if t.senses)
        return (tongue,) if said_in and alone else ()
    first, last = min(t.first for t in (tongue, *sung)), max(t.last for t in (tongue, *sung))
    return tuple(t for t in clause.tags if first <= t.first <= last)


def _noise(clause: Clause) -> tuple[Tag, ...]:
    """`rain sounds`, `the sound of waves`: a thing of the world said with its noise."""
    sounds = [n for n, tag in enumerate(clause.tags) if tag.is_a("sounds")]
    for n in sounds:
        behind = next(
            (
                i
                for i in range(n + 1, len(clause.tags))
                if clause.tags[i].senses == () or not clause.tags[i].is_a("filler")
            ),
            n + 1,
        )
        for beside in (n - 1, behind):
            other = clause.tags[beside] if 0 <= beside < len(clause.tags) else None
            if other is None or other.is_a("head", "stem", "instrument", "style", "era", "fx", "mood"):
                continue
            if (other.is_a("scene") or (not other.senses and beside > n)) and (beside < n or _says_of(clause.tags[n])):
                return tuple(t for i, t in enumerate(clause.tags) if i in (n, beside))
    return ()


def _says_of(tag: Tag) -> bool:
    """`sound of`, not `sound like`."""
    return tag.last > tag.first
