"""Draw training mixes: random stems, random studio, exact truth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np
import torch
from scipy.signal import oaconvolve
from torch import Tensor

from synthesis.sound_files import RATE
from training.material.pool import STEM_SONGS, STEMS, Entry
from training.separation.net import BINS, FFT_SIZE, HOP
from training.separation.produce import produce_voice

ABSENT = {"vocals": 0.14, "drums": 0.1, "bass": 0.15, "other": 0.06}
LEVEL_DB = {"vocals": 0.0, "drums": 0.0, "bass": -1.0, "other": -0.5}
PRODUCED = {"dry": 0.7, "song": 0.25}
"""How often a voice is produced: recorded dry, as nearly all are, or taken from a song, where a studio was at work
before.
"""
WEIGHTS = {"freedoom": 0.25, "own_styles": 0.2, "sung_lines": 0.4, "synth_lines": 0.2}
"""What is made in quantity weighs less than recordings."""
SUNG_CUT = 0.7
"""How often a song that is sung is cut where somebody sings."""
BALANCED = 0.6
"""How often the voice of a song is brought near its band, so that a song whose voice lies low does not teach that
voices are silent.
"""
VOICE_DB, VOICE_SPREAD_DB = -3.0, 4.5
"""How loud it is then against the band: the mean and the spread."""
EXCHANGED = 0.3
"""How often a stem of a song has its sides exchanged, each for itself."""
LIVELY = 1e-5
"""The power from which a cut is not silent."""
SPEED = 0.22
"""The largest change of speed, and with it of pitch and of the size of a mouth, as a logarithm: four semitones."""


def transform(sound: Tensor) -> Tensor:
    """Take the spectrum of (channels, frames) sound: complex (channels, frames, 2048).

    Hann window, 4096 long, hop 1024, centred with zeros; divided by 1024; the bin at half the rate is dropped.
    """
    window = torch.hann_window(FFT_SIZE)
    full = torch.stft(sound, FFT_SIZE, HOP, window=window, center=True, pad_mode="constant", return_complex=True)
    return full[:, :BINS].transpose(1, 2) / 1024.0


def split_complex(left_right: Tensor) -> Tensor:
    """Lay complex (batch, 2, frames, bins) out as the network's four real planes."""
    planes = torch.view_as_real(left_right)
    return torch.stack((planes[:, 0, ..., 0], planes[:, 0, ..., 1], planes[:, 1, ..., 0], planes[:, 1, ..., 1]), 1)


class Joined(IntEnum):
    """Which stems of an example are known only together; their sum stands in `other`."""

    NONE = 0
    REST = 1
    """Drums, bass and other: a finished recording without a voice."""
    LOW = 2
    """Bass and other: a song whose bass was published within the rest."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One pool entry with its samples on disk."""

    entry: Entry
    samples: np.ndarray
    hides_bass: bool = False
    """The bass of its song was published within it."""


class Library:
    """The pool without the songs that are held out."""

    def __init__(self, folder: Path, held_out: tuple[str, ...], *, with_weak: bool) -> None:
        """Open the pool; sounds stay on disk."""
        self.sounds: dict[str, list[Sound]] = {kind: [] for kind in (*STEMS, "rest")}
        self.songs: dict[str, dict[str, Sound]] = {}
        self.entries: list[Entry] = []
        index: list[Entry] = json.loads((folder / "index.json").read_text())
        with_bass = {entry["song"] for entry in index if entry["kind"] == "bass"}
        hiding = {f"evr_{song}" for song in STEM_SONGS} - with_bass
        for entry in index:
            if entry["source"] in held_out or (entry["weak"] and not with_weak) or entry["seconds"] < 6:
                continue
            hides_bass = entry["kind"] == "other" and entry["song"] in hiding
            sound = Sound(entry, np.load(folder / entry["file"], mmap_mode="r"), hides_bass)
            self.entries.append(entry)
            self.sounds[entry["kind"]].append(sound)
            if entry["kind"] != "rest":
                self.songs.setdefault(entry["song"], {})[entry["kind"]] = sound
        self.songs = {name: parts for name, parts in self.songs.items() if len(parts) >= 2}
        self.weights = {kind: self._weigh(sounds) for kind, sounds in self.sounds.items()}

    @staticmethod
    def _weigh(sounds: list[Sound]) -> np.ndarray:
        weight = np.array([np.sqrt(s.entry["seconds"]) * WEIGHTS.get(s.entry["source"], 1.0) for s in sounds])
        return weight / weight.sum() if len(weight) else weight


