"""A cover is named as the same work and not as the same recording; unrelated music is not named.

Known is everything: the six demonstration songs and every full song beside this checkout (openly licensed; left out
where absent), each with the score
that the catalogue keeps of it; and, for the same queries, three songs alone, the cover's own and two others. Covers: a
verse and a chorus of every
demonstration song in seven styles each, and of the real songs, as they are heard, two sections in six styles each, the
whole in four, and the whole in
one more at another tempo and in another key. Strangers: every cover with its own song taken out of
everything that is known, and every known song against the others. `named` is the first work that `identify` names;
`wrong` counts queries for which
any other work is named.

    python -m benchmarks works             what is not on file for this code, and the sums
    python -m benchmarks.identify.works neon-harbour     one song, kept on file
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import soundfile as sf

from benchmarks.measuring.measure import surroundings
from benchmarks.measuring.places import AUDIO
from benchmarks.measuring.recordings import load, plan_of
from benchmarks.measuring.sittings import Row, Sittings
from remixlab.compose import demo_slugs
from remixlab.domain.audio import Audio
from remixlab.domain.material import Material
from remixlab.domain.music import Analysis
from remixlab.identify import Fingerprint, Library, Match, Peaks, fingerprint, identify, write_score
from remixlab.listening import listen
from remixlab.plan import RemixPlan, cover, styles
from remixlab.rendering import render

FULL_SONG_S = 30
LENGTH_MAX_S = 240
REAL = {
    "emegeme_country.mp3": (0, 1),
    "maddirtmonkey_electronic_happy_song.mp3": (0, 1),
    "hobbs_lets_go_fishin.ogg": (5, 5),
    "macleod_outfoxing_the_fox.mp3": (3, 1),
    "macleod_vibe_ace.ogg": (5, 6),
    "mdn_viper.ogg": (2, 7),
    "trow_acoustic_guitar_arrangement_for_song.mp3": (4, 2),
}
"""Real songs that are covered, with the first style of every seventh for two sections, and of every tenth for the
whole.
"""
MOVED = (
    ("synthwave", 1.12, 2),
    ("bossa-nova", 0.88, -3),
    ("rock", 1.2, 5),
    ("reggae", 0.85, -1),
    ("house", 1.1, 3),
    ("folk-acoustic", 0.92, -4),
    ("jazz-swing", 1.15, 1),
)
"""The style, the tempo and the semitones of the real songs' moved covers."""
Extent = Literal["part", "whole", "moved"]
SITTINGS = Sittings("works", ("src/remixlab/identify", "benchmarks/identify/works.py"))


def run(songs: tuple[str, ...] = ()) -> Iterator[Row]:
    """What was kept, what is missing, and the sums."""
    rows = {(row["song"], row.get("style")): row for row in SITTINGS.kept()}
    rows |= {(row["song"], row.get("style")): row for row in SITTINGS.keep(_made(set(rows), songs))}
    yield from rows.values()
    covers = [row for row in rows.values() if row["what"] == "a cover named"]
    groups = {
        "of demonstration songs, verse and chorus": (False, "part"),
        "of real songs, two sections": (True, "part"),
        "of real songs, whole": (True, "whole"),
        "of real songs, whole, at another tempo and in another key": (True, "moved"),
    }
    for name, (real, extent) in groups.items():
        chosen = [row for row in covers if row["real"] == real and row["extent"] == extent]
        if chosen:
            yield {"what": "covers named", "covers_are": name, **means(chosen)}
    for real in (False, True):
        chosen = [row for row in rows.values() if row["what"] == "a song among strangers" and row["real"] == real]
        yield {
            "what": "songs among strangers",
            "real": real,
            "songs": len(chosen),
            "named": sum(bool(row["named"]) for row in chosen),
        }
    if covers:
        yield {"what": "covers named, all", **means(covers), "known": covers[0]["known"], **surroundings()}


def means(rows: list[Row]) -> Row:
    def share(key: str) -> float:
        return round(float(np.mean([row[key] for row in rows])), 3)

    return {
        "covers": len(rows),
        "named_of_everything": share("named"),
        "named_of_three": share("named_of_three"),
        "wrong_of_everything": share("wrong"),
        "wrong_of_three": share("wrong_of_three"),
        "named_without_its_song": share("named_without"),
        "same_recording": sum(row["same_recording"] for row in rows),
    }


def _made(have: set[tuple[str, str | None]], songs: tuple[str, ...]) -> Iterator[Row]:
    names = (*demo_slugs(), *(name for name in REAL if (AUDIO / name).exists()))
    for number, name in enumerate(names):
        wanted: list[tuple[str, Extent]] = [
            (style, extent) for style, extent in _styles_of(number, name) if (name, _called(style, extent)) not in have
        ]
        if wanted and (not songs or name in songs):
            yield from _cover_rows(name, wanted, names)
    for name in catalogue():
        if (name, None) not in have and not songs:
            named = _works(identify(catalogue()[name], _works_without(name)))
            yield {
                "what": "a song among strangers",
                "song": name,
                "style": None,
                "real": name not in demo_slugs(),
                "named": named,
            }


