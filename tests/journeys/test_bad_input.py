"""Bad input gets one clear sentence and the right exit code; nothing crashes, nothing half-written stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from house_of_tests import Run

pytestmark = pytest.mark.xdist_group("journeys")

RATE = 44_100


def write(path: Path, samples: np.ndarray, rate: int = RATE) -> Path:
    sf.write(path, samples, rate)
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.wav", b""),
        ("text.mp3", b"this is not music, it is a sentence\n" * 40),
        ("zeros.flac", b"\0" * 5000),
        ("header.wav", b"RIFF\x24\x00\x00\x00WAVEfmt "),
        ("picture.ogg", b"\x89PNG\r\n\x1a\n" + b"\1" * 3000),
    ],
)
def test_what_is_no_audio_is_refused_in_one_sentence(name: str, content: bytes, run: Run, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    code, answer = run("remix", tmp_path / name, "house", "--mine", "-o", tmp_path / "out.flac")
    assert code == 2
    assert answer["error"]["code"].startswith("audio.") and "\n" not in answer["error"]["message"]
    assert sorted(p.name for p in tmp_path.iterdir()) == [name]


@pytest.mark.parametrize(
    ("name", "samples", "rate"),
    [
        ("silence.wav", np.zeros((RATE * 4, 2), np.float32), RATE),
        ("short.wav", np.full((RATE // 5, 1), 0.1, np.float32), RATE),
        ("noise.wav", np.random.default_rng(1).normal(0, 0.1, (RATE * 6, 2)).astype(np.float32), RATE),
        ("mono.wav", (np.sin(np.arange(RATE * 6) / 30) * 0.3).astype(np.float32), RATE),
        ("fine.wav", (np.sin(np.arange(96_000 * 4) / 60) * 0.3).astype(np.float32), 96_000),
    ],
)
def test_odd_audio_gives_a_right_result_or_a_clear_error(
    name: str, samples: np.ndarray, rate: int, run: Run, tmp_path: Path
) -> None:
    path = write(tmp_path / name, samples, rate)
    out = tmp_path / "out.flac"
    code, answer = run("remix", path, "synthwave", "--mine", "-o", out, "--as", "odd")
    assert code in (0, 2), answer
    if code == 2:
        assert answer["error"]["message"] and not out.exists()
    else:
        made, _ = sf.read(out)
        assert np.isfinite(made).all()


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("remix", "nothing-here.wav", "house", "-o", "x.flac"), 3, "recording.not_found"),
        (("remix", "QZRLB2699001", "house", "-o", "/nowhere/at/all/x.flac"), 2, "output.unwritable"),
        (("remix", "QZRLB2699001", "house", "-o", "x.xyz"), 2, "output.format"),
        (("remix", "QZRLB2699001", "", "-o", "x.flac"), 2, "prompt.empty"),
        (("remix", "QZRLB2699001", "asdf qwer zxcv", "-o", "x.flac"), 2, "prompt.unclear"),
        (("plan", "QZRLB2699001", "slow " * 600), 2, "prompt.too_long"),
        (("plan", "QZRLB2699001", "house", "--territory", "Germany"), 2, "territory.invalid"),
        (("plan", "QZRLB2699001", "house", "--at", "tomorrow"), 2, "time.invalid"),
        (("plan", "QZRLB2699001", "house", "--at", "9999-12-31T12:00:00Z"), 2, "time.invalid"),
        (("plan", "QZRLB2699001", "house", "--at", "9999-12-31T23:59:59-05:00"), 2, "time.invalid"),
        (("plan", "QZRLB2699001", "house", "--at", "0001-01-01T00:00:00+09:00"), 2, "time.invalid"),
        (
            ("consent", "set", "QZRLB2699001", "--until", "9999-12-31T23:59:59-05:00", "--as", "Label One"),
            2,
            "time.invalid",
        ),
        (("verify", "nothing-here.flac"), 3, "recording.not_found"),
        (("play", "rmx_nothing"), 3, "remix.not_found"),
        (("frobnicate",), 2, "usage"),
    ],
)
def test_wrong_commands_say_what_to_do_next(
    words: tuple[str, ...], code: int, error: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    got, answer = run(*words)
    assert (got, answer["error"]["code"]) == (code, error)
    assert not list(tmp_path.iterdir())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 4000), flips=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=8))
def test_fuzzed_headers_never_crash(
    cut: int, flips: list[tuple[int, int]], house_folder: Path, run: Run, tmp_path: Path
) -> None:
    data = bytearray((house_folder / "files" / "open.flac").read_bytes()[: 4000 + cut])
    for place, value in flips:
        data[place] = value
    (tmp_path / "fuzzed.flac").write_bytes(bytes(data))
    code, answer = run("identify", tmp_path / "fuzzed.flac")
    assert code in (0, 2), answer