class Mixer:
    """Draw batches of spectra from a library with one random generator."""

    def __init__(self, library: Library, seed: int, frames: int, *, songs: float = 0.35, sung: float = 0.65) -> None:
        """Keep the library;

        `frames` counts STFT frames, `songs` of the mixes are whole songs and `sung` of these sung ones.
        """
        self.library, self.songs, self.sung = library, songs, sung
        self.rng = np.random.default_rng(seed)
        self.frames = frames
        self.length = (frames - 1) * HOP

    def _draw_speed(self) -> float:
        return 1.0 if self.rng.random() < 0.45 else float(np.exp(self.rng.uniform(-SPEED, SPEED)))

    def _cut(self, sound: Sound, at: int | None = None, speed: float | None = None) -> np.ndarray:
        speed = self._draw_speed() if speed is None else speed
        total, length = len(sound.samples), self.length
        need = int(length * speed) + 2
        start = at if at is not None else int(self.rng.integers(0, max(1, total - need)))
        piece = np.asarray(sound.samples[start : start + need], np.float32) / 32768.0
        if len(piece) < need:
            piece = np.pad(piece, ((0, need - len(piece)), (0, 0)))
        if speed != 1.0:
            place = np.arange(length, dtype=np.float32) * np.float32(speed)
            floor = place.astype(np.int64)
            share = (place - floor)[:, None]
            piece = piece[floor] * (1 - share) + piece[floor + 1] * share
        return piece[:length]

    def _produce(self, piece: np.ndarray, source: str) -> np.ndarray:
        chance = PRODUCED["song" if source.startswith("evr_") else "dry"]
        return produce_voice(piece, self.rng) if self.rng.random() < chance else piece

    def _cut_lively(self, sound: Sound) -> np.ndarray:
        piece = self._cut(sound)
        for _ in range(3):
            if np.mean(piece**2) > LIVELY:
                break
            piece = self._cut(sound)
        return piece

    def _reverberate(self, piece: np.ndarray) -> np.ndarray:
        rng = self.rng
        length = int(RATE * rng.uniform(0.2, 1.2))
        decay = np.exp(-np.linspace(0, 6.9, length))[:, None]
        tail = (rng.standard_normal((length, 2)) * decay).astype(np.float32)
        tail[: int(RATE * rng.uniform(0.0, 0.03))] = 0
        tail *= rng.uniform(0.05, 0.5) / np.sqrt((tail**2).sum(0).mean() + 1e-9)
        tail[0] += 1.0
        return oaconvolve(piece, tail, axes=0)[: len(piece)].astype(np.float32)

    def _place(self, piece: np.ndarray, stem: str) -> np.ndarray:
        rng = self.rng
        level = np.sqrt(np.mean(piece**2))
        spread = 3.5 if stem != "vocals" else 4.0
        gain = 0.1 / level * 10 ** (rng.normal(LEVEL_DB.get(stem, 0), spread) / 20) if level > 1e-3 else 1.0
        piece = piece * min(gain, 12.0)
        if rng.random() < 0.5:
            piece = piece[:, ::-1]
        if rng.random() < (0.4 if stem == "other" else 0.2):
            angle = rng.uniform(0.25, 0.75) * np.pi / 2
            piece = piece * np.array([np.cos(angle), np.sin(angle)], np.float32) * 1.41
        if rng.random() < 0.3 and stem in ("vocals", "other", "drums"):
            piece = self._reverberate(np.ascontiguousarray(piece))
        if rng.random() < 0.12:
            drive = rng.uniform(2, 8)
            piece = np.tanh(piece * drive) / drive
        return piece

    def _pick(self, kind: str) -> Sound:
        sounds = self.library.sounds[kind]
        return sounds[int(self.rng.choice(len(sounds), p=self.library.weights[kind]))]

    def _play(self, sound: Sound) -> np.ndarray:
        kind, piece = sound.entry["kind"], self._cut_lively(sound)
        return self._place(self._produce(piece, sound.entry["source"]) if kind == "vocals" else piece, kind)

    def _draw(self, kind: str) -> np.ndarray:
        return self._play(self._pick(kind))

    def _draw_song(self) -> tuple[dict[str, np.ndarray], Joined]:
        """Cut the stems of one song at the same place, at the same speed."""
        rng, songs = self.rng, self.library.songs
        sung = [name for name in songs if "vocals" in songs[name]]
        names = sung if sung and rng.random() < self.sung else list(songs)
        parts = songs[names[int(rng.integers(len(names)))]]
        speed = self._draw_speed()
        at = self._place_cut(parts, speed)
        pieces = {stem: self._cut(part, at, speed) for stem, part in parts.items()}
        if "vocals" in pieces:
            pieces["vocals"] = self._produce(pieces["vocals"], parts["vocals"].entry["source"])
            if rng.random() < BALANCED:
                self._balance_voice(pieces)
        loudest = np.sqrt(np.mean(sum(pieces.values()) ** 2)) + 1e-4
        waves: dict[str, np.ndarray] = {}
        for stem, piece in pieces.items():
            placed = piece[:, ::-1] if rng.random() < EXCHANGED else piece
            waves[stem] = placed * (0.14 / loudest) * 10 ** (rng.normal(0, 2.0) / 20)
        if "vocals" not in waves and rng.random() < 0.7:
            waves["vocals"] = self._draw("vocals")
        return waves, Joined.LOW if any(part.hides_bass for part in parts.values()) else Joined.NONE

    def _place_cut(self, parts: dict[str, Sound], speed: float) -> int:
        """Choose where to cut a song: mostly where somebody sings, if anybody does."""
        rng, length = self.rng, int(self.length * speed)
        last = max(1, min(len(part.samples) for part in parts.values()) - length - 2)
        wants_voice = "vocals" in parts and rng.random() < SUNG_CUT
        at = int(rng.integers(0, last))
        for _ in range(5):
            if (
                not wants_voice
                or np.mean((np.asarray(parts["vocals"].samples[at : at + length : 16], np.float32) / 32768) ** 2)
                > LIVELY
            ):
                break
            at = int(rng.integers(0, last))
        return at

    def _balance_voice(self, pieces: dict[str, np.ndarray]) -> None:
        """Bring the voice of a song near its band in loudness, where both are heard."""
        voice = np.mean(pieces["vocals"] ** 2)
        band = np.mean(sum(piece for stem, piece in pieces.items() if stem != "vocals") ** 2)
        if voice > 1e-6 and band > 1e-6:
            gain = np.sqrt(band / voice) * 10 ** (self.rng.normal(VOICE_DB, VOICE_SPREAD_DB) / 20)
            pieces["vocals"] = pieces["vocals"] * np.float32(np.clip(gain, 0.25, 6.0))

    def draw_waves(self) -> tuple[dict[str, np.ndarray], Joined]:
        """Draw the stems of one example, and tell which of them are known only together."""
        rng, library = self.rng, self.library
        dice = rng.random()
        waves: dict[str, np.ndarray] = {}
        if dice < self.songs and library.songs:
            return self._draw_song()
        if dice < self.songs + 0.15 and library.sounds["rest"]:
            waves["other"] = self._draw("rest") * 1.6
            if rng.random() > ABSENT["vocals"]:
                waves["vocals"] = self._draw("vocals")
            return waves, Joined.REST
        picked = [self._pick(stem) for stem in STEMS if rng.random() > ABSENT[stem]]
        waves = {sound.entry["kind"]: self._play(sound) for sound in picked}
        if rng.random() < 0.3:
            picked.append(self._pick("other"))
            waves["other"] = waves.get("other", 0) + self._play(picked[-1]) * 0.7
        if rng.random() < 0.15 and "vocals" in waves:
            waves["vocals"] = waves["vocals"] + self._draw("vocals") * 0.5
        if any(sound.hides_bass for sound in picked):
            waves["other"] = waves["other"] + waves.pop("bass", 0)
            return waves, Joined.LOW
        return waves, Joined.NONE

    def _draw_curve(self) -> Tensor:
        knots = self.rng.normal(0, 3.0, 8)
        place = np.log2(np.maximum(np.arange(BINS), 4) / 4) / 9 * 7
        return torch.from_numpy((10 ** (np.interp(place, np.arange(8), knots) / 20)).astype(np.float32))

    def _squeeze(self, stacked: np.ndarray) -> None:
        mix = stacked.reshape(4, 2, -1).sum(0)
        block = np.sqrt((mix[:, : self.length // 441 * 441] ** 2).reshape(2, -1, 441).mean((0, 2)) + 1e-6)
        smooth = np.convolve(block, np.ones(9) / 9, "same")
        gain = (0.1 / smooth) ** self.rng.uniform(0.1, 0.5)
        stacked *= np.interp(np.arange(self.length), np.arange(len(gain)) * 441, gain).astype(np.float32)

    def draw(self, spectra: Tensor) -> Joined:
        """Draw one example into zeros: complex stems (4, 2, frames, bins), already summing to the mix; tell which are
        joined.
        """
        rng = self.rng
        waves, joined = self.draw_waves()
        while not waves or sum(float(np.mean(wave**2)) for wave in waves.values()) < 1e-6:
            waves, joined = self.draw_waves()
        stacked = np.zeros((8, self.length), np.float32)
        for number, stem in enumerate(STEMS):
            if stem in waves:
                stacked[2 * number : 2 * number + 2] = waves[stem].T
        if rng.random() < 0.35:
            self._squeeze(stacked)
        if rng.random() < 0.3:
            middle, width = stacked.reshape(4, 2, -1).mean(1, keepdims=True), np.float32(rng.choice([0, 0.1, 0.3, 0.6]))
            stacked = (middle + (stacked.reshape(4, 2, -1) - middle) * width).reshape(8, -1)
        tilts, cut = rng.random(4) < 0.4, int(rng.integers(900, 1700)) if rng.random() < 0.15 else BINS
        for number, stem in enumerate(STEMS):
            if stem in waves:
                spectra[number] = transform(torch.from_numpy(stacked[2 * number : 2 * number + 2]))
                if tilts[number]:
                    spectra[number] *= self._draw_curve()
        spectra[..., cut:] *= 0.01
        level = torch.view_as_real(spectra[:, :, ::4].sum(0)).square().sum(-1).mean().sqrt()
        spectra *= float((0.0035 / (level + 1e-7)).clamp(max=30)) * 10 ** (float(rng.normal(0, 2.5)) / 20)
        return joined

    def draw_batch(self, size: int) -> tuple[Tensor, Tensor]:
        """Draw stems (batch, 4, 2, frames, bins), and which of each are known only together (batch,)."""
        spectra = torch.zeros((size, 4, 2, self.frames, BINS), dtype=torch.complex64)
        joined = [int(self.draw(example)) for example in spectra]
        return spectra, torch.tensor(joined)
