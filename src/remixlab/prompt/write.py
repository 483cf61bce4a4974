"""A prompt becomes a plan: understand the words, choose the styles, keep the promises, fit the recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.domain.errors import InvalidPrompt
from remixlab.domain.music import Analysis
from remixlab.domain.value import Value
from remixlab.plan.describe import sentence
from remixlab.plan.plan import MAX_OPS, RemixPlan
from remixlab.prompt.choose import in_order, ops_of
from remixlab.prompt.fit import fit, in_bars
from remixlab.prompt.follow import bring_back, follow, weaken
from remixlab.prompt.meaning import Meaning
from remixlab.prompt.places.locate import is_spot
from remixlab.prompt.read import read
from remixlab.prompt.reading import Draft, Reading
from remixlab.prompt.rules import shape
from remixlab.prompt.rules.beyond import REASONS
from remixlab.prompt.rules.dance import arrive, read_drops, share_arrival
from remixlab.prompt.rules.fades import keep_seconds, read_fades
from remixlab.prompt.rules.figures import join_figures
from remixlab.prompt.rules.length import name_missed, pace_of
from remixlab.prompt.rules.motion import at_the_finale
from remixlab.prompt.rules.pace import bring_home
from remixlab.prompt.rules.voice import keep_in_range
from remixlab.prompt.silence import is_silent
from remixlab.prompt.suggest import sentences
from remixlab.prompt.text.clauses import Clause, clauses
from remixlab.prompt.text.clean import clean, tokens
from remixlab.prompt.text.company import read_company
from remixlab.prompt.text.lists import read_lists
from remixlab.prompt.text.tags import Tag, decompound, detect, tag


class Understood(Value):
    """One chip: the words that caused it, what they mean, how sure that is, and the verb it became."""

    words: str
    meaning: str
    confidence: float
    op: int | None = None
    """Index of the verb in the plan; None for a promise or a prohibition that needs none."""


class Understanding(Value):
    """The plan with everything a person needs to judge it."""

    plan: RemixPlan
    understood: tuple[Understood, ...] = ()
    skipped: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    implied: tuple[int, ...] = ()
    """Indexes of verbs that nobody asked for and that give way where they are not allowed: a style's own tempo."""

    def without_implied(self) -> Understanding:
        """The same wish with nothing but what was asked."""
        kept = [n for n in range(len(self.plan.ops)) if n not in self.implied]
        place = {old: new for new, old in enumerate(kept)}
        chips = (
            c.model_copy(update={"op": place.get(c.op) if c.op is not None else None})
            for c in self.understood
            if c.op not in self.implied
        )
        plan = RemixPlan.model_validate({**dict(self.plan), "ops": tuple(self.plan.ops[n] for n in kept)})
        return self.model_copy(update={"plan": plan, "understood": tuple(chips), "implied": ()})


def write_plan(
    prompt: str,
    analysis: Analysis | None = None,
    *,
    source: str,
    kind: Literal["remix", "cover"] = "remix",
    base: RemixPlan | None = None,
    stems_available: Sequence[Stem] = ALL_STEMS,
    seed: int = 0,
    meaning: Meaning | None = None,
) -> Understanding:
    """Write the plan that a prompt asks for; with `base`, edit that plan.

    Raises: InvalidPrompt `prompt.empty`, `prompt.too_long`; with three suggestions for this recording `prompt.unclear`
    where
    the words ask for nothing, or for nothing that is not so already, and `prompt.silent` where nothing would sound.
    """
    text = clean(prompt)
    settled = _settle(text, analysis, meaning, kind, base, stems_available, seed, 1.0)
    if settled.reading.lengths and (pace := pace_of(settled.drafts, base, analysis)) != 1.0:
        # A length is one of the result: how much of the source it is hangs on the tempo.
        settled = _settle(text, analysis, meaning, kind, base, stems_available, seed, pace)
    reading, languages, base, made, drafts = settled
    nothing = (
        not drafts and not reading.notes and not reading.removed and not (base and reading.kind) and made != "cover"
    )
    if nothing or _is_question(drafts, reading) or _is_guesswork(drafts, reading):
        raise _unclear(reading, analysis, source, seed)
    drafts = keep_seconds(drafts, reading)[:MAX_OPS]
    if base is not None:
        edited = _edited(base, drafts, reading, made, languages)
        if is_silent(edited.plan, analysis, stems_available):
            raise _silent(analysis, source, seed)
        return edited
    if not drafts and made != "cover":
        raise _unchanged(reading, analysis, source, seed)
    plan = RemixPlan.model_validate(
        {"kind": made, "source": source, "ops": tuple(_because(d) for d in drafts), "seed": seed}
    )
    if is_silent(plan, analysis, stems_available):
        raise _silent(analysis, source, seed)
    name_missed(plan, reading)
    return Understanding(
        plan=plan,
        understood=_chips(drafts, reading),
        skipped=tuple(reading.skipped),
        languages=languages,
        implied=tuple(n for n, d in enumerate(drafts) if d.gives_way),
    )


