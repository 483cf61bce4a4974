"""Settings, read once from `REMIXLAB_*` variables; the only place that knows their names. docs/guides/operate.md lists
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from remixlab.domain.errors import InvalidSetting
from remixlab.domain.rights.scopes import Tier

PREFIX: Final = "REMIXLAB_"


class Settings(BaseSettings):
    """Where the workspace is and how far it reaches.

    On many machines `database_url` and `blobs_url` name a PostgreSQL database and an object store, and nothing else
    changes.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True, populate_by_name=True
    )

    home: Annotated[Path, Field(description="The workspace: database, blobs, keys and caches. `--home` wins.")] = Path(
        "~/.remixlab"
    )
    database_url: Annotated[
        str,
        Field(repr=False, description="`sqlite:///FILE` or `postgresql://...`; without it a file in the workspace."),
    ] = ""
    blobs_url: Annotated[
        str,
        Field(
            repr=False,
            description="`file://FOLDER`, `s3://...`, `gs://...` or `az://...`; without it a folder in the workspace.",
        ),
    ] = ""
    territory: Annotated[
        str,
        Field(pattern=r"^[A-Z]{2}$", description="Where a request comes from that does not say: ISO 3166-1 alpha-2."),
    ] = "US"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="What the books are kept in: ISO 4217.")] = "EUR"
    tier: Annotated[Tier, Field(description="The tier of whoever works on this machine without an API key.")] = (
        Tier.FREE
    )
    deals_path: Annotated[
        Path | None,
        Field(
            validation_alias="REMIXLAB_DEALS",
            description="A folder with `remix.toml` and `cover.toml`: which part of a listen goes to which role. "
            "Without it the packaged deals. Further files there are deals for a label, a recording, a territory or a "
            "time; docs/money.md shows one.",
        ),
    ] = None
    workers: Annotated[int, Field(ge=1, description="Threads that render one remix.")] = 2
    mark: Annotated[
        Literal["plain", "informed"],
        Field(description="`informed` lays marks so that shorter excerpts can be read, at several times the work."),
    ] = "plain"
    separator: Annotated[str | None, Field(description="A separator that an installed package brings, by name.")] = None
    listener: Annotated[str | None, Field(description="A listener that an installed package brings, by name.")] = None
    language_model_url: Annotated[
        str | None, Field(description="An OpenAI-compatible endpoint of one's own that may write plans.")
    ] = None
    language_model_name: Annotated[
        str | None, Field(validation_alias="REMIXLAB_LANGUAGE_MODEL", description="The model to ask there.")
    ] = None
    language_model_key: Annotated[str, Field(repr=False, description="The key of that endpoint.")] = ""
    word_likeness: Annotated[
        bool,
        NoDecode,
        Field(
            validation_alias="REMIXLAB_WORDS",
            description="`off`: words that no list holds suggest no style by their likeness (extra `[words]`).",
        ),
    ] = True
    certificate_path: Annotated[
        Path | None,
        Field(
            validation_alias="REMIXLAB_CERTIFICATE", description="A certificate chain (PEM) of one's own for manifests."
        ),
    ] = None
    certificate_key_path: Annotated[
        Path | None, Field(validation_alias="REMIXLAB_CERTIFICATE_KEY", description="Its private key (PEM).")
    ] = None
    prompt_log_days: Annotated[
        int, Field(ge=1, description="Days that the words of a refused prompt are kept for appeal.")
    ] = 30
    require_api_key: Annotated[bool, Field(description="Whether the HTTP API asks everybody for a key.")] = False
    soundfont_path: Annotated[
        Path | None,
        Field(validation_alias="REMIXLAB_SOUNDFONT", description="An SF2 or SF3 that new parts are played on."),
    ] = None
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="What is logged, to stderr.")
    ] = "warning"
    log_format: Annotated[Literal["text", "json"], Field(description="`json`: one object a line, for machines.")] = (
        "text"
    )

    @field_validator("territory", "currency", mode="before")
    @classmethod
    def _upper(cls, text: Any) -> Any:
        return text.upper() if isinstance(text, str) else text

    @field_validator("word_likeness", mode="before")
    @classmethod
    def _switch(cls, text: Any) -> Any:
        return text if isinstance(text, bool) else text not in ("off", "0", "false")

    @field_validator("home", "deals_path", "certificate_path", "certificate_key_path", "soundfont_path")
    @classmethod
    def _at_home(cls, path: Path | None) -> Path | None:
        return None if path is None else path.expanduser()

    @model_validator(mode="after")
    def _in_the_workspace(self) -> Self:
        root = self.home.resolve()
        filled = {"home": root, "database_url": self.database_url or f"sqlite:///{root / 'remixlab.sqlite'}",
                  "blobs_url": self.blobs_url or f"file://{root / 'blobs'}"}  # fmt: skip
        for name, value in filled.items():
            object.__setattr__(self, name, value)
        return self

    @property
    def informed_marks(self) -> bool:
        return self.mark == "informed"

    @property
    def jobs_url(self) -> str:
        """The system database of the durable jobs: beside SQLite as a file of its own, inside PostgreSQL as a
        schema.
        """
        return (
            self.database_url
            if self.database_url.startswith("postgresql")
            else f"sqlite:///{self.home / 'jobs.sqlite'}"
        )


def read_settings(environment: Mapping[str, str] | None = None, *, home: Path | None = None) -> Settings:
    """Settings from the environment, or from one that is given; `home` (the command line's) wins. Raises:

    InvalidSetting.
    """
    named: dict[str, Any] = {} if home is None else {"home": home}
    try:
        return (Settings if environment is None else _settings_from(environment))(**named)
    except ValidationError as wrong:
        raise _explained(wrong) from wrong


def variables() -> dict[str, tuple[str, str]]:
    """Every variable with its meaning and its default, as the operating guide lists them."""
    return {
        _variable(name, field): (field.description or "", _default(field))
        for name, field in Settings.model_fields.items()
    }


def _variable(name: str, field: FieldInfo) -> str:
    return str(field.validation_alias or f"{PREFIX}{name.upper()}")


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    return "" if value is None else str(getattr(value, "value", value))


def _settings_from(environment: Mapping[str, str]) -> type[Settings]:
    class Given(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            assert isinstance(env_settings, EnvSettingsSource)
            env_settings.env_vars = {name.lower(): text for name, text in environment.items() if text}
            return init_settings, env_settings

    return Given


def _explained(wrong: ValidationError) -> InvalidSetting:
    """The first mistake in one sentence, under the name of its variable; never the value of a secret."""
    first = wrong.errors(include_url=False)[0]
    place = str(first["loc"][0]) if first["loc"] else ""
    named = {_variable(name, field): field for name, field in Settings.model_fields.items()}
    variable = place if place in named else f"{PREFIX}{place.upper()}"
    field = named.get(variable)
    shown = f" is '{str(first['input'])[:80]}'" if field is not None and field.repr else ""
    return InvalidSetting(f"{variable}{shown}: {first['msg']}", hint=(field.description if field else "") or "")
