"""The rules: what each clause asks for. Order matters only inside one clause."""

from __future__ import annotations

from collections.abc import Callable

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.plan.ops import Layer, Mute, Tempo, Transpose, Treat
from remixlab.plan.prompt import motion, shape, sound, stems, taste
from remixlab.plan.prompt.clauses import Clause
from remixlab.plan.prompt.reading import Reading

Rule = Callable[[Clause, Reading], bool]

FORBIDDABLE = ("fx", "manner", "style", "mood", "instrument", "scene", "era", "feel", "harmony")


def read(found: list[Clause], reading: Reading) -> None:
    """Write into the reading what every clause asks for; prohibitions first, so that they hold everywhere."""
    found = [_with_drop(_with_alone(_with_rest(clause, found))) for clause in found]
    for clause in found:
        _forbid(clause, reading)
    for n, clause in enumerate(found):
        follows = found[n + 1] if n + 1 < len(found) else None
        if (
            not _read_clause(clause, follows, reading)
            and not clause.is_empty
            and any(not t.is_a("filler", "head", "amount") for t in clause.tags if t.senses)
        ):
            reading.skip(reading.words(t for t in clause.tags if not t.is_a("filler")), _why(clause))
    for clause in found:
        _name_unknown(clause, reading)


def _with_alone(clause: Clause) -> Clause:
    """`leave the voice alone` keeps it; `the voice alone` means nothing else."""
    if "alone" not in clause.heads:
        return clause
    head = "keep" if "keep" in clause.heads else "only"
    return Clause(
        tuple(t._replace(senses=(("head", head),)) if t.value("head") == "alone" else t for t in clause.tags), clause.joint, clause.places
    )


def _with_drop(clause: Clause) -> Clause:
    """`drop the drums` leaves them out, `drop the bass` brings it in, `drop it by 3 dB` lowers it."""
    if "drop" not in clause.heads:
        return clause
    lowers = any(clause.has(kind) for kind in ("db", "percent", "interval", "thing", "tempo", "pitch", "mood", "amount", "count"))
    bass = clause.values("stem") == ("bass",)
    head = "down" if lowers or not (clause.has("stem") or clause.places) else "louder" if bass else "no"
    tags = tuple(t._replace(senses=(("head", head),)) if t.value("head") == "drop" else t for t in clause.tags)
    return Clause(tags, clause.joint, clause.places)


def _with_rest(clause: Clause, found: list[Clause]) -> Clause:
    """`the rest` is what the other wishes do not name."""
    if not clause.has("stem", "rest") or clause.has("except"):
        return clause
    named = {stem for other in found if other is not clause for stem in stems.stems_of(other)}
    others = tuple(s for s in ALL_STEMS if s not in named) if named else stems.BAND
    senses = tuple(("stem", str(s)) for s in others)
    tags = tuple(t._replace(senses=senses) if t.value("stem") == "rest" else t for t in clause.tags)
    return Clause(tags, clause.joint, clause.places)


def _forbid(clause: Clause, reading: Reading) -> None:
    if not {"no", "not"} & set(clause.heads) or (clause.has("head", "keep", "no") and "not" in clause.heads and not clause.has("fx")):
        return
    for tag in clause.tags:
        for kind, value in tag.senses:
            if kind in FORBIDDABLE:
                reading.forbidden.add((kind, value))
            if kind == "preset":
                reading.forbidden.add(("preset", value))


def _read_clause(clause: Clause, follows: Clause | None, reading: Reading) -> bool:
    heads = set(clause.heads)
    done = _read_kind(clause, reading)
    done = _presets(clause, reading) or done
    if "undo" in heads:
        return _undo(clause, reading) or done
    if "try" in heads:
        reading.surprise = reading.words(clause.tags)
        return True
    if clause.has("except"):
        return _everything_except(clause, reading) or done
    if "not" in heads:
        return _not(clause, reading) or done
    if "no" in heads and not {"keep", "only"} & heads:
        return _no(clause, reading) or done
    if "only" in heads and (shown := _only(clause, reading)) is not None:
        return shown or done
    if "keep" in heads and not clause.has("tempo") and not _is_plain(clause) and stems.keep(clause, reading):
        rest = tuple(t for t in clause.tags if not t.is_a("stem", "instrument", "thing", "head"))
        _wish(Clause(rest, clause.joint, clause.places), reading, with_stems=False)
        return True
    if "replace" in heads and _replace(clause, follows, reading):
        return True
    if _form(clause, reading):
        _wish(clause, reading, with_stems=True)
        return True
    return _wish(clause, reading, with_stems=True) or done


