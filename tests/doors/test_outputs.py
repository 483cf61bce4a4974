"""Whatever words a recording, a party or a wish brings, every output shows them as text and does nothing else.

The outputs: lines and JSON of the command line, pages, HTTP answers, logs, CSV statements, pictures, tags.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from html.parser import HTMLParser
from typing import Any, NamedTuple

import pytest
import structlog
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from rich.text import Text

import odd_files
import world_of_tests as w
from nasty_strings import NASTY
from remixlab.app.logs import set_up_logs
from remixlab.domain.music import Analysis
from remixlab.domain.settlement import Statement, StatementLine
from remixlab.domain.text import harmless, is_harmful
from remixlab.doors.cli.output import emit, printable, to_json
from remixlab.doors.cli.ruler import draw_ruler
from remixlab.plan import remix
from remixlab.prompt import Understood
from remixlab.rendering.picture import name_rows
from remixlab.royalties import statement_csv
from remixlab.seal import Tags, read_tags, write_tags

LINES = ("\n",)
WHOLE = [words for words in NASTY if not any("\ud800" <= c <= "\udfff" for c in words)]
"""What a value may hold at all: half characters end at the door."""


SOUNDS = {
    suffix: odd_files.encode(odd_files.music(0.1), container, subtype)
    for suffix, container, subtype in (
        ("flac", "FLAC", "PCM_16"), ("mp3", "MP3", None), ("wav", "WAV", "PCM_16"), ("ogg", "OGG", "VORBIS"),
    )
}  # fmt: skip


def assert_harmless(text: str) -> None:
    assert [c for c in text if is_harmful(c) and c not in LINES] == []
    text.encode()


@pytest.mark.parametrize("words", NASTY)
def test_the_lines_of_the_command_line_show_words_as_they_are(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    emit({"title": words, "more": [{"a": words}]}, as_json=False, human=lambda a: iter([f"[bold]{a['title']}[/bold]"]))
    out = capsys.readouterr().out
    assert_harmless(out)
    assert out.count("\n") <= 1 + len(out) // 80, "a title forges no line"
    shown, said = re.sub(r"\s", "", out), re.sub(r"\s", "", plain_of(printable(words)))
    assert shown == said


def plain_of(markup: str) -> str:
    """What rich shows of escaped text."""
    return Text.from_markup(markup).plain


@pytest.mark.parametrize("words", NASTY)
def test_json_of_the_command_line_is_one_line_that_reads_as_what_it_was(words: str) -> None:
    line = to_json({"title": words})
    assert "\n" not in line
    assert_harmless(line)
    assert json.loads(line) == {"title": words}


@pytest.mark.parametrize("words", WHOLE)
def test_a_plan_on_a_ruler_shows_the_wish_that_caused_it(words: str) -> None:
    heard = Analysis(
        duration_s=8.0, tempo_bpm=120.0, beats=tuple(n / 2 for n in range(16)), downbeats=(0.0, 2.0, 4.0, 6.0),
        key="C major", key_confidence=1.0, listener="fixed/1",
    )  # fmt: skip
    plan = remix("rec_open").tempo(ratio=1.1)
    understood = [Understood(words=words, meaning=f"faster {words}", op=0, confidence=0.5)]
    lines = list(draw_ruler(plan, heard, understood, columns=100))
    for line in lines:
        assert "\n" not in line
        assert_harmless(plain_of(line))


class Page(NamedTuple):
    tags: list[str]
    text: str


def read_page(html: str) -> Page:
    tags: list[str] = []
    texts: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            tags.append(tag)
            tags.extend(name for name, _ in attrs if name.startswith("on"))

        def handle_data(self, data: str) -> None:
            texts.append(data)

    Reader().feed(html)
    return Page(tags, "".join(texts))


@pytest.mark.parametrize("words", WHOLE)
def test_pages_and_answers_show_a_title_as_text(words: str, world: Any) -> None:
    plain_tags = read_page(world.get("/").text).tags
    odd = w.OPEN.model_copy(update={"recording_id": "rec_odd", "title": words, "artist": words, "sha256": "e" * 64,
                                    "isrc": None, "attested_by": "ann"})  # fmt: skip
    with world.workspace.context.write() as records:
        records.catalogue.add_recording(odd)
        w.enter(records)
    page = read_page(world.get("/").text)
    assert set(page.tags) == set(plain_tags)
    assert_harmless(page.text.replace("\r", ""))
    answer = world.get("/v1/recordings/rec_odd")
    assert answer.json()["title"] == words
    assert "\x1b" not in answer.text and "\0" not in answer.text
    assert "\n" not in "".join(answer.headers.values())


@pytest.mark.parametrize("words", NASTY)
@pytest.mark.parametrize("as_json", [True, False])
def test_logs_are_one_line_for_each_event(words: str, as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    kept, root.handlers = root.handlers, []
    try:
        set_up_logs("debug", as_json=as_json)
        structlog.get_logger("remixlab").info(words, title=words, more={"deep": [words]})
        logging.getLogger("other").warning("%s", words)
        lines = capsys.readouterr().err
    finally:
        root.handlers = kept
        structlog.reset_defaults()
    assert lines.count("\n") == 2
    assert_harmless(re.sub(r"\x1b\[\d+m", "", lines) if not as_json else lines)


@pytest.mark.parametrize("words", NASTY)
def test_a_statement_as_csv_has_a_row_for_each_line_and_no_formula(words: str) -> None:
    stated = Statement(
        party_id="pty_a", period="2026-11", pool="main", currency="EUR",
        lines=(StatementLine("rmx_a", words, "master", 3, 1_000_000),) * 2,
    )  # fmt: skip
    table = statement_csv(stated)
    assert_harmless(table)
    rows = list(csv.DictReader(io.StringIO(table)))
    assert len(rows) == 2 and len(table.splitlines()) == 3
    assert rows[0]["title"].lstrip()[0] not in "=+-@"


@pytest.mark.parametrize("words", WHOLE)
@pytest.mark.parametrize("suffix", ["flac", "mp3", "wav", "ogg"])
def test_tags_written_into_files_hold_one_harmless_line(words: str, suffix: str) -> None:
    tags = Tags(title=words, artist=words, source=words, label=words, comment=words)
    made = read_tags(write_tags(SOUNDS[suffix], suffix, tags), suffix)
    assert made == tags
    for text in (made.title, made.artist, made.source, made.label, made.comment):
        assert not any(map(is_harmful, text))


@pytest.mark.parametrize("words", [r"$\frac{a}{$ _^ \infty", "Night\x1b[31m\n$x$", "[bold]\u202e"])
def test_a_picture_draws_a_name_as_it_is(words: str) -> None:
    figure = Figure()
    axes = figure.subplots()
    name_rows(axes, [words, "drums"])
    FigureCanvasAgg(figure).print_png(io.BytesIO())
    assert [label.get_text() for label in axes.get_yticklabels()] == ["drums", harmless(words)]
