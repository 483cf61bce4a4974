"""Ideas for this very recording: presets, three sentences, a surprise."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.domain.music import Analysis
from remixlab.domain.rights import Scope
from remixlab.plan.where import places_of
from remixlab.prompt.rules.pace import suits


class Preset(NamedTuple):
    """A button: its name, the sentence behind it, the permissions it needs."""

    id: str
    title: str
    prompt: str
    needs: frozenset[Scope]


PRESETS: tuple[Preset, ...] = (
    Preset("sped-up", "Sped up", "sped up version", frozenset({Scope.REMIX, Scope.TEMPO_PITCH})),
    Preset("slowed", "Slowed", "slowed and reverb", frozenset({Scope.REMIX, Scope.TEMPO_PITCH, Scope.EFFECTS})),
    Preset("karaoke", "Karaoke", "karaoke", frozenset({Scope.REMIX})),
    *(
        Preset(style, title, f"{name}, keep the vocals", frozenset({Scope.REMIX, Scope.GENRE_SHIFT}))
        for style, title, name in (
            ("synthwave", "Synthwave", "synthwave"),
            ("lo-fi-hip-hop", "Lo-fi", "lo-fi hip hop"),
            ("house", "House", "house"),
            ("bossa-nova", "Bossa nova", "bossa nova"),
            ("drum-and-bass", "Drum and bass", "drum and bass"),
            ("reggae", "Reggae", "reggae"),
            ("orchestral", "Orchestral", "orchestral"),
            ("folk-acoustic", "Unplugged", "unplugged"),
        )
    ),
    Preset("piano-cover", "Piano cover", "piano cover", frozenset({Scope.COVER, Scope.GENRE_SHIFT})),
)
"""Sped up, slowed and karaoke first, as listeners ask for them."""


class Suggestions(NamedTuple):
    """What to offer for one recording."""

    presets: tuple[Preset, ...]
    sentences: tuple[str, ...]
    surprise: str


def suggest(
    analysis: Analysis | None,
    *,
    stems: Sequence[Stem] = ALL_STEMS,
    allowed: Collection[Scope] | None = None,
    seed: int = 0,
) -> Suggestions:
    """Presets, three sentences and a surprise that suit tempo, key, form and stems, and need only what is allowed."""
    open_presets = tuple(p for p in PRESETS if (allowed is None or p.needs <= set(allowed)) and _possible(p, stems))
    ranked = (*open_presets[:3], *sorted(open_presets[3:], key=lambda p: not suits(p.id, analysis)))
    ideas = sentences(analysis, stems=stems, allowed=allowed, seed=seed)
    surprises = [p.prompt for p in ranked[3:]] or list(ideas)
    return Suggestions(ranked, ideas, surprises[(seed * 7 + 3) % len(surprises)] if surprises else "")


def sentences(
    analysis: Analysis | None,
    *,
    stems: Sequence[Stem] = ALL_STEMS,
    allowed: Collection[Scope] | None = None,
    seed: int = 0,
) -> tuple[str, ...]:
    """Three sentences that name places, tempi and keys of this very recording."""

    def may(*scopes: Scope) -> bool:
        return allowed is None or set(scopes) <= set(allowed)

    ideas: list[str] = []
    if may(Scope.REMIX, Scope.GENRE_SHIFT):
        ideas.append(f"{_style(analysis, seed)}, keep the {'vocals' if Stem.VOCALS in stems else 'bass'}")
    if may(Scope.REMIX, Scope.REARRANGE):
        ideas.append(_form_idea(analysis))
    if may(Scope.REMIX, Scope.TEMPO_PITCH):
        ideas.append(_tempo_idea(analysis))
    if may(Scope.REMIX):
        ideas.append("without vocals" if Stem.VOCALS in stems else "without drums")
    if may(Scope.COVER, Scope.GENRE_SHIFT):
        ideas += ["a piano cover, slower" if may(Scope.TEMPO_PITCH) else "a piano cover", "an acoustic guitar cover"]
    if may(Scope.REMIX):
        ideas += ["more bass", "drums a little softer"]
    return tuple(ideas[:3])


def _possible(preset: Preset, stems: Sequence[Stem]) -> bool:
    return preset.id != "karaoke" or Stem.VOCALS in stems


def _style(analysis: Analysis | None, seed: int) -> str:
    styles = [p for p in PRESETS if Scope.GENRE_SHIFT in p.needs and Scope.REMIX in p.needs]
    fitting = [p for p in styles if suits(p.id, analysis)] or styles
    return fitting[seed % len(fitting)].prompt.split(",")[0]


def _form_idea(analysis: Analysis | None) -> str:
    labels = [p.split(":")[0] for p in places_of(analysis)] if analysis else ["intro", "chorus"]
    if labels.count("chorus") > 1 or analysis is None:
        return "the last chorus twice"
    if "intro" in labels:
        return "skip the intro"
    bars = len(analysis.bars)
    return f"play bars 1 to {min(8, bars)} twice" if bars else "faster"


def _tempo_idea(analysis: Analysis | None) -> str:
    if analysis is None:
        return "a bit slower, with reverb"
    goal = round(analysis.tempo_bpm * (1.1 if analysis.tempo_bpm < 110 else 0.88))
    key = analysis.parsed_key.transposed(-2)
    return f"{goal} bpm, in {key}" if analysis.key_confidence > 0.4 else f"{goal} bpm"
