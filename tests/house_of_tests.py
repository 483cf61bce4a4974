"""A small house for journeys: three of our own short songs, with owners and consents, entered through the front
door.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf

from remixlab.compose import sketch
from remixlab.doors.cli import main

OPEN = """
title = "Harbour Lights"
artist = "The Test Band"
isrc = "QZRLB2699001"
works = [{ title = "Harbour Lights", writers = ["Wanda Writer"] }]
shares = [
  { party = "Label One", right = "master", ppm = 600000 },
  { party = "The Test Band", right = "master", ppm = 400000 },
  { party = "Wanda Writer", right = "publishing", ppm = 1000000 },
]
[[consent]]
party = "Label One"
side = "master"
scopes = ["all"]
constraints = { genres_forbidden = ["metal"], tempo_change_max = 0.3 }
[[consent]]
party = "The Test Band"
side = "master"
scopes = ["all"]
[[consent]]
party = "The Test Band"
side = "artist"
scopes = ["all"]
[[consent]]
party = "Wanda Writer"
side = "work"
subject = "work"
scopes = ["all"]
"""
ASKS = (
    OPEN.replace("Harbour Lights", "Quiet Orchard")
    .replace("QZRLB2699001", "QZRLB2699002")
    .replace(
        'constraints = { genres_forbidden = ["metal"], tempo_change_max = 0.3 }',
        "constraints = { approval_required = true }",
    )
    .replace("shares = [", 'shares = [\n  { party = "The Test Band", right = "likeness", ppm = 1000000 },')
)
ASKS += """
[[consent]]
party = "The Test Band"
side = "likeness"
scopes = ["style_reference"]
"""
CLOSED = OPEN.replace("Harbour Lights", "Shut Door").replace("QZRLB2699001", "QZRLB2699003").split("[[consent]]")[0]
SONGS = {
    "open": (OPEN, {"seed": 1}),
    "asks": (ASKS, {"seed": 2, "key": "G major"}),
    "closed": (CLOSED, {"seed": 3, "key": "D minor"}),
}

Run = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="session")
def house_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The workspace of the session:

    `files/` holds the sound of the three songs, `home/` the house they were brought to.
    """
    folder = tmp_path_factory.mktemp("house")
    files = folder / "files"
    files.mkdir()
    for name, (owners, brief) in SONGS.items():
        performed = sketch(form="verse4 chorus4 verse4 chorus4", **brief)
        sf.write(files / f"{name}.flac", performed.recording.samples.T, performed.recording.sample_rate)
        (files / f"{name}.toml").write_text(owners, encoding="utf-8")
        stems = files / name
        stems.mkdir()
        for stem, audio in performed.stems.items():
            sf.write(stems / f"{stem}.flac", audio.samples.T, audio.sample_rate)
        code, answer = call(
            "ingest", files / f"{name}.flac", "--owners", files / f"{name}.toml", "--stems", stems, home=folder / "home"
        )
        assert code == 0, answer
    yield folder


@pytest.fixture(scope="session")
def home(house_folder: Path) -> Path:
    return house_folder / "home"


@pytest.fixture
def run(home: Path) -> Run:
    """Run one command of the shared house; its exit code and its JSON."""
    return lambda *words, **options: call(*words, **{"home": home, **options})


def call(*words: Any, home: Path, as_json: bool = True) -> tuple[int, Any]:
    """A command as a user runs it, in this process: exit code, and the one JSON object it printed."""
    import contextlib
    import io

    out = io.StringIO()
    arguments = [*map(str, words), "--home", str(home), *(["--json"] if as_json else [])]
    code = 0
    with contextlib.redirect_stdout(out):
        try:
            main(arguments)
        except SystemExit as leaving:
            code = int(leaving.code or 0)
    text = out.getvalue()
    return code, json.loads(text) if as_json else text
