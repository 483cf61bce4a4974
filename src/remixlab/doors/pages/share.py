"""The page of one remix: it works without scripts, is worth sending, and says who is paid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from remixlab.domain.naming import PRODUCT
from remixlab.domain.remix import PayLine, Remix
from remixlab.doors.api.audio import peaks_answer
from remixlab.doors.api.caller import AnyActor, TheWorkspace
from remixlab.doors.pages.art import draw_print, path_of, print_of
from remixlab.doors.pages.room import PageRoute, templates
from remixlab.doors.pages.words import SENTENCES, language_of
from remixlab.signal.reel import blocks_of
from remixlab.usecases.context.making import Making
from remixlab.usecases.sharing import audible_remix

router = APIRouter(include_in_schema=False, route_class=PageRoute)
COLUMNS = 160


@router.get("/r/{remix_id}", response_class=HTMLResponse)
def show_remix(remix_id: str, request: Request, workspace: TheWorkspace, actor: AnyActor) -> HTMLResponse:
    remix = audible_remix(remix_id, actor, workspace.context)
    with workspace.context.read() as records:
        source = records.catalogue.recording(remix.source_id)
    language = language_of(request.headers.get("accept-language"))
    view = {
        "remix": remix,
        "source": source,
        "language": language,
        "words": SENTENCES[language],
        "prints": [(shape, path_of(shape)) for shape in print_of(remix.source_id, remix.remix_id)],
        "wave": _wave(remix, workspace.context),
        "pays": _pays(remix.pays, SENTENCES[language]),
        "here": str(request.url.replace(query="", fragment="")),
        "site": str(request.base_url).rstrip("/"),
        "changes": [_plainly(line) for line in remix.description],
        "minutes": f"{int(remix.duration_s) // 60}:{int(remix.duration_s) % 60:02d}",
        "seconds": round(remix.duration_s),
    }
    return templates.TemplateResponse(request, "share.html", {"product": PRODUCT, **view})


@router.get("/r/{remix_id}/print.png")
def show_print(remix_id: str, workspace: TheWorkspace, actor: AnyActor) -> Response:
    """The picture of a link: the print of the song, laid a second time."""
    remix = audible_remix(remix_id, actor, workspace.context)
    picture = draw_print(remix.source_id, remix.remix_id)
    return Response(picture, media_type="image/png", headers={"Cache-Control": "public, max-age=86400"})


def _wave(remix: Remix, context: Making) -> list[tuple[int, int, int]]:
    """Where each line of the wave stands, and from where to where it goes. Unit: 0 to 100 from the top."""
    lows_and_highs = _peaks(remix.audio_sha256, context)
    tallest = max((max(-low, high) for low, high in lows_and_highs), default=1) or 1
    return [
        (n, 50 - round(max(1, 46 * high / tallest)), 50 + round(max(1, -46 * low / tallest)))
        for n, (low, high) in enumerate(lows_and_highs)
    ]


def _peaks(sha256: str, context: Making) -> tuple[tuple[int, int], ...]:
    known = _remembered(sha256)
    if not known:
        audio = context.audio_files.decode(context.blobs.open(sha256), "remix.flac")
        known.extend(peaks_answer(blocks_of(audio), audio.length_frames, COLUMNS).peaks)
    return tuple(known)


@lru_cache(maxsize=256)
def _remembered(_sha256: str) -> list[tuple[int, int]]:
    """What was measured of a sound; filled once, by its content."""
    return []


def _plainly(line: str) -> str:
    """A line of the plan without what only a sound engineer reads."""
    return (
        re.sub(r" (?:at|by) [+-]?[\d.]+ dB", "", line)
        .replace(" and other", " and band")
        .replace("the other", "the band")
    )


def _pays(lines: tuple[PayLine, ...], words: Mapping[str, str]) -> list[dict[str, Any]]:
    """One line for each who is paid, the largest share first."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        one = found.setdefault(line.party_id, {"party": _named(line, words), "roles": [], "ppm": 0})
        one["ppm"] += line.ppm
        if words[line.role] not in one["roles"]:
            one["roles"].append(words[line.role])
    ordered = sorted(found.values(), key=lambda one: -one["ppm"])
    return [{**one, "percent": f"{one['ppm'] / 10_000:.2f}".rstrip("0").rstrip(".") + " %"} for one in ordered]


def _named(line: PayLine, words: Mapping[str, str]) -> str:
    """Who is paid, for people: whoever works at the machine itself has no name."""
    return words["somebody"] if line.role == "remixer" and line.party == "me" else line.party
