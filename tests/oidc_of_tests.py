"""A provider of identities on this machine, that says and signs whatever a test wants."""

from __future__ import annotations

import hmac
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

import world_of_tests as w


@cache
def new_key(kid: str, _number: int = 0) -> RSAKey:
    """A key of this name; another one for each number."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@dataclass
class FakeProvider:
    """What it would say, by default truthfully; a test says otherwise."""

    address: str = ""
    keys: list[Any] = field(default_factory=lambda: [new_key("k1")])
    published: list[dict[str, Any]] | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    token: str | None = None
    asked: list[str] = field(default_factory=list)
    challenge: str = ""
    nonce: str = ""

    def visited(self, url: str) -> dict[str, str]:
        """Somebody comes with an address of ours, and is sent back with this."""
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.address}/authorize"
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert query["code_challenge_method"] == "S256" and query["response_type"] == "code"
        self.challenge, self.nonce = query["code_challenge"], query["nonce"]
        return {"code": "a code", "state": query["state"]}

    def signed(self) -> str:
        now = int(w.NOW.timestamp())
        claims = {
            "iss": self.address, "aud": "remixlab", "sub": "subject 1", "nonce": self.nonce, "iat": now,
            "exp": now + 300, "email": "kim@example.org", "email_verified": True, "name": "Kim", **self.claims,
        }  # fmt: skip
        said = {name: value for name, value in claims.items() if value is not None}
        key = self.keys[-1]
        header = {"alg": "RS256", "kid": key.as_dict().get("kid"), **self.header}
        return jwt.encode(header, said, key, algorithms=[header["alg"]])

    def answer(self, method: str, path: str, form: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys",
                      "userinfo_endpoint": "me"}  # fmt: skip
            described = {name: f"{self.address}/{place}" for name, place in places.items()}
            return 200, {"issuer": self.address, **described, **self.described}
        if path == "/keys":
            public = [one.as_dict(private=False) for one in self.keys]
            return 200, {"keys": public if self.published is None else self.published}
        if path == "/token" and method == "POST":
            proof = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            if proof != self.challenge or form["code"] != "a code":
                return 400, {"error": "invalid_grant"}
            token = self.token or self.signed()
            return 200, {"access_token": "at", "token_type": "Bearer", "id_token": token}
        return (200, self.userinfo) if path == "/me" else (404, {})


@contextmanager
def provider_on_this_machine() -> Iterator[FakeProvider]:
    fake = FakeProvider()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            if urlsplit(self.path).path == "/authorize":  # a person who is known there, and sent back at once
                sent = fake.visited(f"{fake.address}{self.path}")
                back = parse_qs(urlsplit(self.path).query)["redirect_uri"][0]
                self.send_response(302)
                self.send_header("Location", f"{back}?{urlencode(sent)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, told = fake.answer(self.command, urlsplit(self.path).path, form)
            answer = json.dumps(told).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", told)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = _serve

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def unsigned(fake: FakeProvider) -> str:
    """The same claims under `alg: none`."""
    _, body, _ = fake.signed().split(".")
    head = urlsafe_b64encode(b'{"alg":"none","kid":"k1"}').rstrip(b"=").decode()
    return f"{head}.{body}."


def signed_with_the_public_key(fake: FakeProvider) -> str:
    """The same claims, signed with what everybody knows, as if it were a shared secret."""
    _, body, _ = fake.signed().split(".")
    head = urlsafe_b64encode(b'{"alg":"HS256","kid":"k1"}').rstrip(b"=").decode()
    known = fake.keys[0].as_pem(private=False)
    proof = hmac.new(known, f"{head}.{body}".encode(), sha256).digest()
    return f"{head}.{body}.{urlsafe_b64encode(proof).rstrip(b'=').decode()}"
