"""What the person who starts a stack may set, read from the environment once."""

import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from infra.wiring import WIRING, Row

_SERVERS: Final = {"api": 8000, "scheduler": 8005, "minio": 9000, "mongo": 27017}
_TUNING: Final = (
    *("THREADS", "LEASE_SECONDS", "PIXELS_IN_FLIGHT", "TRAINING_THREADS", "LOG_LEVEL"),
    *("SIGNUP", "SESSION_HOURS", "TRUSTED_PROXIES", "LEAST_FREE_BYTES"),
)


@dataclass(frozen=True)
class StackSettings:
    """Ports by process name, addresses that phones see, variables of functions and scheduler."""

    ports: Mapping[str, int]
    public_url: str
    public_storage_url: str
    mongo_uri: str | None
    tuning: Mapping[str, str]

    @classmethod
    def from_environment(cls, given: Mapping[str, str] = os.environ) -> Self:
        """The settings; raises SystemExit naming a port that is not one, or is given twice."""
        ports = {
            name: _port(given, port_setting(name), port)
            for name, port in default_ports(WIRING).items()
        }
        _check_different(ports)
        address = lan_address()
        return cls(
            ports=ports,
            # Browsers name origins without a path, and CORS compares letter by letter.
            public_url=_origin(given.get("PUBLIC_URL") or f"http://{address}:{ports['api']}"),
            public_storage_url=given.get("PUBLIC_STORAGE_URL")
            or f"http://{address}:{ports['minio']}",
            mongo_uri=given.get("MONGO_URI") or None,
            tuning={name: given[name] for name in _TUNING if given.get(name)},
        )


def default_ports(rows: Sequence[Row]) -> dict[str, int]:
    """The usual port of every process."""
    return {**_SERVERS, **{row.function: row.port for row in rows}}


def port_setting(name: str) -> str:
    """The setting that moves a process to another port, such as `CLASSIFY_PORT`."""
    return f"{name.upper()}_PORT"


def lan_address() -> str:
    """This machine's address in its own network, or the loopback address without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the system only says which of its addresses it would use
            # (the target is one reserved for documentation).
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _port(given: Mapping[str, str], setting: str, usual: int) -> int:
    text = given.get(setting) or str(usual)
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise SystemExit(f"{setting} must be a port from 1 to 65535, not {text!r}")
    return int(text)


def _check_different(ports: Mapping[str, int]) -> None:
    for port in ports.values():
        same = [port_setting(name) for name, its in ports.items() if its == port]
        if len(same) > 1:
            raise SystemExit(f"{' and '.join(same)} can't both be {port}")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if not (parts.scheme in ("http", "https") and parts.netloc):
        raise SystemExit(f"PUBLIC_URL must begin with http:// or https://, not {url!r}")
    return f"{parts.scheme}://{parts.netloc}"
