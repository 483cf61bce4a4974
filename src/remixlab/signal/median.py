# pyright: basic
"""A running median along rows: steady tones survive it along time, clicks along frequency."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def running_median(rows: np.ndarray, width: int) -> np.ndarray:
    """The median of the `width` (odd) neighbours of each sample, edges repeated. Shape: (rows, length) float32,
    C-contiguous.
    """
    count, length = rows.shape
    half = width // 2
    result = np.empty_like(rows)
    window = np.empty(width, np.float32)
    for r in range(count):
        row = rows[r]
        for k in range(width):
            window[k] = row[min(max(k - half, 0), length - 1)]
        window.sort()
        result[r, 0] = window[half]
        for t in range(1, length):
            leaving = row[max(t - 1 - half, 0)]
            coming = row[min(t + half, length - 1)]
            if coming != leaving:
                low, high = 0, width
                while low < high:
                    middle = (low + high) // 2
                    if window[middle] < leaving:
                        low = middle + 1
                    else:
                        high = middle
                at = low
                while at + 1 < width and window[at + 1] < coming:
                    window[at] = window[at + 1]
                    at += 1
                while at > 0 and window[at - 1] > coming:
                    window[at] = window[at - 1]
                    at -= 1
                window[at] = coming
            result[r, t] = window[half]
    return result
