"""Read and write standard MIDI files as plain notes in seconds."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

DRUM_CHANNEL = 9


class Note(NamedTuple):
    """One sounding note; program counts from 0 as in the file."""

    start_s: float
    end_s: float
    pitch: int
    velocity: int
    channel: int = 0
    program: int = 0


def _read_varlen(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    while True:
        byte = data[at]
        at += 1
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, at


def _read_chunk_events(data: bytes) -> list[tuple[int, int, bytes]]:
    at, tick, status = 0, 0, 0
    events: list[tuple[int, int, bytes]] = []
    while at < len(data):
        delta, at = _read_varlen(data, at)
        tick += delta
        if data[at] >= 0x80:
            status = data[at]
            at += 1
        if status == 0xFF:
            kind = data[at]
            size, at = _read_varlen(data, at + 1)
            events.append((tick, 0xFF00 | kind, data[at : at + size]))
            at += size
        elif status in (0xF0, 0xF7):
            size, at = _read_varlen(data, at)
            at += size
        else:
            size = 1 if status & 0xF0 in (0xC0, 0xD0) else 2
            events.append((tick, status, data[at : at + size]))
            at += size
    return events


def read_notes(path: Path) -> list[Note]:
    """Read every note of a MIDI file, tempo changes applied."""
    data = path.read_bytes()
    _, count, division = struct.unpack(">HHH", data[8:14])
    at = 14
    events: list[tuple[int, int, bytes]] = []
    for _ in range(count):
        size = struct.unpack(">I", data[at + 4 : at + 8])[0]
        events += _read_chunk_events(data[at + 8 : at + 8 + size])
        at += 8 + size
    events.sort(key=lambda event: event[0])
    notes: list[Note] = []
    sounding: dict[tuple[int, int], tuple[float, int, int]] = {}
    program = [0] * 16
    second, last_tick, tick_s = 0.0, 0, 0.5 / division
    for tick, status, body in events:
        second += (tick - last_tick) * tick_s
        last_tick = tick
        if status == 0xFF51:
            tick_s = int.from_bytes(body, "big") / 1e6 / division
        if status >= 0xF000:
            continue
        channel, kind = status & 15, status & 0xF0
        if kind == 0xC0:
            program[channel] = body[0]
        elif kind in (0x80, 0x90):
            key = (channel, body[0])
            if key in sounding:
                start, velocity, voice = sounding.pop(key)
                notes.append(Note(start, max(second, start + 0.02), body[0], velocity, channel, voice))
            if kind == 0x90 and body[1] > 0:
                sounding[key] = (second, body[1], program[channel])
    return sorted(notes)


def _varlen(value: int) -> bytes:
    out = bytes([value & 0x7F])
    while value := value >> 7:
        out = bytes([(value & 0x7F) | 0x80]) + out
    return out


def write_notes(path: Path, notes: list[Note]) -> None:
    """Write notes as a type-0 file with a thousand ticks a second."""
    events: list[tuple[int, int, bytes]] = []
    current: dict[int, int] = {}
    for note in sorted(notes):
        start, end = round(note.start_s * 1000), round(note.end_s * 1000)
        if current.get(note.channel) != note.program:
            events.append((start, 1, bytes([0xC0 | note.channel, note.program])))
            current[note.channel] = note.program
        events.append((start, 2, bytes([0x90 | note.channel, note.pitch, note.velocity])))
        events.append((max(end, start + 1), 0, bytes([0x80 | note.channel, note.pitch, 0])))
    events.sort(key=lambda event: (event[0], event[1]))
    body = b"\x00\xff\x51\x03" + (500_000).to_bytes(3, "big")
    last = 0
    for tick, _, message in events:
        body += _varlen(tick - last) + message
        last = tick
    body += b"\x00\xff\x2f\x00"
    head = b"MThd" + struct.pack(">IHHH", 6, 0, 1, 500)
    path.write_bytes(head + b"MTrk" + struct.pack(">I", len(body)) + body)
