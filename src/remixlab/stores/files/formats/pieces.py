"""Stretches of a file, read as if they were a file of their own: what lies before, between and behind the sound is
left out.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO, Final

from remixlab.domain.ports.blobs import Content

Piece = bytes | tuple[int, int]
"""Bytes of our own (a header as it should have been), or where a stretch of the file begins and ends."""


_END_TAG_BYTES: Final = 128
"""An ID3v1 tag at the end of a file."""


def measure_pieces(pieces: Sequence[Piece]) -> int:
    """Unit: bytes."""
    return sum(_length(piece) for piece in pieces)


class PieceReader(io.RawIOBase):
    """The pieces as one file.

    `claimed_bytes` is a length that it says to have beyond its true one: a library that guesses how much sound there is
    from the
    length of the file, and stops there, then goes on to the end. Where it looks for a tag at that end, it finds zeros.
    """

    def __init__(self, content: Content, pieces: Sequence[Piece], claimed_bytes: int = 0) -> None:
        super().__init__()
        self._source: BinaryIO = content.open("rb") if isinstance(content, Path) else io.BytesIO(content)
        self._pieces = [piece for piece in pieces if _length(piece)]
        self._begins = [0, *accumulate(map(_length, self._pieces))]
        self._length = self._begins[-1] + claimed_bytes
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        from_where = (0, self._place, self._length)[whence]
        self._place = max(0, from_where + offset)
        return self._place

    def readinto(self, buffer: Any, /) -> int:
        wanted = memoryview(buffer).cast("B")
        done = 0
        while done < len(wanted) and self._place < self._begins[-1]:
            number = bisect_right(self._begins, self._place) - 1
            count = min(len(wanted) - done, self._begins[number + 1] - self._place)
            found = self._read(self._pieces[number], self._place - self._begins[number], count)
            if not found:
                break  # the file became shorter while it was read
            wanted[done : done + len(found)] = found
            done += len(found)
            self._place += len(found)
        if not done and self._length - _END_TAG_BYTES <= self._place < self._length:
            done = min(len(wanted), self._length - self._place)
            wanted[:done] = bytes(done)
            self._place += done
        return done

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()

    def _read(self, piece: Piece, skip: int, count: int) -> bytes:
        if isinstance(piece, bytes):
            return piece[skip : skip + count]
        self._source.seek(piece[0] + skip)
        return self._source.read(count)


def _length(piece: Piece) -> int:
    return len(piece) if isinstance(piece, bytes) else max(0, piece[1] - piece[0])