def _styles_of(number: int, name: str) -> list[tuple[str, Extent]]:
    every = styles.ids()
    if name in demo_slugs():
        return [(style, "part") for style in every[number % 6 :: 6]]
    part, whole = REAL[name]
    moved, _, _ = MOVED[list(REAL).index(name)]
    return [
        *((style, "part") for style in every[part::7]),
        *((style, "whole") for style in every[whole::10]),
        (moved, "moved"),
    ]


def _called(style: str, extent: Extent) -> str:
    return style if extent == "part" else f"{style}/{extent}"


def _cover_rows(name: str, wanted: list[tuple[str, Extent]], names: tuple[str, ...]) -> Iterator[Row]:
    song, judge = load(name), Judge(name, names)
    for style, extent in wanted:
        yield judge.row_of(fingerprint(render(plan_cover(song, style, extent), song, workers=1).audio), style, extent)


class Judge:
    """Asks for the covers of one song: of everything, of three songs, and of everything but the song."""

    def __init__(self, name: str, names: tuple[str, ...]) -> None:
        others = [other for other in names if other != name]
        first = names.index(name) % len(others)
        self.name = name
        self.everything = Library.build(catalogue())
        self.three = Library.build({other: catalogue()[other] for other in (name, *(others * 2)[first : first + 2])})
        self.without = _works_without(name)

    def row_of(self, heard: Fingerprint, style: str, extent: Extent) -> Row:
        matches = identify(heard, self.everything)
        works, few, away = _works(matches), _works(identify(heard, self.three)), _works(identify(heard, self.without))
        return {
            "what": "a cover named",
            "song": self.name,
            "style": _called(style, extent),
            "real": self.name not in demo_slugs(),
            "extent": extent,
            "length_s": round(heard.duration_s),
            "known": len(self.everything),
            "named": works[:1] == [self.name],
            "wrong": bool(set(works) - {self.name}),
            "named_of_three": few[:1] == [self.name],
            "wrong_of_three": bool(set(few) - {self.name}),
            "named_without": bool(away),
            "same_recording": any(m.kind != "same_work" and m.recording_id == self.name for m in matches),
            "score": next((m.score for m in matches if m.kind == "same_work" and m.recording_id == self.name), None),
        }


def plan_cover(song: Material, style: str, extent: Extent) -> RemixPlan:
    if extent == "part":
        return plan_of(song, style, seed=int(song.recording_id in REAL))
    plan = cover(song.recording_id).restyle("vocals", "drums", "bass", "other", style=style).seeded(2)
    if extent == "whole":
        return plan
    _, ratio, semitones = MOVED[list(REAL).index(song.recording_id)]
    return plan.tempo(ratio=ratio).transpose(semitones)


def _works(matches: list[Match]) -> list[str]:
    return [m.recording_id for m in matches if m.kind == "same_work"]


def _works_without(name: str) -> Library:
    """Everything else, by its harmony alone."""
    none = Peaks(np.zeros(0, np.int32), np.zeros(0, np.float32))
    return Library.build({other: replace(known, peaks=none) for other, known in catalogue().items() if other != name})


@cache
def catalogue() -> dict[str, Fingerprint]:
    """Everything that is known, by its name, with its score."""
    prints = {name: _remember(load(name).master, load(name).analysis) for name in demo_slugs()}
    for path in sorted(AUDIO.glob("*")) if AUDIO.exists() else []:
        if path.suffix in (".mp3", ".ogg", ".wav") and sf.info(path).duration >= FULL_SONG_S:
            prints[path.name] = _remember(_read([path]))
    for folder in sorted((AUDIO / "stems").glob("*")):
        files = [path for path in sorted(folder.iterdir()) if path.suffix in (".mp3", ".ogg")]
        if files:
            prints[f"stems/{folder.name}"] = _remember(_read(files))
    return prints


def _remember(recording: Audio, analysis: Analysis | None = None) -> Fingerprint:
    return replace(fingerprint(recording), score=write_score(analysis or listen(recording)))


def _read(files: list[Path]) -> Audio:
    """The sum of what was delivered."""
    read = [sf.read(path, dtype="float32", always_2d=True) for path in files]
    rate = read[0][1]
    length = min(LENGTH_MAX_S * rate, *(len(samples) for samples, _ in read))
    total = sum(np.broadcast_to(samples[:length], (length, 2)) for samples, _ in read)
    return Audio.checked(np.ascontiguousarray(np.asarray(total, np.float32).T), rate)


if __name__ == "__main__":
    found: Iterator[dict[str, Any]] = run(tuple(sys.argv[1:]))
    for made in found:
        print(json.dumps(made), flush=True)