class _Settled(NamedTuple):
    """What was read, and the verbs it comes to."""

    reading: Reading
    languages: tuple[str, ...]
    base: RemixPlan | None
    kind: str
    drafts: list[Draft]


def _settle(
    text: str,
    analysis: Analysis | None,
    meaning: Meaning | None,
    kind: str,
    base: RemixPlan | None,
    stems_available: Sequence[Stem],
    seed: int,
    pace: float,
) -> _Settled:
    reading, languages = understand(text, analysis, meaning, follows=base is not None, pace=pace)
    base = bring_back(weaken(base, reading), reading)
    kind = reading.kind if reading.kind in ("remix", "cover") else base.kind if base else kind
    drafts = ops_of(reading, kind=kind, base=base, stems_available=stems_available, seed=seed)
    drafts = in_order(bring_home(keep_in_range(fit(drafts, reading), reading, kind), reading, base))
    return _Settled(reading, languages, base, kind, drafts)


def _is_question(drafts: Sequence[Draft], reading: Reading) -> bool:
    """`how tall is the Eiffel tower`: asked, not wished, and nothing in it names music."""
    return reading.asks and all(d.confidence < 0.95 for d in drafts) and not any(v.named for v in reading.votes)


def _is_guesswork(drafts: Sequence[Draft], reading: Reading) -> bool:
    """Whether all there is was read into misspelt words among many that mean nothing here."""
    unknown = sum(len(entry.split()) for entry in reading.skipped)
    return (
        bool(drafts) and unknown >= 2 and not reading.notes and all(d.confidence < 0.9 and not d.sure for d in drafts)
    )


def understand(
    text: str, analysis: Analysis | None, meaning: Meaning | None = None, *, follows: bool = False, pace: float = 1.0
) -> tuple[Reading, tuple[str, ...]]:
    """What a clean text asks for, before kind, styles and recording are settled."""
    found = tokens(text)
    languages = detect(found)
    found = decompound(found, languages)
    tags = join_figures(tag(found, languages), found)
    tags = read_fades(read_drops(read_company(read_lists(tags, found), found), found, languages))
    reading = Reading(text, found, analysis, asks=bool(tags) and tags[0].is_a("question"), follows=follows, pace=pace)
    ends = any(one.value("moment") == "end" for one in tags)
    parts = share_arrival([arrive(at_the_finale(part) if ends else part) for part in clauses(tags)])
    form = _said_form(tags)
    if form:
        whole = Clause(tuple(tags))
        shape.arrange_places(whole, reading, form)
        parts = [p for p in parts if any(not t.is_a("at", "filler", "thing", "and", "then") for t in p.tags)]
    read([in_bars(part, reading) for part in parts], reading)
    if meaning is not None:
        meaning.suggest(reading)
    return reading, languages[:1]


def _said_form(tags: Sequence[Tag]) -> tuple[str, ...]:
    """`verse, chorus, verse, chorus`: three places or more in a row with nothing else between them."""
    places: list[str] = []
    for one in tags:
        at = one.value("at")
        if at and any(is_spot(place) for place in at.split()):
            # A stretch is no part of a form.
            return ()
        if at:
            places += at.split()
        elif one.senses and one.is_a("mark", "filler", "then", "and", "thing"):
            continue
        elif len(places) >= 3:
            break
        else:
            places = []
    return (
        tuple(places)
        if len(places) >= 3 and any(":" in p or places.count(p) > 1 for p in places) and _only_places(tags)
        else ()
    )


def _only_places(tags: Sequence[Tag]) -> bool:
    return not any(one.is_a("head", "except") and not one.is_a("filler") for one in tags)


