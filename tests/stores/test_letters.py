"""Letters and passwords: what is shown, what is handed over, what is kept; against a mail server of our own."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher

from remixlab.domain.errors import InvalidSetting, MailUnavailable, TooManyAttempts
from remixlab.domain.ports.mail import Letter
from remixlab.stores.mail import ConsoleMail, SmtpMail, open_mail
from remixlab.stores.passwords import AT_ONCE, IN_LINE, ArgonPasswords

LETTER = Letter("ann@example.org", "RemixLab: a test", "Hello Ann,\n\nhttps://remix.example/recover#token\n")


@contextmanager
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """Takes one letter, as RFC 5321 says, and keeps what it was told."""
    told: list[str] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rwb") as lines:

            def say(text: str) -> None:
                lines.write(f"{text}\r\n".encode())
                lines.flush()

            say("220 ours")
            inside = False
            for raw in lines:
                line = raw.decode().rstrip("\r\n")
                told.append(line)
                if inside:
                    inside = line != "."
                    if not inside:
                        say("250 taken")
                elif line.upper() == "DATA":
                    inside = True
                    say("354 go on")
                elif line.upper() == "QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 ours")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], told
    finally:
        thread.join(5)
        listening.close()


def test_a_letter_is_shown_where_there_is_no_mail_server() -> None:
    out = io.StringIO()
    ConsoleMail(out).send(LETTER)
    assert "To: ann@example.org" in out.getvalue() and "https://remix.example/recover#token" in out.getvalue()
    assert isinstance(open_mail("", ""), ConsoleMail)


def test_a_letter_is_handed_to_the_mail_server() -> None:
    with mail_server() as (port, told):
        open_mail(f"smtp://127.0.0.1:{port}", "studio@remix.example").send(LETTER)
    assert "rcpt TO:<ann@example.org>" in told and "mail FROM:<studio@remix.example>" in [
        t.split(" size")[0] for t in told
    ]
    assert "Subject: RemixLab: a test" in told and "https://remix.example/recover#token" in told


@pytest.mark.parametrize(
    "letter",
    [
        LETTER._replace(to="ann@example.org\r\nBcc: eve@example.org"),
        LETTER._replace(subject="Hello\r\nBcc: eve@example.org"),
    ],
)
def test_nothing_in_a_letter_becomes_a_header_of_its_own(letter: Letter) -> None:
    with pytest.raises(MailUnavailable):
        open_mail("smtp://127.0.0.1:1", "studio@remix.example").send(letter)


def test_a_mail_server_that_is_not_there_is_said_to_be() -> None:
    with pytest.raises(MailUnavailable):
        open_mail("smtp://127.0.0.1:1", "studio@remix.example").send(LETTER)


@pytest.mark.parametrize(
    ("url", "sender"), [("http://mail.example", "a@b"), ("smtp://", "a@b"), ("smtps://mail.example", "")]
)
def test_what_is_no_mail_server_is_a_wrong_setting(url: str, sender: str) -> None:
    with pytest.raises(InvalidSetting):
        open_mail(url, sender)


def test_the_password_of_a_mail_server_is_not_printed() -> None:
    mail = open_mail("smtps://kim:s%40cret@mail.example", "a@b")
    assert isinstance(mail, SmtpMail) and mail._server.password == "s@cret"  # pyright: ignore[reportPrivateUsage]
    assert "s@cret" not in repr(mail._server)  # pyright: ignore[reportPrivateUsage]


def quick() -> ArgonPasswords:
    return ArgonPasswords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_a_password_is_kept_as_argon2id_with_a_salt_of_its_own() -> None:
    passwords = quick()
    kept = passwords.hashed("four plain words here")
    assert kept.startswith("$argon2id$") and "plain" not in kept
    assert kept != passwords.hashed("four plain words here")
    assert passwords.fits("four plain words here", kept) and not passwords.fits("four plain words", kept)


@pytest.mark.parametrize("kept", [None, "", "no hash", "$argon2id$v=19$m=8,t=1,p=1$"])
def test_what_is_no_hash_fits_nothing(kept: str | None) -> None:
    assert not quick().fits("", kept) and not quick().fits("the password of nobody", kept)


def test_a_hash_of_weaker_times_is_made_anew() -> None:
    kept = quick().hashed("four plain words here")
    assert ArgonPasswords().is_outdated(kept) and not quick().is_outdated(kept)


def test_guessing_at_once_is_sent_away_and_holds_up_nobody_for_long() -> None:
    inside, release = threading.Semaphore(0), threading.Event()

    class Slow(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            inside.release()
            assert release.wait(10)
            return "a hash"

    passwords = ArgonPasswords(Slow())
    waiting = [threading.Thread(target=passwords.hashed, args=("x",), daemon=True) for _ in range(IN_LINE)]
    for one in waiting:
        one.start()
    for _ in range(AT_ONCE):
        assert inside.acquire(timeout=10)
    while passwords._line._value:  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
        threading.Event().wait(0.01)
    assert not inside.acquire(blocking=False), "no more are worked at, whoever waits"
    with pytest.raises(TooManyAttempts):
        passwords.hashed("one more")
    release.set()
    for one in waiting:
        one.join(10)
    assert passwords.hashed("later") == "a hash"