def _is_plain(clause: Clause) -> bool:
    """`keep it slow`, `leave it in A minor`: the verb says nothing."""
    return not clause.has("stem") and not clause.has("thing") and not clause.has("instrument") and not clause.places


def _read_kind(clause: Clause, reading: Reading) -> bool:
    kind = clause.value("kind")
    if kind is None or {"no", "not"} & set(clause.heads):
        return False
    reading.kind = kind
    reading.kind_words = reading.words(clause.of("kind"))
    return True


# ---------------------------------------------------------------- presets


def _presets(clause: Clause, reading: Reading) -> bool:
    done = False
    for tag in clause.of("preset"):
        for name in tag.values("preset"):
            if ("preset", name) in reading.forbidden:
                continue
            at = clause.places[0] if clause.places else "all"
            done = _preset(name, at, Clause((tag,), clause.joint, clause.places), reading) or done
    return done


def _preset(name: str, at: str, clause: Clause, reading: Reading) -> bool:
    band = tuple(s for s in ALL_STEMS if s is not Stem.VOCALS)
    match name:
        case "karaoke" | "instrumental":
            reading.draft(Mute(on=(Stem.VOCALS,), at=at), clause)
        case "acapella":
            reading.draft(Mute(on=band, at=at), clause)
        case "drums-only":
            reading.draft(Mute(on=(Stem.VOCALS, Stem.BASS, Stem.OTHER), at=at), clause)
        case "nightcore":
            reading.draft(Tempo(ratio=1.25, at=at), clause)
            reading.draft(Transpose(semitones=4, at=at), clause)
        case "sped-up":
            reading.draft(Tempo(ratio=1.2, at=at), clause)
            reading.draft(Transpose(semitones=3, at=at), clause, asked=False)
        case "slowed":
            reading.draft(Tempo(ratio=0.85, at=at), clause)
            reading.draft(Transpose(semitones=-2, at=at), clause, asked=False)
        case "slowed-reverb":
            reading.draft(Tempo(ratio=0.82, at=at), clause)
            reading.draft(Transpose(semitones=-2, at=at), clause, asked=False)
            reading.draft(Treat(chain=sound.chain_of("reverb", "much"), at=at), clause)
        case "chopped":
            reading.draft(Tempo(ratio=0.72, at=at), clause)
            reading.draft(Treat(chain=sound.chain_of("stutter", "little"), at=at), clause)
        case "radio-edit":
            return shape.shorten(clause, reading)
        case "extended":
            reading.draft(Layer(part="intro", style="house"), clause, confidence=0.85)
            if "extended" in clause.values("preset") and "intro" not in reading.words(clause.tags).lower():
                reading.draft(Layer(part="outro", style="house"), clause, confidence=0.85)
        case "outro":
            reading.draft(Layer(part="outro", style="house"), clause, confidence=0.85)
        case "four-on-floor":
            reading.draft(Layer(part="drums", style="house", gain_db=-6.0, at=at), clause, confidence=0.7, asked=False)
        case _:
            return False
    return True


# ---------------------------------------------------------------- no, not, only, except


def _no(clause: Clause, reading: Reading) -> bool:
    if {"before", "after"} & set(clause.heads) and clause.places and not set(clause.values("stem")) - {"all", "rest"}:
        return shape.cut_beyond(clause, reading, after="after" in clause.heads)
    if clause.has("stem", "all") and not clause.has("fx"):
        return False
    protected = _protect(clause, reading)
    if clause.has("fx") or clause.has("manner"):
        reading.note(clause, "none is added")
        return True
    if stems.mute(clause, reading):
        return True
    if clause.has("instrument"):
        found = {stems.stem_of_instrument(i) for i in clause.values("instrument")}
        on = tuple(s for s in ALL_STEMS if s in found)
        for place in clause.places or ("all",):
            reading.draft(Mute(on=on, at=place), clause, confidence=0.5, asked=False)
        return True
    if any(tag.is_a(*FORBIDDABLE) for tag in clause.tags):
        reading.note(clause, "none of that")
        return True
    if clause.places:
        return shape.cut(clause, reading)
    return protected or _presets(clause, reading)


