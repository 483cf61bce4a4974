"""The studio at every place that it has; where it was not built, the plain page that is made on the server."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from remixlab.domain.errors import RemixLabError
from remixlab.domain.naming import PRODUCT
from remixlab.doors.answers.catalogue import recording_answer
from remixlab.doors.api.accounts.routes_session import enter, new_session
from remixlab.doors.api.caller import TheWorkspace, caller_of
from remixlab.doors.api.cookies import forget_ceremony, read_ceremony
from remixlab.doors.errors import http_status
from remixlab.doors.pages.built import PLACES, studio_page
from remixlab.doors.pages.room import PageRoute, templates
from remixlab.usecases.accounts import finish_visit
from remixlab.usecases.catalogue import shown_recordings, what_is_open_on

router = APIRouter(include_in_schema=False, route_class=PageRoute)
SHOWN_MAX: Final = 200
"""Recordings that the plain page lists; the rest is found by searching."""
PLAIN: Final = "/plain"
SIGN_IN: Final = "/sign-in"
OPEN_PLACES: Final = frozenset({"/verify"})
"""Places of the studio that need no account."""


def show_studio(request: Request, workspace: TheWorkspace) -> Response:
    """The built studio, for who has an account; everybody else is asked to sign in, but where it is open to all."""
    if request.url.path not in OPEN_PLACES and caller_of(request, workspace).actor.is_anonymous:
        return RedirectResponse(SIGN_IN, 303)
    page = studio_page()
    if page is not None:
        return page
    return RedirectResponse("/plain/verify" if request.url.path == "/verify" else PLAIN)


for place in PLACES:
    router.add_api_route(place, show_studio, methods=["GET"], response_model=None)


@router.get(PLAIN, response_class=HTMLResponse)
def show_plain(request: Request, workspace: TheWorkspace) -> Response:
    """What stands in for the studio where no Node was to be had when the package was built."""
    actor = caller_of(request, workspace).actor
    if actor.is_anonymous:
        return RedirectResponse(SIGN_IN, 303)
    page = shown_recordings(actor, workspace.context, limit=SHOWN_MAX)
    items = list(map(recording_answer, page.items, what_is_open_on(page.items, actor, workspace.context)))
    items.sort(key=lambda item: (not item.open, item.title))
    return templates.TemplateResponse(request, "studio.html", {"product": PRODUCT, "recordings": items})


@router.get("/plain/verify", response_class=HTMLResponse)
def show_plain_verify(request: Request) -> HTMLResponse:
    return templates.TemplateResponse(request, "verify.html", {"product": PRODUCT})


@router.get("/docs", response_class=HTMLResponse)
def show_reference(request: Request) -> HTMLResponse:
    """Every operation of the API, from its own description: nothing is asked of anybody else."""
    schema: dict[str, Any] = request.app.openapi()
    areas: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            area = (operation.get("tags") or ["other"])[0]
            areas.setdefault(area, []).append({"path": path, "method": method.upper(), **operation})
    return templates.TemplateResponse(request, "reference.html", {"product": PRODUCT, "areas": areas})


@router.get("/sign-in", response_class=HTMLResponse)
@router.get("/enter", response_class=HTMLResponse)
@router.get("/join", response_class=HTMLResponse)
@router.get("/recover", response_class=HTMLResponse)
def show_entry(request: Request) -> HTMLResponse:
    """Sign in by name; by a link that opens once; make the account of an invitation; choose another password."""
    name = f"{request.url.path.removeprefix('/')}.html"
    return templates.TemplateResponse(request, name, {"product": PRODUCT}, headers={"Cache-Control": "no-store"})


@router.get("/oidc/{provider}/callback", response_class=HTMLResponse)
def come_back(provider: str, request: Request, workspace: TheWorkspace) -> Response:
    """Whoever comes back from a provider of identities. A page and no redirect: after one, a browser that came from
    another site sends no strict cookie.
    """
    new, unkept = new_session(request, workspace), {"Cache-Control": "no-store"}
    try:
        session = finish_visit(
            workspace.provider(provider), dict(request.query_params), new, workspace.context,
            token=read_ceremony(request, workspace.settings), new_id=workspace.new_id, at=workspace.context.clock.now(),
        )  # fmt: skip
    except RemixLabError as error:
        told = {"product": PRODUCT, "message": error.message, "hint": error.hint}
        return templates.TemplateResponse(request, "not-entered.html", told, http_status(error), headers=unkept)
    view = {"product": PRODUCT, "then": "/" if session else "/passkeys"}
    page = templates.TemplateResponse(request, "entered.html", view, headers=unkept)
    forget_ceremony(page, request, workspace.settings)
    if session is not None:
        enter(session, new.token, request, page, workspace)
    return page


@router.get("/passkeys", response_class=HTMLResponse)
def show_passkeys(request: Request, workspace: TheWorkspace) -> Response:
    """One's passkeys: keep one, call one otherwise, give one up."""
    if caller_of(request, workspace).session is None:
        return RedirectResponse(SIGN_IN, 303)
    view = {"product": PRODUCT}
    return templates.TemplateResponse(request, "passkeys.html", view, headers={"Cache-Control": "no-store"})


@router.get("/favicon.ico")
def show_icon() -> RedirectResponse:
    return RedirectResponse("/static/icon.svg")
