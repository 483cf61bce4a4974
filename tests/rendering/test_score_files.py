"""The notes of a mix leave as MIDI and as a DAWproject: every stroke and tone, where it was played."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from remixlab.domain.material import Material, Mix
from remixlab.plan import cover, remix
from remixlab.rendering import render, write_dawproject, write_midi
from remixlab.rendering.midi import TICKS
from remixlab.usecases.sharing import score_files

Event = tuple[int, bytes]


@pytest.fixture(scope="module")
def mix(song: Material) -> Mix:
    return render(remix("x").restyle("drums", "bass", "other", style="rock"), song, stems_out=True)


def tracks_of(data: bytes) -> list[list[Event]]:
    """A plain reader of what was written, by the standard alone."""
    kind, length, form, count, ticks = struct.unpack(">4sIHHH", data[:14])
    assert (kind, length, form, ticks) == (b"MThd", 6, 1, TICKS)
    at, found = 14, list[list[Event]]()
    for _ in range(count):
        name, size = struct.unpack(">4sI", data[at : at + 8])
        assert name == b"MTrk"
        found.append(list(_events(data[at + 8 : at + 8 + size])))
        at += 8 + size
    assert at == len(data)
    return found


def _events(body: bytes) -> Iterator[Event]:
    at = tick = 0
    while at < len(body):
        step = 0
        while True:
            byte = body[at]
            at += 1
            step = step << 7 | byte & 0x7F
            if byte < 0x80:
                break
        tick += step
        size = 3 + body[at + 2] if body[at] == 0xFF else 3
        yield tick, body[at : at + size]
        at += size
    assert body[-3:] == b"\xff\x2f\x00"


def test_every_note_of_every_player_is_in_the_midi_at_its_tick(mix: Mix) -> None:
    tracks = tracks_of(write_midi(mix))
    assert len(tracks) == 1 + len(mix.written) and len(mix.written) > 4
    for part, events in zip(mix.written, tracks[1:], strict=True):
        assert events[0][1][3:] == part.name.encode()
        struck = sorted(tick for tick, e in events if e[0] & 0xF0 == 0x90)
        assert struck == sorted(max(0, round(n.beat * TICKS)) for n in (*part.tones, *part.strokes))
        assert len(struck) == sum(e[0] & 0xF0 == 0x80 for _, e in events)
        channels = {e[0] & 0x0F for _, e in events if e[0] < 0xF0}
        assert (channels == {9}) == bool(part.strokes)


def test_the_tempo_track_follows_the_beats_of_the_result(mix: Mix) -> None:
    tempi = [e for e in tracks_of(write_midi(mix))[0] if e[1][:2] == b"\xff\x51"]
    seconds = sum(int.from_bytes(e[3:], "big") for _, e in tempi) / 1e6
    assert len(tempi) == len(mix.beats_s) and abs(seconds - mix.length_bars_s) < 1e-3


def test_a_project_holds_tempo_audio_beside_it_notes_and_sections(mix: Mix) -> None:
    files = {name: f"{name}.wav" for name in mix.stems_out}
    packed = write_dawproject(mix, files, "A <title> & more")
    assert packed == write_dawproject(mix, files, "A <title> & more")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["project.xml", "metadata.xml"]
        root = ElementTree.fromstring(archive.read("project.xml"))
        assert ElementTree.fromstring(archive.read("metadata.xml")).findtext("Title") == "A <title> & more"
    tempo = root.find("Transport/Tempo")
    assert root.get("version") == "1.0" and tempo is not None and abs(float(tempo.get("value", "0")) - 120) < 1
    tracks = [track.get("id") for track in root.findall("Structure/Track")]
    lanes = [lane.get("track") for lane in root.findall("Arrangement/Lanes/Lanes")]
    assert tracks == lanes and len(set(tracks)) == len(files) + len(mix.written)
    assert [f.get("path") for f in root.iter("File")] == list(files.values())
    assert len(list(root.iter("Note"))) == sum(len(p.tones) + len(p.strokes) for p in mix.written)
    assert [m.get("name") for m in root.iter("Marker")] == [s.label for s in mix.sections]


def test_what_was_heard_leaves_with_a_remix_and_never_with_a_cover(song: Material, mix: Mix) -> None:
    assert {"heard tune", "heard chords"} <= {part.name for part in mix.written}
    anew = render(cover("x").arrange("verse"), song, stems_out=True)
    assert anew.written and not any(part.name.startswith("heard") for part in anew.written)


def test_a_mix_rendered_without_its_parts_has_no_score(song: Material) -> None:
    assert score_files(render(remix("x").arrange("verse"), song), "x") == {}
