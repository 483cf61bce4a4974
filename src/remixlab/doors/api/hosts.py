"""Which host a request was sent to, and which page sent it: against DNS rebinding and cross-site request forgery.

Source: OWASP Cross-Site Request Forgery Prevention; W3C Fetch Metadata Request Headers.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from remixlab.domain.errors import ForeignRequest
from remixlab.domain.naming import LOOPBACK_HOSTS

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing. Source: RFC 9110, section 9.2.1."""
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?")


def host_of(text: str) -> tuple[str, str]:
    """The name and the port of a `Host` header; two empty texts for what is none. Source: RFC 9110, section 7.2."""
    found = _HOST.fullmatch(text)
    return (found[1].strip("[]").lower(), found[2] or "") if found else ("", "")


def must_know_host(headers: Headers, known: AbstractSet[str]) -> None:
    """A name that is not ours was made to lead here by somebody else. Raises: ForeignRequest."""
    hosts = headers.getlist("host")
    if len(hosts) != 1 or host_of(hosts[0])[0] not in known:
        raise ForeignRequest(
            "This service is not known by that name.",
            code="request.host",
            hint="Its names are those of this machine, of REMIXLAB_PUBLIC_URL and REMIXLAB_ALLOWED_HOSTS.",
        )


def is_ours(headers: Headers, *, public_url: str, unsafe: bool) -> bool:
    """Whether a browser sent this for a page of ours, or for nobody's page (an address that was typed or opened).

    A browser that tells neither from where nor for whom it sends is believed only when nothing is changed.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site not in (None, "same-origin", "none"):
        return not unsafe and _is_visit(headers)
    if origin is not None:
        return origin == own_origin(headers.get("host", ""), public_url)
    return site is not None or not unsafe


def is_foreign(headers: Headers, *, public_url: str) -> bool:
    """Whether a browser says that another page sent this. A program says nothing of the kind."""
    told = headers.get("sec-fetch-site") is not None or headers.get("origin") is not None
    return told and not is_ours(headers, public_url=public_url, unsafe=True)


def _is_visit(headers: Headers) -> bool:
    """Whether somebody follows a link to us: the whole window shows it, and the page they come from cannot look."""
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"


def own_origin(host: str, public_url: str) -> str:
    """The origin of our pages under this name: this machine's are reached without TLS, all others as the public one."""
    name, _ = host_of(host)
    scheme = "http" if name in LOOPBACK_HOSTS or not public_url else urlsplit(public_url).scheme
    return f"{scheme}://{host.lower()}"
