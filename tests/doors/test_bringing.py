"""Files at the command line as people have them: tables of any encoding, names of any bytes, batches with one bad file.

The command runs whole, over a workspace in memory whose engines are the fakes; files are read by the real readers.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import structlog

import odd_files
from remixlab.app.jobs.queue import JobStatus
from remixlab.domain.audio import Audio
from remixlab.domain.errors import RemixLabError
from remixlab.doors.cli import main
from remixlab.stores.files import SoundFiles
from remixlab.usecases.catalogue import ingest

Desk = Callable[..., tuple[int, Any]]
ROWS = "isrc;title;artist;right;party;percent\n" + "".join(
    f"QZRLB26000{n};Lied {n};Jörg Beispiel;master;{who};100\n" for n, who in ((11, "Müller"), (12, "Möller"))
)


class JobsAtOnce:
    """Jobs that are done when they are taken on."""

    def __init__(self, context: Any) -> None:
        self.context, self.done = context, dict[str, dict[str, Any] | RemixLabError]()

    def ingest(self, order: Any, actor: Any, *, progress: Any = None) -> str:
        job = f"job_{len(self.done)}"
        done = ingest(order, actor, self.context)
        self.done[job] = {
            "recording_id": done.recording.recording_id,
            "duplicate_of": done.duplicate_of,
            "notes": list(done.notes),
        }
        return job

    def wait(self, job: str) -> Any:
        return self.done[job]

    def status(self, job: str) -> JobStatus | None:
        return None


@pytest.fixture
def desk(world: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Run a command; its exit code, and the JSON that it printed or its lines."""
    context = replace(world.workspace.context, audio_files=SoundFiles())
    workspace = replace(world.workspace, context=context, jobs=JobsAtOnce(context))

    @contextlib.contextmanager
    def opened(*_: Any, **__: Any) -> Generator[Any]:
        yield workspace

    monkeypatch.setattr("remixlab.app.open_workspace", opened)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))

    def run(*words: Any, as_json: bool = True) -> tuple[int, Any]:
        out, err, code = io.StringIO(), io.StringIO(), 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main([*map(os.fspath, words), *(["--json"] if as_json else [])])
            except SystemExit as leaving:
                code = int(leaving.code or 0)
        assert "Traceback" not in err.getvalue()
        return code, json.loads(out.getvalue()) if as_json else out.getvalue() + err.getvalue()

    yield run
    structlog.reset_defaults()


