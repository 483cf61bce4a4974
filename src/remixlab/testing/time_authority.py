"""A time authority on this machine, for tests: it stamps whatever it is asked to, by a clock of its own.

Source: RFC 3161, RFC 5652 (CMS), RFC 5816 (ESSCertIDv2); DER by X.690.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_INTEGER, _OCTETS, _NULL, _OID, _TIME, _SEQUENCE, _SET, _FIRST = 0x02, 0x04, 0x05, 0x06, 0x18, 0x30, 0x31, 0xA0
"""Tags of DER; the last is what a structure tags as its own number 0."""
_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_STAMPED: Final = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE, _DIGEST, _CERTIFICATE = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.16.2.47"
_ECDSA_SHA256, _SHA256, _POLICY = "1.2.840.10045.4.3.2", "2.16.840.1.101.3.4.2.1", "1.3.6.1.4.1.99999.1"


class LocalTimeAuthority:
    """An authority whose certificates are in force around a moment, and whose clock says what it is told to say."""

    def __init__(self, around: datetime, clock: Callable[[], datetime], *, narrow: bool = True) -> None:
        self.clock = clock
        self._dates = (around - timedelta(days=4000), around + timedelta(days=4000))
        self._narrow = narrow
        root_key, self._key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self._root = self._certify("Root of the local time", root_key, root_key, is_authority=True)
        self._certificate = self._certify("Local clock", self._key, root_key, is_authority=False)

    @property
    def anchor_pem(self) -> bytes:
        return self._root.public_bytes(Encoding.PEM)

    @contextmanager
    def serve(self) -> Generator[str]:
        """Its address, while the block runs."""
        authority = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer = authority.stamp(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.send_header("content-type", "application/timestamp-reply")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None: ...

        server = HTTPServer(("127.0.0.1", 0), Answering)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def stamp(self, request: bytes) -> bytes:
        """The answer to a request: granted, with a token over its digest and its nonce."""
        asked = _children(_read(request)[1])
        nonce = [whole for tag, whole in asked[2:] if tag == _INTEGER]
        now = self.clock()
        stamped = _der(
            _SEQUENCE,
            _integer(1),
            _oid(_POLICY),
            asked[1][1],
            _integer(int(now.timestamp() * 1_000_000)),
            _der(_TIME, now.strftime("%Y%m%d%H%M%SZ").encode()),
            *nonce,
        )
        token = _der(_SEQUENCE, _oid(_SIGNED_DATA), _der(_FIRST, self._signed(stamped)))
        return _der(_SEQUENCE, _der(_SEQUENCE, _integer(0)), token)

    def _signed(self, stamped: bytes) -> bytes:
        leaf, digest = self._certificate.public_bytes(Encoding.DER), _der(_SEQUENCE, _oid(_SHA256), _der(_NULL))
        named = _der(_SEQUENCE, _der(_SEQUENCE, _der(_SEQUENCE, _der(_OCTETS, hashlib.sha256(leaf).digest()))))
        attributes = sorted(
            _der(_SEQUENCE, _oid(kind), _der(_SET, value))
            for kind, value in (
                (_CONTENT_TYPE, _oid(_STAMPED)),
                (_DIGEST, _der(_OCTETS, hashlib.sha256(stamped).digest())),
                (_CERTIFICATE, named),
            )
        )
        signer = _der(
            _SEQUENCE,
            _integer(1),
            _der(_SEQUENCE, self._certificate.issuer.public_bytes(), _integer(self._certificate.serial_number)),
            digest,
            _der(_FIRST, *attributes),
            _der(_SEQUENCE, _oid(_ECDSA_SHA256)),
            _der(_OCTETS, self._key.sign(_der(_SET, *attributes), ec.ECDSA(SHA256()))),
        )
        content = _der(_SEQUENCE, _oid(_STAMPED), _der(_FIRST, _der(_OCTETS, stamped)))
        parts = (_integer(3), _der(_SET, digest), content, _der(_FIRST, leaf), _der(_SET, signer))
        return _der(_SEQUENCE, *parts)

    def _certify(
        self, name: str, key: ec.EllipticCurvePrivateKey, issuer: ec.EllipticCurvePrivateKey, *, is_authority: bool
    ) -> x509.Certificate:
        usage = x509.KeyUsage(
            digital_signature=not is_authority, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, key_cert_sign=is_authority, crl_sign=is_authority,
            encipher_only=False, decipher_only=False,
        )  # fmt: skip
        builder = (
            x509.CertificateBuilder()
            .subject_name(_named(name))
            .issuer_name(_named("Root of the local time"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._dates[0])
            .not_valid_after(self._dates[1])
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)
        )
        if self._narrow or not is_authority:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        return builder.sign(issuer, SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def _integer(number: int) -> bytes:
    return _der(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    body = bytearray([first * 40 + second])
    for number in rest:
        septets = [number & 0x7F]
        while number := number >> 7:
            septets.insert(0, number & 0x7F | 0x80)
        body += bytes(septets)
    return _der(_OID, bytes(body))


def _read(data: bytes) -> tuple[int, bytes, int]:
    """The first element: its tag, its body, and where it ends."""
    size, start = data[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[2:start], "big")
    return data[0], data[start : start + size], start + size


def _children(body: bytes) -> list[tuple[int, bytes]]:
    """The elements of a body, each with its tag and whole."""
    found: list[tuple[int, bytes]] = []
    while body:
        tag, _, end = _read(body)
        found.append((tag, body[:end]))
        body = body[end:]
    return found
