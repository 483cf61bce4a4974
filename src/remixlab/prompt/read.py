"""The rules: what each clause asks for. Order matters only inside one clause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from remixlab.prompt.reading import Reading, Return
from remixlab.prompt.rules import motion, stems, taste
from remixlab.prompt.rules.account import close_ledger, open_ledger
from remixlab.prompt.rules.beyond import without_beyond
from remixlab.prompt.rules.dance import play_dance, the_rest
from remixlab.prompt.rules.deny import enter, except_for, forbid, negate, refuse, single_out
from remixlab.prompt.rules.order import reorder
from remixlab.prompt.rules.presets import expand_presets
from remixlab.prompt.rules.settle import settle
from remixlab.prompt.rules.wish import wish
from remixlab.prompt.text.clauses import Clause

Rule = Callable[[Clause, Reading], bool]

LEVELS = {"up", "down", "louder", "quieter", "more", "less"}


def read(found: list[Clause], reading: Reading) -> None:
    """Write into the reading what every clause asks for; prohibitions first, so that they hold everywhere."""
    found = [settle(without_beyond(clause, reading), found) for clause in found]
    for clause in found:
        forbid(clause, reading)
    for n, clause in enumerate(found):
        follows = found[n + 1] if n + 1 < len(found) else None
        before = open_ledger(reading)
        if _read_clause(clause, follows, reading):
            close_ledger(clause, before, reading)
        elif not clause.is_empty and any(
            not t.is_a("filler", "head", "amount") or t.value("head") in LEVELS for t in clause.tags if t.senses
        ):
            reading.skip(reading.words(t for t in clause.tags if not t.is_a("filler")), _why(clause))
    for clause in found:
        _name_unknown(clause, reading)


def _read_clause(clause: Clause, follows: Clause | None, reading: Reading) -> bool:
    heads = set(clause.heads)
    done = _read_kind(clause, reading)
    if clause.has("dance") and {"no", "not"} & heads:
        reading.note(clause, "none is added")
        return True
    if clause.has("dance"):
        done = play_dance(clause, reading) or done
        return wish(the_rest(clause, reading), reading, with_stems=False) or done
    done = expand_presets(clause, reading) or done
    if "undo" in heads:
        return _undo(clause, reading) or done
    if "try" in heads:
        reading.surprise = reading.words(clause.tags)
        return True
    if reading.follows and _returns(clause, heads):
        reading.returns.append(
            Return(stems.stems_of(clause), next(iter(clause.places), ""), reading.words(clause.tags))
        )
        return True
    if _comes_back(clause, heads, reading):
        return enter(clause, reading) or done
    if clause.has("except"):
        return except_for(clause, reading) or done
    if "not" in heads:
        return negate(clause, reading) or done
    if (
        "no" in heads
        and abs(clause.number("bpm") or 99) <= 40
        and not clause.has("thing")
        and motion.set_tempo(clause, reading)
    ):
        return True
    if "no" in heads and "change" in heads and clause.has("stem"):
        return negate(clause, reading) or done
    if "no" in heads and not {"keep", "only"} & heads:
        return refuse(clause, reading) or done
    if "only" in heads and (shown := single_out(clause, reading)) is not None:
        return shown or done
    if (
        "keep" in heads
        and not heads & LEVELS
        and not clause.has("tempo")
        and not clause.has("times")
        and not _is_plain(clause)
        and stems.keep(clause, reading)
    ):
        rest = tuple(t for t in clause.tags if not t.is_a("stem", "instrument", "thing", "head"))
        wish(Clause(rest, clause.joint, clause.places), reading, with_stems=False)
        return True
    if "replace" in heads and _replace(clause, follows, reading):
        return True
    if "swap" in heads and clause.has("stem") and clause.has("instrument") and len(clause.places) < 2:
        return stems.replace(clause, reading)
    if (became := _become(clause)) is not None:
        return stems.replace(became, reading)
    if reorder(clause, reading):
        wish(replace(clause, tags=tuple(t for t in clause.tags if t.value("head") != "more")), reading, with_stems=True)
        return True
    return wish(clause, reading, with_stems=True) or done


def _returns(clause: Clause, heads: set[str]) -> bool:
    """`bring the drums back in the last chorus`, `bring them back`, said of a plan that silenced them."""
    if heads - {"undo"} or any(clause.has(kind) for kind in ("fx", "style", "mood", "thing", "tempo", "manner")):
        return False
    again = clause.has("enters") or clause.has("backwards") or "undo" in heads
    return again and (
        (bool(clause.places) and not clause.has("instrument")) or (clause.has("enters") and not clause.has("stem"))
    )


def _comes_back(clause: Clause, heads: set[str], reading: Reading) -> bool:
    """`let the drums come in after the intro`, `and then bring them back in the last chorus`."""
    if not clause.places or not (
        clause.has("stem") or any(d.op.op == "mute" and d.op.at == "all" for d in reading.drafts)
    ):
        return False
    return clause.has("enters") or (
        not reading.follows and ("undo" in heads or clause.has("backwards")) and not heads - {"undo"}
    )


def _is_plain(clause: Clause) -> bool:
    """`keep it slow`, `leave it in A minor`: the verb says nothing."""
    return not clause.has("stem") and not clause.has("thing") and not clause.has("instrument") and not clause.places


def _read_kind(clause: Clause, reading: Reading) -> bool:
    # `rework it as a cover`: the cover is the news.
    kind = "cover" if clause.has("kind", "cover") else clause.value("kind")
    if kind is None or {"no", "not"} & set(clause.heads):
        return False
    reading.kind = kind
    reading.kind_words = reading.words(clause.of("kind"))
    return True


def _become(clause: Clause) -> Clause | None:
    """`turn the vocals into a violin`: a stem, a word of becoming, and behind it an instrument."""
    solid = [t for t in clause.tags if not t.is_a("filler") or t.is_a("becomes")]
    for stem, joint, goal in zip(solid, solid[1:], solid[2:], strict=False):
        if stem.is_a("stem") and joint.is_a("becomes") and goal.is_a("instrument") and not stem.is_a("instrument"):
            return replace(
                clause, tags=(stem, goal._replace(senses=tuple(s for s in goal.senses if s[0] == "instrument")))
            )
    return None


def _replace(clause: Clause, follows: Clause | None, reading: Reading) -> bool:
    if clause.has("style") and clause.has("stem"):
        return taste.hear_styles(clause, reading)
    if stems.replace(clause, reading):
        return True
    if follows is None or follows.joint not in ("with", ","):
        return False
    joined = Clause((*clause.tags, *follows.tags), clause.joint, clause.places)
    if follows.has("style") and clause.has("stem") and follows.has("stem"):
        return True
    if follows.has("style") and clause.has("stem"):
        return taste.hear_styles(joined, reading)
    return stems.replace(joined, reading) if follows.has("instrument") else False


def _undo(clause: Clause, reading: Reading) -> bool:
    """`undo the tempo`, `bring the drums back`, `forget the reverb`."""
    kinds = {
        "tempo": "tempo",
        "key": "transpose",
        "harmony": "reharmonize",
        "groove": "groove",
        "form": "form",
        "effect": "treat",
        "style": "restyle",
        "level": "gain",
    }
    for thing in clause.values("thing"):
        if thing in kinds:
            reading.removed.add(kinds[thing])
    for kind in ("style", "fx", "manner", "instrument", "stem", "mood"):
        reading.removed.update(f"{kind}:{value}" for value in clause.values(kind))
    if clause.has("tempo"):
        reading.removed.add("tempo")
    if clause.has("pitch") or clause.has("interval") or clause.has("key"):
        reading.removed.add("transpose")
    if clause.has("swing") or clause.has("feel"):
        reading.removed.add("groove")
    for place in clause.places:
        reading.removed.add(f"at:{place}")
    if not reading.removed:
        reading.removed.add("last")
    return True


# ---------------------------------------------------------------- what was not understood


def _why(clause: Clause) -> str:
    if clause.has("stem") or clause.has("instrument"):
        return "what should happen with it?"
    return "where in the music should that be?" if clause.places else ""


def _name_unknown(clause: Clause, reading: Reading) -> None:
    run: list[str] = []
    for tag in clause.tags:
        if tag.senses:
            if run:
                reading.skip(" ".join(run))
            run = []
            continue
        run.append(reading.found[tag.first].text)
        reading.unknown.append(reading.found[tag.first])
    if run:
        reading.skip(" ".join(run))