def _protect(clause: Clause, reading: Reading) -> bool:
    """`no tempo change`, `not faster`, `don't transpose it`."""
    found: set[str] = {stems.PROTECTS[t] for t in clause.values("thing") if t in stems.PROTECTS}
    if clause.has("tempo") or clause.has("bpm"):
        found.add("tempo")
    if clause.has("pitch") or clause.has("interval") or clause.has("key"):
        found.add("key")
    if clause.has("mode"):
        found.add("harmony")
    for thing in sorted(found):
        reading.protected.add(thing)
        reading.note(clause, f"the {thing} stays as it is")
    return bool(found)


def _not(clause: Clause, reading: Reading) -> bool:
    heads = set(clause.heads)
    protected = _protect(clause, reading)
    if protected and not clause.has("stem"):
        return True
    if clause.has("fx") or clause.has("manner") or clause.has("style") or clause.has("mood"):
        reading.note(clause, "none of that")
        return True
    if "keep" in heads:
        return stems.mute(clause, reading) or shape.cut(clause, reading) or protected
    if clause.has("stem") or clause.has("instrument"):
        return stems.keep(clause, reading) or protected
    if clause.places:
        reading.note(clause, "this part stays in")
        return True
    return protected


def _only(clause: Clause, reading: Reading) -> bool | None:
    """`only the drums`. None when the word only softens: `just add reverb`, `only a bit slower`."""
    others = (
        "fx",
        "tempo",
        "pitch",
        "style",
        "mood",
        "manner",
        "interval",
        "bpm",
        "percent",
        "harmony",
        "key",
        "swing",
        "feel",
        "preset",
        "scene",
    )
    more = {"add", "more", "less", "louder", "quieter", "up", "down", "change", "replace", "repeat", "start", "end"} & set(clause.heads)
    if any(clause.has(kind) for kind in others) or more:
        return None
    if clause.has("stem"):
        done = stems.only(clause, reading)
        if done and clause.has("instrument"):
            sound.add_instruments(clause, reading)
        return done
    if clause.has("instrument"):
        reading.bare = True
        return None
    if clause.places:
        return shape.arrange(clause, reading, manner="only")
    return None


def _everything_except(clause: Clause, reading: Reading) -> bool:
    """`everything but the voice`: what is said is said of all the others."""
    named = stems.stems_of(Clause(tuple(t for t in clause.tags if t.value("stem") != "all"), clause.joint))
    if not named:
        return False
    heads = set(clause.heads)
    if clause.has("fx") and not {"no", "not"} & heads:
        others = tuple(("stem", str(s)) for s in ALL_STEMS if s not in named)
        tag = clause.of("except")[0]._replace(senses=others)
        return sound.treat(Clause((*(t for t in clause.tags if not t.is_a("stem", "except")), tag), clause.joint, clause.places), reading)
    if {"no", "only"} & heads:
        others = tuple(s for s in ALL_STEMS if s not in named)
        reading.draft(Mute(on=others), clause)
        return True
    if clause.has("style") or clause.has("scene") or clause.has("era") or "change" in heads or "replace" in heads:
        from remixlab.plan.ops import Keep

        reading.draft(Keep(on=named), clause)
        taste.hear_styles(Clause(tuple(t for t in clause.tags if not t.is_a("stem")), clause.joint, clause.places), reading)
        return True
    reading.draft(Mute(on=named), clause, confidence=0.85)
    return True


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


# ---------------------------------------------------------------- form


