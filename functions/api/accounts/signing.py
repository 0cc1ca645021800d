"""Signed claims (JWT, RFC 7519) that name a row of `tokens`, under keys that can be rotated."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import jwt

from functions.api.refusals import NotSignedIn

_ALGORITHM: Final = "HS256"
_REQUIRED: Final = ["exp", "jti", "sub"]


class Signing:
    """Signs with the first of `keys` (secrets by key id) and believes what any of them signed."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys = keys

    def signed(self, token_id: str, user: str, expires: datetime) -> str:
        """The token of this id and user, good until `expires`."""
        key_id, secret = next(iter(self._keys.items()))
        claims = {"jti": token_id, "sub": user, "exp": expires}
        return jwt.encode(claims, secret, algorithm=_ALGORITHM, headers={"kid": key_id})

    def claims(self, token: str) -> Mapping[str, Any] | None:
        """What was signed (`jti`, `sub`, `exp`), or None when it was not, or not by us.

        Raises NotSignedIn for one of ours whose time is over.
        """
        try:
            secret = self._keys[jwt.get_unverified_header(token)["kid"]]
            # The algorithm is ours to say, never the token's.
            return jwt.decode(
                token, secret, algorithms=[_ALGORITHM], options={"require": _REQUIRED}
            )
        except jwt.ExpiredSignatureError:
            raise NotSignedIn("token-expired", "The token's time is over: sign in again.") from None
        except (jwt.InvalidTokenError, KeyError, TypeError):
            return None
