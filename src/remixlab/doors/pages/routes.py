"""The pages, made on the server: the studio at `/`, a share page for each published remix, and the detector."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader

from remixlab.domain.naming import PRODUCT
from remixlab.domain.text import make_harmless
from remixlab.doors.answers.catalogue import recording_answer
from remixlab.doors.api.caller import AnyActor, TheWorkspace, caller_of
from remixlab.usecases.catalogue import shown_recordings, what_is_open_on
from remixlab.usecases.sharing import audible_remix

router = APIRouter(include_in_schema=False)
FILES = Path(__file__).parent / "files"
SHOWN_MAX = 200
"""Recordings that the studio lists; the rest is found by searching."""
_templates = Jinja2Templates(env=Environment(loader=FileSystemLoader(FILES), autoescape=True, finalize=make_harmless))
"""Whatever a page shows is text without markup, controls or marks of direction."""


@router.get("/", response_class=HTMLResponse)
def show_studio(request: Request, workspace: TheWorkspace) -> Response:
    """The studio, for who has an account; everybody else is asked to sign in."""
    actor = caller_of(request, workspace).actor
    if actor.is_anonymous:
        return RedirectResponse("/sign-in", 303)
    page = shown_recordings(actor, workspace.context, limit=SHOWN_MAX)
    items = list(map(recording_answer, page.items, what_is_open_on(page.items, actor, workspace.context)))
    items.sort(key=lambda item: (not item.open, item.title))
    return _templates.TemplateResponse(request, "studio.html", {"product": PRODUCT, "recordings": items})


@router.get("/r/{remix_id}", response_class=HTMLResponse)
def show_remix(remix_id: str, request: Request, workspace: TheWorkspace, actor: AnyActor) -> HTMLResponse:
    remix = audible_remix(remix_id, actor, workspace.context)
    with workspace.context.read() as records:
        source = records.catalogue.recording(remix.source_id)
    view = {
        "title": remix.title,
        "label": remix.seal.label,
        "description": remix.description,
        "audio_url": f"/v1/remixes/{remix.remix_id}/audio",
        "source_title": source.title,
        "source_artist": source.artist,
        "source_isrc": source.isrc,
        "pays": [
            {"party": p.party, "role": p.role, "percent": f"{p.ppm // 10_000}.{p.ppm % 10_000:04d} %"}
            for p in remix.pays
        ],
    }
    return _templates.TemplateResponse(request, "share.html", {"product": PRODUCT, "remix": view})


@router.get("/verify", response_class=HTMLResponse)
def show_verify(request: Request) -> HTMLResponse:
    return _templates.TemplateResponse(request, "verify.html", {"product": PRODUCT})


@router.get("/sign-in", response_class=HTMLResponse)
@router.get("/enter", response_class=HTMLResponse)
@router.get("/join", response_class=HTMLResponse)
@router.get("/recover", response_class=HTMLResponse)
def show_entry(request: Request) -> HTMLResponse:
    """Sign in by name; by a link that opens once; make the account of an invitation; choose another password."""
    name = f"{request.url.path.removeprefix('/')}.html"
    return _templates.TemplateResponse(request, name, {"product": PRODUCT}, headers={"Cache-Control": "no-store"})


@router.get("/favicon.ico")
def show_icon() -> RedirectResponse:
    return RedirectResponse("/static/icon.svg")
