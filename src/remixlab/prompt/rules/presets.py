"""Whole ideas in one word: karaoke, nightcore, slowed and reverb, radio edit."""

from __future__ import annotations

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.plan.ops import Keep, Layer, Mute, Tempo, Transpose, Treat
from remixlab.prompt.reading import Reading
from remixlab.prompt.rules import length, sound
from remixlab.prompt.text.clauses import Clause


def expand_presets(clause: Clause, reading: Reading) -> bool:
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
        case "acapella" if clause.joint == "with" and any(vote.named for vote in reading.votes):
            # "house with the acapella": the voice of the recording over a new band
            reading.draft(Keep(on=(Stem.VOCALS,)), clause)
        case "piano-and-voice":
            reading.draft(Mute(on=band, at=at), clause)
            reading.instruments.append(("grand-piano", reading.words(clause.tags), 0.95, clause.places))
            reading.added = True
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
            return length.shorten(clause, reading)
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
