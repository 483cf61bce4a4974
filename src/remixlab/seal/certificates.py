"""The key and certificates that sign manifests: a chain made here for tests and private use, or one that was bought."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from remixlab.domain.errors import Invalid

_ORGANISATION = "RemixLab local signer"
"""Who the local certificates say they are: nobody shall take them for bought ones."""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What signs: an ES256 key with its certificates, leaf first, and the root that whoever trusts us trusts. All
    PEM.

    `time_url` is the authority (RFC 3161) that stamps when it was signed, and `time_anchor_pem` what vouches for it: a
    signature with its stamp holds after the certificate has ended.
    """

    key_pem: bytes
    chain_pem: bytes
    anchor_pem: bytes
    time_url: str = ""
    time_anchor_pem: bytes = b""

    def stamped_by(self, url: str, anchor_pem: bytes) -> Credentials:
        """The same, with an authority that stamps the time of each signature.

        Raises: Invalid when what shall vouch for the time could vouch for signers of files as well.
        """
        check_time_anchors(anchor_pem)
        return replace(self, time_url=url, time_anchor_pem=anchor_pem)

    @property
    def trusted_pem(self) -> bytes:
        """All roots that are trusted here."""
        return self.anchor_pem.rstrip(b"\n") + b"\n" + self.time_anchor_pem

    def __repr__(self) -> str:
        return f"Credentials(anchor={hashlib.sha256(self.anchor_pem).hexdigest()[:12]}, <secret key>)"


@dataclass(frozen=True, slots=True)
class _Holder:
    name: str
    key: ec.EllipticCurvePrivateKey


def make_credentials(secret: bytes, valid_from: datetime, valid_until: datetime) -> Credentials:
    """A root, an issuer and a signer made from 32 secret bytes: the same secret and dates give the same certificates.

    Nobody but those who are given the root trusts them; production brings its own chain.
    Raises: Invalid when the secret is short or the dates are not aware and in order.
    """
    if len(secret) < 32:
        raise Invalid("a signing secret has at least 32 bytes", code="keys.invalid")
    if valid_from.tzinfo is None or valid_until.tzinfo is None or valid_from >= valid_until:
        raise Invalid("certificates need two aware times in order", code="keys.invalid")
    root, issuer, signer = (_Holder(name, _derive_key(secret, name)) for name in ("Root", "Issuer", "Signer"))
    dates = (valid_from, valid_until)
    root_certificate = _certify(root, root, dates, path_length=1)
    issuer_certificate = _certify(issuer, root, dates, path_length=0)
    signer_certificate = _certify(signer, issuer, dates, path_length=None)
    return Credentials(
        key_pem=signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        chain_pem=b"".join(c.public_bytes(Encoding.PEM) for c in (signer_certificate, issuer_certificate)),
        anchor_pem=root_certificate.public_bytes(Encoding.PEM),
    )


def check_time_anchors(anchor_pem: bytes) -> None:
    """The library keeps one list of roots for signers and for times: what is trusted for the time must vouch for
    nothing else, or whoever it certifies could sign as this house. Raises: Invalid.
    """
    hint = "Give the certificate of the authority's own issuer, which is for time stamps alone."
    try:
        anchors = x509.load_pem_x509_certificates(anchor_pem)
    except ValueError as wrong:
        raise Invalid(
            "the certificates of the time authority cannot be read", code="keys.invalid", hint=hint
        ) from wrong
    for anchor in anchors:
        try:
            purposes = list(anchor.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
        except x509.ExtensionNotFound:
            purposes = []
        if purposes != [ExtendedKeyUsageOID.TIME_STAMPING]:
            raise Invalid("a certificate for the time vouches for more than the time", code="keys.invalid", hint=hint)


def _derive_key(secret: bytes, name: str) -> ec.EllipticCurvePrivateKey:
    """Source: RFC 5869; 48 bytes leave no bias on the curve's 32."""
    wide = HKDF(algorithm=SHA256(), length=48, salt=None, info=f"remixlab certificate {name}".encode()).derive(secret)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    return ec.derive_private_key(int.from_bytes(wide, "big") % (order - 1) + 1, ec.SECP256R1())


def _name(holder: _Holder) -> x509.Name:
    parts = ((NameOID.ORGANIZATION_NAME, _ORGANISATION), (NameOID.COMMON_NAME, holder.name))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def _certify(
    subject: _Holder, issuer: _Holder, dates: tuple[datetime, datetime], path_length: int | None
) -> x509.Certificate:
    """A certificate as C2PA asks for. Source: C2PA 2.2, 14.5; RFC 5280."""
    authority = path_length is not None
    public = subject.key.public_key()
    issuer_public = issuer.key.public_key()
    serial = hashlib.sha256(public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)).digest()[:16]
    usage = x509.KeyUsage(
        digital_signature=not authority, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=authority, crl_sign=authority, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(public)
        .serial_number(int.from_bytes(serial, "big") >> 1 | 1)
        .not_valid_before(dates[0])
        .not_valid_after(dates[1])
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path_length), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_public), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(issuer.key, SHA256(), ecdsa_deterministic=True)
