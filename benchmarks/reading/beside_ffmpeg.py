"""Five hundred files of every container, codec, rate, channel layout and kind of tag, read here and by ffmpeg.

python -m benchmarks.reading.beside_ffmpeg [--files 500] [--first 0]

ffmpeg makes each file and decodes it again; the product reads the same bytes (with the extra `[formats]` where
libsndfile does not read them). Compared are rate, channels, length, where each channel stands, its level, and where
its strokes begin. Goals: 1 ms and 0.1 dB; a whole frame of the codec is named apart.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.measuring.measure import Missing, surroundings
from remixlab.domain.errors import RemixLabError
from remixlab.domain.speakers import Speaker, layout_of_names, usual_layout
from remixlab.stores.files.audio_blocks import open_sound
from remixlab.stores.files.containers import has_formats

Floats = NDArray[np.float32]

SECONDS: Final = 2.5
LENGTH_S, LEVEL_DB, ONSET_S = 1e-3, 0.1, 1e-3
EXACT: Final = 1e-6
"""As near to the source as that, a file is read rightly: ffmpeg 5.1 reads its own WavPack wrongly."""
LAYOUTS: Final = {1: "mono", 2: "stereo", 6: "5.1"}
RATES: Final = (8_000, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000)
OPUS, MPEG = (16_000, 48_000), (16_000, 22_050, 32_000, 44_100, 48_000)
UPTO48: Final = tuple(rate for rate in RATES if rate <= 48_000)


@dataclass(frozen=True, slots=True)
class Form:
    """What ffmpeg writes: the ending, its options, and what the codec allows."""

    ending: str
    options: str
    rates: tuple[int, ...] = RATES
    channels: tuple[int, ...] = (1, 2, 6)


FORMS: Final = (
    *(Form("wav", f"-c:a pcm_{kind}") for kind in ("u8", "s16le", "s24le", "s32le", "f32le", "f64le")),
    *(Form("wav", f"-c:a {codec}", UPTO48, (1, 2)) for codec in ("pcm_alaw", "pcm_mulaw", "adpcm_ms", "adpcm_ima_wav")),
    Form("wav", "-c:a pcm_s16le -rf64 always"), Form("w64", "-c:a pcm_s24le"),
    *(Form("aiff", f"-c:a {codec}") for codec in ("pcm_s16be", "pcm_s24be", "pcm_f32be", "pcm_s16le")),
    *(Form("caf", f"-c:a {codec}") for codec in ("pcm_s16be", "pcm_s24le", "alac")),
    *(Form("au", f"-c:a {codec}") for codec in ("pcm_s16be", "pcm_mulaw")),
    Form("flac", "-c:a flac"), Form("flac", "-c:a flac -sample_fmt s32"), Form("ogg", "-c:a flac", UPTO48),
    Form("ogg", "-c:a libvorbis -q:a 4", (22_050, 32_000, 44_100, 48_000)), Form("opus", "-c:a libopus -b:a 96k", OPUS),
    *(Form("mp3", f"-c:a libmp3lame {rate}", MPEG, (1, 2)) for rate in ("-b:a 128k", "-q:a 2", "-q:a 8")),
    Form("mp3", "-c:a libmp3lame -b:a 64k -write_xing 0", MPEG, (1, 2)),
    Form("mp2", "-c:a mp2 -b:a 160k", (32_000, 44_100, 48_000), (1, 2)),
    Form("m4a", "-c:a aac -b:a 128k", UPTO48[1:]), Form("m4a", "-c:a alac"),
    Form("aac", "-c:a aac -b:a 128k", UPTO48[1:]),
    *(Form("mka", f"-c:a {codec}", UPTO48[2:]) for codec in ("flac", "pcm_s16le", "libvorbis", "aac")),
    Form("webm", "-c:a libopus -b:a 96k", OPUS), Form("webm", "-c:a libvorbis", (44_100, 48_000)),
    Form("wma", "-c:a wmav2 -b:a 128k", (22_050, 44_100, 48_000), (1, 2)),
    Form("ac3", "-c:a ac3 -b:a 320k", (32_000, 44_100, 48_000)), Form("tta", "-c:a tta"), Form("wv", "-c:a wavpack"),
    Form("mov", "-c:a pcm_s24le"), Form("mp4", "-c:a aac -movflags +faststart", UPTO48[2:], (1, 2)),
    Form("ts", "-c:a aac", (44_100, 48_000), (1, 2)),
)  # fmt: skip
TAGS: Final = ("none", "plain", "many")


def asked() -> list[tuple[Form, int, int, str]]:
    """Every combination that the codecs allow, forms in turn so that any first part holds all of them."""
    each = [
        [
            (form, rate, channels, TAGS[n % 3])
            for n, (rate, channels) in enumerate(itertools.product(form.rates, form.channels))
        ]
        for form in FORMS
    ]
    dice = np.random.default_rng(1)
    for rows in each:
        dice.shuffle(rows)  # type: ignore[arg-type]
    return [row for rows in itertools.zip_longest(*each) for row in rows if row]


def music(rate: int, channels: int) -> Floats:
    """Tones of another pitch and level in each channel, and strokes each half second, a little later in each."""
    t = np.arange(round(SECONDS * rate)) / rate
    dice = np.random.default_rng(channels)
    one = []
    for n in range(channels):
        strokes = dice.normal(0, 0.2, t.size) * np.exp(-25 * ((t - 0.11 - 0.013 * n) % 0.5))
        tone = 0.08 / (1 + 0.3 * n) * np.sin(2 * np.pi * (60 if channels == 6 and n == 3 else 200 + 70 * n) * t)
        one.append((strokes * (0.2 if channels == 6 and n == 3 else 1) + tone).clip(-0.9, 0.9))
    return np.stack(one).astype(np.float32)


def make(folder: Path, number: int, row: tuple[Form, int, int, str]) -> Path | None:
    """One file by ffmpeg; None where this ffmpeg cannot write it."""
    form, rate, channels, tags = row
    source, made = folder / "source.wav", folder / f"{number}.{form.ending}"
    soundfile.write(source, music(rate, channels).T, rate, "FLOAT")
    said: list[str] = []
    if tags != "none":
        said = ["-metadata", "title=Größe — 歌", "-metadata", "artist=Ann"]
    if tags == "many":
        said += ["-metadata", "comment=" + "long " * 4000, "-metadata", "album=A", "-metadata", "TSRC=QZRLB2600001"]
    layout = ["-af", f"aformat=channel_layouts={LAYOUTS[channels]}"]
    done = _ffmpeg("-i", str(source), *layout, *form.options.split(), *said, str(made))
    return made if done.returncode == 0 and made.exists() else None


def ears_of_ffmpeg(path: Path) -> tuple[Floats, int, str]:
    """What ffmpeg decodes. Shape: (channels, frames)."""
    facts = json.loads(
        subprocess.run(
            ["ffprobe", "-v", "error", "-of", "json", "-select_streams", "a:0", "-show_entries",
             "stream=sample_rate,channels,channel_layout", str(path)],
            capture_output=True, check=True,
        ).stdout
    )["streams"][0]  # fmt: skip
    raw = _ffmpeg("-i", str(path), "-map", "0:a:0", "-f", "f32le", "-c:a", "pcm_f32le", "-").stdout
    channels = int(facts["channels"])
    return np.frombuffer(raw, "<f4").reshape(-1, channels).T, int(facts["sample_rate"]), facts.get("channel_layout", "")


def compare(path: Path, source: Floats) -> tuple[list[str], dict[str, float]]:
    """What differs from ffmpeg, and by how much; nothing where the sound is that of the source and ffmpeg's is not."""
    theirs, rate, layout = ears_of_ffmpeg(path)
    sound = open_sound(path, path.name)
    ours = np.concatenate([np.zeros((sound.channels, 0), np.float32), *sound.blocks], axis=1)
    if (sound.sample_rate, sound.channels) != (rate, theirs.shape[0]):
        return [f"{sound.sample_rate} Hz x {sound.channels} for {rate} Hz x {theirs.shape[0]}"], {}
    faults = []
    stands, meant = (
        sound.layout or usual_layout(sound.channels),
        layout_of_names(tuple(_speakers(layout, sound.channels))),
    )
    order = list(range(sound.channels))
    if sound.channels > 2:
        stands, meant = _surround(stands), _surround(meant)
        if sorted(stands) != sorted(meant):
            faults.append(f"stands {[s.name for s in stands]} for {layout}")
        else:
            order = [meant.index(speaker) for speaker in stands]
    theirs = theirs[order]
    shift = _shift(ours.sum(0), theirs.sum(0), rate)
    figures = {"length_ms": abs(ours.shape[1] - theirs.shape[1]) / rate * 1e3, "onset_ms": abs(shift) / rate * 1e3}
    if ours.shape == source.shape and float(np.abs(ours - source).max()) < EXACT:
        theirs = ours
    figures["level_db"] = max(abs(_level(a) - _level(b)) for a, b in zip(ours, theirs, strict=True))
    for name, most in (("length_ms", LENGTH_S * 1e3), ("onset_ms", ONSET_S * 1e3), ("level_db", LEVEL_DB)):
        if figures[name] > most:
            faults.append(f"{name} {figures[name]:.2f}")
    return faults, figures


