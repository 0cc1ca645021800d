"""What accounts are asked and answer."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, Secret, StringConstraints

from functions.api.caller import Role
from functions.api.schema import Given, Time, Told

Text = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Password = Annotated[Secret[Text], Field(json_schema_extra={"format": "password"})]
"""Hidden wherever it is printed."""


class Credentials(Given):
    """A name and its password."""

    name: str = Field(min_length=1, max_length=100)
    password: Password


class Session(Told):
    """A token and when it ends."""

    token: str
    expires: Time


class NewUser(Given):
    """A user to make; only operators make others."""

    name: str = Field(max_length=100)
    password: Password
    role: Literal["operator", "member"] = "member"


class UserTold(Told):
    """A user."""

    name: str
    role: Literal["operator", "member"]
    created_at: Time


class NewPassword(Given):
    """A password for somebody else."""

    new: Password


class ChangedPassword(Given):
    """One's own password, and the next one."""

    old: Password
    new: Password


class NewToken(Given):
    """A named token to make: what it is called, and what it is good for until when."""

    name: str = Field(max_length=200)
    collection: str = Field(max_length=100)
    role: Role
    expires: AwareDatetime


class TokenTold(Told):
    """A named token, without the token itself."""

    id: str
    name: str
    collection: str
    role: Role
    created_at: Time
    expires: Time


class TokenShownOnce(TokenTold):
    """A named token in the only answer that shows it."""

    token: str


class TokensTold(Told):
    """A page of named tokens, newest first."""

    items: list[TokenTold]
    next: str | None


class MemberGiven(Given):
    """What a member may do."""

    role: Role


class MemberTold(Told):
    """A member and their role."""

    name: str
    role: Role
