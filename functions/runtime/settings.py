"""What a process is told by its environment, read once at the start."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Literal, TypeVar

from pydantic import BaseModel, Field, SecretStr, ValidationError


class StackAccess(BaseModel):
    """Where storage and Mongo are, with one user's credentials, and what stands around them.

    Names in the environment are the upper-case field names.
    """

    storage_url: str
    storage_user: str
    storage_secret: SecretStr
    storage_region: str = "us-east-1"
    mongo_uri: SecretStr
    mongo_database: str = "colecionador"
    wired: str = "on_upload,augment,classify"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def wired_functions(self) -> tuple[str, ...]:
        """Names of the storage functions a photo received now has to pass."""
        return tuple(name.strip() for name in self.wired.split(",") if name.strip())


class Settings(StackAccess):
    """Settings of one function process."""

    event_token: SecretStr
    event_token_previous: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int
    threads: int = Field(default=2, ge=1, le=64)
    lease_seconds: float = Field(default=60, gt=0)
    pixels_in_flight: int = Field(default=120_000_000, gt=0)


Read = TypeVar("Read", bound=StackAccess)


@cache
def settings() -> Settings:
    """A function process's settings, as `read_settings` reads them."""
    return read_settings(Settings)


def read_settings(kind: type[Read], environment: Mapping[str, str] = os.environ) -> Read:
    """The settings of a process, from its own environment or from another's.

    Raises SystemExit with one sentence that names every missing or wrong variable at once.
    """
    # pydantic-settings would do the same and cost each process a twentieth of its start.
    given = {name.lower(): value for name, value in environment.items()}
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        wrong = "; ".join(
            f"{str(problem['loc'][0]).upper()} ({problem['msg'].lower()})"
            for problem in error.errors()
        )
        raise SystemExit(f"cannot start (pid {os.getpid()}), settings to mend: {wrong}") from None
