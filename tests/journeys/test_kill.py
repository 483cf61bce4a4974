"""kill -9 at random moments: afterwards nothing is lost, nothing is doubled, the ledger sums to zero."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import soundfile as sf

from house_of_tests import call
from remixlab.app import open_workspace
from remixlab.compose import sketch
from remixlab.domain.page import follow

pytestmark = pytest.mark.xdist_group("journeys")

KILLS = int(os.environ.get("REMIXLAB_KILLS", "4"))
"""Moments tried in the suite; REMIXLAB_KILLS=20 tries as many as you like."""


def start(*words: object, home: Path) -> subprocess.Popen[bytes]:
    code = "from remixlab.doors.cli import main; main()"
    arguments = [sys.executable, "-c", code, *map(str, words), "--home", str(home), "--json"]
    return subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def kill_after(process: subprocess.Popen[bytes], seconds: float) -> None:
    time.sleep(seconds)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.slow
def test_a_killed_ingest_and_remix_end_once_when_asked_again(tmp_path: Path) -> None:
    performed = sketch(seed=5, form="verse4 chorus4")
    song = tmp_path / "song.wav"
    sf.write(song, performed.recording.samples.T, performed.recording.sample_rate)
    home, out = tmp_path / "home", tmp_path / "out.flac"
    words = ("remix", song, "lo-fi hip hop, slower", "--mine", "-o", out)
    dice = random.Random(20261121)
    for _ in range(KILLS):
        kill_after(start(*words, home=home), dice.uniform(0.5, 6.0))
        assert not list(tmp_path.glob(".*.part")) or not out.exists()
    code, made = call(*words, home=home)
    assert code == 0, made
    code, again = call(*words, home=home)
    assert again["remix_id"] == made["remix_id"]
    with open_workspace(home) as workspace, workspace.context.read() as records:
        assert records.catalogue.count_recordings() == 1
        assert len(records.remixes.remixes().items) == 1
        assert (
            records.rights.broken_decision() is None
            and records.ledger.broken_booking() is None
            and records.accounts.broken_audit() is None
        )
        assert workspace.settings.currency in records.ledger.currencies()
        for currency in records.ledger.currencies():
            assert sum(money.micro for _, money in follow(lambda a, c=currency: records.ledger.balances(c, a))) == 0
    assert sf.info(out).frames > 0
