"""Ports: free ones for a stack beside others, and who holds one that should be free."""

import random
import socket
from contextlib import closing

import psutil

RANGE = range(20_000, 32_000)
"""Where free ports are looked for.

Below the range systems use for outgoing connections, so that none of those takes a port between
the look and the server's start.
"""


class PortTaken(Exception):
    """A port the stack needs is held by a process that is not of this stack."""


def free_ports(count: int) -> tuple[int, ...]:
    """Ports of RANGE nobody listens on now, all different."""
    found: list[int] = []
    candidates = random.SystemRandom().sample(RANGE, k=len(RANGE))
    while len(found) < count:
        port = candidates.pop()
        if is_free(port):
            found.append(port)
    return tuple(found)


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now, on this machine alone and on all of it."""
    return all(_can_bind(host, port) for host in ("127.0.0.1", ""))


def require_free(port: int, setting: str) -> None:
    """Raises PortTaken, naming the port, its holder and the setting to change."""
    if not is_free(port):
        raise PortTaken(
            f"port {port} is held by {holder(port)}; stop that, "
            f"or choose another port with {setting}=..."
        )


def holder(port: int) -> str:
    """The process that listens on the port, as a person would look for it."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            listens = connection.status == psutil.CONN_LISTEN
            if listens and tuple(connection.laddr)[1:] == (port,) and connection.pid:
                return f"process {connection.pid} ({psutil.Process(connection.pid).name()})"
    except psutil.Error:
        # Some systems tell this to administrators only.
        pass
    return "another process"


def _can_bind(host: str, port: int) -> bool:
    with closing(socket.socket()) as probe:
        # Servers set this too: connections that are closing down don't hold a port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
