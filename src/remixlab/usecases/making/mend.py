"""Mend a take: what sounds like a stranger's recording is performed anew from the song's own tune and chords, or left
out, and the whole is screened again. What was changed where is told with the remix.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal, NamedTuple

from remixlab.domain.audio import SAMPLE_RATE, Audio
from remixlab.domain.errors import RemixLabError
from remixlab.domain.material import Mix
from remixlab.domain.value import Value
from remixlab.identify import Match, Screening
from remixlab.plan import RemixPlan, uses
from remixlab.plan.ops import Arrange, Cut, Groove, Line, Perform, Reharmonize, Repeat, Swing, Tempo, Transpose
from remixlab.rendering import render
from remixlab.rights import decide
from remixlab.signal.splice import splice
from remixlab.usecases.context.making import Making
from remixlab.usecases.making.consider import Judged
from remixlab.usecases.making.instruments import instruments_for
from remixlab.usecases.making.too_close import refuse, standing

ROUNDS_MAX: Final = 3
SHARE_MAX: Final = 0.4
"""A take of which more is somebody else's is no song with a foreign passage in it: it is refused whole."""
_MARGIN_S: Final = 0.25
"""A passage is told as long as peaks meet; its first and last sounds begin a little outside."""
_SHAPE: Final = (Arrange, Repeat, Cut, Tempo, Swing, Groove, Transpose, Reharmonize)
"""The verbs that make the form, the time and the harmony of a result: a stand-in has the same ones."""
_PLAYED_BY: Final[Mapping[Line, str]] = {"melody": "nylon-guitar", "chords": "grand-piano", "bass": "double-bass"}

How = Literal["performed", "left out"]
Spans = list[tuple[float, float]]


class Mending(Value):
    """One stretch that was changed, because it sounds like this recording. Unit: seconds of the result."""

    start_s: float
    end_s: float
    how: How
    recording_id: str
    round: int

    def told(self) -> str:
        did = "is performed anew" if self.how == "performed" else "is left out"
        return (
            f"{self.start_s:.1f}-{self.end_s:.1f} s {did}: it sounded like a recording that this is not licensed from."
        )


class Mended(NamedTuple):
    """The mix as it may leave, what was heard in it at last, and what was changed."""

    mix: Mix
    screening: Screening
    changes: tuple[Mending, ...]


def mend(
    mix: Mix,
    screening: Screening,
    judged: Judged,
    licensed: frozenset[str],
    screen_again: Callable[[Audio], Screening],
    context: Making,
) -> Mended:
    """Change what is foreign in a take until nothing is, in at most three rounds. Raises: ScreenRefused.

    Only in the songs of the catalogue: what somebody brought on their own word is refused, not made to pass.
    """
    found = standing(screening, licensed, context)
    if found.clean:
        return Mended(mix, found, ())
    foreign = found.foreign(licensed)
    if judged.recording.attested_by is not None or _length(_spans(foreign, mix)) > SHARE_MAX * mix.audio.duration_s:
        raise refuse(found, licensed)
    other = _stand_in(judged, context)
    changes: list[Mending] = []
    for number in range(1, ROUNDS_MAX + 1):
        # What was performed anew and is still heard goes out.
        how: How = "performed" if other is not None and number == 1 else "left out"
        spans = _spans(foreign, mix)
        sound = mix.audio.samples
        for start, end in spans:
            first, last = round(start * SAMPLE_RATE), round(end * SAMPLE_RATE)
            sound = splice(sound, other.samples if other is not None and how == "performed" else None, first, last)
        mix = replace(mix, audio=Audio(sound, mix.audio.sample_rate))
        changes += [_told(span, foreign, how, number) for span in spans]
        found = standing(screen_again(mix.audio), licensed, context)
        if found.clean:
            return Mended(mix, found, tuple(changes))
        foreign = found.foreign(licensed)
    raise refuse(found, licensed)


def _stand_in(judged: Judged, context: Making) -> Audio | None:
    """The same form in the same time and harmony, with nothing of the master: tune, chords and bass played anew.

    None where nobody may play the work anew, or where nothing of it was heard.
    """
    plan, material = judged.plan, judged.material
    lines = {"melody": material.analysis.melody, "chords": material.analysis.chords, "bass": material.analysis.bass}
    played = [Perform(line=line, instrument=by) for line, by in _PLAYED_BY.items() if lines[line]]
    shape = [op for op in plan.ops if isinstance(op, _SHAPE)]
    if not played:
        return None
    other = RemixPlan(
        kind="cover", source=plan.source, stems=(), seed=plan.seed, master=plan.master, ops=(*shape, *played)
    )
    decision = decide(uses(other), judged.decision.reach, judged.terms, judged.decision.request)
    if not decision.allowed:
        return None
    try:
        pack = instruments_for(judged.plan, context, synthesised=judged.synthesised)
        return render(other, material, workers=context.workers, sounds=pack).audio
    except RemixLabError:  # a place that only the master has; then the passage is left out
        return None


def _spans(foreign: Sequence[Match], mix: Mix) -> Spans:
    """The stretches of the result that are foreign, out to the beats around them, each once."""
    beats = [0.0, *mix.beats_s, mix.audio.duration_s]
    merged: Spans = []
    for match in sorted(foreign, key=lambda m: m.query_start_s):
        start = max((b for b in beats if b <= match.query_start_s - _MARGIN_S), default=0.0)
        end = min((b for b in beats if b >= match.query_end_s + _MARGIN_S), default=mix.audio.duration_s)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _length(spans: Spans) -> float:
    return sum(end - start for start, end in spans)


def _told(span: tuple[float, float], foreign: Sequence[Match], how: How, number: int) -> Mending:
    inside = next(m for m in foreign if m.query_start_s < span[1] and m.query_end_s > span[0])
    return Mending(
        start_s=round(span[0], 3), end_s=round(span[1], 3), how=how, recording_id=inside.recording_id, round=number
    )
