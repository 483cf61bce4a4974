"""A mix as a DAWproject: tempo, a track of audio for each part, a track of notes for each player.

The audio lies beside the project as files of its own. Source: Bitwig and PreSonus, DAWproject 1.0, the open exchange
format (github.com/bitwig/dawproject, MIT).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np

from remixlab.domain.audio import SAMPLE_RATE
from remixlab.domain.material import Mix, WrittenPart
from remixlab.rendering.midi import DRUM_KEYS

_DATED = (1980, 1, 1, 0, 0, 0)
"""One date for every file, so that the same mix is the same bytes."""
_EIGHTHS = ("6/8",)
"""Meters whose beat is half a quarter, in which a project counts."""


def write_dawproject(mix: Mix, files: Mapping[str, str], title: str) -> bytes:
    """The project file. `files` names the audio file of each part of `mix.stems_out`, beside the project."""
    packed = io.BytesIO()
    meta = Element("MetaData")
    SubElement(meta, "Title").text = title
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, root in (("project.xml", _project(mix, files)), ("metadata.xml", meta)):
            indent(root)
            archive.writestr(zipfile.ZipInfo(name, _DATED), tostring(root, "utf-8", xml_declaration=True))
    return packed.getvalue()


def _project(mix: Mix, files: Mapping[str, str]) -> Element:
    quarters = 0.5 if mix.meter in _EIGHTHS else 1.0
    lengths = np.diff(np.append(mix.beats_s, mix.length_bars_s)) / quarters
    project = Element("Project", version="1.0")
    SubElement(project, "Application", name="RemixLab", version="1")
    transport = SubElement(project, "Transport")
    bpm = 60.0 / float(np.median(lengths))
    SubElement(transport, "Tempo", id="tempo", unit="bpm", value=f"{bpm:.6f}", min="20", max="666")
    beats, unit = mix.meter.split("/")
    SubElement(transport, "TimeSignature", id="meter", numerator=beats, denominator=unit)
    structure = SubElement(project, "Structure")
    arrangement = SubElement(project, "Arrangement", id="arrangement")
    lanes = SubElement(arrangement, "Lanes", timeUnit="beats")
    for number, name in enumerate(files):
        _channel(structure, f"audio{number}", name, "audio")
        _audio_lane(lanes, f"audio{number}", files[name], mix, quarters)
    for number, part in enumerate(mix.written):
        _channel(structure, f"notes{number}", part.name, "notes")
        _note_lane(lanes, f"notes{number}", part, len(mix.beats_s), quarters)
    _markers(arrangement, mix, quarters)
    tempo = SubElement(arrangement, "TempoAutomation", timeUnit="beats", unit="bpm", id="tempi")
    SubElement(tempo, "Target", parameter="tempo")
    for beat, length_s in enumerate(lengths):
        SubElement(tempo, "RealPoint", time=f"{beat * quarters:.4f}", value=f"{60.0 / length_s:.6f}")
    return project


def _channel(structure: Element, track: str, name: str, kind: str) -> None:
    found = SubElement(structure, "Track", id=track, name=name, contentType=kind, loaded="true")
    channel = SubElement(found, "Channel", id=f"{track}-channel", audioChannels="2", role="regular")
    SubElement(channel, "Volume", id=f"{track}-volume", unit="linear", value="1.0")


def _audio_lane(lanes: Element, track: str, file: str, mix: Mix, quarters: float) -> None:
    """One clip from the first frame to the last, in seconds: sound is not stretched by the project."""
    lane = SubElement(lanes, "Lanes", track=track)
    clips = SubElement(lane, "Clips")
    length_s = mix.audio.duration_s
    clip = SubElement(
        clips, "Clip", time="0", duration=f"{len(mix.beats_s) * quarters:.4f}", contentTimeUnit="seconds", playStart="0"
    )
    audio = SubElement(
        clip, "Audio", channels="2", duration=f"{length_s:.6f}", sampleRate=str(SAMPLE_RATE), algorithm="raw"
    )
    SubElement(audio, "File", path=file, external="true")


def _note_lane(lanes: Element, track: str, part: WrittenPart, beats: int, quarters: float) -> None:
    lane = SubElement(lanes, "Lanes", track=track)
    clips = SubElement(lane, "Clips")
    clip = SubElement(clips, "Clip", time="0", duration=f"{(beats + 8) * quarters:.4f}", playStart="0")
    notes = SubElement(clip, "Notes")
    for tone in part.tones:
        _note(notes, tone.beat * quarters, tone.length * quarters, round(tone.midi), tone.velocity, 0)
    for stroke in part.strokes:
        _note(notes, stroke.beat * quarters, 0.1, DRUM_KEYS.get(stroke.piece, 37), stroke.velocity, 9)


def _note(notes: Element, time: float, duration: float, key: int, velocity: float, channel: int) -> None:
    SubElement(
        notes,
        "Note",
        time=f"{time:.5f}",
        duration=f"{max(0.01, duration):.5f}",
        channel=str(channel),
        key=str(min(127, max(0, key))),
        vel=f"{velocity:.4f}",
    )


def _markers(arrangement: Element, mix: Mix, quarters: float) -> None:
    """Where each section begins."""
    markers = SubElement(arrangement, "Markers", timeUnit="beats")
    for section in mix.sections:
        beat = int(np.searchsorted(mix.beats_s, section.start_s - 1e-3))
        SubElement(markers, "Marker", time=f"{beat * quarters:.4f}", name=section.label)
