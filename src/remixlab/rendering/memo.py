"""What was measured on a sound, remembered as long as the sound itself lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from remixlab.domain.audio import Audio

T = TypeVar("T")


def remembered(measure: Callable[[Audio], T]) -> Callable[[Audio], T]:
    """Measure each sound once. What is measured must not hold the sound, or neither would ever go."""
    known: WeakKeyDictionary[Audio, T] = WeakKeyDictionary()

    def once(sound: Audio) -> T:
        found = known.get(sound)
        if found is None:
            found = known[sound] = measure(sound)
        return found

    return once