def _form(clause: Clause, reading: Reading) -> bool:
    heads = set(clause.heads)
    stemless = not clause.has("stem") and not clause.has("instrument") and not clause.has("fx")
    if "swap" in heads and len(clause.places) > 1:
        return shape.arrange(clause, reading, manner="swap")
    if clause.places and stemless and heads <= {"down"} and not _wants_sound(clause):
        if clause.has("order", "1"):
            return shape.arrange(clause, reading, manner="start")
        if "down" in heads and not clause.has("interval") and not clause.has("number"):
            return shape.cut(clause, reading)
    if clause.places and stemless:
        if "before" in heads and len(clause.places) > 1:
            return shape.arrange(clause, reading, manner="before")
        if "after" in heads and len(clause.places) > 1:
            return shape.arrange(clause, reading, manner="after")
        if "move" in heads:
            return shape.arrange(
                clause, reading, manner="to-end" if clause.has("order", "last") or "outro" in clause.places else "to-start"
            )
        if "start" in heads:
            return shape.arrange(clause, reading, manner="start")
        if "end" in heads:
            return shape.arrange(clause, reading, manner="end")
        doubled = clause.has("number", "double", "triple") and not clause.has("tempo") and not clause.has("thing")
        repeats = "repeat" in heads or clause.has("times") or doubled
        if repeats and not clause.has("tempo") and not clause.has("feel"):
            return shape.repeat(clause, reading)
        if clause.has("length", "longer") or ("more" in heads and not _wants_sound(clause)):
            return shape.repeat(clause, reading)
        if clause.has("length", "shorter") and not clause.has("seconds"):
            return shape.cut(clause, reading)
    if clause.has("length", "shorter") or (clause.has("seconds") and "down" in heads):
        if any(d.op.op in ("cut", "arrange") for d in reading.drafts):
            return True
        return shape.shorten(clause, reading)
    if (
        clause.has("seconds")
        and (clause.has("length", "goal") or not (heads - {"keep"}))
        and not clause.has("length", "longer")
        and not _wants_sound(clause)
    ):
        longer = reading.analysis is not None and (clause.number("seconds") or 0) > reading.analysis.duration_s
        return shape.lengthen(clause, reading) if longer else shape.shorten(clause, reading)
    if clause.has("length", "longer") or (clause.has("seconds") and "repeat" in heads):
        return shape.lengthen(clause, reading)
    if not clause.places and ("repeat" in heads) and not clause.has("fx") and not clause.has("manner"):
        return False
    return False


def _wants_sound(clause: Clause) -> bool:
    return any(clause.has(kind) for kind in ("fx", "mood", "tempo", "swing", "feel", "style", "manner", "thing", "pitch"))


# ---------------------------------------------------------------- everything else


