"""A cover made in the house is known as its work, by the score that the catalogue keeps, and not as its recording."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from remixlab.app import open_workspace
from remixlab.domain.audio import Audio, Stems
from remixlab.domain.music import Analysis
from remixlab.domain.ports.engines import Listener
from remixlab.domain.ports.process import Progress
from remixlab.domain.rights import Recording
from remixlab.identify import Harmony, identify
from remixlab.plan import cover
from remixlab.rendering import render
from remixlab.usecases.catalogue import IngestOrder, ingest
from remixlab.usecases.claims import catalogue_index
from remixlab.usecases.hearing import hear


class ATonedeafListener:
    """Hears what another one hears, but no tune and no chords."""

    name = "tonedeaf/1"

    def __init__(self, other: Listener) -> None:
        self.other = other

    def listen(self, recording: Audio, stems: Stems | None, *, progress: Progress | None = None) -> Analysis:
        heard = self.other.listen(recording, stems, progress=progress)
        return heard.model_copy(update={"chords": (), "melody": (), "listener": self.name})


pytestmark = pytest.mark.xdist_group("journeys")


def test_a_cover_is_named_as_its_work_and_not_as_its_recording(home: Path) -> None:
    with open_workspace(home) as workspace:
        context = workspace.context
        with context.read() as records:
            source = records.catalogue.recording("QZRLB2699001")
        index = catalogue_index(context)
        assert index.score_of(index.ids.index(source.recording_id)) is not None
        plan = cover(source.recording_id).restyle("vocals", "drums", "bass", "other", style="bossa-nova").seeded(1)
        matches = identify(render(plan, hear(source, context)).audio, index)
    assert [(match.recording_id, match.kind) for match in matches] == [(source.recording_id, "same_work")]


def test_a_recording_delivered_again_to_another_listener_gets_a_new_score(home: Path) -> None:
    with open_workspace(home) as workspace:
        context = workspace.context

        def score_of(isrc: str) -> tuple[Recording, Harmony | None]:
            with context.read() as records:
                known = records.catalogue.recording(isrc)
            index = catalogue_index(context)
            return known, index.score_of(index.ids.index(known.recording_id))

        source, before = score_of("QZRLB2699002")
        ingest(
            IngestOrder(recording=source),
            workspace.actor(),
            replace(context, listener=ATonedeafListener(context.listener)),
        )
        _, between = score_of("QZRLB2699002")
        ingest(IngestOrder(recording=source), workspace.actor(), context)
        _, after = score_of("QZRLB2699002")
    assert before is not None and between is not None and after is not None
    assert before.tune.any() and not between.tune.any()
    assert np.array_equal(after.chroma, before.chroma) and np.array_equal(after.tune, before.tune)
