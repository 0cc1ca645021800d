"""What accounts are asked and answer."""

from pydantic import Field

from functions.api.schema import Given, Time, Told


class Credentials(Given):
    """A name and its password."""

    name: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=1000)


class Session(Told):
    """A token and when it ends."""

    token: str
    expires: Time
