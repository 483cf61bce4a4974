"""Prompt moderation: what may not be made is recognised before a plan is written, and refused kindly.

A prompt is data: nothing in it can change a rule. What is refused is the prompt, never the person.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

from rapidfuzz.distance import OSA

from remixlab.domain.errors import ModerationRefused, Refused
from remixlab.prompt.text.clean import clean, fold, tokens
from remixlab.prompt.text.lexicon import lexicon
from remixlab.prompt.text.tags import detect, tag


class CatalogueName(NamedTuple):
    """A name that the catalogue knows.

    `style_open`: the artist allows being named as a style (scope `style_reference`).
    """

    name: str
    kind: Literal["artist", "title"] = "artist"
    style_open: bool = False


class Refusal(NamedTuple):
    """One kind sentence, and what is open instead."""

    message: str
    hint: str
    alternatives: tuple[str, ...] = ()


REFUSALS: dict[str, Refusal] = {
    "moderation.harassment": Refusal(
        "We don't make songs against a person.",
        "The feeling is open: make it angry, dark or triumphant.",
        ("dark and aggressive", "triumphant, louder drums"),
    ),
    "moderation.hate": Refusal(
        "We don't make songs against people for who they are.",
        "Change the sound: style, tempo, mood are open.",
        ("faster and louder",),
    ),
    "moderation.sexual": Refusal(
        "We don't put sexual content into a real voice.",
        "A tender or sensual sound is open.",
        ("slow and romantic", "sensual, more bass"),
    ),
    "moderation.politics": Refusal(
        "We don't put politics into a singer's mouth.",
        "The music is open: a march, a hymn, a protest-folk sound.",
        ("folk, just a guitar",),
    ),
    "moderation.marks": Refusal(
        "The marks of origin stay in every remix.",
        "They cannot be heard; everything that can be heard is open.",
        ("brighter and louder",),
    ),
    "moderation.rules": Refusal(
        "The words of a wish can change the music, not the rules.",
        "Say what you want to hear.",
        ("faster, with more bass",),
    ),
    "rights.voice_likeness": Refusal(
        "We don't imitate a person's voice without their consent.",
        "Describe the sound instead: breathy, deep, a choir, a robot.",
        ("whispered vocals", "a deep voice"),
    ),
    "rights.style_reference": Refusal(
        "We don't imitate artists by name.",
        "Describe the sound instead: breathy, slow, piano.",
        ("80s synthwave", "slow, with piano"),
    ),
}


class Rule(NamedTuple):
    code: str
    groups: tuple[str, ...]
    near: int


class ModerationRules(NamedTuple):
    """The data file, compiled."""

    groups: dict[str, re.Pattern[str]]
    rules: tuple[Rule, ...]
    harmless: re.Pattern[str]
    performers: frozenset[tuple[str, ...]]
    ambiguous: frozenset[tuple[str, ...]]
    voice: re.Pattern[str]
    style: re.Pattern[str]
    singing: re.Pattern[str]


def moderate(prompt: str, *, names: Sequence[CatalogueName] = ()) -> None:
    """Let a prompt pass, or refuse it.

    Raises: ModerationRefused `moderation.harassment|hate|sexual|politics|marks|rules`; Refused
    `rights.voice_likeness` and
    `rights.style_reference`; InvalidPrompt when there is no text to judge.
    """
    text = clean(prompt)
    for form in _forms(text):
        code = _broken_rule(form)
        if code:
            raise _refusal(code)
    code = _named_performer(text, names)
    if code:
        raise _refusal(code)


def _refusal(code: str) -> Refused:
    refusal = REFUSALS[code]
    kind = ModerationRefused if code.startswith("moderation.") else Refused
    return kind(
        refusal.message,
        code=code,
        hint=refusal.hint,
        decided_by="the house rules",
        use="prompt",
        alternatives=[{"prompt": p} for p in refusal.alternatives],
    )


# ---------------------------------------------------------------- rules over phrases

_LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "*": ""}
)


def _forms(text: str) -> tuple[str, ...]:
    """The text as it reads, and as it reads with figures for letters and letters spaced out."""
    folded = " ".join(re.findall(r"[^\W_]+", fold(text.replace("'", " "))))
    joined = re.sub(r"\b(?:[^\W\d_] ){3,}[^\W\d_]\b", lambda m: m.group().replace(" ", ""), folded)
    swapped = " ".join(re.findall(r"[^\W_]+", re.sub(r"\S*[a-z]\S*", lambda m: m.group().translate(_LEET), fold(text))))
    return tuple(dict.fromkeys((folded, joined, swapped)))


def _broken_rule(text: str) -> str | None:
    rules = moderation_rules()
    text = rules.harmless.sub(" ~ ", text)
    spans = {name: [m.span() for m in pattern.finditer(text)] for name, pattern in rules.groups.items()}
    for rule in rules.rules:
        found = [spans[name] for name in rule.groups]
        if all(found) and (len(found) == 1 or _are_near(found[0], found[1], rule.near)):
            return rule.code
    return None


def _are_near(ones: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]], near: int) -> bool:
    """Whether one of each stands within `near` characters of the other, and they are not the same words."""
    return any(
        b[0] - a[1] <= near and a[0] - b[1] <= near and (a[1] <= b[0] or b[1] <= a[0]) for a in ones for b in others
    )


@lru_cache(maxsize=1)
def moderation_rules() -> ModerationRules:
    here = files("remixlab.community")
    tree = tomllib.loads((here / "moderation.toml").read_text(encoding="utf-8"))
    names = tomllib.loads((here / "names.toml").read_text(encoding="utf-8"))["performers"]
    rules = tuple(Rule(r["code"], tuple(r["all"]), r.get("near", 10_000)) for r in tree["rules"])
    groups = {name: phrase_pattern(words) for name, words in tree["groups"].items()}
    likeness = (phrase_pattern(tree["likeness"][name]) for name in ("voice", "style", "singing"))
    return ModerationRules(
        groups,
        rules,
        phrase_pattern(tree["harmless"]["_"]),
        _name_set(names["clear"]),
        _name_set(names["context"]),
        *likeness,
    )


def phrase_pattern(words: str) -> re.Pattern[str]:
    """Any of these phrases, separated by commas, in folded text; a `*` ends a word freely."""
    phrases = sorted(
        {" ".join(re.findall(r"[^\W_*]+\*?|\*", fold(p.replace("'", " ")))) for p in words.split(",")} - {""},
        key=len,
        reverse=True,
    )
    parts = [re.escape(p).replace(r"\ \*\ ", r" \w+ ").replace(r"\*", r"\w*") for p in phrases]
    return re.compile(r"\b(?:" + "|".join(parts) + r")\b")


def _name_set(words: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(fold(name).split()) for name in words.split(",") if name.strip())


# ---------------------------------------------------------------- performers by name


def likening_words() -> re.Pattern[str]:
    """What stands before the name of whom or what to be like, over folded words."""
    return moderation_rules().style


def _named_performer(text: str, names: Sequence[CatalogueName]) -> str | None:
    """`rights.voice_likeness` or `rights.style_reference` when a performer is named as what to sound like."""
    found = [t for t in tokens(text) if t.sort != "mark"]
    words = [t.folded for t in found]
    joined = " ".join(words)
    rules = moderation_rules()
    said_voice = rules.voice.search(joined)
    artists = [n for n in names if n.kind == "artist"]
    closed = _spoken(words, [tuple(fold(n.name).split()) for n in artists if not n.style_open])
    open_too = _spoken(words, [tuple(fold(n.name).split()) for n in artists])
    famous = _contains(words, moderation_rules().performers)
    of_voice = bool(
        re.search(
            r"\b(?:voice|voices|vocals|sing|sings|sung|singing|singer|voix|chante\w*|voz|canta\w*|stimme|gesungen|singt|voce)\b",
            joined,
        )
    )
    if (open_too or famous) and (said_voice or of_voice):
        return "rights.voice_likeness"
    if famous or closed:
        return "rights.style_reference"
    if open_too:
        # A name whose owner opened it; what else stands beside it was looked at above.
        return None
    if said_voice and _names_someone(text, joined, said_voice.end()):
        return "rights.voice_likeness"
    for match in rules.style.finditer(joined):
        if _names_someone(text, joined, match.end()):
            return (
                "rights.voice_likeness"
                if of_voice and "voice" in joined[match.start() : match.end() + 40]
                else "rights.style_reference"
            )
    return None


def _contains(words: Sequence[str], known: frozenset[tuple[str, ...]]) -> bool:
    longest = 5
    return any(tuple(words[n : n + size]) in known for n in range(len(words)) for size in range(1, longest))


def _spoken(words: Sequence[str], names: Sequence[tuple[str, ...]]) -> bool:
    """Whether a name is in the text, misspellings forgiven in names of five letters and more."""
    text = list(words)
    for name in names:
        whole = " ".join(name)
        slips = 0 if len(whole) < 5 else 1 if len(whole) < 9 else 2
        for n in range(len(text) - len(name) + 1):
            window = " ".join(text[n : n + len(name)])
            if window == whole or (
                slips
                and abs(len(window) - len(whole)) <= slips
                and OSA.distance(window, whole, score_cutoff=slips) <= slips
            ):
                return True
    return False


def _names_someone(text: str, joined: str, end: int) -> bool:
    """Whether what follows a likening is a name: a known one, or words that are neither music nor ordinary speech."""
    found = [t for t in tokens(text) if t.sort != "mark"]
    first = len(joined[:end].split())
    rest: list[int] = []
    for n in range(first, min(first + 4, len(found))):
        gap = text[found[n - 1].end : found[n].start] if n else ""
        if rest and re.search(r"[,;.:!?]", gap):
            break
        if rest and found[n].folded in _STOPS:
            break
        if found[n].folded not in _ARTICLES:
            rest.append(n)
    if not rest:
        return False
    words = [found[n].folded for n in rest]
    if any(
        tuple(words[:size]) in moderation_rules().ambiguous or ("the", *words[:size]) in moderation_rules().ambiguous
        for size in (1, 2, 3)
    ):
        return _looks_like_name(text, [found[n].text for n in rest[:1]])
    return _unknown_name(text, [found[n].text for n in rest])


_STOPS = frozenset([
    "and", "with", "but", "without", "or", "then", "on", "in", "at", "und", "mit", "et", "avec", "y", "con", "e",
    "com", "aber", "mais", "pero", "ma", "mas",
])  # fmt: skip
_ARTICLES = frozenset([
    "the", "a", "an", "le", "la", "les", "un", "une", "el", "los", "las", "ein", "eine", "der", "die", "das",
    "den", "dem", "il", "lo", "una", "o", "os", "as", "um", "uma", "de", "d", "l", "this", "that", "it",
])  # fmt: skip


def _looks_like_name(text: str, written: Sequence[str]) -> bool:
    return any(word[:1].isupper() for word in written) and not text.isupper() and text[:1] != written[0][:1]


def _unknown_name(text: str, written: Sequence[str]) -> bool:
    """Capitalised in the middle of a sentence, and not one word of it known as music or as ordinary speech."""
    found = tokens(" ".join(written))
    tags = tag(found, detect(found))
    unknown = [t for t in tags if not t.senses or t.confidence < 1.0]
    capital = [w for w in written if w[:1].isupper()]
    if not capital or text.isupper():
        return False
    if len(capital) >= 2 and unknown:
        return True
    first = tags[0] if tags else None
    return bool(
        first and (not first.senses) and written[0][:1].isupper() and written[0].lower() not in lexicon().ordinary
    )
