"""Training leaves no tensor behind on the wrong device: on `meta`, which computes nothing, any stray one is an
error.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs torch, which the product does not")
pytest.importorskip("soxr", reason="training resamples with soxr")
sys.path.insert(0, str(Path(__file__).parents[2]))

from training.feel import train as train_feel  # noqa: E402
from training.feel.net import FeelNet, WordTable  # noqa: E402
from training.feel.words import vocabulary  # noqa: E402
from training.listening import train as train_listening  # noqa: E402
from training.listening.train import NETS  # noqa: E402
from training.machine import choose_device  # noqa: E402
from training.separation.loss import measure_loss as measure_separator_loss  # noqa: E402
from training.separation.loss import reshuffle  # noqa: E402
from training.separation.mixing import Joined, split_complex  # noqa: E402
from training.separation.net import Separator  # noqa: E402

ELSEWHERE = torch.device("meta")


def test_auto_takes_a_gpu_only_where_there_is_one() -> None:
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    assert choose_device("cpu").type == "cpu"


def test_a_separator_step_stays_on_its_device() -> None:
    net = Separator().to(ELSEWHERE)
    spectra = torch.zeros(2, 4, 2, 16, 2048, dtype=torch.complex64, device=ELSEWHERE)
    joined = torch.zeros(2, dtype=torch.long, device=ELSEWHERE)
    spectra = reshuffle(spectra, joined, 1)
    loss = measure_separator_loss(net.share_cells(split_complex(spectra.sum(1))), spectra, joined, favour_bass=True)
    loss.backward()
    assert loss.device == ELSEWHERE


@pytest.mark.parametrize("name", sorted(NETS))
def test_a_listening_step_stays_on_its_device(name: str) -> None:
    net = NETS[name]().to(ELSEWHERE)
    shapes = {
        "beats": {"x": (2, 64, 81), "events": (2, 64, 6)},
        "chords": {"x": (2, 64, 252), "notes": (2, 64, 12)},
        "notes": {"x": (2, 64, 264), "frame": (2, 64, 88, 3), "onset": (2, 64, 88, 3)},
    }[name]
    truth = {key: torch.zeros(shape, device=ELSEWHERE) for key, shape in shapes.items()}
    labels = {"meter": (2,), "root": (2, 64), "bass": (2, 64), "key": (2,)}
    truth |= {key: torch.zeros(shape, dtype=torch.long, device=ELSEWHERE) for key, shape in labels.items()}
    loss = train_listening.measure_loss(name, tuple(net(truth.pop("x"))), truth)
    loss.backward()
    assert loss.device == ELSEWHERE


def test_mixes_made_again_keep_every_sound_and_the_rest_whole() -> None:
    spectra = torch.randn(4, 4, 2, 3, 5, dtype=torch.complex64)
    joined = torch.tensor([Joined.NONE, Joined.REST, Joined.LOW, Joined.NONE])
    again = reshuffle(spectra, joined, 1)
    assert torch.allclose(again.sum((0, 1)), spectra.sum((0, 1)), atol=1e-5)
    assert not torch.allclose(again.sum(1), spectra.sum(1))
    assert not again[1, 1:3].any() and again[2, 1].any() and not again[2, 2].any()


def test_sound_and_words_stay_on_their_device() -> None:
    net, table, words = FeelNet().to(ELSEWHERE), WordTable(len(vocabulary())).to(ELSEWHERE), len(vocabulary())
    shapes = dict.fromkeys(("fit", "known", "said"), (2, words)) | {
        "said_fit": (2, 2),
        "said_known": (2, 2),
        "mel": (2, 250, 81),
    }
    batch = {name: torch.zeros(shape, device=ELSEWHERE) for name, shape in shapes.items()}
    with pytest.raises(
        NotImplementedError, match="meta"
    ):  # everything before the choice of rows, which depends on values
        train_feel.measure_loss(net, table, {**batch, "style": torch.zeros(2, dtype=torch.long, device=ELSEWHERE)})
