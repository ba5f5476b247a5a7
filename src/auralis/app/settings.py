"""All settings in one tree: environment variables (``AURALIS_…``) over a TOML file over the defaults."""

from pathlib import Path
from typing import Any

from pydantic import Field, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from auralis.app.places import DATABASE_NAME, ENVIRONMENT_PREFIX, default_data, settings_file
from auralis.model.settings import BY_NAME
from auralis.model.settings.declared import ANALYSIS_BACKGROUND

MEGABYTE = 1024 * 1024


class Settings(BaseSettings):
    """What an owner can choose."""

    model_config = SettingsConfigDict(env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter="__", extra="ignore")

    host: str = Field(default="127.0.0.1", description="Address to listen on; only loopback until accounts exist")
    port: int = Field(default=8765, ge=0, le=65535, description="Port to listen on; 0 takes a free one")
    data: Path = Field(default_factory=default_data, description="Folder of the database, kept for good")
    cache: Path | None = Field(
        default=None, description="Folder of what can be made again; by default `cache` within the data folder"
    )
    allowed_hosts: list[str] = Field(
        default=["localhost", "127.0.0.1", "[::1]"], description="Host names that the server answers to"
    )
    allowed_origins: list[str] = Field(
        default_factory=list, description="Origins besides its own that may send commands (for development)"
    )
    trusted_proxies: list[str] = Field(
        default=["127.0.0.1", "::1"],
        description="Addresses and networks whose X-Forwarded-For and X-Forwarded-Proto count",
    )
    segment_memory_mb: int = Field(default=64, ge=8, description="Memory for encoded segments, MB")
    response_memory_mb: int = Field(default=64, ge=1, description="Memory for answers that are kept, MB")
    cache_memory_mb: int = Field(default=512, ge=64, description="Memory of all caches together at most, MB")
    requests_per_address: int = Field(default=1000, ge=1, description="Calls a minute from one address")
    requests_per_user: int = Field(default=5000, ge=1, description="Calls a minute of one user")
    expensive_per_user: int = Field(
        default=100, ge=1, description="Searches, scans and processing a minute of one user, kept answers aside"
    )
    logins_per_address: int = Field(default=10, ge=1, description="Logins a minute from one address")
    socket_connections: int = Field(default=20, ge=1, description="Sockets of one user open at a time")
    socket_messages_per_minute: int = Field(
        default=100, ge=10, description="Messages a minute from one client; a command of the player costs half of one"
    )
    socket_ping_seconds: float = Field(default=30, ge=0, description="Between signs of life asked of a socket; 0: none")
    socket_pong_seconds: float = Field(default=10, gt=0, description="So long a socket has to give one")
    segment_disk_mb: int = Field(default=1024, ge=16, description="Disk for encoded segments, MB")
    stream_disk_mb: int = Field(default=512, ge=16, description="Disk for continuous streams that are whole, MB")
    pcm_memory_mb: int = Field(default=192, ge=32, description="Memory for decoded audio, MB")
    artwork_disk_mb: int = Field(default=256, ge=16, description="Disk for resized covers, MB")
    analyse: bool = Field(
        default=True, description="Measure fingerprints in the background; fixes the setting `analysis.background`"
    )
    fixed: dict[str, Any] = Field(
        default_factory=dict,
        description='Settings of the web player that are fixed here for everybody, as `{"analysis.background": false}`',
    )
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$", description="What the log tells")
    log_format: str = Field(default="console", pattern="^(console|json)$", description="For people or for programs")

    @field_validator("fixed")
    @classmethod
    def _only_settings(cls, given: dict[str, Any]) -> dict[str, Any]:
        for name, value in given.items():
            if name not in BY_NAME:
                raise ValueError(f"{name} is not a setting")
            try:
                BY_NAME[name].checked(value)
            except ValueError as error:
                raise ValueError(f"{name} {error}") from None
        return given

    @property
    def all_fixed(self) -> dict[str, Any]:
        """Settings of the library that were given here and cannot be changed while the server runs."""
        own = {ANALYSIS_BACKGROUND.name: self.analyse} if "analyse" in self.model_fields_set else {}
        return {**own, **self.fixed}

    @model_validator(mode="after")
    def _caches_fit(self) -> "Settings":
        together = self.segment_memory_mb + self.pcm_memory_mb + self.response_memory_mb
        if together > self.cache_memory_mb:
            raise ValueError(f"the caches in memory take {together} MB, more than cache_memory_mb allows")
        return self

    @property
    def url_host(self) -> str:
        """The host as an address names it: IPv6 in brackets."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def cache_path(self) -> Path:
        """Where caches lie."""
        return self.cache or self.data / "cache"

    @property
    def database_path(self) -> Path:
        """Where the database lies."""
        return self.data / DATABASE_NAME

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the command line first, then the environment, then ``auralis.toml`` in the user's data folder."""
        del dotenv_settings, file_secret_settings
        file = TomlConfigSettingsSource(settings_cls, settings_file())
        return init_settings, env_settings, file