def run(files: int = 500, first: int = 0) -> Iterator[dict[str, Any]]:
    """One line: how many agree, and each that does not. Raises: Missing without ffmpeg."""
    if shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None:
        raise Missing("ffmpeg is not installed")
    faults: list[str] = []
    came, worst = Counter[str](), dict[str, float]()
    with tempfile.TemporaryDirectory() as place:
        for number, row in enumerate(asked()[first : first + files], first):
            label = f"{number} {row[0].ending} {row[0].options} {row[1]} Hz x {row[2]} {row[3]}"
            path = make(Path(place), number, row)
            if path is None:
                came["not written"] += 1
                continue
            try:
                wrong, figures = compare(path, music(row[1], row[2]))
            except RemixLabError as error:
                wrong, figures = [f"{error.stable_code}: {error}"], {}
            path.unlink()
            came["differs" if wrong else "agrees"] += 1
            faults.extend(f"{label}: {one}" for one in wrong)
            for name, value in figures.items():
                worst[name] = max(worst.get(name, 0.0), value)
    yield {
        "what": "beside ffmpeg", "first": first, "files": sum(came.values()), "came": dict(came), "forms": len(FORMS),
        "worst": {name: round(value, 3) for name, value in worst.items()}, "formats_extra": has_formats(),
        "faulty": faults,
        **surroundings(),
    }  # fmt: skip


