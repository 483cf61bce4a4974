"""Demucs through the plug-in door: small random weights through the real loading code, nothing downloaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the Demucs adapter needs torch, which the product does not")
pytest.importorskip("demucs.htdemucs", reason="Demucs is not installed: pip install ./adapters/demucs")
pytest.importorskip("safetensors", reason="Demucs reads its weights with safetensors")

ADAPTER = Path(__file__).parents[2] / "adapters" / "demucs" / "src"
sys.path.insert(0, str(ADAPTER))

from demucs.htdemucs import HTDemucs  # noqa: E402
from remixlab_demucs import DemucsSeparator, find_weights, load_model, make_separator  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

from remixlab.app.plugins import choose_separator  # noqa: E402
from remixlab.domain.audio import Audio  # noqa: E402
from remixlab.domain.errors import EngineUnavailable  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")
RATE = 44_100
SMALL: dict[str, Any] = {
    "sources": ["drums", "bass", "other", "vocals"],
    "channels": 8,
    "t_layers": 1,
    "t_heads": 2,
    "segment": 1,
    "dconv_comp": 4,
}


def write_weights(folder: Path, *, klass: str = "demucs.htdemucs.HTDemucs", signature: str = "abcd1234") -> Path:
    torch.manual_seed(0)
    model = HTDemucs(**SMALL)
    facts = {"klass": klass, "args": "[]", "kwargs": json.dumps(SMALL)}
    save_file(
        {name: value.contiguous() for name, value in model.state_dict().items()},
        str(folder / f"{signature}.safetensors"),
        facts,
    )
    (folder / "htdemucs.yaml").write_text(f"models: ['{signature}']\n")
    return folder


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_weights(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def separator(weights: Path) -> DemucsSeparator:
    torch.set_num_threads(1)
    return DemucsSeparator(load_model("htdemucs", weights))


@pytest.mark.parametrize(
    ("channels", "rate", "frames"), [(2, RATE, 90_000), (1, 48_000, 30_000), (3, RATE, 9_000), (2, 22_050, 1)]
)
def test_the_stems_sum_to_the_recording_whatever_its_shape(
    separator: DemucsSeparator, channels: int, rate: int, frames: int
) -> None:
    samples = np.random.default_rng(frames).uniform(-0.5, 0.5, (channels, frames)).astype(np.float32)
    shares: list[float] = []
    stems = separator.separate(Audio(samples, rate), progress=lambda _stage, share: shares.append(share))
    assert all(stem.samples.shape == samples.shape and stem.sample_rate == rate for stem in stems.values())
    assert np.abs(stems.mix().samples - samples).max() < 1e-6
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1.0)
    assert (stems.separator, separator.trained) == ("htdemucs/4.1", True)


def test_it_gives_what_demucs_itself_gives(separator: DemucsSeparator, weights: Path) -> None:
    from demucs.apply import apply_model

    samples = np.random.default_rng(3).uniform(-0.5, 0.5, (2, 100_000)).astype(np.float32)
    mono = samples.mean(axis=0)
    given = torch.from_numpy((samples - mono.mean()) / mono.std())[None]
    theirs = (
        apply_model(load_model("htdemucs", weights), given, shifts=0, split=True, overlap=0.25)[0].numpy() * mono.std()
    )
    ours = separator.separate(Audio(samples, RATE))
    assert np.abs(ours.vocals.samples - theirs[3]).max() < 1e-4
    assert np.abs(ours.drums.samples - theirs[0]).max() < 1e-4
    assert np.abs(theirs[3]).max() > 1e-3


def test_silence_stays_silent_and_twice_is_the_same(separator: DemucsSeparator) -> None:
    assert all(
        not stem.samples.any() for stem in separator.separate(Audio(np.zeros((2, 5000), np.float32), RATE)).values()
    )
    noise = Audio(np.random.default_rng(1).normal(0, 0.1, (2, 20_000)).astype(np.float32), RATE)
    first, second = separator.separate(noise), separator.separate(noise)
    assert np.array_equal(first.vocals.samples, second.vocals.samples)


def test_the_door_finds_it_by_its_entry_point_with_weights_of_ones_own(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tomllib.loads((ADAPTER.parent / "pyproject.toml").read_text("utf-8"))["project"]
    installed = tmp_path / "remixlab_demucs-0.1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    points = project["entry-points"]["remixlab.engines"]
    (installed / "entry_points.txt").write_text(
        "[remixlab.engines]\n" + "".join(f"{name} = {at}\n" for name, at in points.items())
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("REMIXLAB_SEPARATOR", "htdemucs")
    monkeypatch.setenv("REMIXLAB_DEMUCS_WEIGHTS", str(weights))
    found = choose_separator()
    assert (found.name, found.trained) == ("htdemucs/4.1", True)


def test_without_weights_it_names_the_command_and_downloads_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REMIXLAB_DEMUCS_WEIGHTS", raising=False)
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *_a, **_k: None)
    monkeypatch.setattr("socket.socket.connect", lambda *_a: pytest.fail("it reached for the network"))
    with pytest.raises(EngineUnavailable) as missing:
        make_separator()
    assert "remixlab-demucs fetch" in missing.value.hint
    monkeypatch.setenv("REMIXLAB_DEMUCS_WEIGHTS", str(tmp_path / "nowhere"))
    with pytest.raises(EngineUnavailable, match="no folder"):
        find_weights("htdemucs")
    with pytest.raises(EngineUnavailable, match="does not hold"):
        load_model("htdemucs", tmp_path)


def test_a_file_that_asks_for_anything_but_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"os\.system"):
        load_model("htdemucs", write_weights(tmp_path, klass="os.system"))


def test_pickles_are_refused_unless_their_maker_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    model = HTDemucs(**SMALL)
    torch.save({"klass": HTDemucs, "args": (), "kwargs": SMALL, "state": model.state_dict()}, tmp_path / "htdemucs.th")
    with pytest.raises(EngineUnavailable, match="pickles"):
        load_model("htdemucs", tmp_path)
    monkeypatch.setenv("REMIXLAB_DEMUCS_TRUST_PICKLES", "1")
    assert load_model("htdemucs", tmp_path).sources == SMALL["sources"]


def test_damaged_weights_are_a_clear_error(tmp_path: Path) -> None:
    write_weights(tmp_path)
    (tmp_path / "abcd1234.safetensors").write_bytes(b"not weights")
    with pytest.raises(EngineUnavailable, match="cannot be used"):
        load_model("htdemucs", tmp_path)


def test_the_core_never_imports_torch_or_demucs() -> None:
    code = (
        "import sys, remixlab.app, remixlab.separation, remixlab.listening; "
        "print([m for m in ('torch', 'demucs') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert found.stdout.strip() == "[]"
