"""Settings, read once from the environment; the only place that knows the names of the variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from remixlab.domain.errors import Invalid


class InvalidSetting(Invalid):
    code = "setting.invalid"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the workspace is and how far it reaches.

    `database_url` and `blobs_url` default to SQLite and a folder inside `home`; on many machines they name
    a PostgreSQL database and an object store, and nothing else changes.
    """

    home: Path
    database_url: str = field(repr=False)
    blobs_url: str
    territory: str = "US"
    currency: str = "USD"
    workers: int = 2
    informed_marks: bool = False
    """Whether marks are laid so that shorter excerpts can be read, at several times the work."""
    language_model_url: str | None = None
    language_model_name: str | None = None
    language_model_key: str = field(default="", repr=False)
    word_likeness: bool = True
    """Whether words that no list holds may suggest a style by their likeness, where the `[words]` extra is installed."""
    certificate_path: Path | None = None
    certificate_key_path: Path | None = None
    prompt_log_days: int = 30
    require_api_key: bool = False
    soundfont_path: Path | None = None

    @property
    def jobs_url(self) -> str:
        """The system database of the durable jobs: beside SQLite as a file of its own, inside PostgreSQL as a schema."""
        return self.database_url if self.database_url.startswith("postgresql") else f"sqlite:///{self.home / 'jobs.sqlite'}"


def read_settings(environment: Mapping[str, str] | None = None, *, home: Path | None = None) -> Settings:
    """Settings from `REMIXLAB_*` variables; `home` (the command line's) wins. Raises: InvalidSetting."""
    env = os.environ if environment is None else environment
    root = (home or Path(env.get("REMIXLAB_HOME") or Path.home() / ".remixlab")).expanduser().resolve()
    return Settings(
        home=root,
        database_url=env.get("REMIXLAB_DATABASE_URL", f"sqlite:///{root / 'remixlab.sqlite'}"),
        blobs_url=env.get("REMIXLAB_BLOBS_URL", f"file://{root / 'blobs'}"),
        territory=_territory(env.get("REMIXLAB_TERRITORY", "US")),
        currency=env.get("REMIXLAB_CURRENCY", "USD"),
        workers=_count(env, "REMIXLAB_WORKERS", 2),
        informed_marks=_informed(env),
        language_model_url=env.get("REMIXLAB_LANGUAGE_MODEL_URL"),
        language_model_name=env.get("REMIXLAB_LANGUAGE_MODEL"),
        language_model_key=env.get("REMIXLAB_LANGUAGE_MODEL_KEY", ""),
        word_likeness=env.get("REMIXLAB_WORDS", "auto") not in ("off", "0", "false"),
        certificate_path=_path(env, "REMIXLAB_CERTIFICATE"),
        certificate_key_path=_path(env, "REMIXLAB_CERTIFICATE_KEY"),
        prompt_log_days=_count(env, "REMIXLAB_PROMPT_LOG_DAYS", 30),
        soundfont_path=_path(env, "REMIXLAB_SOUNDFONT"),
        require_api_key=env.get("REMIXLAB_REQUIRE_API_KEY", "0") not in ("", "0", "false"),
    )


def _territory(text: str) -> str:
    if len(text) != 2 or not text.isalpha():
        raise InvalidSetting(f"'{text}' is not a territory", hint="Use two letters of ISO 3166, such as DE.")
    return text.upper()


def _informed(env: Mapping[str, str]) -> bool:
    kind = env.get("REMIXLAB_MARK", "plain")
    if kind not in ("plain", "informed"):
        raise InvalidSetting(f"REMIXLAB_MARK is '{kind}'", hint="Use plain or informed.")
    return kind == "informed"


def _count(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isdigit() or int(text) < 1:
        raise InvalidSetting(f"{name} is '{text}', not a whole number above zero")
    return int(text)


def _path(env: Mapping[str, str], name: str) -> Path | None:
    return Path(env[name]).expanduser() if env.get(name) else None