def _because(draft: Draft) -> object:
    return draft.op.model_copy(update={"because": draft.words or None})


def _chips(drafts: Sequence[Draft], reading: Reading, first: int = 0) -> tuple[Understood, ...]:
    chips = [
        Understood(words=d.words, meaning=_meaning(d), confidence=min(1.0, max(0.0, d.confidence)), op=first + n)
        for n, d in enumerate(drafts)
    ]
    if reading.kind_words:
        what = "A cover: performed anew." if reading.kind == "cover" else "A remix of the recording."
        chips.insert(0, Understood(words=reading.kind_words, meaning=what, confidence=0.95))
    chips += [Understood(words=n.words, meaning=n.meaning, confidence=n.confidence) for n in reading.notes]
    return tuple(chips)


def _meaning(draft: Draft) -> str:
    said = sentence(draft.op)
    return f"{said} {draft.why[:1].upper()}{draft.why[1:]}." if draft.why else said


def _edited(
    base: RemixPlan, drafts: Sequence[Draft], reading: Reading, kind: str, languages: tuple[str, ...]
) -> Understanding:
    kept, added = follow(base, drafts, reading)
    if kind == "cover":
        kept = [op for op in kept if op.op not in ("keep", "revoice")]
    stems = base.stems if kind == base.kind else () if kind == "cover" else ALL_STEMS
    ops = (*kept, *(_because(d) for d in added))[:MAX_OPS]
    fields = {"kind": kind, "source": base.source, "stems": stems, "ops": ops, "master": base.master, "seed": base.seed}
    plan = RemixPlan.model_validate(fields)
    name_missed(plan, reading)
    chips = _chips(added[: max(0, MAX_OPS - len(kept))], reading, first=len(kept))
    implied = tuple(len(kept) + n for n, d in enumerate(added) if d.gives_way and len(kept) + n < MAX_OPS)
    return Understanding(
        plan=plan, understood=chips, skipped=tuple(reading.skipped), languages=languages, implied=implied
    )


def _offered(reading: Reading) -> list[str]:
    """The wishes that only lacked their place, at the nearest one, in words that are read back as just that."""
    offers: list[str] = []
    for op in reading.offers:
        said = sentence(op).rstrip(".")
        again, _ = understand(said, reading.analysis)
        if any(d.op.model_copy(update={"because": None}) == op for d in again.drafts):
            offers.append(said[:1].lower() + said[1:])
    return offers


def _unchanged(reading: Reading, analysis: Analysis | None, source: str, seed: int) -> InvalidPrompt:
    """All that was said is so already: `no autotune`, `same tempo`."""
    said = "; ".join(dict.fromkeys(f"{note.words}: {note.meaning}" for note in reading.notes))[:300]
    return InvalidPrompt(
        f"Nothing would change ({said})" if said else "Nothing would change",
        code="prompt.unclear",
        hint="Say what should be different, too, or try one of the suggestions.",
        suggestions=list(sentences(analysis, seed=seed)[:3]),
        skipped=list(reading.skipped),
        source=source,
    )


def _silent(analysis: Analysis | None, source: str, seed: int) -> InvalidPrompt:
    return InvalidPrompt(
        "Nothing would sound: every part is silent or left out",
        code="prompt.silent",
        hint="Keep at least one part, or put something new in its place.",
        suggestions=["only the vocals", *sentences(analysis, seed=seed)[:2]],
        skipped=[],
        source=source,
    )


def _unclear(reading: Reading, analysis: Analysis | None, source: str, seed: int) -> InvalidPrompt:
    ideas = tuple(dict.fromkeys((*_offered(reading), *sentences(analysis, seed=seed))))[:3]
    what = "; ".join(reading.skipped)[:300]
    beyond = any(reason in entry for entry in reading.skipped for reason in REASONS.values())
    lacking = beyond or any("this recording has" in entry for entry in reading.skipped)
    told = (
        f"Nothing of this can be done here: {what}"
        if lacking
        else f"No musical wish was recognised: {what}"
        if what
        else "No musical wish was recognised"
    )
    return InvalidPrompt(
        told,
        code="prompt.unclear",
        hint="Try one of the suggestions, or name a style, a stem, a tempo or a part.",
        suggestions=list(ideas),
        skipped=list(reading.skipped),
        source=source,
    )
