"""Reading in a child process: whatever a file does to the decoder, this process goes on and says one sentence."""

from __future__ import annotations

import array
import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, Any, Final
from weakref import finalize

import numpy as np

from remixlab.domain.audio import Audio, Samples, SoundStream
from remixlab.domain.errors import EngineUnavailable, RemixLabError, StoreUnavailable, revive
from remixlab.domain.ports.blobs import Content
from remixlab.stores.files.audio_files import SoundFiles
from remixlab.stores.files.bounded.child import END, FAILED, FRAMES
from remixlab.stores.files.formats.unreadable import shown, too_costly

OPENING_WAIT_S: Final = 60.0
"""How long nothing may come from a child; it is the processor's time that is bounded tightly, a busy machine is not."""
_END_WAIT_S: Final = 5.0
_ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""One thread, so that it may fork, and nothing else: what reads a stranger's file knows no secret of ours."""


def can_bound() -> bool:
    """Whether this system has what a bounded child is made of."""
    return sys.platform in ("linux", "darwin")


class BoundedFiles:
    """As `SoundFiles`, but what others have made is read in a child. What we write is written here."""

    def __init__(self, files: SoundFiles) -> None:
        self._files = files
        self._waiting: tuple[int, socket.socket] | None = None
        self._lock = Lock()
        self._end: Callable[[], object] = lambda: None

    def decode(self, content: Content, name: str) -> Audio:
        """The whole sound of a file. Raises: InvalidAudio, as `stream`."""
        stream = self.stream(content, name)
        blocks = list(stream.blocks)
        whole = np.concatenate(blocks, axis=1) if blocks else np.zeros((stream.channels, 0), np.float32)
        return Audio(whole, stream.sample_rate)

    def stream(self, content: Content, name: str) -> SoundStream:
        """The sound of a file, read while it is needed, by a child that ends with it.

        Raises: as `SoundFiles.stream`, and `audio.too_costly` where the child met its bounds.
        """
        if isinstance(content, Path) and not content.is_file():
            return self._files.stream(content, name)  # which says what it is instead
        pipe = self._ask("stream", content, name)
        try:
            head = _head(pipe, name)
        except BaseException:
            pipe.close()
            raise
        channels = int(head["channels"])
        return SoundStream(int(head["sample_rate"]), channels, _Blocks(pipe, channels, name), tuple(head["layout"]))

    def read_tags(self, content: Content, name: str) -> Mapping[str, str]:
        """The tags of a file; one that cannot be read within bounds says nothing."""
        if isinstance(content, Path) and not content.is_file():
            return {}
        try:
            with closing(self._ask("tags", content, name)) as pipe:
                return _head(pipe, name)["tags"]
        except RemixLabError:
            return {}  # tags are a courtesy

    def encode(self, audio: Audio, suffix: str) -> bytes:
        return self._files.encode(audio, suffix)

    def write(self, audio: Audio, path: Path) -> None:
        self._files.write(audio, path)

    @contextmanager
    def writing(
        self, path: Path, sample_rate: int, channels: int, length_frames: int
    ) -> Generator[Callable[[Samples], None]]:
        with self._files.writing(path, sample_rate, channels, length_frames) as append:
            yield append

    def media_type(self, data: bytes) -> str:
        return self._files.media_type(data)

    # ------------------------------------------------------------ the child

    def _ask(self, what: str, content: Content, name: str) -> IO[bytes]:
        """Send a file to a child; what it tells comes from the pipe. Raises: StoreUnavailable, EngineUnavailable."""
        out, sink = os.pipe()
        try:
            with _opened(content) as source:
                self._send(json.dumps({"do": what, "name": name}).encode(), [source.fileno(), sink])
        except OSError as wrong:
            os.close(out)
            raise StoreUnavailable(f"{shown(name)} cannot be read: {wrong.strerror or wrong}") from wrong
        except BaseException:
            os.close(out)
            raise
        finally:
            os.close(sink)
        return os.fdopen(out, "rb", buffering=1 << 16)

    def _send(self, message: bytes, descriptors: list[int]) -> None:
        given = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
        with self._lock:
            for attempt in (0, 1):
                try:
                    self._waiter(anew=attempt > 0).sendmsg([message], given)
                    return
                except (BrokenPipeError, ConnectionError):  # it was killed: another takes its place
                    continue
        raise EngineUnavailable("Nothing that reads files can be started.", hint="Look at memory and at ulimit.")

    def _waiter(self, *, anew: bool) -> socket.socket:
        """Where the process that waits for files hears; started at the first file, and for a forked process anew."""
        if self._waiting is None or anew or self._waiting[0] != os.getpid():
            here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET if _is_linux() else socket.SOCK_DGRAM)
            with there:
                program = [sys.executable, "-c", _PROGRAM, str(there.fileno()), *filter(None, sys.path)]
                process = subprocess.Popen(
                    program, pass_fds=[there.fileno()], env=_ENVIRONMENT, cwd="/",
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
                )  # fmt: skip
            if self._waiting is not None:
                self._end()
            self._waiting = (os.getpid(), here)
            self._end = finalize(self, _end, os.getpid(), here, process)
        return self._waiting[1]


