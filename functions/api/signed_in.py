"""Who is calling, found out before a route is entered: all routes but a few want a token."""

from typing import Any

from apiflask import APIBlueprint, HTTPTokenAuth

from functions.api.accounts.tokens import Tokens
from functions.api.caller import Caller
from functions.api.parts import parts

_AUTH = HTTPTokenAuth(scheme="Bearer")


def signed_in(noun: str) -> APIBlueprint:
    """Routes about a noun that only callers with a good token enter."""
    routes = APIBlueprint(noun, __name__, tag=noun)

    @routes.before_request
    @routes.auth_required(_AUTH)
    def enter() -> None:
        """A token that is none ends the request with 401."""

    return routes


def caller() -> Caller:
    """Who is calling the route that runs."""
    known: Any = _AUTH.current_user
    assert isinstance(known, Caller)
    return known


def tokens() -> Tokens:
    """The tokens that this api issues and believes."""
    own = parts()
    return Tokens.of(own.database, own.settings.keys)


@_AUTH.verify_token  # type: ignore[untyped-decorator]
def _known(token: str) -> Caller | None:
    return tokens().caller(token)
