"""Settings, read once from `REMIXLAB_*` variables; the only place that knows their names. docs/guides/operate.md lists
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import quote, urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from remixlab.domain.errors import InvalidSetting
from remixlab.domain.naming import LOOPBACK_HOSTS
from remixlab.domain.rights.scopes import Tier
from remixlab.domain.territories import TERRITORIES, hint_for

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
    territory_header: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z0-9-]*$",
            description="The header in which a proxy of your own writes where a request comes from, such as "
            "`CF-IPCountry`. Without it the territory above holds for all: what callers write is not believed.",
        ),
    ] = ""
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
    performers: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(
            description="Performers that installed packages bring, by name, parted by commas; the first that takes a"
            " new part plays it."
        ),
    ] = ()
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
    approval_days: Annotated[int, Field(ge=1, description="Days that a party's yes to one request counts.")] = 90
    require_api_key: Annotated[
        bool, Field(description="Whether also what is public is shown only to who has an API key or is signed in.")
    ] = False
    public_url: Annotated[
        str,
        Field(
            pattern=r"^(https?://[^/\s?#@]+)?$",
            description="The address that people open, such as `https://remix.example`; under `https` cookies are safe "
            "from every other host. Without it the service answers to the names of this machine alone.",
        ),
    ] = ""
    allowed_hosts: Annotated[
        str, Field(description="More host names that the service answers to, with commas between; no wildcards.")
    ] = ""
    sign_up: Annotated[
        Literal["invited", "open"], Field(description="`open`: everybody may make a fan's account; else by invitation.")
    ] = "invited"
    mail_url: Annotated[
        str,
        Field(
            repr=False,
            description="`smtps://USER:PASSWORD@HOST:465` or `smtp://...`; without it letters are shown on stderr.",
        ),
    ] = ""
    mail_from: Annotated[str, Field(description="The e-mail address that letters come from.")] = ""
    jobs_per_account: Annotated[
        int, Field(ge=1, description="Unfinished jobs that one account may have at once; more are told to wait.")
    ] = 24
    takes_jobs: Annotated[
        bool,
        Field(description="Whether `remixlab serve` works on jobs itself, or leaves them to `remixlab worker`."),
    ] = True
    job_days: Annotated[
        int, Field(ge=1, description="Days that a finished job is kept; what it made is kept for itself.")
    ] = 30
    plan_days: Annotated[int, Field(ge=1, description="Days that a judged plan can be asked for by its id.")] = 30
    cache_gib: Annotated[
        float, Field(gt=0, description="What decoded sound may take on the disk; the longest unused goes first.")
    ] = 20.0
    trusted_proxies: Annotated[
        str,
        Field(
            description="Addresses of reverse proxies, parted by commas, that may say where a request comes from and "
            "that it came over TLS."
        ),
    ] = "127.0.0.1"
    rates: Annotated[
        str,
        Field(
            description="How often one account or address may ask for what is expensive, where that differs from the "
            "defaults: `preview=60/minute,verify=10/minute`; `off` for no bounds."
        ),
    ] = ""
    rates_url: Annotated[
        str,
        Field(
            repr=False,
            description="Where it is counted: `memory://`, `redis://...`, or `database`. Without it the database on "
            "PostgreSQL, else memory.",
        ),
    ] = ""
    soundfont_path: Annotated[
        Path | None,
        Field(validation_alias="REMIXLAB_SOUNDFONT", description="An SF2 or SF3 that new parts are played on."),
    ] = None
    sounds: Annotated[
        bool,
        Field(
            description="`off`: new parts are synthesised though the sampled instruments (`remixlab-sounds`) are "
            "installed."
        ),
    ] = True
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

    @field_validator("territory")
    @classmethod
    def _is_a_place(cls, code: str) -> str:
        if code not in TERRITORIES:
            raise ValueError(hint_for(code))
        return code

    @field_validator("word_likeness", "sounds", mode="before")
    @classmethod
    def _switch(cls, text: Any) -> Any:
        return text if isinstance(text, bool) else text not in ("off", "0", "false")

    @field_validator("performers", mode="before")
    @classmethod
    def _listed(cls, text: Any) -> Any:
        return tuple(name.strip() for name in text.split(",") if name.strip()) if isinstance(text, str) else text

    @field_validator("home", "deals_path", "certificate_path", "certificate_key_path", "soundfont_path")
    @classmethod
    def _at_home(cls, path: Path | None) -> Path | None:
        return None if path is None else path.expanduser()

    @model_validator(mode="after")
    def _in_the_workspace(self) -> Self:
        root = self.home.resolve()
        filled = {"home": root, "database_url": self.database_url or _sqlite_url(root / "remixlab.sqlite"),
                  "blobs_url": self.blobs_url or f"file://{quote(str(root / 'blobs'))}"}  # fmt: skip
        for name, value in filled.items():
            object.__setattr__(self, name, value)
        return self

    @property
    def hosts(self) -> frozenset[str]:
        """The names, without a port, that requests may be sent to."""
        named = [*self.allowed_hosts.split(","), urlsplit(self.public_url).hostname or ""]
        return LOOPBACK_HOSTS | frozenset(name.strip().lower() for name in named if name.strip())

    @property
    def is_on_loopback(self) -> bool:
        """Whether nobody but this machine reaches the service."""
        return self.hosts == LOOPBACK_HOSTS

    @property
    def is_encrypted(self) -> bool:
        """Whether people reach the service under TLS."""
        return self.public_url.startswith("https://")

    @property
    def informed_marks(self) -> bool:
        return self.mark == "informed"

    @property
    def jobs_url(self) -> str:
        """The system database of the durable jobs: beside SQLite as a file of its own, inside PostgreSQL as a
        schema.
        """
        return (
            self.database_url if self.database_url.startswith("postgresql") else _sqlite_url(self.home / "jobs.sqlite")
        )

    @property
    def work_url(self) -> str:
        """Where processes tell each other that they live and how far they are; a file of its own beside SQLite, which
        may be lost.
        """
        return (
            self.database_url
            if self.database_url.startswith("postgresql")
            else f"sqlite:///{self.home / 'work.sqlite'}"
        )


def _sqlite_url(file: Path) -> str:
    """The URL of a database file whatever its folder is called: `?` and `#` would end a path that is not quoted.

    Written here, where `stores.sql.sqlite_url` would load SQLAlchemy before `--help` is answered.
    """
    return f"sqlite:///{quote(str(file), safe='/ ')}"


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
