"""What has been understood so far: drafts of verbs, promises, prohibitions, votes for styles, notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from remixlab.domain.audio import Stem
from remixlab.domain.music import Analysis
from remixlab.plan.ops import Op
from remixlab.prompt.text.clauses import Clause
from remixlab.prompt.text.clean import Token
from remixlab.prompt.text.tags import Tag


class Draft(NamedTuple):
    """A verb that the words ask for. `asked` is false where a mood or a preset merely implies it."""

    op: Op
    words: str
    confidence: float
    asked: bool = True
    sure: bool = True
    """False where a misspelt word had to be mended to read it."""
    why: str = ""
    """What the recording had to do with it, said on the chip."""
    gives_way: bool = False
    """Nobody asked for it: where it is not allowed, the rest is still wanted."""
    lasts_s: float = 0.0
    """How long a fade was said to last, which its beats follow; 0 where no seconds were said."""


class Vote(NamedTuple):
    """A style that the words name (`named`) or suggest, where, and for which stems."""

    style: str
    weight: float
    named: bool
    words: str
    confidence: float
    place: str = "all"
    on: tuple[Stem, ...] = ()
    order: int = 0
    joint: str = "."
    likened: bool = False
    """A guess by likeness: as sure as it says, never surer."""


class Note(NamedTuple):
    """Something understood that needs no verb, such as a promise about the tempo."""

    words: str
    meaning: str
    confidence: float


class Lessened(NamedTuple):
    """An effect of the former plan that shall be weaker, and on which stems."""

    fx: str
    on: tuple[Stem, ...]
    words: str


class Return(NamedTuple):
    """Stems that the former plan silences and that shall be heard again, from a place on; none named means the
    last ones.
    """

    on: tuple[Stem, ...]
    place: str
    words: str


class Goal(NamedTuple):
    """A length that was asked for: `sense` is `about`, `at most` or `at least`."""

    seconds: float
    sense: str
    words: str


@dataclass(slots=True)
class Reading:
    """Everything that the rules have found; they write here and read only the clause before them."""

    text: str
    found: Sequence[Token]
    analysis: Analysis | None
    drafts: list[Draft] = field(default_factory=list)
    votes: list[Vote] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    instruments: list[tuple[str, str, float, tuple[str, ...]]] = field(default_factory=list)
    """Instrument, words, confidence, places: what they play is decided when kind and style are known."""
    protected: set[str] = field(default_factory=set)
    """What must not change: tempo, key, harmony, groove, form, style."""
    forbidden: set[tuple[str, str]] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    """Parts of a former plan to take back, by the verb's name or by what it touches."""
    returns: list[Return] = field(default_factory=list)
    lessened: list[Lessened] = field(default_factory=list)
    lengths: list[Goal] = field(default_factory=list)
    trimmed: bool = False
    """It was made shorter without a word on how short."""
    pace: float = 1.0
    """How fast the whole plays, where a length is said together with a tempo."""
    follows: bool = False
    """A plan is there already, and this edits it."""
    kind: str | None = None
    kind_words: str = ""
    unknown: list[Token] = field(default_factory=list)
    """The words that no list holds."""
    offers: list[Op] = field(default_factory=list)
    """Verbs that could be done at a part which the recording does have."""
    surprise: str = ""
    asks: bool = False
    """It begins as a question about the world does: `how tall is ...`."""
    added: bool = False
    """Instruments were asked for beside what is there: `with horns`, `add a banjo`."""
    bare: bool = False
    """Nothing but what was named: `just a guitar`."""

    def words(self, tags: Iterable[Tag]) -> str:
        """The very words of the prompt from the first of these tags to the last, without small words around."""
        inside = [tag for tag in tags if tag.senses and not tag.is_a("mark")]
        solid = [tag for tag in inside if not tag.is_a("filler")] or inside
        if not solid:
            return ""
        start = min(self.found[tag.first].start for tag in solid)
        end = max(self.found[tag.last].end for tag in solid)
        return " ".join(self.text[start:end].split())[:400]

    def draft(
        self, op: Op, clause: Clause, *, confidence: float = 0.95, asked: bool = True, lasts_s: float = 0.0
    ) -> None:
        sure = round(confidence * clause.confidence, 2)
        self.drafts.append(Draft(op, self.words(clause.tags), sure, asked, clause.confidence >= 1.0, lasts_s=lasts_s))

    def note(self, clause: Clause, meaning: str, confidence: float = 0.9, tags: Iterable[Tag] | None = None) -> None:
        words = self.words(tags if tags is not None else clause.tags)
        self.notes.append(Note(words, meaning, round(confidence * clause.confidence, 2)))

    def skip(self, words: str, why: str = "") -> None:
        entry = f"{words} ({why})" if why else words
        if words and entry not in self.skipped:
            self.skipped.append(entry)

    @property
    def heard(self) -> bool:
        return bool(
            self.drafts
            or self.votes
            or self.notes
            or self.instruments
            or self.kind
            or self.removed
            or self.lessened
            or self.surprise
        )
