"""Recordings, parties, works, searches and what was heard, as they are answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from remixlab.domain.music import Analysis, Chord, DrumHit, Note, PulseRegion, Section
from remixlab.domain.rights import Party, Recording, Scope, Work
from remixlab.doors.answers.answer import Answer, ListAnswer

if TYPE_CHECKING:
    from remixlab.listening import Fit
    from remixlab.usecases.catalogue import Availability, Found, Ingested, Search, Suggested

Fitting = Annotated[float | None, Field(description="How well it fits what was searched for, 0 to 1.")]


class Preset(Answer):
    """A button: its name and the prompt behind it."""

    name: str
    prompt: str
    kind: Literal["remix", "cover"] = "remix"


class RecordingItem(Answer):
    """A recording of the catalogue, and what is open on it for whoever asks."""

    recording_id: str
    isrc: str | None
    title: str
    artist: str
    duration_s: float
    open: bool
    state: Annotated[str, Field(description="What is open, in words.")]
    audio_url: str
    fit: Fitting = None


class RecordingList(ListAnswer[RecordingItem]):
    """The catalogue in pages; a search is one page, the best first."""


class RecordingDetail(RecordingItem):
    """A recording with what was heard in it, and ideas that suit it."""

    analysis: Analysis | None
    scopes: Annotated[list[Scope], Field(description="Everything that is open now for whoever asks.")]
    presets: list[Preset]
    sentences: list[str]
    surprise: str


class PeaksAnswer(Answer):
    """Lowest and highest sample of each of a thousand stretches. Unit: full scale is 127."""

    peaks: list[tuple[int, int]]


class StemLevelsAnswer(Answer):
    """How loud each stem is in each of six hundred stretches. Unit: full scale is 127."""

    vocals: list[int] = []
    drums: list[int] = []
    bass: list[int] = []
    other: list[int] = []


class TagItem(Answer):
    """A word that fits the sound."""

    kind: Annotated[str, Field(description="style, family, era, scene, mood, instrument, voice, tempo, mode or drums.")]
    value: str
    fit: float


class TagsAnswer(Answer):
    """The answer of `remixlab tags`."""

    tags: list[TagItem]


class TagList(TagsAnswer):
    """The words that fit the sound of a recording best."""

    recording_id: str


class IngestedAnswer(Answer):
    """A recording that was brought; `duplicate_of` when it was there already."""

    recording_id: str
    isrc: str | None
    title: str
    artist: str
    duration_s: float
    sha256: str
    duplicate_of: str | None
    quarantined: Annotated[bool, Field(description="It waits until a person has listened to it.")] = False
    notes: Annotated[list[str], Field(description="What of its tags was left out, and why.")] = []


class FailedAnswer(Answer):
    """A file that could not be brought, and why; the others came in."""

    file: str
    code: str
    message: str
    hint: str


class IngestedList(Answer):
    """The answer of `remixlab ingest`."""

    recordings: list[IngestedAnswer]
    failed: list[FailedAnswer] = []


class FoundAnswer(Answer):
    """A recording that was found, how well it fits, and whether its `name` or its `sound` does."""

    recording_id: str
    title: str
    artist: str
    fit: float
    because: str


class MeaningAnswer(Answer):
    words: str
    meaning: str


class SearchAnswer(Answer):
    """The answer of `remixlab search`."""

    items: list[FoundAnswer]
    understood: list[MeaningAnswer]
    skipped: list[str]
    unheard: Annotated[int, Field(description="Recordings that nobody has listened to yet.")]


class AnalysisAnswer(Answer):
    """The answer of `remixlab listen`: the other tempi as plain numbers. Unit: seconds, MIDI, LUFS, dBTP."""

    duration_s: float
    tempo_bpm: float
    tempo_alternatives: list[float]
    meter: str
    beats: list[float]
    downbeats: list[float]
    pulse: Annotated[list[PulseRegion], Field(description="Tempo and sureness of the beats, by stretches.")] = []
    key: Annotated[str | None, Field(description="None where no key was heard.")]
    key_confidence: float
    tuning_cents: Annotated[float, Field(description="How far its A lies above 440 Hz.")] = 0.0
    chords: list[Chord]
    sections: list[Section]
    melody: list[Note]
    tune: Annotated[list[Note], Field(description="The loudest line where nobody sings.")] = []
    bass: list[Note]
    drums: list[DrumHit]
    loudness_lufs: float
    peak_dbtp: float
    style: Annotated[str, Field(description="The style that it is nearest to; empty where none was sought.")] = ""
    listener: str


class PartyList(ListAnswer[Party]):
    """Everybody who owns, sings, writes or is paid here."""


class WorkList(ListAnswer[Work]):
    """The compositions behind the recordings."""


class SeparatedAnswer(Answer):
    """The answer of `remixlab separate`: stem names and files."""

    stems: dict[str, str]
    separator: str


def recording_answer(recording: Recording, available: Availability, fit: float | None = None) -> RecordingItem:
    return RecordingItem(
        recording_id=recording.recording_id, isrc=recording.isrc, title=recording.title, artist=recording.artist,
        duration_s=round(recording.duration_s, 3), open=available.open, state=available.sentence,
        audio_url=f"/v1/recordings/{recording.recording_id}/audio", fit=None if fit is None else round(fit, 3),
    )  # fmt: skip


def recording_detail(
    item: RecordingItem, analysis: Analysis | None, available: Availability, suggested: Suggested
) -> RecordingDetail:
    presets = [
        Preset(name=p.name, prompt=p.prompt, kind="cover" if p.kind == "cover" else "remix") for p in suggested.presets
    ]
    return RecordingDetail(
        **{name: getattr(item, name) for name in RecordingItem.model_fields}, analysis=analysis,
        scopes=sorted(available.scopes),
        presets=presets, sentences=list(suggested.sentences), surprise=suggested.surprise,
    )  # fmt: skip


def tags_answer(fits: Iterable[Fit]) -> TagsAnswer:
    return TagsAnswer(tags=_tags(fits))


def tag_list(recording: Recording, fits: Iterable[Fit]) -> TagList:
    return TagList(recording_id=recording.recording_id, tags=_tags(fits))


def ingested_answer(ingested: Ingested) -> IngestedAnswer:
    return brought_answer(ingested.recording, ingested.duplicate_of, ingested.notes)


def brought_answer(recording: Recording, duplicate_of: str | None, notes: Iterable[str] = ()) -> IngestedAnswer:
    """As `ingested_answer`, of what a job has kept of it."""
    return IngestedAnswer(
        recording_id=recording.recording_id,
        isrc=recording.isrc,
        title=recording.title,
        artist=recording.artist,
        duration_s=round(recording.duration_s, 3),
        sha256=recording.sha256,
        duplicate_of=duplicate_of,
        quarantined=recording.quarantined,
        notes=list(notes),
    )


def search_answer(search: Search) -> SearchAnswer:
    return SearchAnswer(
        items=[_found(one) for one in search.found],
        understood=[MeaningAnswer(words=words, meaning=meaning) for words, meaning in search.understood],
        skipped=list(search.skipped),
        unheard=search.unheard,
    )


def analysis_answer(analysis: Analysis) -> AnalysisAnswer:
    tempi = [other.tempo_bpm for other in analysis.tempo_alternatives]
    key = analysis.key if analysis.has_key else None
    return AnalysisAnswer.model_validate({**analysis.to_dict(), "tempo_alternatives": tempi, "key": key})


def separated_answer(stems: Mapping[str, object], separator: str) -> SeparatedAnswer:
    return SeparatedAnswer(stems={stem: str(path) for stem, path in stems.items()}, separator=separator)


def _found(one: Found) -> FoundAnswer:
    r = one.recording
    return FoundAnswer(
        recording_id=r.recording_id, title=r.title, artist=r.artist, fit=round(one.fit, 3), because=one.because
    )


def _tags(fits: Iterable[Fit]) -> list[TagItem]:
    return [TagItem(kind=fit.kind, value=fit.value, fit=fit.fit) for fit in fits]
