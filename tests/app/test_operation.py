"""Operation: who may read a workspace, what is found in one that is damaged, and what leaves it after its time."""

from __future__ import annotations

import os
import sqlite3
import tarfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import numpy as np
import pytest

from house_of_tests import call
from jobs_of_tests import ACTOR, Jobbing, order
from remixlab.app import open_workspace, read_settings
from remixlab.app.backup import check_backup, restore_backup, write_backup
from remixlab.app.retention import collect_jobs, collect_plans, wipe
from remixlab.app.wire import read_keys
from remixlab.domain.errors import StoreUnavailable
from remixlab.domain.value import canonical
from remixlab.stores.files import FolderBlobs

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def workspace_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with records, a job, stored files and keys."""
    home = tmp_path_factory.mktemp("operated") / "home"
    with open_workspace(home) as workspace:
        workspace.context.blobs.put(b"the evidence" * 1000)
        workspace.context.blobs.put(np.random.default_rng(3).bytes(900_000))
        workspace.jobs.launch()
    return home


@pytest.fixture
def home(workspace_folder: Path, tmp_path: Path) -> Path:
    copytree(workspace_folder, tmp_path / "home")
    return tmp_path / "home"


# ---------------------------------------------------------------- who may read


def test_a_workspace_is_its_owners_alone_and_one_that_was_open_is_closed(home: Path) -> None:
    home.chmod(0o755)
    for path in (home / "remixlab.sqlite", home / "jobs.sqlite", *(home / "keys").iterdir()):
        path.chmod(0o644)
    with open_workspace(home):
        pass
    assert home.stat().st_mode & 0o077 == 0
    for path in (
        home / "keys",
        home / "blobs",
        home / "remixlab.sqlite",
        home / "jobs.sqlite",
        *(home / "keys").iterdir(),
    ):
        assert path.stat().st_mode & 0o077 == 0, path


# ---------------------------------------------------------------- keys


def test_lost_keys_are_an_alarm_where_marks_rest_on_them_and_never_made_anew(home: Path) -> None:
    settings = read_settings({}, home=home)
    before = read_keys(settings, NOW)
    for name in ("mark.0.key", "certificate.seed", "certificate.date"):
        kept = (home / "keys" / name).read_bytes()
        (home / "keys" / name).unlink()
        with pytest.raises(StoreUnavailable) as lost:
            read_keys(settings, NOW, lambda: True)
        assert lost.value.stable_code == "store.keys_lost" and not (home / "keys" / name).exists()
        (home / "keys" / name).write_bytes(kept)
    assert read_keys(settings, NOW, lambda: True).stream == before.stream
    rmtree(home / "keys")
    (home / "keys").mkdir()
    (home / "keys" / "given-up").touch()
    assert read_keys(settings, NOW, lambda: True).stream != before.stream


# ---------------------------------------------------------------- the doctor


def findings(home: Path) -> dict[str, tuple[bool, str]]:
    code, answer = call("doctor", "--all", home=home)
    found = {check["name"]: (check["ok"], check["found"]) for check in answer["checks"]}
    assert (code == 0) == all(ok for ok, _ in found.values())
    return found


@pytest.mark.slow
def test_the_doctor_finds_damaged_files_pages_and_jobs(home: Path) -> None:
    assert all(ok for ok, _ in findings(home).values())
    large = max((home / "blobs" / "sha256").glob("*/*/*"), key=lambda path: path.stat().st_size)
    data = large.read_bytes()
    large.write_bytes(data[:-1] + b"?")
    with closing(sqlite3.connect(home / "jobs.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    spoil_pages(home / "jobs.sqlite")
    found = findings(home)
    assert not found["stored files"][0] and "damaged" in found["stored files"][1]
    assert not found["database pages"][0] and "jobs.sqlite" in found["database pages"][1]


def spoil_pages(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for page in range(len(data) // 4096 // 2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 600] = b"\x5a" * 600
    path.write_bytes(data)


def test_a_database_of_a_newer_version_is_said_in_a_sentence(home: Path) -> None:
    with closing(sqlite3.connect(home / "remixlab.sqlite")) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
        connection.commit()
    with pytest.raises(StoreUnavailable, match="newer version") as refused, open_workspace(home):
        pass
    assert refused.value.stable_code == "store.newer" and "9999" in refused.value.message


# ---------------------------------------------------------------- backup and restore


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file by its place; sums are made anew."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: data for name, data in found.items() if not name.startswith("sums")}


def test_a_backup_is_restored_to_the_same_workspace(home: Path, tmp_path: Path) -> None:
    file, there = tmp_path / "all.backup", tmp_path / "restored"
    told = write_backup(read_settings({}, home=home), file, NOW)
    assert file.stat().st_mode & 0o077 == 0 and told["keys"] >= 4 and told["blobs"] >= 2
    restored = restore_backup(read_settings({}, home=there), file)
    assert restored == told == check_backup(file)
    assert there.stat().st_mode & 0o077 == 0
    for name in ("keys", "blobs"):
        ours = {
            p.relative_to(home): p.read_bytes()
            for p in (home / name).rglob("*")
            if p.is_file() and "sums" not in p.parts
        }
        theirs = {p.relative_to(there): p.read_bytes() for p in (there / name).rglob("*") if p.is_file()}
        assert ours == theirs
    with open_workspace(there) as workspace, workspace.context.read() as records:
        assert records.accounts.broken_audit() is None
    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name or "restoring" in path.name] == []


def test_a_backup_taken_while_others_write_is_one_moment(home: Path, tmp_path: Path) -> None:
    writer = sqlite3.connect(home / "remixlab.sqlite", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("create table half_done (x)")
    write_backup(read_settings({}, home=home), tmp_path / "a.backup", NOW)
    writer.execute("ROLLBACK")
    writer.close()
    restore_backup(read_settings({}, home=tmp_path / "b"), tmp_path / "a.backup")
    with closing(sqlite3.connect(tmp_path / "b" / "remixlab.sqlite")) as copy:
        assert not copy.execute("select 1 from sqlite_master where name = 'half_done'").fetchone()


def test_a_backup_that_is_not_whole_restores_nothing(home: Path, tmp_path: Path) -> None:
    file, there = tmp_path / "all.backup", tmp_path / "there"
    write_backup(read_settings({}, home=home), file, NOW)
    data = file.read_bytes()
    spoilt = [data[: len(data) // 2], b"", data[:100_000] + b"?" + data[100_001:], b"no archive" * 1000]
    for number, content in enumerate(spoilt):
        bad = tmp_path / f"bad{number}"
        bad.write_bytes(content)
        with pytest.raises(StoreUnavailable) as refused:
            restore_backup(read_settings({}, home=there), bad)
        assert refused.value.stable_code == "store.backup" and not there.exists()


def test_a_backup_made_by_somebody_else_writes_nowhere_but_into_the_workspace(tmp_path: Path) -> None:
    for name in ("../outside", "/etc/remixlab-outside", "keys/../../outside"):
        file = tmp_path / "wicked"
        with tarfile.open(file, "w") as archive:
            (tmp_path / "content").write_bytes(b"x")
            archive.add(tmp_path / "content", arcname="keys/a")
            entry = archive.gettarinfo(tmp_path / "content", arcname="a")
            entry.name = name
            with (tmp_path / "content").open("rb") as content:
                archive.addfile(entry, content)
        with pytest.raises(StoreUnavailable):
            restore_backup(read_settings({}, home=tmp_path / "there"), file)
        assert not (tmp_path / "outside").exists() and not (tmp_path / "there").exists()


def test_a_workspace_is_never_restored_over_another(home: Path, tmp_path: Path) -> None:
    settings = read_settings({}, home=home)
    write_backup(settings, tmp_path / "a", NOW)
    with pytest.raises(StoreUnavailable, match="already"):
        restore_backup(settings, tmp_path / "a")


def test_a_damaged_workspace_is_not_backed_up_as_if_it_were_whole(home: Path, tmp_path: Path) -> None:
    blob = next((home / "blobs" / "sha256").glob("*/*/*"))
    blob.write_bytes(b"?" + blob.read_bytes()[1:])
    with pytest.raises(StoreUnavailable) as refused:
        write_backup(read_settings({}, home=home), tmp_path / "a", NOW)
    assert refused.value.stable_code == "store.damaged" and not (tmp_path / "a").exists()


# ---------------------------------------------------------------- retention


class Wishing(Jobbing):
    """Jobs that are started with words, and are refused or done."""

    def _ingest(self, order: dict[str, Any], progress: Any) -> dict[str, Any]:
        return self.work(order["order"]["number"])


def test_the_words_of_a_refused_job_leave_the_file_after_their_time(tmp_path: Path) -> None:
    jobs = Wishing(tmp_path)
    actor = ACTOR.model_copy(update={"account": "hush-hush-secret-words"})
    with pytest.raises(Exception, match="no"):
        jobs.wait(jobs.ingest(order(1), actor))
    done = jobs.ingest(order(7), ACTOR.model_copy(update={"account": "somebody"}))
    jobs.wait(done)
    soon = datetime.now(UTC) + timedelta(days=1)
    assert collect_jobs(jobs, soon - timedelta(days=30), soon - timedelta(days=30)) == 0
    assert collect_jobs(jobs, soon - timedelta(days=30), soon) == 1
    assert jobs.status(done) is not None
    wipe(tmp_path / "jobs.sqlite")
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("jobs.sqlite*"))
    assert b"hush-hush-secret-words" not in everything and b"somebody" in everything
    assert collect_jobs(jobs, soon, soon) == 1 and jobs.status(done) is None
    jobs.stop()


def test_plans_that_nobody_asked_for_again_are_collected_and_nothing_else_is(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    kept = {"source": "rec_1", "plan": {}, "share": "private", "mine": False, "listener": "ann", "territory": "US"}
    plan = canonical({**kept, "tier": "free", "words": "slower"})
    names = {
        blobs.put(plan): True,
        blobs.put(b'{"a": 1}'): False,
        blobs.put(b"RIFF" * 9): False,
        blobs.put(b"[]"): False,
    }
    for path in (tmp_path / "sha256").glob("*/*/*"):
        os.utime(path, (1, 1))
    assert collect_plans(blobs, NOW) == 1
    assert {name: not blobs.has(name) for name in names} == names
    (new := tmp_path / "new").write_bytes(b"")  # the age of files is told by the disk's clock
    yesterday = datetime.fromtimestamp(new.stat().st_mtime, UTC) - timedelta(days=1)
    blobs.put(plan)
    os.utime(next((tmp_path / "sha256").glob("*/*/*")), (1, 1))
    blobs.put(plan)  # asked for again: kept from now
    assert collect_plans(blobs, yesterday) == 0
