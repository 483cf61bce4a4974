"""The separator: segments with overlap, straight into four stems that sum to the recording."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import torch
from demucs.apply import BagOfModels, TensorChunk, apply_model
from numpy.typing import NDArray

from remixlab.domain.audio import Audio, Samples, Stem, Stems
from remixlab.domain.errors import EngineUnavailable
from remixlab.separation.mask_separator import complete_stems
from remixlab.signal import resample
from remixlab_demucs.weights import find_weights, load_model

Progress = Callable[[str, float], None]

OVERLAP = 0.25
SILENT_DEVIATION = 1e-6


class DemucsSeparator:
    """A bag of Demucs models; any rate and number of channels, which are taken apart in pairs."""

    trained = True

    def __init__(self, model: BagOfModels, name: str = "htdemucs", device: str = "cpu") -> None:
        """Raises: EngineUnavailable when the model does not give the four stems."""
        missing = {stem.value for stem in Stem} - set(model.sources)
        if missing:
            raise EngineUnavailable(f"{name} gives {', '.join(model.sources)}: {', '.join(sorted(missing))} is missing")
        self.name = f"{name}/4.1"
        self._model, self._device = model, device

    def separate(self, recording: Audio, *, progress: Progress | None = None) -> Stems:
        """Four stems of the recording's own shape and rate. Law: their sum is the recording within 1e-6."""
        mix, rate = recording.samples, int(self._model.samplerate)
        here = mix if recording.sample_rate == rate else resample(mix, recording.sample_rate, rate)
        pairs = [here[first : first + 2] for first in range(0, here.shape[0], 2)]
        done: list[list[Samples]] = []
        for number, pair in enumerate(pairs):
            done.append(
                self._take_apart(
                    pair, lambda share, n=number: progress("separating", (n + share) / len(pairs)) if progress else None
                )
            )
        parts = [np.concatenate([part[stem] for part in done]) for stem in range(3)]
        if recording.sample_rate != rate:
            parts = [_fitted(resample(part, rate, recording.sample_rate), mix.shape[1]) for part in parts]
        return complete_stems(mix, parts[0], parts[1], parts[2], recording.sample_rate, self.name)

    @torch.inference_mode()
    def _take_apart(self, pair: Samples, tell: Callable[[float], None]) -> list[Samples]:
        """Vocals, drums and bass of one or two channels at the model's rate; segments fade into each other."""
        model, length = self._model, pair.shape[1]
        mono = pair.mean(axis=0)
        middle, deviation = float(mono.mean()), float(mono.std())
        wanted = [model.sources.index(stem) for stem in ("vocals", "drums", "bass")]
        if deviation < SILENT_DEVIATION:
            tell(1.0)
            return [np.zeros_like(pair) for _ in wanted]
        heard = torch.from_numpy(np.ascontiguousarray((np.resize(pair, (2, length)) - middle) / deviation))[None]
        segment_s = min(float(one.segment) for one in model.models)
        frames = int(model.samplerate * segment_s)
        fade = _fade(frames)
        stems, weight = [np.zeros((2, length), np.float32) for _ in wanted], np.zeros(length, np.float32)
        for begin in range(0, length, int((1 - OVERLAP) * frames)):
            end = min(begin + frames, length)
            found = (
                apply_model(
                    model,
                    TensorChunk(heard, begin, frames),
                    shifts=0,
                    split=False,
                    segment=segment_s,
                    device=torch.device(self._device),
                )[0]
                .cpu()
                .numpy()
            )
            for stem, source in zip(stems, wanted, strict=True):
                stem[:, begin:end] += found[source, :, : end - begin] * fade[: end - begin]
            weight[begin:end] += fade[: end - begin]
            tell(end / length)
        return [np.ascontiguousarray(_unpaired(stem / weight * deviation, pair.shape[0])) for stem in stems]


def make_separator() -> DemucsSeparator:
    """The engine behind `separator.htdemucs`, with weights of this machine. Raises: EngineUnavailable."""
    name = os.environ.get("REMIXLAB_DEMUCS_MODEL") or "htdemucs"
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS") or "1"))
    return DemucsSeparator(load_model(name, find_weights(name)), name, "cuda" if torch.cuda.is_available() else "cpu")


def _fade(frames: int) -> NDArray[np.float32]:
    """A triangle that is nowhere zero."""
    rise = np.arange(1, frames // 2 + 1, dtype=np.float32)
    return np.concatenate([rise, np.arange(frames - frames // 2, 0, -1, dtype=np.float32)]) / np.float32(
        frames - frames // 2
    )


def _unpaired(stem: Samples, channels: int) -> Samples:
    return stem if channels == 2 else stem.mean(axis=0, keepdims=True, dtype=np.float32)


def _fitted(samples: Samples, length: int) -> Samples:
    fitted = np.zeros((samples.shape[0], length), np.float32)
    shared = min(length, samples.shape[1])
    fitted[:, :shared] = samples[:, :shared]
    return fitted