def _ffmpeg(*said: str) -> subprocess.CompletedProcess[bytes]:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *said]
    return subprocess.run(command, capture_output=True, check=False)


def _speakers(layout: str, channels: int) -> list[str]:
    """Where ffmpeg puts its channels: its own order for the layouts that are made here."""
    known = {
        "5.1": ["FL", "FR", "FC", "LFE", "BL", "BR"],
        "5.1(side)": ["FL", "FR", "FC", "LFE", "SL", "SR"],
        "stereo": ["FL", "FR"],
        "mono": ["FC"],
    }
    return known.get(layout) or known[LAYOUTS[channels]]


def _surround(layout: tuple[Speaker, ...]) -> tuple[Speaker, ...]:
    """Two surrounds stand beside or behind by the writer's habit, and are mixed alike (ITU-R BS.775)."""
    beside = {Speaker.SIDE_LEFT: Speaker.BACK_LEFT, Speaker.SIDE_RIGHT: Speaker.BACK_RIGHT}
    return tuple(beside.get(speaker, speaker) for speaker in layout) if len(layout) < 8 else layout


def _shift(a: Floats, b: Floats, rate: int) -> int:
    """How many frames later `a` is, by the likeness of both within a tenth of a second."""
    size = min(len(a), len(b))
    if not size:
        return 0
    bins = 1 << (2 * size - 1).bit_length()
    like = np.fft.irfft(np.fft.rfft(a[:size], bins) * np.conj(np.fft.rfft(b[:size], bins)), bins)
    reach = rate // 10
    near = np.concatenate([like[-reach:], like[: reach + 1]])
    return int(np.argmax(near)) - reach


def _level(samples: Floats) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-12))


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--files", type=int, default=500)
    given.add_argument("--first", type=int, default=0)
    for row in run(**vars(given.parse_args())):
        print(json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    main()
