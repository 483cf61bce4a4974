"""The plan language: what shall be done to a recording, said in music and nothing else."""

from remixlab.plan.audible import BAND, falls
from remixlab.plan.describe import describe, name_place, sentence
from remixlab.plan.form import Passage, feel_at, fold_bpm, reach, semitone_shifts, shift_to, tempo_ratios, unfold
from remixlab.plan.naming import word_for
from remixlab.plan.ops import VERBS, Op, verb_name
from remixlab.plan.plan import Master, RemixPlan, SoundFontRef, cover, parse, remix
from remixlab.plan.unheard import unheard
from remixlab.plan.upgrade import SCHEMA, upgrade
from remixlab.plan.uses import isolates_vocals, recordings_of, uses
from remixlab.plan.where import BarSpan, find, form_of, places_of

__all__ = [
    "BAND",
    "SCHEMA",
    "VERBS",
    "BarSpan",
    "Master",
    "Op",
    "Passage",
    "RemixPlan",
    "SoundFontRef",
    "cover",
    "describe",
    "falls",
    "feel_at",
    "find",
    "fold_bpm",
    "form_of",
    "isolates_vocals",
    "name_place",
    "parse",
    "places_of",
    "reach",
    "recordings_of",
    "remix",
    "semitone_shifts",
    "sentence",
    "shift_to",
    "tempo_ratios",
    "unfold",
    "unheard",
    "upgrade",
    "uses",
    "verb_name",
    "word_for",
]
