"""Every reader on files that are cut, altered, doubled and spliced: an answer or one clear error, in time and memory.

python -m benchmarks.reading.mutated_files [--first 0] [--files 20000] [--beside-ffmpeg]

Seeds are made here: every container that is read without the extra, with tags, and tables, owners files, pools, plans
and SoundFonts. A run may be done in pieces; each prints one line of JSON. Beside ffmpeg, a sound that is read must not
be shorter than what ffmpeg reads of it, by more than a frame of its codec: nothing is cut off without a word.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.measuring.measure import surroundings
from remixlab.catalogue import read_owners, read_owners_table
from remixlab.domain.errors import RemixLabError
from remixlab.domain.text import decode_text
from remixlab.plan import parse
from remixlab.royalties.pool import read_pool
from remixlab.signal.soundfont import read_soundfont
from remixlab.stores.files import SoundFiles

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))
import odd_files  # the makers of odd files are the tests'
import soundfonts

SLOW_S, MEMORY_MIB = 5.0, 300
FRAME_OF_CODEC: Final = 8192
"""The longest frame of a codec that is read: a block of Vorbis. Unit: frames of sound."""
FILES = SoundFiles()
Reader = Callable[[bytes], Any]


def seeds() -> list[tuple[str, bytes, Reader]]:
    """Name, content and who reads it."""
    music = odd_files.music(0.4)
    flac, mp3 = odd_files.encode(music, "FLAC", "PCM_16"), odd_files.mp3(music)
    tag = odd_files.id3(odd_files.frame("TIT2", b"\1\xff\xfeS\0o\0"), odd_files.frame("TSRC", b"\0QZRLB2600001"))
    sounds: Mapping[str, bytes] = {
        "wav": odd_files.wav(music.samples), "rf64": odd_files.wav(music.samples, form=b"RF64"),
        "bw64": odd_files.wav(music.samples, form=b"BW64"), "rifx": odd_files.wav(music.samples, form=b"RIFX"),
        "flac": odd_files.with_comments(flac, b"TITLE=Song", b"ARTIST=Ann", b"ISRC=QZRLB2600001"),
        "flac without length": odd_files.with_total(flac, 0), "flac in ogg": odd_files.ogg_flac(flac, b"TITLE=Song"),
        "mp3": tag + mp3, "mp3 bare": odd_files.mp3(music, with_info=False),
        "mp3 behind ape": odd_files.ape_header() + mp3,
        "vorbis": odd_files.encode(music, "OGG", "VORBIS"),
        "opus": odd_files.encode(odd_files.music(0.4, 48_000), "OGG", "OPUS"),
        "aiff": odd_files.encode(music, "AIFF", "PCM_16"), "caf": odd_files.encode(music, "CAF", "PCM_16"),
        "au": odd_files.encode(music, "AU", "PCM_16"), "w64": odd_files.encode(music, "W64", "PCM_16"),
        "chained": odd_files.encode(music, "OGG", "VORBIS") * 2,
    }  # fmt: skip
    table = "isrc;title;artist;right;party;percent\nQZRLB2600011;Lied;Jörg;master;Müller;100\n"
    owners = 'title = "Lied"\nshares = [{ party = "Müller", right = "master", percent = 100 }]\n'
    plan = json.dumps(
        {"schema": "remixlab.plan/1", "kind": "remix", "source": "rec_a", "ops": [{"op": "tempo", "ratio": 1.1}]}
    )
    return [
        *((name, data, _hear) for name, data in sounds.items()),
        ("table", table.encode(), lambda raw: read_owners_table(decode_text(raw, "t.csv"))),
        ("table in utf-16", table.encode("utf-16"), lambda raw: read_owners_table(decode_text(raw, "t.csv"))),
        ("owners", owners.encode(), lambda raw: read_owners(decode_text(raw, "o.toml"))),
        ("pool", b'method = "user-centric"\nfee = "2.50"\n[fees]\nann = "3.00"\n', _pool),
        ("plan", plan.encode(), lambda raw: parse(decode_text(raw, "p.json"))),
        (
            "soundfont",
            _font(),
            read_soundfont,
        ),
    ]


def _font() -> bytes:
    return soundfonts.build([soundfonts.Program([soundfonts.Tone(soundfonts.sine(440, 2000))])])


def _pool(raw: bytes) -> Any:
    return read_pool(decode_text(raw, "pool.toml"), "EUR")


def _hear(raw: bytes) -> Any:
    tags = FILES.read_tags(raw, "x")
    for text in tags.values():
        text.encode()
    return sum(block.shape[1] for block in FILES.stream(raw, "x").blocks)


def mutate(data: bytes, dice: np.random.Generator) -> bytes:
    """One to four changes: bytes altered, near the front more often; a cut; a stretch doubled, moved or zeroed."""
    made = bytearray(data)
    for _ in range(int(dice.integers(1, 5))):
        size = len(made)
        if size < 8:
            break
        at = int(dice.integers(0, min(size, 200)) if dice.random() < 0.5 else dice.integers(0, size))
        length = int(dice.integers(1, max(2, min(size - at, 400))))
        match int(dice.integers(0, 6)):
            case 0:
                made[at] = int(dice.integers(0, 256))
            case 1:
                made[at : at + 4] = dice.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0"])
            case 2:
                del made[at:]
            case 3:
                made[at:at] = made[at : at + length]
            case 4:
                made[at : at + length] = bytes(length)
            case _:
                made[at : at + length] = dice.bytes(length)
    return bytes(made)


class CutShort(Exception):
    """A sound was read as shorter than it is, and nothing was said."""


def try_one(number: int, known: list[tuple[str, bytes, Reader]], *, beside: bool = False) -> tuple[str, str, float]:
    """The seed, what came of it, and how long it took. Raises what is no answer."""
    name, data, read = known[number % len(known)]
    raw, began = mutate(data, np.random.default_rng(number)), time.perf_counter()
    try:
        answer = read(raw)
        came = "read"
    except RemixLabError as error:
        return name, error.stable_code, time.perf_counter() - began
    took_s = time.perf_counter() - began
    if beside and read is _hear:
        theirs = frames_of_ffmpeg(raw)
        if answer < theirs - FRAME_OF_CODEC:
            raise CutShort(f"{answer} frames for {theirs}")
    return name, came, took_s


def frames_of_ffmpeg(raw: bytes) -> int:
    """How many frames ffmpeg decodes of a file; 0 where it decodes none."""
    command = ["ffmpeg", "-v", "quiet", "-i", "pipe:0", "-map", "0:a:0", "-ac", "1", "-f", "s16le", "pipe:1"]
    return len(subprocess.run(command, input=raw, capture_output=True, check=False).stdout) // 2


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--files", type=int, default=20_000)
    asked.add_argument("--seconds", type=float, default=1e9, help="Stop after so long.")
    asked.add_argument("--beside-ffmpeg", action="store_true", help="Compare what is read with what ffmpeg reads.")
    given = asked.parse_args()
    if given.beside_ffmpeg and shutil.which("ffmpeg") is None:
        asked.error("ffmpeg is not installed")
    known, came, faults, slowest = seeds(), Counter[str](), list[str](), 0.0
    began, done = time.perf_counter(), 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(given.first, given.first + given.files):
        if time.perf_counter() - began > given.seconds:
            break
        try:
            name, what, took_s = try_one(number, known, beside=given.beside_ffmpeg)
            came[what] += 1
            slowest = max(slowest, took_s)
            if took_s > SLOW_S:
                faults.append(f"{number} {name}: {took_s:.1f} s")
        except Exception as fault:  # noqa: BLE001  # a fault is what is looked for
            faults.append(f"{number} {known[number % len(known)][0]}: {type(fault).__name__}: {fault}"[:200])
        done += 1
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(
        json.dumps(
            {
                "what": "mutated files", "beside_ffmpeg": given.beside_ffmpeg,
                "first": given.first, "files": done, "seeds": len(known),
                "faults": len(faults),
                "faulty": faults[:20], "came": dict(came.most_common()), "slowest_s": round(slowest, 3),
                "memory_grown_mib": grown, "memory_allowed_mib": MEMORY_MIB, **surroundings(),
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
