"""ONNX files on their way into the package, checked against torch, and the cards that say what was measured of them."""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

Card = dict[str, Any]
WATTS_PER_CORE = 8.0
MEASURED = ("scores", "measured")
"""What a card says of its weights that only measuring can say again."""


def write_onnx(
    model: nn.Module, sample: Tensor, path: Path, names: tuple[str, list[str]], frame_axes: tuple[int, int]
) -> None:
    """Export with free batch and frame axes."""
    source, outputs = names
    axes = {
        source: {0: "batch", frame_axes[0]: "frames"},
        **{o: {0: "batch", frame_axes[1]: "frames"} for o in outputs},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (sample,),
            str(path),
            input_names=[source],
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def check_onnx(model: nn.Module, path: Path, draw: Callable[[int, int], Tensor], frame_s: float) -> tuple[float, float]:
    """Compare with torch on fresh input of other lengths and batches; give the worst difference and the speed."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    name, worst = session.get_inputs()[0].name, 0.0
    for batch, frames in ((1, 96), (1, 256), (2, 64)):
        x = draw(batch, frames)
        with torch.no_grad():
            expected = model(x)
        expected = expected if isinstance(expected, tuple) else (expected,)
        found = session.run(None, {name: x.numpy()})
        worst = max(worst, *(float(np.abs(f - e.numpy()).max()) for f, e in zip(found, expected, strict=True)))
    x = draw(1, 256).numpy()
    times: list[float] = []
    for _ in range(5):
        began = time.process_time()
        session.run(None, {name: x})
        times.append(time.process_time() - began)
    if worst > 1e-4:
        raise SystemExit(f"{path.name} differs from torch by {worst}")
    return worst, 256 * frame_s / min(times)


def read_commit() -> str:
    """Name the commit that the training code was at."""
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()


def write_card(path: Path, facts: Card, model: nn.Module, check: tuple[float, float], cpu_s: float) -> None:
    """Write the card beside the weights; what was measured of these very weights stays."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    card: Card = {
        "file": path.name,
        "sha256": digest,
        "bytes": path.stat().st_size,
        "parameters": sum(p.numel() for p in model.parameters()),
        **facts,
        "training_commit": read_commit(),
        "energy": {
            "cpu_core_s": round(cpu_s),
            "wh": round(cpu_s * WATTS_PER_CORE / 3600, 2),
            "method": f"estimated: CPU seconds of the training process times {WATTS_PER_CORE} W a core; no meter was read",
        },
        "onnx": {
            "opset": 17,
            "largest_difference_from_torch": check[0],
            "times_real_time_one_core": round(check[1], 1),
        },
    }
    before = read_card(path)
    if before.get("sha256") == digest:
        card |= {name: before[name] for name in MEASURED if before.get(name)}
    path.with_suffix(".card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(card["onnx"]), path)


def read_card(path: Path) -> Card:
    """Read the card that lies beside some weights, if any."""
    card = path.with_suffix(".card.json")
    return json.loads(card.read_text()) if card.exists() else {}


def lay_in_place(made: Path, path: Path, *, replace: bool) -> None:
    """Put new weights where the package looks for them.

    Raises: SystemExit where other weights lie there whose card carries measured scores and nobody said to replace them.
    """
    before = read_card(path)
    same = before.get("sha256") == hashlib.sha256(made.read_bytes()).hexdigest()
    if not same and not replace and any(before.get(name) for name in MEASURED):
        made.unlink()
        raise SystemExit(
            f"{path.name} is measured and these are other weights: say --replace, then measure again (`make -C training table`)"
        )
    made.replace(path)
