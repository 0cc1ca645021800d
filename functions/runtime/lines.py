"""Lines to clients: a silent one gives its thread back, and none holds up the others."""

import socket
import struct
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

from gunicorn.workers.gthread import TConn, ThreadWorker

_LINGER_SECONDS: Final = 1.0
_MOST_LEFT: Final = 65_536


class Worker(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's worker with threads; a line is said goodbye to in the thread that answered.

    The worker itself waits up to two seconds for the client's goodbye in the one thread that takes
    new connections: somebody who never says it would hold up everybody.
    """

    def handle(self, conn: TConn) -> Any:
        """Answer a request; returns what becomes of the line, False for its end."""
        kept = super().handle(conn)
        if not kept:
            say_goodbye(conn.sock)
        return kept


def say_goodbye(line: socket.socket) -> None:
    """Send what is left and read what still comes, a second at most (RFC 9112, section 9.6)."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_WR)
        end, left = time.monotonic() + _LINGER_SECONDS, _MOST_LEFT
        while left > 0 and (seconds := end - time.monotonic()) > 0:
            line.settimeout(seconds)
            data = line.recv(4096)
            left -= len(data) or left
    with suppress(OSError):
        # Nothing is left to wait for.
        line.shutdown(socket.SHUT_RDWR)


def end_silent(listeners: Iterable[Any], seconds: int) -> None:
    """Have gunicorn's listeners end lines that say nothing for so many seconds in a request.

    Between two requests a line may be silent for as long as `keepalive` says.
    """
    silence = struct.pack("ll", seconds, 0)
    for listener in listeners:
        # Accepted connections inherit it.
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, silence)
