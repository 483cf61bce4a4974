"""What the pages share: their templates, and that whatever goes wrong on one is a page with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader

from remixlab.domain.errors import ConsentWithdrawn, NotFound, NotSignedIn, RemixLabError
from remixlab.domain.naming import PRODUCT
from remixlab.domain.text import make_harmless
from remixlab.doors.errors import http_status
from remixlab.doors.pages.words import SENTENCES, language_of

FILES: Final = Path(__file__).parent / "files"
templates = Jinja2Templates(env=Environment(loader=FileSystemLoader(FILES), autoescape=True, finalize=make_harmless))
"""Whatever a page shows is text without markup, controls or marks of direction."""


class PageRoute(APIRoute):
    """A route whose errors are pages too: a person follows a link, and reads why there is nothing."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def page(request: Request) -> Response:
            try:
                return await handle(request)
            except RemixLabError as error:
                return trouble_page(error, request)

        return page


def trouble_page(error: RemixLabError, request: Request) -> Response:
    """The sentence for what went wrong, in the reader's language."""
    language = language_of(request.headers.get("accept-language"))
    view = {"words": SENTENCES[language], "language": language, "sentence": _kind_of(error), "product": PRODUCT}
    return templates.TemplateResponse(request, "trouble.html", view, status_code=http_status(error))


def _kind_of(error: RemixLabError) -> str:
    match error:
        case ConsentWithdrawn():
            return "withdrawn"
        case NotFound():
            return "gone"
        case NotSignedIn():
            return "sign_in"
        case _:
            return "trouble"