def song(path: Path, seed: int = 1, seconds: float = 2.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(odd_files.encode(odd_files.music(seconds, seed=seed), "WAV", "PCM_16"))
    return path


# ---------------------------------------------------------------- tables


@pytest.mark.parametrize(
    ("page", "delimiter", "name"),
    [("utf-8", ";", "o.csv"), ("utf-8-sig", ";", "o.csv"), ("utf-16", "\t", "o.csv"), ("utf-16", "\t", "o.txt"),
     ("utf-16-be", "\t", "o.tsv")],
)  # fmt: skip
def test_two_owners_are_two_people_in_whatever_unicode_a_spreadsheet_writes(
    page: str, delimiter: str, name: str, desk: Desk, tmp_path: Path, world: Any
) -> None:
    (tmp_path / name).write_bytes(ROWS.replace(";", delimiter).encode(page))
    for number in (11, 12):
        code, answer = desk(
            "ingest", song(tmp_path / f"lied_{number}.wav", number), "--isrc", f"QZRLB26000{number}", "--owners",
            tmp_path / name,
        )  # fmt: skip
        assert code == 0, answer
    owners: dict[int, list[tuple[str, int]]] = {}
    with world.workspace.context.read() as records:
        for number in (11, 12):
            recording = records.catalogue.find_recording(f"QZRLB26000{number}")
            shares = records.catalogue.shares(recording.recording_id)
            owners[number] = [(records.catalogue.party(share.party_id).name, share.ppm) for share in shares]
    assert owners == {11: [("Müller", 1_000_000)], 12: [("Möller", 1_000_000)]}


def test_a_table_in_another_encoding_is_refused_by_its_line_and_read_when_it_is_named(
    desk: Desk, tmp_path: Path
) -> None:
    table = tmp_path / "owners.csv"
    table.write_bytes(ROWS.encode("cp1252"))
    words = ("ingest", song(tmp_path / "lied.wav"), "--isrc", "QZRLB2600011", "--owners", table)
    code, answer = desk(*words)
    assert code == 2 and answer["error"]["code"] == "text.encoding"
    assert "owners.csv" in answer["error"]["message"] and "line 2" in answer["error"]["message"]
    code, answer = desk(*words, "--encoding", "cp1252")
    assert code == 0 and answer["recordings"][0]["artist"] == "Jörg Beispiel"


def test_a_table_serves_a_whole_folder_by_the_codes_in_the_tags(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "owners.csv").write_text(ROWS, encoding="utf-8")
    for number in (11, 12):
        flac = odd_files.encode(odd_files.music(2.0, seed=number), "FLAC", "PCM_16")
        (tmp_path / f"{number}.flac").write_bytes(odd_files.with_comments(flac, f"ISRC=QZRLB26000{number}".encode()))
    code, answer = desk("ingest", tmp_path, "--owners", tmp_path / "owners.csv")
    assert code == 0 and [r["title"] for r in answer["recordings"]] == ["Lied 11", "Lied 12"]


@pytest.mark.parametrize("page", ["cp1252", "latin-1"])
def test_a_pool_file_in_another_encoding_is_refused_by_its_line(page: str, desk: Desk, tmp_path: Path) -> None:
    pool = tmp_path / "pool.toml"
    pool.write_bytes('name = "Januar"\n[fees]\n"Jörg" = "2.50"\n'.encode(page))
    code, answer = desk("settle", "--period", "2025-01", "--pool", pool)
    assert code == 2 and answer["error"]["code"] == "text.encoding" and "line 3" in answer["error"]["message"]
    code, answer = desk("settle", "--period", "2025-01", "--pool", pool, "--encoding", page)
    assert answer.get("error", {}).get("code") != "text.encoding"


def test_an_owners_file_and_a_plan_are_never_guessed(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "o.toml").write_bytes('title = "Böse"\n'.encode("cp1252"))
    code, answer = desk("ingest", song(tmp_path / "a.wav"), "--owners", tmp_path / "o.toml")
    assert code == 2 and answer["error"]["code"] == "text.encoding"
    (tmp_path / "p.json").write_bytes('{"because": "Böse"}'.encode("cp1252"))
    code, answer = desk("ask", "rec_open", tmp_path / "p.json")
    assert code == 2 and answer["error"]["code"] == "text.encoding"


# ---------------------------------------------------------------- names


@pytest.mark.parametrize("raw", [b"caf\xe9 song.wav", b"\xff\xfe.wav", "Белый снег.wav".encode("cp1251")])
def test_a_file_name_that_is_no_utf8_works_in_every_command(raw: bytes, desk: Desk, tmp_path: Path) -> None:
    path = song(tmp_path / os.fsdecode(raw))
    for as_json in (True, False):
        for words in (
            ("ingest", path), ("listen", path), ("tags", path), ("identify", path), ("verify", path),
            ("separate", path, "-o", tmp_path / os.fsdecode(b"out\xe9")), ("ingest", tmp_path),
            ("plan", path, "slower", "--mine"), ("search", os.fsdecode(raw)),
            ("listen", tmp_path / os.fsdecode(b"missing\xe9.wav")),
            ("ask", tmp_path / os.fsdecode(b"missing\xe9.wav"), "--for", "remix"),
            ("render", path, tmp_path / os.fsdecode(b"plan\xe9.json"), "-o", tmp_path / "o.flac"),
        ):  # fmt: skip
            code, answer = desk(*words, as_json=as_json)
            assert (
                code == 0 if words[0] in ("ingest", "listen", "separate") and words[1] == path else code in (0, 2, 3, 4)
            )
            if as_json and words[0] == "ingest":
                title = answer["recordings"][0]["title"]
                assert title.encode() and "\udc80" not in title
    assert desk("ingest", path)[1]["recordings"][0]["title"] in ("café song", "ÿþ", "Белый снег", "\\xff\\xfe")


def test_a_file_name_with_controls_gives_a_harmless_title(desk: Desk, tmp_path: Path) -> None:
    path = song(tmp_path / "Night\x1b[31m\nDrive \u202eevil.wav")
    _, answer = desk("ingest", path)
    assert answer["recordings"][0]["title"] == "Night Drive evil"
    code, lines = desk("listen", path, as_json=False)
    assert code == 0 and "\x1b" not in lines
    code, lines = desk("verify", tmp_path / "no\x1b[31m\nsuch.wav", as_json=False)
    assert code == 3 and "\x1b" not in lines and lines.count("\n") == 1


@pytest.mark.parametrize("title", ["Night Drive [live]", "Night [/] Drive", "[bold red]x[/]"])
def test_brackets_in_a_title_are_shown_as_written(title: str, desk: Desk, tmp_path: Path) -> None:
    code, lines = desk("ingest", song(tmp_path / "a.wav"), "--title", title, "--artist", "Ann [uk]", as_json=False)
    assert code == 0 and title in lines and "Ann [uk]" in lines


# ---------------------------------------------------------------- batches


def test_one_bad_file_is_named_and_the_others_come_in(desk: Desk, tmp_path: Path) -> None:
    good, bad = song(tmp_path / "a.wav"), tmp_path / "broken.mp3"
    bad.write_text("not audio")
    other = song(tmp_path / "b.wav", 2)
    code, answer = desk("ingest", good, bad, other)
    assert code == 2 and [r["title"] for r in answer["recordings"]] == ["a", "b"]
    assert [(f["file"], f["code"]) for f in answer["failed"]] == [(str(bad), "audio.not_audio")]
    assert answer["failed"][0]["message"]
    code, lines = desk("ingest", good, bad, other, as_json=False)
    assert code == 2 and "broken.mp3" in lines and "2 brought, 0 here already, 1 failed" in lines


def test_a_folder_means_the_sounds_below_it(desk: Desk, tmp_path: Path) -> None:
    song(tmp_path / "album" / "cd1" / "01.wav", 1)
    song(tmp_path / "album" / "cd2" / "01.WAV", 2)
    for name in (".hidden.wav", "._01.wav", "cover.jpg", "Thumbs.db", "notes.txt"):
        (tmp_path / "album" / name).write_bytes(b"\0\0\0\1Bud1")
    code, answer = desk("ingest", tmp_path / "album")
    assert code == 0 and len(answer["recordings"]) == 2
    (tmp_path / "empty").mkdir()
    code, answer = desk("ingest", tmp_path / "empty")
    assert code == 2 and "empty" in answer["error"]["message"]


def test_what_is_said_of_one_file_is_not_said_of_several(desk: Desk, tmp_path: Path) -> None:
    code, answer = desk("ingest", song(tmp_path / "a.wav"), song(tmp_path / "b.wav", 2), "--isrc", "QZRLB2600011")
    assert code == 2 and answer["error"]["code"] == "usage"


# ---------------------------------------------------------------- stems


def parts() -> dict[str, Audio]:
    dice, t = np.random.default_rng(3), np.arange(44_100 * 6) / 44_100
    beat = np.exp(-14 * (t % 0.5))
    tune = np.sign(np.sin(2 * np.pi * 1.3 * t)) * 40 + 440
    louder = (t > 1.5) * (dice.random(6)[t.astype(int)] + 0.3)
    shapes = {
        "vocals": 0.15 * np.sin(2 * np.pi * np.cumsum(tune) / 44_100) * louder,
        "drums": 0.2 * dice.normal(0, 1, t.size) * beat,
        "bass": 0.2 * np.sin(2 * np.pi * 55 * t) * (1 - 0.5 * (t % 1)),
        "other": 0.1 * np.sin(2 * np.pi * 330 * t),
    }  # fmt: skip
    return {name: Audio(np.stack([y, y]).astype(np.float32), 44_100) for name, y in shapes.items()}


def write_parts(folder: Path, made: dict[str, Audio]) -> Path:
    folder.mkdir()
    for name, sound in made.items():
        (folder / f"{name}.wav").write_bytes(odd_files.encode(sound, "WAV", "PCM_24"))
    return folder


def test_stems_are_held_against_the_mix_and_kept_mended(desk: Desk, tmp_path: Path, world: Any) -> None:
    made = parts()
    total = np.sum([p.samples for p in made.values()], axis=0, dtype=np.float32)
    (tmp_path / "mix.wav").write_bytes(odd_files.encode(Audio(total, 44_100), "WAV", "PCM_24"))
    turned = {
        "Drum Bus": Audio(-made["drums"].samples, 44_100),
        "01 - Lead Vox": made["vocals"],
        "Bass DI": made["bass"],
    }
    folder = write_parts(tmp_path / "stems", turned | {"MUSIC": made["other"]})
    (folder / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    code, answer = desk("ingest", tmp_path / "mix.wav", "--stems", folder)
    assert code == 0 and answer["recordings"][0]["notes"] == [
        "stem 'drums': it is turned over (inverted); mended by the mix"
    ]
    with world.workspace.context.read() as records:
        kept = records.catalogue.stems_of(answer["recordings"][0]["recording_id"])
    drums = SoundFiles().decode(world.workspace.context.blobs.get(kept["drums"]), "drums")
    assert np.allclose(drums.samples, made["drums"].samples, atol=1e-4)


def test_a_multitrack_is_summed_into_four_stems(desk: Desk, tmp_path: Path, world: Any) -> None:
    made = parts()
    total = np.sum([p.samples for p in made.values()], axis=0, dtype=np.float32)
    (tmp_path / "mix.wav").write_bytes(odd_files.encode(Audio(total, 44_100), "WAV", "PCM_24"))
    halves = {f"Gtr {side}": Audio(made["other"].samples / 2, 44_100) for side in "LR"}
    names = {"01 Drums": made["drums"], "02 Bass DI": made["bass"], "03 Vox": made["vocals"]}
    code, answer = desk("ingest", tmp_path / "mix.wav", "--stems", write_parts(tmp_path / "tracks", names | halves))
    notes = answer["recordings"][0]["notes"]
    assert code == 0 and len(notes) == 1 and "sum of 2 files: Gtr L, Gtr R" in notes[0]


def test_a_folder_whose_names_say_nothing_is_refused_with_what_names_do(desk: Desk, tmp_path: Path) -> None:
    folder = write_parts(tmp_path / "stems", {"Track 1": parts()["drums"]})
    code, answer = desk("ingest", song(tmp_path / "a.wav"), "--stems", folder)
    assert code == 2 and "Track 1" in answer["error"]["message"] and "Kick" in answer["error"]["hint"]


def test_a_damaged_stem_is_named_and_nothing_comes_in(desk: Desk, tmp_path: Path) -> None:
    folder = write_parts(tmp_path / "stems", parts())
    (folder / "bass.wav").write_text("not audio")
    code, answer = desk("ingest", song(tmp_path / "a.wav"), "--stems", folder)
    assert code == 2 and "bass" in answer["error"]["message"]
