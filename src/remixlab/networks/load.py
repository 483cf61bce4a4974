"""Run a trained network that ships in the package: one thread, no download, the same numbers every time."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[np.float32]


class Network(Protocol):
    """One input in, named outputs out."""

    def __call__(self, given: Tensor) -> dict[str, Tensor]: ...


class OnnxNetwork:
    """A network of an ONNX file, run by onnxruntime on one core."""

    def __init__(self, model: bytes) -> None:
        import onnxruntime  # lazy: 0.2 s to import, needed only where weights are used

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # what a run needed is given back; it costs no time that could be measured
        self._session: Any = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._input: str = self._session.get_inputs()[0].name
        self._outputs: list[str] = [output.name for output in self._session.get_outputs()]

    def __call__(self, given: Tensor) -> dict[str, Tensor]:
        found = self._session.run(None, {self._input: given})
        return dict(zip(self._outputs, found, strict=True))


def weights_of(room: str, name: str) -> Traversable:
    """Where the weights of a room would lie, present or not."""
    return files(room) / "weights" / f"{name}.onnx"


def has_network(room: str, name: str) -> bool:
    """Whether the weights are shipped."""
    return weights_of(room, name).is_file()


@lru_cache(maxsize=8)
def load_network(room: str, name: str) -> OnnxNetwork:
    """The network of a room, loaded once. Raises: FileNotFoundError where the weights are not shipped."""
    return OnnxNetwork(weights_of(room, name).read_bytes())
