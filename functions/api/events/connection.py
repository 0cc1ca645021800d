"""The listener's connection below HTTP: is anybody there, and how to break it off."""

import socket
from contextlib import suppress
from typing import Any, Final

_SEND_BYTES: Final = 65_536
_UNANSWERED_MS: Final = 30_000


class Connection:
    """The socket of a request, where the server tells which it is (gunicorn does)."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self._socket: socket.socket | None = environ.get("gunicorn.socket")
        if self._socket is not None:
            # What is not read has to wait here, where it is counted, and not in the kernel.
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BYTES)
            if hasattr(socket, "TCP_USER_TIMEOUT"):
                # A phone that went out of reach does not say so.
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNANSWERED_MS)

    def cut(self) -> None:
        """Break it off; whoever writes to it gets an error at once."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def is_there(self) -> bool:
        """False once the listener has gone."""
        if self._socket is None:
            return True
        try:
            return self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False
