"""What a clause asks to hear: effects, time, pitch, styles, moods, levels, instruments."""

from __future__ import annotations

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.plan.ops import Level
from remixlab.prompt.reading import Lessened, Reading
from remixlab.prompt.rules import motion, sound, stems, taste
from remixlab.prompt.text.clauses import STRONG, Clause

OCTAVE = 12


def wish(clause: Clause, reading: Reading, *, with_stems: bool) -> bool:
    """Read everything that a clause asks to hear; `with_stems` is false where its stems are spoken for already."""
    heads = set(clause.heads)
    up, down = bool(heads & {"more", "up", "louder", "move"}), bool(heads & {"less", "down", "quieter"})
    if heads & {"less", "down"} and not up and clause.has("fx"):
        return _less_effect(clause, reading)
    if down and not up and not clause.has("stem") and (clause.has("mood") or clause.has("style")):
        return _less_of(clause, reading)
    if clause.has("lowbass") and not any(
        clause.has(k) for k in ("stem", "interval", "thing", "instrument", "pitch", "manner")
    ):
        return _more_bass(clause, reading)
    done = sound.revoice(clause, reading)
    done = sound.treat(clause, reading) or done
    spoken_for = not with_stems or clause.has("manner") or clause.has("fx")
    done = _in_time(clause, reading) or done
    if _sings(clause):
        done, spoken_for = _sing_higher(clause, reading) or done, True
    elif _moves_pitch(clause, done=done):
        moved = motion.set_pitch(clause, reading)
        done, spoken_for = moved or done, spoken_for or (moved and clause.has("stem"))
        if moved and stems.stems_of(clause) == (Stem.VOCALS,):
            reading.note(clause, "all of it moves, so that voice and band stay in one key")
    styled = taste.hear_styles(clause, reading)
    done = taste.hear_moods(clause, reading) or styled or done
    named = clause.has("stem") or clause.has("instrument")
    gentle = clause.has("mood") and not clause.has("mood", *STRONG)
    if (up or down) and named and not gentle and not spoken_for and not styled and not clause.has("tempo"):
        return stems.set_level(clause, reading, up=up and not heads & {"quieter", "less"}) or done
    if with_stems and named and not done and stems.set_to(clause, reading):
        return True
    if with_stems and clause.has("stem") and not done and clause.has("number", "double"):
        return stems.set_level(clause, reading, up=True)
    return _in_sound(clause, reading, done=done, styled=styled, up=up)


def _in_time(clause: Clause, reading: Reading) -> bool:
    done = motion.set_tempo(clause, reading)
    done = motion.set_key(clause, reading) or done
    done = motion.set_groove(clause, reading) or done
    return (not clause.has("key") and motion.set_harmony(clause, reading)) or done


def _in_sound(clause: Clause, reading: Reading, *, done: bool, styled: bool, up: bool) -> bool:
    """New parts, the band without its singer, and plain loudness, where nothing else was meant."""
    plain = not any(clause.has(kind) for kind in ("fx", "manner", "instrument"))
    if clause.has("head", "add") and clause.has("stem") and plain and not styled:
        done = _add_stem(clause, reading) or done
    if clause.has("instrument") and not clause.has("fx"):
        done = sound.add_instruments(clause, reading) or done
    if not done and clause.values("stem") == ("band",) and not clause.heads:
        return stems.only(clause, reading)
    bigger = clause.has("head", "more", "less") and bool(clause.places) and not clause.has("stem")
    if not done and (bigger or clause.has("thing", "energy", "level") or clause.has("head", "louder", "quieter")):
        done = _loud(clause, reading, up=up)
    return done


def _more_bass(clause: Clause, reading: Reading) -> bool:
    """`más bajo`, `più basso`: the instrument and `lower` are one word there."""
    tag = clause.of("lowbass")[0]._replace(senses=(("stem", "bass"),))
    rest = tuple(t for t in clause.tags if not t.is_a("lowbass"))
    return stems.set_level(Clause((tag, *rest), clause.joint, clause.places), reading, up=True)


def _sings(clause: Clause) -> bool:
    """`the vocals an octave lower` is a way of singing, not a transposition; any other interval would leave the
    key of the band.
    """
    if stems.stems_of(clause) != (Stem.VOCALS,):
        return False
    if (interval := motion.said_interval(clause)) is not None and abs(interval) != OCTAVE:
        return False
    said = clause.has("thing", "key") and (clause.has("head", "up") or clause.has("head", "down"))
    return said or ((clause.has("interval") or clause.has("pitch")) and not clause.has("thing"))


def _moves_pitch(clause: Clause, *, done: bool) -> bool:
    measured = clause.has("interval") or clause.has("pitch") or motion.said_interval(clause) is not None
    if done and not measured:
        return False
    if any(clause.has(kind) for kind in ("instrument", "mood", "fx")) or clause.has(
        "thing", "tempo", "level", "energy"
    ):
        return False
    if clause.has("sings") and clause.has("head", "up", "down") and not clause.has("thing"):
        return True
    if clause.has("stem") and not measured and not clause.has("stem", "all"):
        return False
    return measured or clause.has("thing", "key") or _bare_direction(clause)


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
    named = stems.stems_of(clause) or ALL_STEMS
    reading.lessened += [Lessened(name, named, reading.words(clause.tags)) for name in clause.values("fx")]
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
                Clause(
                    (*clause.tags, clause.tags[0]._replace(senses=(("manner", "harmony"),))),
                    clause.joint,
                    clause.places,
                ),
                reading,
            )
    return done


def _loud(clause: Clause, reading: Reading, *, up: bool) -> bool:
    if clause.has("thing", "energy"):
        word = "energetic" if up else "calm"
        tag = clause.of("thing")[0]._replace(senses=(("mood", word),))
        return taste.hear_moods(Clause((*clause.tags, tag), clause.joint, clause.places), reading)
    step = stems.loudness_step(clause, up=up)
    for place in clause.places or ("all",):
        reading.draft(Level(gain_db=step, at=place), clause, confidence=0.7)
    return True
