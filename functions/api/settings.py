"""What the api's process is told by its environment."""

from functools import cache
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from functions.runtime.settings import StackAccess, read_settings


class ApiSettings(StackAccess):
    """Settings of the api process.

    `public_url` and `public_storage_url` are addresses as phones see them, `classify_url` as this
    process does. Before the api stand so many `trusted_proxies`, each of which adds the address it
    was asked from to `X-Forwarded-For`. `token_keys` are `<key id>:<secret>` pairs with commas
    between: the first signs, all are believed, so that a new one in front signs nobody out.
    `inboxes` are `<function>:<bucket it listens to>` pairs.
    """

    host: str = "127.0.0.1"
    port: int
    public_url: str
    public_storage_url: str
    classify_url: str
    token_keys: SecretStr
    inboxes: str = "on_upload:uploads,augment:images,classify:images"
    signup: Literal["open", "closed"] = "closed"
    session_hours: float = Field(default=24 * 30, gt=0)
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    least_free_bytes: int = Field(default=1_000_000_000, ge=0)

    @field_validator("inboxes")
    @classmethod
    def _pairs(cls, given: str) -> str:
        if not all(all(pair.strip().partition(":")) for pair in given.split(",")):
            raise ValueError("each is <function>:<bucket>")
        return given

    @field_validator("token_keys")
    @classmethod
    def _whole(cls, given: SecretStr) -> SecretStr:
        for pair in given.get_secret_value().split(","):
            key_id, _, secret = pair.strip().partition(":")
            if not key_id or len(secret) < 32:
                raise ValueError("each key is <id>:<secret of at least 32 characters>")
        return given

    @property
    def keys(self) -> dict[str, str]:
        """Secrets by key id; the first signs."""
        pairs = self.token_keys.get_secret_value().split(",")
        return dict(pair.strip().split(":", 1) for pair in pairs)

    @property
    def listens_to(self) -> dict[str, str]:
        """The bucket that each storage function listens to, by the function's name."""
        return dict(pair.strip().split(":", 1) for pair in self.inboxes.split(","))


@cache
def settings() -> ApiSettings:
    """This process's settings; ends it with a sentence when one is missing or wrong."""
    return read_settings(ApiSettings)
