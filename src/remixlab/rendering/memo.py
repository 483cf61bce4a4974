"""Memoisation: what is dear to make and is kept as long as what it was made from."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar
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


class Once(Generic[T]):
    """A value that is made when it is first asked for, by whichever thread comes first, and once."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make: Callable[[], T] | None = make
        self._made: list[T] = []
        self._lock = Lock()

    def get(self) -> T:
        """The value. Raises: what making it raises, every time that it is asked for."""
        if not self._made:
            with self._lock:
                if self._make is not None:
                    self._made.append(self._make())
                    self._make = None
        return self._made[0]
