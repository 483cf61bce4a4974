"""A setting that moves over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.errors import InvalidAudio


@dataclass(frozen=True, slots=True)
class Curve:
    """Break points joined by straight lines, or by equal ratios when `logarithmic` (frequencies); held before and
    after.

    Unit: times in seconds of the timeline, rising. Raises: InvalidAudio on points that are none.
    """

    times_s: tuple[float, ...]
    values: tuple[float, ...]
    logarithmic: bool = False

    def __post_init__(self) -> None:
        if not self.times_s or len(self.times_s) != len(self.values):
            raise InvalidAudio("a curve needs as many values as times, and at least one")
        if any(b <= a for a, b in zip(self.times_s, self.times_s[1:], strict=False)):
            raise InvalidAudio("the times of a curve must rise")
        if self.logarithmic and min(self.values) <= 0:
            raise InvalidAudio("a logarithmic curve needs positive values")

    def at(self, times_s: NDArray[Any]) -> NDArray[np.float64]:
        """Values at these times."""
        if self.logarithmic:
            return np.exp(np.interp(times_s, self.times_s, np.log(self.values)))
        return np.interp(times_s, self.times_s, self.values)


def sweep(from_value: float, to_value: float, start_s: float, end_s: float) -> Curve:
    """A frequency that glides from one value to the other in equal ratios."""
    return Curve((start_s, end_s), (from_value, to_value), logarithmic=True)


def values_at(setting: float | Curve, times_s: NDArray[Any]) -> NDArray[np.float64]:
    """A fixed or a moving setting at these times."""
    return setting.at(times_s) if isinstance(setting, Curve) else np.full(np.shape(times_s), float(setting))
