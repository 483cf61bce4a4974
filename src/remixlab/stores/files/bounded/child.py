"""The other side of the pipe: a process that waits, and for each file a child of it that reads the file and ends.

The one that waits has loaded the decoders and nothing else, runs one thread, and so may fork. Its child gives up what
it does not need before it looks at the file: memory, time, files, and where the system lets it, the network.
"""

from __future__ import annotations

import array
import ctypes
import json
import os
import resource
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import IO, Any, Final

from remixlab.domain.errors import RemixLabError
from remixlab.stores.files.audio_files import SoundFiles

MEMORY_BYTES: Final = 300 * 2**20
"""What reading may take besides the decoders themselves and the file, which is mapped and not held."""
OPENING_S: Final = 4
"""Processor time until the first block, besides what a large file takes to be gone through once."""
SCANNED_BYTES_S: Final = 20 * 2**20
READING_S: Final = 900
FILES_MAX: Final = 64
FRAMES: Final = struct.Struct("<i")
END: Final = 0
FAILED: Final = -1
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES: Final = 38


def serve(descriptor: int) -> None:
    """Wait for files until nobody can send any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children end without being waited for
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, and closes its end
    with socket.socket(fileno=descriptor) as asked:
        while True:
            message, ancillary, _, _ = asked.recvmsg(65_536, socket.CMSG_SPACE(2 * array.array("i").itemsize))
            if not message:
                return
            given = array.array("i")
            for _, _, data in ancillary:
                given.frombytes(data[: len(data) - len(data) % given.itemsize])
            if os.fork() == 0:
                asked.close()
                _read(json.loads(message), given[0], given[1])
            for one in given:
                os.close(one)


def _read(wanted: dict[str, Any], source: int, sink: int) -> None:
    """Read one file and end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size = os.fstat(source).st_size
    with os.fdopen(sink, "wb") as out:
        try:
            give_up(size)
            path = Path(f"/dev/fd/{source}")
            if wanted["do"] == "tags":
                _head(out, {"tags": dict(SoundFiles().read_tags(path, wanted["name"]))})
            else:
                _stream(path, wanted["name"], out)
        except RemixLabError as error:
            _failed(out, {"kind": type(error).__name__, **error.to_dict()})
        except (MemoryError, OSError):
            _failed(out, None)
        out.flush()
    os._exit(0)


def _stream(path: Path, name: str, out: IO[bytes]) -> None:
    stream = SoundFiles().stream(path, name)
    _head(out, {"sample_rate": stream.sample_rate, "channels": stream.channels, "layout": list(stream.layout)})
    is_first = True
    for block in stream.blocks:
        if is_first:
            resource.setrlimit(resource.RLIMIT_CPU, (READING_S, READING_S))
            is_first = False
        out.write(FRAMES.pack(block.shape[1]))
        out.write(block.tobytes())
    out.write(FRAMES.pack(END))


def _head(out: IO[bytes], told: dict[str, Any]) -> None:
    body = json.dumps(told).encode()
    out.write(FRAMES.pack(len(body)))
    out.write(body)


def _failed(out: IO[bytes], error: dict[str, Any] | None) -> None:
    out.write(FRAMES.pack(FAILED))
    _head(out, {"error": error})


def give_up(file_bytes: int) -> None:
    """Take from this process what it does not need to read a file of so many bytes."""
    memory = _mapped_bytes() + MEMORY_BYTES + 2 * file_bytes
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (OPENING_S + file_bytes // SCANNED_BYTES_S, READING_S))
    for what, most in (("FSIZE", 0), ("NOFILE", FILES_MAX), ("CORE", 0)):
        limit = getattr(resource, f"RLIMIT_{what}", None)
        if limit is not None:
            resource.setrlimit(limit, (most, most))
    if sys.platform == "linux":
        system = ctypes.CDLL(None, use_errno=True)
        system.unshare(_NEW_USER | _NEW_NET)  # where the system does not let us, the other bounds have to do
        system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def _mapped_bytes() -> int:
    """What the decoders have mapped already."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 2**32


if __name__ == "__main__":
    serve(int(sys.argv[1]))
