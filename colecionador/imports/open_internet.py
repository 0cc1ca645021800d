"""Requests that reach the open internet only: each connection goes to an address that was checked.

The address is checked where the connection is made, so redirects and names that change their
address between a check and its use (DNS rebinding) are met too.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError

Address = IPv4Address | IPv6Address
Allowed = Callable[[Address], bool]
Resolve = Callable[[str, int], list[str]]

_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""IPv4 behind a translator; the address is in the last four bytes (RFC 6052)."""


class PrivateAddress(Exception):
    """A host is at an address that is not of the open internet."""


def is_public(address: Address) -> bool:
    """Whether anybody on the internet may be asked at this address."""
    if isinstance(address, IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address in an IPv6 one that only carries it."""
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host; raises OSError when it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class Adapter(HTTPAdapter):
    """Connects to addresses that are `allowed`, and to no other; raises PrivateAddress."""

    def __init__(self, retry: Retry, allowed: Allowed, resolve: Resolve) -> None:
        self._pools = _pools(allowed, resolve)
        super().__init__(max_retries=retry)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As requests does it, with connections that check."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools


class Session(requests.Session):
    """Follows no redirect: requests would read each answer on the way, however long it is."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None for every answer."""


def session(
    retry: Retry, allowed: Allowed = is_public, resolve: Resolve = resolved
) -> requests.Session:
    """A session for http and https that asks no proxy: a proxy would connect for us unchecked."""
    made = Session()
    made.trust_env = False
    for scheme in ("http://", "https://"):
        made.mount(scheme, Adapter(retry, allowed, resolve))
    return made


def _pools(allowed: Allowed, resolve: Resolve) -> dict[str, type[HTTPConnectionPool]]:
    def connected(
        connection: HTTPConnection, connect: Callable[[], socket.socket]
    ) -> socket.socket:
        host = connection.host
        try:
            for address in _checked(connection, allowed, resolve):
                # What urllib3 gives to the resolver; an address needs none.
                connection.host = address
                try:
                    return connect()
                except NewConnectionError as error:
                    refused = error
            raise refused
        finally:
            connection.host = host

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connected(self, super()._new_conn)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connected(self, super()._new_conn)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _checked(connection: HTTPConnection, allowed: Allowed, resolve: Resolve) -> list[str]:
    """The host's addresses, asked for once; one that is not allowed makes all suspect."""
    host = connection.host
    try:
        addresses = resolve(host.strip("[]"), connection.port)
    except (OSError, UnicodeError) as error:
        gone = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
        raise NameResolutionError(host, connection, gone) from error
    for address in addresses:
        if not allowed(ip_address(address.partition("%")[0])):
            raise PrivateAddress(f"{host} is at {address}, which is not on the open internet.")
    return addresses
