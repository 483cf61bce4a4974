"""How well a word fits a piece of which everything is known: style, family, era, scene, mood, instrument, voice, tempo,
drums.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from remixlab.plan import styles
from remixlab.prompt.text.lexicon import meanings
from remixlab.signal.instruments import INSTRUMENTS, KITS

Facts = dict[str, Any]
VOICE_OF = {"sung-voice": "high", "sung-voice-low": "low"}
GROUPS = {
    "guitars": ("nylon-guitar", "steel-guitar", "electric-guitar", "distorted-guitar", "muted-guitar"),
    "synths": (
        "arp-synth",
        "lead-synth",
        "pluck-synth",
        "supersaw",
        "synth-bass",
        "pad",
        "reese-bass",
        "chip-square",
        "chip-triangle",
    ),
    "pianos": ("grand-piano", "electric-piano"),
    "winds": ("flute", "clarinet", "saxophone"),
    "choir": ("aah-voice", "ooh-voice"),
    "percussion": ("latin-kit", "afro-kit"),
    "breaks": ("jungle-kit",),
    "drum-machine": ("808-kit", "909-kit", "chip-kit", "lofi-kit"),
    "brass-section": ("brass", "horns"),
}
BEATS_MIN = 12
"""Fewer drum strokes than this in a piece are no drums."""


@cache
def vocabulary() -> tuple[str, ...]:
    """Every word that the text side knows, as `kind:value`."""
    words = [f"style:{style}" for style in styles.ids()]
    words += sorted({f"family:{styles.load(style).family}" for style in styles.ids()})
    words += [f"{kind}:{value}" for kind in ("era", "scene", "mood") for value in sorted(meanings()[kind])]
    words += [f"instrument:{name}" for name in sorted((*INSTRUMENTS, *KITS, *GROUPS)) if name not in VOICE_OF]
    words += ["voice:nobody", "voice:sung", "voice:high", "voice:low", "tempo:slow", "tempo:medium", "tempo:fast"]
    return (*words, "drums:none", "drums:some")


@cache
def style_table() -> np.ndarray:
    """How well each word fits each style, before anything else is known.

    Shape: (styles, words).
    """
    table = np.zeros((len(styles.ids()), len(vocabulary())), np.float32)
    for column, word in enumerate(vocabulary()):
        kind, value = word.split(":", 1)
        for row, style in enumerate(styles.ids()):
            if kind == "style":
                table[row, column] = style == value
            elif kind == "family":
                table[row, column] = styles.load(style).family == value
            elif kind in ("era", "scene"):
                table[row, column] = _leaning(str(meanings()[kind][value])).get(style, 0.0)
            elif kind == "mood":
                table[row, column] = _leaning(str(meanings()[kind][value].get("styles", ""))).get(style, 0.0)
    return table


def _leaning(text: str) -> dict[str, float]:
    """`house 3, disco 1` as shares of the strongest."""
    pairs = [part.split() for part in text.split(",") if part.strip()]
    most = max((float(weight) for _, weight in pairs), default=1.0)
    return {name: float(weight) / most for name, weight in pairs}


def _rise(value: float, middle: float, width: float) -> float:
    return float(1 / (1 + np.exp(-(value - middle) / width)))


def felt_tempo_bpm(facts: Facts) -> float:
    """Give the octave of the tempo in which the style is counted."""
    tempo = float(facts["tempo_bpm"])
    if not facts["style"]:
        return tempo
    low, high = styles.load(facts["style"]).tempo_bpm
    middle = float(np.sqrt(low * high))
    return min((tempo / 2, tempo, tempo * 2), key=lambda bpm: abs(np.log(bpm / middle)))


def fit_words(facts: Facts) -> tuple[np.ndarray, np.ndarray]:
    """Say how well every word fits one piece, and of which words that is known.

    Shape: (words,), 0 to 1 both.
    """
    words = vocabulary()
    fit, known = np.zeros(len(words), np.float32), np.ones(len(words), np.float32)
    if facts["style"]:
        fit[:] = style_table()[styles.ids().index(facts["style"])]
    slow = 1 - _rise(felt_tempo_bpm(facts), 86, 6)
    fast = _rise(felt_tempo_bpm(facts), 128, 6)
    played = facts["played"]
    strokes = facts.get("strokes", sum(count for name, count in played.items() if name in KITS))
    exact = {
        "tempo:slow": slow, "tempo:fast": fast, "tempo:medium": max(0.0, 1 - slow - fast),
        "voice:nobody": float(facts["voice"] == "nobody"), "voice:sung": float(facts["voice"] != "nobody"),
        "voice:high": float(facts["voice"] == "high"), "voice:low": float(facts["voice"] == "low"),
        "drums:none": float(strokes < BEATS_MIN), "drums:some": float(strokes >= BEATS_MIN),
    }  # fmt: skip
    for column, word in enumerate(words):
        kind, value = word.split(":", 1)
        if word in exact:
            fit[column] = exact[word]
        elif kind == "instrument":
            notes = sum(played.get(name, 0) for name in GROUPS.get(value, (value,)))
            fit[column] = np.clip((notes - 2) / 8, 0, 1)
        elif kind == "mood":
            fit[column] = _mood(value, float(fit[column]), facts, slow, fast)
        unknown = (
            (kind in ("style", "family", "era", "scene", "mood") and not facts["style"])
            or (kind == "instrument" and not played)
            or (kind == "drums" and not played and "strokes" not in facts)
            or (word in ("voice:high", "voice:low") and facts["voice"] == "sung")
        )
        known[column] = not unknown
    return fit, known


def _mood(mood: str, style: float, facts: Facts, slow: float, fast: float) -> float:
    """Style, mode and tempo together: nothing can be happy by its style alone."""
    table: dict[str, Any] = dict(meanings()["mood"][mood])
    parts = [(2.0, style)] if table.get("styles") else []
    if table.get("harmony") in ("major", "minor"):
        parts.append((1.5, float(facts["mode"] == table["harmony"])))
    if table.get("harmony") == "dark":
        parts.append((1.0, float(facts["mode"] == "minor")))
    if "tempo" in table:
        parts.append((1.0, fast + 0.3 * (1 - slow - fast) if float(table["tempo"]) > 1 else slow))
    if not parts:
        return 0.0
    share = sum(weight * value for weight, value in parts) / sum(weight for weight, _ in parts)
    return float(np.clip((share - 0.35) / 0.45, 0, 1))
