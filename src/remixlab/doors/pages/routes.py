"""The pages: the studio at `/`, a share page for each published remix, and the detector. Server-made; little JavaScript."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates

from remixlab.domain.naming import PRODUCT
from remixlab.doors.api.caller import TheCaller, TheWorkspace
from remixlab.usecases.catalogue import shown_recordings, what_is_open
from remixlab.usecases.sharing import audible_remix

router = APIRouter(include_in_schema=False)
FILES = Path(__file__).parent / "files"
_templates = Jinja2Templates(directory=FILES)


@router.get("/", response_class=HTMLResponse)
def show_studio(request: Request, workspace: TheWorkspace, caller: TheCaller) -> HTMLResponse:
    recordings, _ = shown_recordings(workspace.context, user=caller.user, limit=200)
    items: list[dict[str, Any]] = []
    for recording in recordings:
        standing = what_is_open(recording, workspace.context, user=caller.user, territory=caller.territory)
        items.append(
            {
                "recording_id": recording.recording_id,
                "title": recording.title,
                "artist": recording.artist,
                "open": standing.open,
                "state": standing.sentence,
            }
        )
    items.sort(key=lambda item: (not item["open"], item["title"]))
    return _templates.TemplateResponse(request, "studio.html", {"product": PRODUCT, "recordings": items})


@router.get("/r/{remix_id}", response_class=HTMLResponse)
def show_remix(remix_id: str, request: Request, workspace: TheWorkspace, caller: TheCaller) -> HTMLResponse:
    remix = audible_remix(remix_id, workspace.context, user=caller.user)
    with workspace.context.read() as records:
        source = records.recording(remix.source_id)
    view = {
        "title": remix.title, "label": remix.seal.label, "description": remix.description, "audio_url": f"/v1/remixes/{remix.remix_id}/audio",
        "source_title": source.title, "source_artist": source.artist, "source_isrc": source.isrc,
        "pays": [{"party": p.party, "role": p.role, "percent": f"{p.ppm // 10_000}.{p.ppm % 10_000:04d} %"} for p in remix.pays],
    }  # fmt: skip
    return _templates.TemplateResponse(request, "share.html", {"product": PRODUCT, "remix": view})


@router.get("/verify", response_class=HTMLResponse)
def show_verify(request: Request) -> HTMLResponse:
    return _templates.TemplateResponse(request, "verify.html", {"product": PRODUCT})


@router.get("/favicon.ico")
def show_icon() -> RedirectResponse:
    return RedirectResponse("/static/icon.svg")