def _end(started_by: int, here: socket.socket, process: subprocess.Popen[bytes]) -> None:
    """Let the process that waits end: it does when nobody can send to it any more."""
    here.close()
    if started_by != os.getpid():  # a fork has a copy of the socket, and no child
        return
    try:
        process.wait(_END_WAIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


_PROGRAM: Final = """
import sys
sys.path[:] = sys.argv[2:]
from remixlab.stores.files.bounded.child import serve
serve(int(sys.argv[1]))
"""


def _is_linux() -> bool:
    return sys.platform == "linux"


@contextmanager
def _opened(content: Content) -> Generator[IO[bytes]]:
    if isinstance(content, Path):
        with content.open("rb") as file:
            yield file
        return
    with TemporaryFile(prefix="remixlab-") as file:
        file.write(content)
        file.flush()
        yield file


def _head(pipe: IO[bytes], name: str) -> dict[str, Any]:
    """The first thing that a child tells. Raises: the error that it met."""
    size = _number(pipe, name)
    if size == FAILED:
        raise _error(pipe, name)
    return json.loads(_exactly(pipe, size, name))


class _Blocks(Iterator[Samples]):
    """What a child reads, block after block. The pipe ends with it, whether anybody went through it or not."""

    def __init__(self, pipe: IO[bytes], channels: int, name: str) -> None:
        self._pipe = pipe
        self._read = _blocks(pipe, channels, name)

    def __next__(self) -> Samples:
        try:
            return next(self._read)
        except BaseException:  # its end among them
            self._pipe.close()
            raise

    def close(self) -> None:
        self._read.close()
        self._pipe.close()

    def __del__(self) -> None:
        self.close()


def _blocks(pipe: IO[bytes], channels: int, name: str) -> Generator[Samples]:
    while (frames := _number(pipe, name)) != END:
        if frames == FAILED:
            raise _error(pipe, name)
        data = _exactly(pipe, frames * channels * 4, name)
        yield np.frombuffer(data, np.float32).reshape(channels, frames).copy()


def _error(pipe: IO[bytes], name: str) -> RemixLabError:
    told = json.loads(_exactly(pipe, _number(pipe, name), name))["error"]
    return too_costly(name) if told is None else revive(told)


def _number(pipe: IO[bytes], name: str) -> int:
    return int(FRAMES.unpack(_exactly(pipe, FRAMES.size, name))[0])


def _exactly(pipe: IO[bytes], size: int, name: str) -> bytes:
    """So many bytes. Raises: InvalidAudio where the child ended before it had told them, by a bound or by a crash."""
    if not pipe.peek(1) and not select.select([pipe], [], [], OPENING_WAIT_S)[0]:  # type: ignore[attr-defined]  # pyright: ignore
        raise too_costly(name)
    data = pipe.read(size)
    if len(data) < size:
        raise too_costly(name)
    return data
