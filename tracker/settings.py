"""Every setting of the program: command line over environment (`TRACKER_…`) over `tracker.toml` over these defaults."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, DirectoryPath, Field, PositiveFloat, PositiveInt, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from tracker.domain.dates import parse_instant
from tracker.domain.vocabulary import LinkType
from tracker.errors import Refused
from tracker.store.session import sqlite_url


def _words(value: object) -> object:
    """The words of a list with commas, as an environment variable gives it."""
    return tuple(word.strip() for word in value.split(",") if word.strip()) if isinstance(value, str) else value


class BadSetting(Refused):
    """A setting that cannot be used; the message names it and where it was read."""


class Settings(BaseSettings):
    """`data` holds `tracker.db`, `archive/`, `reports/` and `site/`; `database_url` empty means SQLite in that folder.

    `codebook` is the folder of another codebook than the one shipped. `link_hosts` types hosts that neither the codebook nor a source
    knows, such as `"example.org" = "press"`. `ahead_days` is how long after the last write the
    next may lie. `sources_off` names sources that are asked only where `crawl` names them.
    """

    model_config = SettingsConfigDict(env_prefix="TRACKER_", toml_file="tracker.toml", extra="forbid")

    data: Path = Path("data")
    database_url: str = ""
    zone: str = ""
    contact: str = ""
    crawl_seconds: PositiveInt = 600
    report_hour: int = Field(default=6, ge=0, le=23)
    misfire_hours: PositiveInt = 12
    tick_seconds: PositiveInt = 900
    lease_seconds: PositiveFloat = 60
    ahead_days: PositiveInt = 731
    codebook: DirectoryPath | None = None
    link_hosts: dict[str, LinkType] = {}
    sources_off: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def database(self) -> str:
        """The address of the record."""
        return self.database_url or sqlite_url(self.data / "tracker.db")

    @property
    def archive(self) -> Path:
        """Where captured responses and frozen editions are kept."""
        return self.data / "archive"

    @property
    def spool(self) -> Path:
        """Where crawlers write until it is taken in."""
        return self.data / "spool"


def load(**given: object) -> Settings:
    """The settings in force; `given` are those of the command line, None meaning not given."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except UnicodeDecodeError as error:
        raise BadSetting(f"tracker.toml is no UTF-8 text: {error.reason}") from None
    except SettingsError as error:
        raise BadSetting(f'{error}; see TRACKER_LINK_HOSTS, a JSON object such as {{"example.org": "press"}}') from None
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "extra_forbidden":
            raise BadSetting(
                f"tracker.toml has an unknown setting {first['loc'][0]}; known: {', '.join(Settings.model_fields)}"
            ) from None
        name = ".".join(map(str, first["loc"]))
        raise BadSetting(
            f"the setting {name} cannot be {first['input']!r}: {first['msg']}; see TRACKER_{name.upper()} and tracker.toml"
        ) from None


def now() -> datetime:
    """The one clock: `TRACKER_NOW` where it is set, else this machine's."""
    fixed = os.environ.get("TRACKER_NOW")
    return parse_instant(fixed) if fixed else machine_now()


def is_fixed() -> bool:
    """Whether a person set the clock."""
    return bool(os.environ.get("TRACKER_NOW"))


def machine_now() -> datetime:
    """What the clock of this machine says."""
    return datetime.now(UTC)