def _wish(clause: Clause, reading: Reading, *, with_stems: bool) -> bool:
    heads = set(clause.heads)
    up, down = bool(heads & {"more", "up", "louder"}), bool(heads & {"less", "down", "quieter"})
    if down and not up and (clause.has("mood") or clause.has("style")) and not clause.has("stem"):
        return _less_of(clause, reading)
    done = False
    handled_stems = not with_stems
    if clause.has("manner"):
        done = sound.revoice(clause, reading)
        handled_stems = True
    if clause.has("lowbass") and not any(clause.has(k) for k in ("stem", "interval", "thing", "instrument", "pitch", "manner")):
        tag = clause.of("lowbass")[0]._replace(senses=(("stem", "bass"),))
        return stems.set_level(
            Clause((tag, *(t for t in clause.tags if not t.is_a("lowbass"))), clause.joint, clause.places), reading, up=True
        )
    if clause.has("fx"):
        if down and not up:
            return _less_effect(clause, reading)
        done = sound.treat(clause, reading) or done
        handled_stems = True
    for rule in (motion.set_tempo, motion.set_key, motion.set_groove):
        done = rule(clause, reading) or done
    if not clause.has("key"):
        done = motion.set_harmony(clause, reading) or done
    voiced = stems.stems_of(clause) == (Stem.VOCALS,)
    if clause.has("stem") and voiced and (clause.has("interval") or clause.has("pitch")) and not clause.has("thing"):
        done = _sing_higher(clause, reading) or done
        handled_stems = True
    elif not clause.has("stem") or clause.has("interval") or clause.has("pitch") or clause.has("stem", "all"):
        if not done or clause.has("interval") or clause.has("pitch"):
            moved = (
                not clause.has("instrument")
                and not clause.has("thing", "tempo", "level", "energy")
                and not clause.has("mood")
                and not clause.has("fx")
            )
            if moved and (clause.has("interval") or clause.has("pitch") or clause.has("thing", "key") or _bare_direction(clause)):
                done = motion.set_pitch(clause, reading) or done
    styled = taste.hear_styles(clause, reading)
    done = styled or done
    done = taste.hear_moods(clause, reading) or done
    if not handled_stems and not styled and (up or down) and (clause.has("stem") or clause.has("instrument")) and not clause.has("tempo"):
        return stems.set_level(clause, reading, up=up and not heads & {"quieter", "less"}) or done
    if with_stems and clause.has("stem") and not done and clause.has("number", "double"):
        return stems.set_level(clause, reading, up=True)
    if (
        "add" in heads
        and clause.has("stem")
        and not clause.has("fx")
        and not clause.has("manner")
        and not clause.has("instrument")
        and not styled
    ):
        done = _add_stem(clause, reading) or done
    if clause.has("instrument") and not clause.has("fx") and not (clause.has("style") and clause.has("head", "keep")):
        done = sound.add_instruments(clause, reading) or done
    if not done and clause.values("stem") == ("band",) and not heads:
        return stems.only(clause, reading)
    if not done and (clause.has("thing", "energy") or clause.has("thing", "level") or heads & {"louder", "quieter"}):
        done = _loud(clause, reading, up=up)
    return done


def _bare_direction(clause: Clause) -> bool:
    """`higher`, `up 3`, `a fifth lower`: a direction with nothing but a number or an interval name."""
    return (
        clause.has("head", "up", "down")
        and not clause.places
        and not clause.has("stem")
        and not clause.has("percent")
        and not clause.has("mood")
        and not clause.has("style")
    )


def _sing_higher(clause: Clause, reading: Reading) -> bool:
    down = clause.has("pitch", "down") or clause.has("head", "down") or (clause.number("interval") or 0) < 0
    tag = clause.of("stem")[0]._replace(senses=(("manner", "deep" if down else "high"),))
    return sound.revoice(Clause((*clause.tags, tag), clause.joint, clause.places), reading)


def _less_of(clause: Clause, reading: Reading) -> bool:
    for kind in ("mood", "style"):
        for value in clause.values(kind):
            reading.forbidden.add((kind, value))
            reading.removed.add(value)
    reading.note(clause, "less of that")
    return True


def _less_effect(clause: Clause, reading: Reading) -> bool:
    for name in clause.values("fx"):
        reading.removed.add(f"fx:{name}")
    reading.note(clause, "less of that effect")
    return True


def _add_stem(clause: Clause, reading: Reading) -> bool:
    done = False
    for stem in stems.stems_of(clause):
        if stem in (Stem.DRUMS, Stem.BASS):
            name = "rock-kit" if stem is Stem.DRUMS else "electric-bass"
            reading.instruments.append((name, reading.words(clause.tags), 0.8 * clause.confidence, clause.places))
            done = True
        elif stem is Stem.VOCALS:
            done = sound.revoice(
                Clause((*clause.tags, clause.tags[0]._replace(senses=(("manner", "harmony"),))), clause.joint, clause.places), reading
            )
    return done


def _loud(clause: Clause, reading: Reading, *, up: bool) -> bool:
    if clause.has("thing", "energy"):
        word = "energetic" if up else "calm"
        tag = clause.of("thing")[0]._replace(senses=(("mood", word),))
        return taste.hear_moods(Clause((*clause.tags, tag), clause.joint, clause.places), reading)
    from remixlab.plan.ops import Level

    step = stems.loudness_step(clause, up=up)
    for place in clause.places or ("all",):
        reading.draft(Level(gain_db=step, at=place), clause, confidence=0.7)
    return True


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
    if run:
        reading.skip(" ".join(run))
