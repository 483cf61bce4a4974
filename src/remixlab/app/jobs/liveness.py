"""Who works on a job right now, in whatever process of this machine: a lock that ends with the process that holds it.

One file for all jobs, one byte of it for each: the system lets go of a lock at a process's death, however it died.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from time import sleep

try:
    import fcntl
except ImportError:  # Windows has no record locks of this kind
    fcntl = None

_PLACES = 2**40
_TRIES, _MOMENT_S = 50, 0.002


class AtWork:
    """The jobs that are being worked on. `path` is shared by the processes that share the jobs;

    None where that is no file.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path if fcntl else None
        self._file: int | None = None
        self._here: Counter[int] = Counter()
        self._lock = Lock()

    @contextmanager
    def on(self, job_id: str) -> Generator[None]:
        """Work on a job: the others see it until this ends, or this process does."""
        place = _place_of(job_id)
        with self._lock:
            self._here[place] += 1
            self._mark(place)
        try:
            yield
        finally:
            with self._lock:
                self._here[place] -= 1
                if not self._here[place]:
                    del self._here[place]
                    self._unmark(place)

    def is_on(self, job_id: str) -> bool | None:
        """Whether anybody works on a job; None where another machine might and that cannot be seen from here."""
        place = _place_of(job_id)
        with self._lock:
            if place in self._here:
                return True
            file = self._open()
            if file is None or fcntl is None:
                return None
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
                fcntl.lockf(file, fcntl.LOCK_UN, 1, place)
            except (BlockingIOError, PermissionError):
                return True
            except OSError:
                return None
            return False

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                os.close(self._file)
            self._file = None

    def _mark(self, place: int) -> None:
        file = self._open()
        if file is not None and fcntl is not None:
            for _ in range(_TRIES):  # somebody who looks holds the byte for a moment
                try:
                    fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, place)
                except (BlockingIOError, PermissionError):
                    sleep(_MOMENT_S)
                except OSError:  # a file system without locks: nobody can tell, and `is_on` says so
                    return
                else:
                    return

    def _unmark(self, place: int) -> None:
        if self._file is not None and fcntl is not None:
            with suppress(OSError):
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)

    def _open(self) -> int | None:
        if self._file is None and self._path is not None:
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
            except OSError:
                return None
        return self._file


def _place_of(job_id: str) -> int:
    """The job's byte in the file; two jobs share one as rarely as a digest of forty bits repeats."""
    return int.from_bytes(hashlib.sha256(job_id.encode()).digest()[:5], "big") % _PLACES
