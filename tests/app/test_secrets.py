"""Secrets never reach a log, a picture of a value, or an error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from remixlab.app.logs import strike_secrets
from remixlab.app.settings import read_settings
from remixlab.seal import Credentials, MarkKeys, make_credentials
from remixlab.usecases.context.making import SealKeys

SECRET = bytes(range(32))
STREAM = b"a key of thirty-two bytes, hidden"
START = datetime(2026, 1, 1, tzinfo=UTC)


def credentials() -> Credentials:
    return make_credentials(SECRET, START, START + timedelta(days=30))


@pytest.mark.parametrize("name", ["secret", "stream_token", "Password", "Authorization", "api_key", "private_key_pem"])
def test_a_field_that_sounds_secret_is_struck_out_of_the_log(name: str) -> None:
    struck = strike_secrets(None, "info", {"event": "opened", name: "hush"})
    assert struck == {"event": "opened", name: "***"}


def test_a_field_that_is_no_secret_stays_in_the_log() -> None:
    event = {"event": "made", "remix_id": "rmx_1", "seconds": 2.5}
    assert strike_secrets(None, "info", dict(event)) == event


def test_settings_show_neither_addresses_with_passwords_nor_keys(tmp_path: Path) -> None:
    told = {"REMIXLAB_DATABASE_URL": "postgresql://kite:hush@db/remixlab", "REMIXLAB_LANGUAGE_MODEL_KEY": "sk-hush"}
    settings = read_settings(told, home=tmp_path)
    assert "hush" in settings.database_url
    assert "hush" in settings.language_model_key
    assert "hush" not in repr(settings)
    assert "hush" not in str(settings)


def test_keys_show_no_secret_however_they_are_written_down() -> None:
    marks = MarkKeys.from_secrets({0: SECRET, 1: SECRET[::-1]})
    held = credentials()
    keys = SealKeys(marks, held, STREAM)
    hidden = [STREAM, SECRET, held.key_pem, *(key for e in marks.epochs for key in (e.pattern, e.payload, e.handle))]
    for value in (keys, marks, held, *marks.epochs):
        for shown in (repr(value), str(value), f"{value}"):
            for secret in hidden:
                assert repr(secret)[2:-1] not in shown
                assert secret.hex() not in shown
    assert "PRIVATE KEY" in held.key_pem.decode()
