"""Laying the mark into three minutes and reading it back; beside audiowmark where it is installed as a program."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import soundfile as sf

from benchmarks.measuring.measure import measure, side_by_side
from benchmarks.measuring.songs import LENGTH_S, three_minutes
from remixlab.domain.audio import Audio
from remixlab.seal import MarkKeys, detect, embed

MARK = 0x123456789A


def run() -> Iterator[dict[str, Any]]:
    mix, _ = three_minutes()
    keys = MarkKeys.from_secrets({0: bytes(range(32))})
    for name, informed in (("plain", False), ("informed", True)):
        yield measure(
            f"lay the mark, {name}",
            lambda i=informed: embed(mix, MARK, keys, informed=i),
            count=LENGTH_S,
            unit="seconds of music",
            runs=7,
        )
    marked = embed(mix, MARK, keys)
    excerpt = Audio(marked.samples[:, : 30 * 44_100].copy(), 44_100)
    assert detect(excerpt, keys).mark_id == MARK
    yield measure("read the mark, 30 s", lambda: detect(excerpt, keys), count=30, unit="seconds of music")
    silent = Audio(mix.samples[:, : 30 * 44_100].copy(), 44_100)
    assert not detect(silent, keys).found
    yield measure(
        "find no mark, 30 s (every scale tried)", lambda: detect(silent, keys), count=30, unit="seconds of music"
    )
    program = shutil.which("audiowmark")
    if program:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "mix.wav"
            sf.write(path, mix.samples.T, 44_100)

            def audiowmark() -> None:
                subprocess.run(
                    [program, "add", str(path), f"{path}.out.wav", "0123456789abcdef0011223344556677"],
                    check=True,
                    capture_output=True,
                )

            yield side_by_side(
                "lay the mark, plain",
                lambda: embed(mix, MARK, keys),
                audiowmark,
                rival_name="audiowmark (whole process)",
            )
