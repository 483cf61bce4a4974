"""The built studio: its one page, and its files with the gzip that was made beside each of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

FILES: Final = Path(__file__).parent / "files"
STUDIO: Final = FILES / "studio"
PLACES: Final = ("/", "/mine", "/verify", "/artist", "/operator", "/song/{recording_id}")
"""Where the studio opens; `web/src/lib/router.svelte.ts` knows the same."""
TYPES: Final = {
    ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json",
}  # fmt: skip
_FOR_EVER: Final = "public, max-age=31536000, immutable"


def studio_page() -> Response | None:
    """The page of the built studio; None where it was not built, so that the plain page stands in for it."""
    page = STUDIO / "index.html"
    if not page.is_file():
        return None
    return FileResponse(page, media_type="text/html", headers={"Cache-Control": "no-cache"})


class SqueezedFiles(StaticFiles):
    """Static files, compressed where the build made a `.gz` beside one; what is named by its content never changes."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        accepted = dict(scope["headers"]).get(b"accept-encoding", b"").decode("latin-1")
        squeezed, found = self.lookup_path(f"{path}.gz")
        if found is not None and "gzip" in accepted and scope["method"] in ("GET", "HEAD"):
            _, plain = self.lookup_path(path)
            if plain is not None:
                answer: Response = FileResponse(squeezed, stat_result=found, media_type=_type_of(path))
                answer.headers["Content-Encoding"] = "gzip"
            else:
                answer = await super().get_response(path, scope)
        else:
            answer = await super().get_response(path, scope)
        answer.headers["Vary"] = "Accept-Encoding"
        if path.replace(os.sep, "/").startswith("studio/assets/"):
            answer.headers["Cache-Control"] = _FOR_EVER
        return answer


def static_files() -> SqueezedFiles:
    """Everything under `/static`."""
    return SqueezedFiles(directory=FILES)


def _type_of(path: str) -> str:
    return TYPES.get(Path(path).suffix, "text/plain")
