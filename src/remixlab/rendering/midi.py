"""A mix's parts as a Standard MIDI File: one track a player, in the tempo of the result.

Source: MIDI Association, RP-001 "Standard MIDI Files 1.0"; drum keys of General MIDI 1.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from remixlab.domain.material import Mix, WrittenPart

TICKS = 960
"""Ticks in a quarter: half a millisecond at 120 bpm, so that push and drag arrive."""
_DRUM_CHANNEL = 9
"""The tenth channel, on which General MIDI has its drums."""
_EIGHTHS = ("6/8",)
"""Meters whose beat is an eighth."""
DRUM_KEYS = {
    "kick": 36, "rim": 37, "snare": 38, "clap": 39, "tom-low": 41, "hat": 42, "pedal-hat": 44, "tom-mid": 47,
    "open-hat": 46, "crash": 49, "tom-high": 50, "ride": 51, "tambourine": 54, "cowbell": 56, "bongo": 60,
    "conga-high": 63, "conga-low": 64, "shaker": 70, "guiro": 73, "clave": 75, "surdo": 87, "log-drum": 66,
    "timpani": 47, "riser": 79, "impact": 57,
}  # fmt: skip
"""The General MIDI key of each piece, or of what is nearest to it."""


def write_midi(mix: Mix) -> bytes:
    """The file: a tempo track, then one for each part. Raises: nothing; a mix without parts has the tempo alone."""
    quarters = 0.5 if mix.meter in _EIGHTHS else 1.0
    tracks = [_track(_tempo(mix, quarters))]
    channels = [c for c in range(16) if c != _DRUM_CHANNEL]
    pitched = 0
    for part in mix.written:
        channel = _DRUM_CHANNEL if part.strokes else channels[pitched % len(channels)]
        pitched += not part.strokes
        tracks.append(_track(_notes(part, channel, quarters)))
    head = b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), TICKS)
    return head + b"".join(tracks)


Event = tuple[int, int, bytes]
"""When, in which order among those of one moment, what. Unit: ticks."""


def _tempo(mix: Mix, quarters: float) -> list[Event]:
    beats, unit = mix.meter.split("/")
    signature = bytes((0xFF, 0x58, 4, int(beats), {"4": 2, "8": 3}[unit], 24, 8))
    events: list[Event] = [(0, 0, signature)]
    lengths = np.diff(np.append(mix.beats_s, mix.length_bars_s))
    for beat, length_s in enumerate(lengths):
        micros = round(float(length_s) / quarters * 1e6)
        events.append((_tick(beat, quarters), 1, b"\xff\x51\x03" + struct.pack(">I", micros)[1:]))
    return events


def _notes(part: WrittenPart, channel: int, quarters: float) -> list[Event]:
    name = part.name.encode()[:120]
    events: list[Event] = [(0, 0, bytes((0xFF, 0x03, len(name))) + name)]
    for tone in part.tones:
        key = min(127, max(0, round(tone.midi)))
        events += _note(tone.beat, tone.beat + tone.length, key, tone.velocity, channel, quarters)
    for stroke in part.strokes:
        key = DRUM_KEYS.get(stroke.piece, 37)
        events += _note(stroke.beat, stroke.beat + 0.1, key, stroke.velocity, channel, quarters)
    return events


def _note(begin: float, end: float, key: int, velocity: float, channel: int, quarters: float) -> list[Event]:
    start = _tick(begin, quarters)
    stop = max(start + 1, _tick(end, quarters))
    struck = min(127, max(1, round(127 * velocity)))
    return [(start, 2, bytes((0x90 | channel, key, struck))), (stop, 1, bytes((0x80 | channel, key, 0)))]


def _tick(beat: float, quarters: float) -> int:
    return max(0, round(beat * quarters * TICKS))


def _track(events: Sequence[Event]) -> bytes:
    body, now = bytearray(), 0
    for tick, _, message in sorted(events):
        body += _variable(tick - now) + message
        now = tick
    body += b"\x00\xff\x2f\x00"
    return b"MTrk" + struct.pack(">I", len(body)) + bytes(body)


def _variable(value: int) -> bytes:
    """Seven bits a byte, the highest bit on all but the last."""
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(0x80 | value & 0x7F)
    return bytes(reversed(found))
