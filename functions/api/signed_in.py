"""Who is calling, found out before a route is entered: all routes but a few want a token."""

import ipaddress
from typing import Any, Final

from apiflask import APIBlueprint, HTTPTokenAuth
from flask import g, request

from functions.api.accounts.tokens import Tokens
from functions.api.caller import Caller
from functions.api.in_hand import InHand
from functions.api.parts import parts
from functions.api.refusals import NotSignedIn

_AUTH = HTTPTokenAuth(scheme="Bearer")
_IN_HAND: Final = InHand()


def signed_in(noun: str) -> APIBlueprint:
    """Routes about a noun that only callers with a good token enter."""
    routes = APIBlueprint(noun, __name__, tag=noun)

    @routes.before_request
    @routes.auth_required(_AUTH)
    def enter() -> None:
        """A token that is none ends the request with 401, too many of one person with 429."""
        known = _AUTH.current_user
        # A browser asks beforehand, without a token, whether it may ask.
        if isinstance(known, Caller):
            _IN_HAND.take(known.name)
            g.in_hand = known.name

    @routes.teardown_request
    def leave(_: BaseException | None) -> None:
        """The answer is there; a stream only begins."""
        name = g.pop("in_hand", None)
        if name is not None:
            _IN_HAND.give_back(name)

    return routes


def caller() -> Caller:
    """Who is calling the route that runs."""
    known: Any = _AUTH.current_user
    assert isinstance(known, Caller)
    return known


def caller_if_any() -> Caller | None:
    """Who calls a route that wants no token; raises NotSignedIn for a token that is not good."""
    given = _AUTH.get_auth()
    if given is None:
        return None
    known = tokens().caller(given.token or "")
    if known is None:
        raise NotSignedIn("not-signed-in", "This token is not good any more: sign in again.")
    return known


def address() -> str:
    """Where the request comes from; of IPv6 the network, since each house has a whole one."""
    there = ipaddress.ip_address(request.remote_addr or "::")
    return (
        str(ipaddress.ip_network((there, 64), strict=False)) if there.version == 6 else str(there)
    )


def tokens() -> Tokens:
    """The tokens that this api issues and believes."""
    own = parts()
    return Tokens.of(own.database, own.settings.keys)


@_AUTH.verify_token  # type: ignore[untyped-decorator]
def _known(token: str) -> Caller | None:
    return tokens().caller(token)
