"""A recognised file as the parts that a decoder reads, each from its start to its end, at one rate and with one layout.

Most files are one part, and the decoder gets them as they are. Where a header is wrong or missing, where something that
is no
sound stands between, or where one stream follows another, it gets what it should have got.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from remixlab.domain.speakers import Layout, layout_of_mask, vorbis_layout
from remixlab.stores.files.formats import chunk_sizes, flac_frames, mpeg, ogg_links, riff_facts
from remixlab.stores.files.formats.pieces import Piece, measure_pieces
from remixlab.stores.files.formats.recognising import Found

Bytes = bytes | mmap.mmap

_DECODER_DELAY: Final = 529
"""Frames by which an MP3 decoder lags, beside what the encoder put in front. Source: LAME tag specification."""
_CODED_IN_PCM: Final = (
    (b"\x7f\xfe\x80\x01", "DTS"),
    (b"\xfe\x7f\x01\x80", "DTS"),
    (b"\x1f\xff\xe8\x00", "DTS"),
    (b"\xff\x1f\x00\xe8", "DTS"),
    (b"\x72\xf8\x1f\x4e", "Dolby Digital or DTS for a digital output"),
    (b"\xf8\x72\x4e\x1f", "Dolby Digital or DTS for a digital output"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """What one decoder reads. `pieces` is None for the file as it is; `claimed_bytes` as in `PieceReader`.

    `skip` frames at the start are the encoder's and are left out, and what comes behind `keep` frames more.
    `said_frames` is the
    number that was written into the file, where one was; `least_s` what its pages promise. Rate and channels are 0
    where only the
    decoder knows. `length` weighs the parts against each other.
    """

    pieces: Sequence[Piece] | None = None
    layout: Layout = ()
    sample_rate: int = 0
    channels: int = 0
    claimed_bytes: int = 0
    skip: int = 0
    keep: int | None = None
    said_frames: int | None = None
    least_s: float = 0.0
    is_said: bool = True
    length: float = 0.0


class NeedsOther(Exception):
    """libsndfile cannot read what is in this file. `what` is its name."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def read_parts(data: Bytes, found: Found) -> list[Part]:
    """The parts of a file that libsndfile reads. Raises: NeedsOther, CutOff."""
    match found.kind:
        case "mp3":
            parts = _mpeg_parts(data, found.start)
        case "flac":
            parts = _flac_parts(data, found.start)
        case "ogg":
            parts = _ogg_parts(data, found.start)
        case "wav":
            parts = _wav_parts(data, found.start)
        case kind:
            if chunk_sizes.is_cut_off(data, kind, found.start):
                raise CutOff
            parts = [Part(None if found.start == 0 else [(found.start, len(data))])]
    return parts


class CutOff(Exception):
    """The file says that it is longer than it is."""


def _mpeg_parts(data: Bytes, start: int) -> list[Part]:
    sound = mpeg.scan(data, start)
    if sound is None:
        return [Part([(start, len(data))], is_said=False)]
    info, first = sound.info, sound.runs[0]
    if info and info.frames and sound.frames < info.frames * 0.98 - 4:
        raise CutOff
    if sound.is_plain:
        return [
            Part([(sound.begin, sound.end)], (), first.frame.sample_rate, first.frame.channels, length=first.length_s)
        ]
    parts = list[Part]()
    for number, run in enumerate(sound.runs):
        skip, keep = _gapless(sound, run) if number == 0 and info and info.is_xing else (0, None)
        size = measure_pieces(run.spans)
        claimed, frame = 4 * size + (1 << 20), run.frame
        parts.append(
            Part(
                run.spans,
                (),
                frame.sample_rate,
                frame.channels,
                claimed,
                skip,
                keep,
                is_said=False,
                length=run.length_s,
            )
        )
    return parts


def _gapless(sound: mpeg.MpegSound, run: mpeg.Run) -> tuple[int, int | None]:
    """What the encoder put in front, and how much is left when what it put behind is gone, if the header knew the
    end.
    """
    info = sound.info
    if info is None or not (info.delay or info.padding):
        return 0, None
    is_known = len(sound.runs) == 1 and info.frames is not None and abs(info.frames - run.frames) <= 1
    total = run.frames * run.frame.samples
    return info.delay + _DECODER_DELAY, max(0, total - info.delay - info.padding) if is_known else None


def _flac_parts(data: Bytes, start: int) -> list[Part]:
    streams = flac_frames.read_streams(data, start)
    if not streams:
        return [Part(None)]
    parts = list[Part]()
    for stream in streams:
        pieces: list[Piece] | None = [(stream.begin, stream.end)]
        if stream.found > stream.total:
            pieces = [stream.header(data), (stream.begin + 42, stream.end)]
        elif len(streams) == 1 and stream.begin == 0:
            pieces = None
        said = stream.total or None
        length = max(stream.total, stream.found) / stream.sample_rate
        is_said = said is not None
        layout = (
            layout_of_mask(flac_frames.channel_mask(data, stream.begin), stream.channels) if stream.channels > 2 else ()
        )
        parts.append(
            Part(pieces, layout, stream.sample_rate, stream.channels, said_frames=said, is_said=is_said, length=length)
        )
    return parts


def _ogg_parts(data: Bytes, start: int) -> list[Part]:
    if ogg_links.is_cut_off(data, start):
        raise CutOff
    links = [link for link in ogg_links.read_links(data, start) if len(link.spans) > 1]
    if not links:
        raise NeedsOther(f"Ogg with {ogg_links.names_inside(data, start) or 'something unknown'} inside")
    if any(link.codec == "speex" for link in links):
        raise NeedsOther("Speex in Ogg")
    parts = list[Part]()
    for link in links:
        pieces = link.pieces(data)
        is_whole = len(links) == 1 and link.codec != "flac" and pieces == [(0, len(data))]
        layout = vorbis_layout(link.channels) if link.codec != "flac" else ()
        length = measure_pieces(pieces)
        kept = None if is_whole else pieces
        parts.append(
            Part(kept, layout, link.sample_rate, link.channels, least_s=link.least_s, is_said=False, length=length)
        )
    return parts


def _wav_parts(data: Bytes, start: int) -> list[Part]:
    facts = riff_facts.read_facts(data, start)
    if facts is None:
        return [Part(None if start == 0 else [(start, len(data))])]
    if facts.is_cut_off:
        raise CutOff
    if facts.is_mpeg and (parts := _mpeg_parts(data, facts.data_begin)):
        return parts
    if not facts.is_known and not facts.is_mpeg:
        raise NeedsOther(f"a WAV file with another codec inside (format {facts.tag:#06x})")
    coded = _coded_in_pcm(data, facts) if facts.is_linear else None
    if coded:
        raise NeedsOther(f"a WAV file with {coded} inside")
    return [Part(None if facts.is_plain else facts.pieces(), layout_of_mask(facts.mask, facts.channels))]


def _coded_in_pcm(data: Bytes, facts: riff_facts.RiffFacts) -> str | None:
    """The codec that was put into a file of samples: played as such it is noise."""
    begin = facts.data_begin
    head = bytes(data[begin : min(facts.data_end, begin + (1 << 16))])
    place = len(head) - len(head.lstrip(b"\0"))
    return next((name for magic, name in _CODED_IN_PCM if head.startswith(magic, place - place % 2)), None)
