"""From tags to clauses: one wish each, with the words it shares with its neighbours given back to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from remixlab.prompt.text.tags import Tag

TARGETS = ("stem", "fx", "instrument", "manner", "thing", "at", "bars", "span", "swing", "feel", "harmony")
_THINGS = ("stem", "fx", "instrument", "manner", "thing", "swing", "feel", "harmony", "style", "mood", "tempo", "pitch")
_BREAKS = ("mark", "and", "but", "then", "with")
_SHARED = ("stem", "at", "instrument", "fx", "manner")
_SOUND = (
    "stem",
    "fx",
    "instrument",
    "manner",
    "swing",
    "feel",
    "harmony",
    "style",
    "mood",
    "tempo",
    "pitch",
    "interval",
    "bpm",
    "percent",
)
_NO_WISH = ("filler", "at", "bars", "span", "order", "amount", "count", "reach", "alternate")
STRONG = ("energetic", "heavy", "aggressive", "explosive", "epic", "raw")
"""Moods that a part alone can have: they are heard as more of it."""
_ITEMS = ("dance", "stem", "instrument", "fx", "manner", "style", "mood", "swing", "era", "scene")
_BARE = (*_SHARED, "bars", "span", "filler", "order", "count", "all")


@dataclass(frozen=True, slots=True)
class Clause:
    """The tags of one wish and how it was joined to the one before: `,` `and` `but` `then` `with` or `.`."""

    tags: tuple[Tag, ...]
    joint: str = "."
    places: tuple[str, ...] = ()

    def values(self, kind: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(v for tag in self.tags for v in tag.values(kind)))

    def value(self, kind: str) -> str | None:
        return next((v for tag in self.tags if (v := tag.value(kind)) is not None), None)

    def has(self, kind: str, *values: str) -> bool:
        return any(not values or v in values for tag in self.tags for v in tag.values(kind))

    def of(self, *kinds: str) -> tuple[Tag, ...]:
        return tuple(tag for tag in self.tags if tag.is_a(*kinds))

    def number(self, kind: str) -> float | None:
        return next((tag.number for tag in self.tags if tag.is_a(kind) and tag.number is not None), None)

    @property
    def heads(self) -> tuple[str, ...]:
        return self.values("head")

    @property
    def confidence(self) -> float:
        return min((tag.confidence for tag in self.tags if tag.senses), default=1.0)

    @property
    def is_empty(self) -> bool:
        return not any(tag.senses and not tag.is_a("filler", "mark") for tag in self.tags)


def clauses(tags: Sequence[Tag]) -> list[Clause]:
    """The wishes of a prompt, each a clause with its own heads and targets."""
    pieces = [part for piece in _split(tags) for part in _by_heads(_with_particles(piece))]
    return _placed(_shared([p for p in pieces if p.tags]))


def _split(tags: Sequence[Tag]) -> Iterator[Clause]:
    joint, run = ".", list[Tag]()
    for n, tag in enumerate(tags):
        broken = next((k for k in _BREAKS if tag.is_a(k)), None)
        keeps = any(t.value("head") == "keep" for t in run) and _wants_more(tags[n + 1 :])
        if tag.is_a("except") and (keeps or not _excepts(tags[n + 1 :])):
            # `keep everything but make it faster`: nothing is excepted, a new wish begins.
            broken = "but"
        if broken is None:
            run.append(tag)
            continue
        if run:
            yield Clause(tuple(run), joint)
            run, joint = [], ""
        mark = tag.value("mark")
        found = (
            {"%": "", "&": "and", "-": ""}.get(mark, "," if mark == "," else "then" if mark == ">" else mark)
            if mark
            else broken
        )
        joint = found if joint in ("", ",", ".") and found else joint
    if run:
        yield Clause(tuple(run), joint)


# ---------------------------------------------------------------- several verbs in one breath


def _by_heads(clause: Clause) -> list[Clause]:
    """One clause for every group of neighbouring heads, each with the targets that belong to it."""
    groups = _head_groups(clause.tags)
    if not groups or (len(groups) == 1 and clause.tags[groups[0][0]].is_a("except")):
        return [clause]
    if clause.tags[groups[0][0]].is_a("except") and not any(t.is_a(*TARGETS) for t in clause.tags[groups[-1][0] :]):
        # `everything except the drums should go`: the verb at the end speaks of all that.
        return [clause]
    starts = [first for first, _ in groups]
    pieces: list[list[Tag]] = [list(clause.tags[: starts[0]])]
    for start, end in zip(starts, [*starts[1:], len(clause.tags)], strict=True):
        pieces.append(list(clause.tags[start:end]))
    for n in range(1, len(pieces)):
        while pieces[n - 1] and pieces[n - 1][-1].is_a("amount"):
            pieces[n].insert(0, pieces[n - 1].pop())  # `a bit more bass`: how much goes with the way
        if _is_particle(pieces[n - 1], pieces[n]):
            pieces[n - 1] = [t for t in pieces[n - 1] if t.value("head") != "keep"]
            pieces[n] = [*pieces[n - 1], *pieces[n]]
            pieces[n - 1] = []
            continue
        _take_back(pieces[n - 1], pieces[n], n > 1)
        if n > 1 and pieces[n - 1] and not any(t.senses and not t.is_a("head", "filler", "amount") for t in pieces[n]):
            pieces[n] = [*pieces[n - 1], *pieces[n]]
            pieces[n - 1] = []
    joints = [clause.joint, *([","] * len(pieces))]
    kept = [p for p in pieces if any(not t.is_a("filler") for t in p)]
    return [Clause(tuple(piece), joint) for piece, joint in zip(kept, joints, strict=False)]


def _with_particles(clause: Clause) -> Clause:
    """`take the singer out`, `shift everything up`: the particle is what removes or moves."""
    clause = _moved(clause)
    eases = next((n for n, t in enumerate(clause.tags) if t.is_a("eases")), None)
    back = next((n for n, t in enumerate(clause.tags) if eases is not None and n > eases and t.is_a("backwards")), None)
    if eases is not None and back is not None and any(t.is_a("stem", "instrument", "fx") for t in clause.tags):
        kept = [t for n, t in enumerate(clause.tags) if n not in (eases, back)]
        return Clause((clause.tags[eases]._replace(senses=(("head", "less"),)), *kept), clause.joint)
    first = next((n for n, t in enumerate(clause.tags) if t.is_a("takes")), None)
    last = next((n for n, t in enumerate(clause.tags) if first is not None and n > first and t.is_a("particle")), None)
    if (
        first is None
        and len(clause.tags) > 1
        and clause.tags[-1].is_a("particle")
        and clause.tags[-2].is_a("stem", "instrument", "at")
    ):
        return Clause((*clause.tags[:-1], clause.tags[-1]._replace(senses=(("head", "no"),))), clause.joint)
    if first is None and (out := _left_out(clause.tags)) is not None:
        return Clause(
            (*clause.tags[:out], clause.tags[out]._replace(senses=(("head", "no"),)), *clause.tags[out + 1 :]),
            clause.joint,
        )
    if first is None or last is None:
        return clause
    tags = list(clause.tags)
    tags[first] = tags[first]._replace(senses=(("head", "no"),))
    tags[last] = tags[last]._replace(senses=(("filler", "_"),))
    return Clause(tuple(tags), clause.joint)


def _moved(clause: Clause) -> Clause:
    said = [t.value("head") for t in clause.tags]
    if "move" not in said or not {"up", "down"} & set(said[said.index("move") :]):
        return clause
    quiet = (t._replace(senses=(("filler", "_"),)) if t.value("head") == "move" else t for t in clause.tags)
    return replace(clause, tags=tuple(quiet))


def _left_out(tags: Sequence[Tag]) -> int | None:
    """`drums out in the bridge`: a particle between a stem and a place, with no verb before it."""
    for n, (one, other) in enumerate(pairwise(tags)):
        if one.is_a("stem", "instrument") and other.is_a("particle") and not any(t.is_a("head") for t in tags[: n + 1]):
            after = next((t for t in tags[n + 2 :] if not t.is_a("filler") or t.is_a("at")), None)
            return n + 1 if after is not None and after.is_a("at", "bars", "span") else None
    return None


def _wants_more(after: Sequence[Tag]) -> bool:
    """`keep everything but make the drums louder`: behind it stands a wish of its own."""
    for tag in after:
        if tag.is_a(*_BREAKS):
            return False
        if tag.value("head") in ("louder", "quieter", "more", "less", "up", "down") or tag.is_a("tempo"):
            return True
    return False


def _excepts(after: Sequence[Tag]) -> bool:
    solid = next((t for t in after if not t.is_a("filler", "order")), None)
    return solid is not None and solid.is_a("stem", "instrument", "at", "place", "thing")


def _head_groups(tags: Sequence[Tag]) -> list[tuple[int, int]]:
    """Where heads begin and end; heads with only small words between them are one group."""
    groups: list[tuple[int, int]] = []
    for n, tag in enumerate(tags):
        if not tag.is_a("head", "except") or tag.is_a("instead") or tag.value("head") in ("before", "after"):
            continue
        between = tags[groups[-1][1] + 1 : n] if groups else ()
        small = all(t.is_a("filler", "amount") or not t.senses for t in between)
        if groups and (
            small or (tag.is_a("except") and all(t.is_a("filler") or t.value("stem") == "all" for t in between))
        ):
            groups[-1] = (groups[-1][0], n)
        else:
            groups.append((n, n))
    return groups


def _take_back(before: list[Tag], own: list[Tag], before_has_head: bool) -> None:
    """Give a head the targets that stand in front of it: `the drums louder`, `den Gesang weg`."""
    moves = own[0].value("head") in ("up", "down") and bool(before) and before[-1].is_a("stem")
    after = [
        t
        for t in own
        if t.is_a(
            *_THINGS,
            "preset",
            *(() if moves else ("interval", "percent")),
            "bpm",
            "style",
            "era",
            "scene",
            "key",
            "mode",
        )
    ]
    places_after = any(t.is_a("at", "bars", "span") for t in own)
    if after and not _is_adjective_of_front(before, own):
        if own[0].value("head") in ("up", "down") and before and before[-1].is_a("interval"):
            own.insert(0, before.pop())  # `a fourth higher sung`: how far goes with the way
        return
    if places_after and not any(t.is_a("stem", "fx", "instrument", "thing", "manner") for t in before):
        if own[0].value("head") in ("up", "down") and before and before[-1].is_a("interval"):
            own.insert(0, before.pop())  # `a tone higher at the end`
        return
    moved: list[Tag] = []
    taken = False
    while before:
        tag = before[-1]
        if tag.is_a("head", "except"):
            break
        if before_has_head and taken and not tag.is_a("filler", "amount", "order"):
            break
        taken = taken or tag.is_a(*TARGETS)
        moved.insert(0, before.pop())
    if before_has_head and not any(t.is_a(*TARGETS) for t in before):
        # The head in front would lose its only target: leave it there.
        before.extend(moved)
        return
    own[:0] = moved


def _is_particle(before: Sequence[Tag], own: Sequence[Tag]) -> bool:
    """`lass das Intro weg`: a verb that only keeps, undone by the particle at its end."""
    said = [t.value("head") for t in before if t.is_a("head")]
    return (
        said == ["keep"]
        and own[0].value("head") == "no"
        and own[0].language == "de"
        and not any(t.is_a(*TARGETS) for t in own)
    )


def _is_adjective_of_front(before: Sequence[Tag], own: Sequence[Tag]) -> bool:
    """`the drums louder`: a level says something of what stands right in front of it, unless it has its own noun
    behind.
    """
    head = own[0].value("head")
    if head in ("more", "less") and before and before[-1].is_a("thing") and any(t.is_a("mood", "style") for t in own):
        return True
    if (
        head in ("more", "less")
        and before
        and before[-1].is_a("stem")
        and any(t.value("mood") in STRONG for t in own)
        and not any(t.is_a("at") for t in own)
    ):
        return not any(t.is_a("stem", "instrument", "fx", "thing") for t in own)  # `the drums more aggressive`
    level = head in ("louder", "quieter")
    nouns = any(t.is_a("stem", "instrument", "fx") for t in own)
    return level and not nouns and bool(before) and before[-1].is_a("stem", "instrument", "thing")


# ---------------------------------------------------------------- words shared between clauses


def is_bare(clause: Clause) -> bool:
    """Only things, nothing said of them."""
    known = [t for t in clause.tags if t.senses]
    return bool(known) and all(t.is_a(*_BARE) for t in known) and any(t.is_a(*_SHARED) for t in known)


def _kinds(clause: Clause) -> set[str]:
    return {kind for tag in clause.tags for kind, _ in tag.senses if kind in _SHARED}


def _shared(found: list[Clause]) -> list[Clause]:
    """Lists given back to their verb: `no drums, bass or keys`, `drums and bass louder`."""
    forward: list[Clause] = []
    for clause in reversed(found):
        ahead = forward[0] if forward else None
        if ahead and is_bare(clause) and not is_bare(ahead) and _leads_into(clause, ahead, first=clause is found[0]):
            forward[0] = Clause((*clause.tags, *ahead.tags), clause.joint)
        else:
            forward.insert(0, clause)
    result: list[Clause] = []
    for n, clause in enumerate(forward):
        behind = result[-1] if result else None
        if behind and clause.heads == ("only",) and is_bare(behind) and not any(t.is_a(*_SHARED) for t in clause.tags):
            # `bass and voice, nothing else`: the limit comes after what it limits, however many were named.
            named = [result.pop()]
            while result and is_bare(result[-1]):
                named.insert(0, result.pop())
            result.append(Clause((*(t for c in named for t in c.tags), *clause.tags), named[0].joint))
            continue
        if behind and clause.joint in (",", "and") and _is_denied_too(clause, behind, forward[n + 1 :]):
            result.append(replace(clause, tags=(*_denial(behind, clause), *clause.tags)))
            continue
        if behind and is_bare(clause) and clause.joint in (",", "and", "then") and _continues(clause, behind):
            result[-1] = Clause((*behind.tags, *clause.tags), behind.joint)
        else:
            result.append(clause)
    return result


def _is_denied_too(clause: Clause, behind: Clause, ahead: Sequence[Clause]) -> bool:
    """`no drums, reverb or autotune`: one denial speaks of the whole list, whatever its items are."""
    if not {"no", "not"} & set(behind.heads) or {"keep", "only", "change"} & set(behind.heads) or not _is_item(clause):
        return False
    if _kinds(clause) <= {"stem", "at"} and _kinds(clause) & _kinds(behind):
        return False  # joined with its like into one wish
    if clause.joint == "," and behind.joint == "and":
        return False  # the list has come to its end
    if clause.joint == "and" or any(tag.is_a("label") for tag in behind.tags if tag.is_a("head")):
        return not clause.has("at")
    rest = [c for c in ahead if c.joint != "."]
    end = next((c for c in rest if not (c.joint == "," and _is_item(c))), None)
    return end is not None and end.joint == "and" and _is_item(end)


def _is_item(clause: Clause) -> bool:
    """Only a thing of a list, nothing said of it."""
    known = [t for t in clause.tags if t.senses]
    solid = [t for t in known if t.is_a(*_ITEMS)]
    return (
        len(solid) == 1
        and all(t.is_a(*_ITEMS, "filler", "order") for t in known)
        and not any(t.is_a("head", "number") for t in known)
    )


def _denial(behind: Clause, clause: Clause) -> tuple[Tag, ...]:
    """The words of denial, said again in front of another item."""
    first = clause.tags[0].first
    said = (t for t in behind.tags if t.is_a("head", "perceive") and (t.value("head") in ("no", "not", None)))
    return tuple(t._replace(first=first, last=first) for t in said)


def _leads_into(clause: Clause, ahead: Clause, *, first: bool) -> bool:
    if (
        clause.has("at")
        and not clause.has("stem")
        and ahead.joint == "and"
        and ahead.heads
        and ahead.tags[0].is_a("at", "filler")
    ):
        return ahead.has("at") and not ahead.has("stem")
    if not clause.has("stem") or not ahead.has("stem") or not (ahead.heads or ahead.has("fx") or ahead.has("style")):
        return False
    own_first = ahead.tags and ahead.tags[0].is_a("stem", "filler") and ahead.heads
    if not own_first:
        return False
    return ahead.joint == "and" if not first else ahead.joint in ("and", ",")


def _continues(clause: Clause, behind: Clause) -> bool:
    if clause.has("stem") and (clause.has("fx") or clause.has("manner")):
        return False
    if clause.has("at") and clause.has("fx") and (clause.joint == "," or not behind.has("fx")):
        return False  # "skip the bridge, echo on the last chorus": a wish of its own
    if not (behind.heads or behind.has("except") or (clause.has("at") and behind.has("at"))):
        return False
    kinds, before = _kinds(clause), _kinds(behind)
    if kinds & {"stem", "at"} & before and ("at" not in kinds or not clause.has("stem")):
        return not (kinds == {"at"} and behind.has("stem") and not behind.has("head", "swap", "start", "end"))
    if (
        "only" in behind.heads
        and clause.joint == "and"
        and kinds - {"at"} <= {"stem", "instrument"}
        and kinds
        and before & {"stem", "instrument"}
    ):
        return True
    negated = bool({"no", "not"} & set(behind.heads))
    return (negated or "add" in behind.heads) and (
        bool(kinds & before) or (clause.joint == "and" and "stem" in before and bool(kinds & {"instrument", "fx"}))
    )


def _placed(found: list[Clause]) -> list[Clause]:
    """Every clause with its places; a place said alone goes to the wishes that follow, or to the one before."""
    placed: list[Clause] = []
    here: tuple[str, ...] = ()
    for n, clause in enumerate(found):
        own = _places(clause)
        if placed and own and clause.heads == ("only",) and not _wishes(_without_only(clause)):
            placed[-1] = replace(placed[-1], places=own)
            continue
        alone = own and not _wishes(clause)
        if alone and n + 1 < len(found) and clause.joint != "with":
            here = own
            placed += _unread(clause)
            continue
        if alone and placed and not placed[-1].places:
            placed[-1] = replace(placed[-1], places=own)
            placed += _unread(clause)
            continue
        if clause.joint == ".":
            here = () if n == 0 else here
        placed.append(replace(clause, places=own or here))
    return placed


def _unread(clause: Clause) -> list[Clause]:
    """The words beside a place that no list holds, so that they are named."""
    unknown = tuple(tag for tag in clause.tags if not tag.senses)
    return [Clause(unknown, clause.joint)] if unknown else []


def _without_only(clause: Clause) -> Clause:
    """`but only in the verse`: the word belongs to the place."""
    return replace(clause, tags=tuple(t for t in clause.tags if t.value("head") != "only"))


def _places(clause: Clause) -> tuple[str, ...]:
    if beside := _beside(clause):
        return (beside,)
    places: list[str] = []
    for tag in clause.tags:
        for kind in ("at", "bars", "span"):
            value = tag.value(kind)
            if value:
                places += [f"bars:{value}"] if kind == "bars" else value.split()
    return tuple(dict.fromkeys(places))


def _beside(clause: Clause) -> str:
    """`reverb in the chorus after the bridge`: which chorus; but `put the chorus after the bridge` moves it."""
    tags = [t for t in clause.tags if not t.is_a("filler") or t.is_a("at")]
    if not any(t.is_a(*_SOUND) for t in tags) or clause.has("head", "move", "swap"):
        return ""
    for one, side, other in zip(tags, tags[1:], tags[2:], strict=False):
        place, anchor = one.value("at"), other.value("at")
        if place and anchor and side.value("head") in ("before", "after") and " " not in place + anchor:
            return f"{'next' if side.value('head') == 'after' else 'prior'}({place},{anchor})"
    return ""


def _wishes(clause: Clause) -> bool:
    return any(t.is_a("enters") or (t.senses and not t.is_a(*_NO_WISH)) for t in clause.tags)
