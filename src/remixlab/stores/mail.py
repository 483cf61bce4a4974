"""Letters: shown to whoever runs the process, or handed to a mail server."""

from __future__ import annotations

import smtplib
import ssl
import sys
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Final, NamedTuple, TextIO
from urllib.parse import unquote, urlsplit

from remixlab.domain.errors import InvalidSetting, MailUnavailable
from remixlab.domain.ports.mail import Letter, Mail

PATIENCE_S: Final = 10.0


class ConsoleMail:
    """Writes letters where the process writes: for one machine without a mail server."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out

    def send(self, letter: Letter) -> None:
        out = self._out or sys.stderr
        out.write(f"\nTo: {letter.to}\nSubject: {letter.subject}\n\n{letter.text}\n")
        out.flush()


class Server(NamedTuple):
    """Where letters are handed over."""

    host: str
    port: int
    encrypted: bool
    user: str
    password: str

    def __repr__(self) -> str:
        return f"Server({self.host!r}, {self.port})"


class SmtpMail:
    """Hands letters to a mail server: encrypted from the first byte (`smtps://`), or from STARTTLS on (`smtp://`)."""

    def __init__(self, server: Server, sender: str) -> None:
        self._server = server
        self._sender = sender

    def send(self, letter: Letter) -> None:
        message = EmailMessage()
        # Setting a header refuses line breaks in it, so nothing in a name or an address becomes another header.
        try:
            message["From"], message["To"], message["Subject"] = self._sender, letter.to, letter.subject
            message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2] or "localhost")
            message.set_content(letter.text)
            with self._connect() as connection:
                if self._server.user:
                    connection.login(self._server.user, self._server.password)
                connection.send_message(message)
        except (OSError, ValueError, smtplib.SMTPException) as wrong:
            raise MailUnavailable(
                "The letter could not be handed to the mail server.", hint="Look at REMIXLAB_MAIL_URL."
            ) from wrong

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.encrypted:
            return smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE_S, context=ssl.create_default_context())
        connection = smtplib.SMTP(server.host, server.port, timeout=PATIENCE_S)
        try:
            if server.host not in ("localhost", "127.0.0.1", "::1"):
                connection.starttls(context=ssl.create_default_context())
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        return connection


def open_mail(url: str, sender: str) -> Mail:
    """What `REMIXLAB_MAIL_URL` names; without one, letters are shown. Raises: InvalidSetting."""
    if not url:
        return ConsoleMail()
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or "@" not in sender:
        raise InvalidSetting(
            "REMIXLAB_MAIL_URL is not the address of a mail server, or REMIXLAB_MAIL_FROM no e-mail address",
            hint="Write smtps://USER:PASSWORD@HOST:465 and an address to send from.",
        )
    encrypted = parts.scheme == "smtps"
    port = parts.port or (465 if encrypted else 587)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SmtpMail(Server(parts.hostname, port, encrypted, user, password), sender)
