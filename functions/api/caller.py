"""Who is calling: a person, or a camera or backend with a token of that person's."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member may do in a collection; each may do what those before it may."""

    VIEWER = "viewer"
    EDITOR = "editor"
    OWNER = "owner"

    def reaches(self, least: "Role") -> bool:
        """Whether this role may do what `least` may."""
        return list(Role).index(self) >= list(Role).index(least)


@dataclass(frozen=True)
class Scope:
    """What a named token is good for: one collection, and there no more than `role`."""

    name: str
    collection: str
    role: Role


@dataclass(frozen=True)
class Caller:
    """The user `name`, by the token with the id `token`; with a `scope` through a named one."""

    name: str
    operator: bool
    token: str
    scope: Scope | None = None

    @property
    def by(self) -> str:
        """How the caller is written down: `ana`, or `ana/camera` for her token of that name."""
        return f"{self.name}/{self.scope.name}" if self.scope else self.name

    @property
    def operates(self) -> bool:
        """Whether this is an operator in person: a named token is good for one collection only."""
        return self.operator and self.scope is None
