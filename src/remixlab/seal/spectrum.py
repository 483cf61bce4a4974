"""Fourier transforms of float32 in two threads, with the types that their library does not tell."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import scipy.fft
from numpy.typing import NDArray


def transform(signal: NDArray[Any], axis: int, *, workers: int = 1) -> NDArray[np.complex64]:
    """The spectrum of real signals along an axis."""
    return cast("NDArray[np.complex64]", scipy.fft.rfft(signal, axis=axis, workers=workers))


def transform_back(spectrum: NDArray[Any], length: int, axis: int, *, workers: int = 1) -> NDArray[Any]:
    """The real signals of `length` values whose spectrum this is; the spectrum is used up."""
    return cast("NDArray[Any]", scipy.fft.irfft(spectrum, length, axis=axis, workers=workers, overwrite_x=True))
