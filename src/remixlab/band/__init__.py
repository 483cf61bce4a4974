"""What every arranger here stands on: step notation, swing, humanising, voicings, scales. Pure, and without a song
or a result.

The two arrangers above it, of `rendering` and of `compose`, stay two on purpose (decision 111).
"""

from remixlab.band.humanise import Humaniser, hat_accent
from remixlab.band.phrases import PHRASE_BARS, Hand, Phrase, changes_of, phrase_of
from remixlab.band.push import shared_push
from remixlab.band.scales import nearest_note, notes_between, scale_over
from remixlab.band.steps import REST, SYMBOL_VELOCITY, TIE, Pattern, StepNote, pattern_of, read_steps
from remixlab.band.swing import PAIR_BEATS, swung
from remixlab.band.variations import vary_bass, vary_chords, vary_kit
from remixlab.band.voicing import ground_below, inversions, lead_voices, movement, next_voicing

__all__ = [
    "PAIR_BEATS",
    "PHRASE_BARS",
    "REST",
    "SYMBOL_VELOCITY",
    "TIE",
    "Hand",
    "Humaniser",
    "Pattern",
    "Phrase",
    "StepNote",
    "changes_of",
    "ground_below",
    "hat_accent",
    "inversions",
    "lead_voices",
    "movement",
    "nearest_note",
    "next_voicing",
    "notes_between",
    "pattern_of",
    "phrase_of",
    "read_steps",
    "scale_over",
    "shared_push",
    "swung",
    "vary_bass",
    "vary_chords",
    "vary_kit",
]
