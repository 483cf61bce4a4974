"""Files as the field has them, made here: what a writer left unfinished, what tags and joins put around the sound."""

from __future__ import annotations

import io
import struct

import numpy as np
import soundfile

from remixlab.domain.audio import Audio, Samples

RATE = 44_100


def music(seconds: float = 3.0, rate: int = RATE, channels: int = 2, seed: int = 1) -> Audio:
    """Strokes over tones: loud and quiet frames in turn, so that a variable bit rate varies."""
    dice, t = np.random.default_rng(seed), np.arange(round(seconds * rate)) / rate
    strokes = dice.normal(0, 0.15, (channels, t.size)) * np.exp(-9 * (t % 0.5))
    tones = np.stack([0.1 * np.sin(2 * np.pi * 220 * (n + 1) * t) for n in range(channels)])
    return Audio((strokes + tones).astype(np.float32), rate)


def encode(audio: Audio, container: str, subtype: str | None = None, **options: object) -> bytes:
    sink = io.BytesIO()
    with soundfile.SoundFile(
        sink, "w", audio.sample_rate, audio.channels, subtype, format=container, **options
    ) as file:  # type: ignore[arg-type]
        for begin in range(0, audio.length_frames, 32_768):
            file.write(audio.samples[:, begin : begin + 32_768].T)
    return sink.getvalue()


def mp3(audio: Audio, *, with_info: bool = True) -> bytes:
    """MP3 of a variable bit rate, with or without the frame in front that counts the others."""
    data = encode(audio, "MP3", "MPEG_LAYER_III", bitrate_mode="VARIABLE", compression_level=0.5)
    return data if with_info else data[first_frame_bytes(data) :]


def first_frame_bytes(data: bytes) -> int:
    """How long the first frame of MPEG-1 layer III is. Unit: bytes."""
    kbits = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)[data[2] >> 4]
    rate = (44_100, 48_000, 32_000)[data[2] >> 2 & 3]
    return 144_000 * kbits // rate + (data[2] >> 1 & 1)


def synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def frame(name: str, body: bytes, version: int = 3) -> bytes:
    return name.encode() + (struct.pack(">I", len(body)) if version == 3 else synchsafe(len(body))) + b"\0\0" + body


def id3(*frames: bytes, version: int = 3, flags: int = 0) -> bytes:
    body = b"".join(frames)
    return b"ID3" + bytes([version, 0, flags]) + synchsafe(len(body)) + body


def ape_header(size: int = 2000) -> bytes:
    return b"APETAGEX" + struct.pack("<IIII", size, 32, 0, 0xA0000000) + bytes(8)


def vorbis_comments(*said: bytes) -> bytes:
    body = struct.pack("<I", 4) + b"test" + struct.pack("<I", len(said))
    return body + b"".join(struct.pack("<I", len(one)) + one for one in said)


def with_comments(flac: bytes, *said: bytes) -> bytes:
    """A FLAC file with these comments as its only metadata beside STREAMINFO."""
    block = vorbis_comments(*said)
    return flac[:4] + b"\0" + flac[5:42] + b"\x84" + len(block).to_bytes(3, "big") + block + flac[flac_sound(flac) :]


def flac_sound(flac: bytes) -> int:
    """Where the frames of a FLAC file begin. Unit: bytes."""
    place = 4
    while True:
        kind, size = flac[place], int.from_bytes(flac[place + 1 : place + 4], "big")
        place += 4 + size
        if kind & 0x80:
            return place


def with_total(flac: bytes, total: int) -> bytes:
    """A FLAC file whose header counts so many samples; 0 means unknown."""
    changed = bytearray(flac)
    changed[21] &= 0xF0
    changed[22:26] = total.to_bytes(4, "big")
    return bytes(changed)


def ogg_flac(flac: bytes, *said: bytes) -> bytes:
    """The frames of a FLAC file in Ogg pages, as RFC 9639 maps them."""
    block = vorbis_comments(*said)
    pages = [_page(b"\x7fFLAC\x01\x00\x00\x01" + flac[:4] + b"\0" + flac[5:42], 0, 2)]
    pages.append(_page(b"\x84" + len(block).to_bytes(3, "big") + block, 1, 0))
    sound, full = flac[flac_sound(flac) :], 255 * 200
    for number, begin in enumerate(range(0, len(sound), full)):
        piece = sound[begin : begin + full]
        pages.append(_page(piece, number + 2, 1 if begin else 0, is_open=begin + full < len(sound)))
    return b"".join(pages)


def _page(body: bytes, number: int, flags: int, *, is_open: bool = False) -> bytes:
    lacing = bytes([255] * (len(body) // 255)) + (b"" if is_open else bytes([len(body) % 255]))
    return (
        b"OggS\0"
        + bytes([flags])
        + bytes(8)
        + b"test"
        + struct.pack("<II", number, 0)
        + bytes([len(lacing)])
        + lacing
        + body
    )


def wav(
    samples: Samples,
    rate: int = RATE,
    *,
    form: bytes = b"RIFF",
    said: int | None = None,
    mask: int = 0,
    before: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """A 16-bit WAV file whose data chunk says to have `said` bytes; RF64 and BW64 say it in their ds64 chunk."""
    order = ">" if form == b"RIFX" else "<"
    data = np.rint(samples.T * 32767).astype(order + "i2").tobytes()
    channels = samples.shape[0]
    fmt = struct.pack(order + "HHIIHH", 0xFFFE if mask else 1, channels, rate, rate * channels * 2, channels * 2, 16)
    if mask:
        fmt += struct.pack(order + "HHI", 22, 16, mask) + bytes.fromhex("0100000000001000800000aa00389b71")
    chunks = b"fmt " + struct.pack(order + "I", len(fmt)) + fmt + before
    if form in (b"RF64", b"BW64"):
        ds64 = struct.pack("<IQQQI", 28, len(data) + 72, len(data), len(data) // (2 * channels), 0)
        return form + b"\xff\xff\xff\xffWAVEds64" + ds64 + chunks + b"data\xff\xff\xff\xff" + data
    size = len(data) if said is None else said
    return (
        form
        + struct.pack(order + "I", 4 + len(chunks) + 8 + len(data))
        + b"WAVE"
        + chunks
        + b"data"
        + struct.pack(order + "I", size)
        + data
        + after
    )
