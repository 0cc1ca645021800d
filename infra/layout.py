"""What a stack is: its folder, its ports, its secrets, and the addresses that follow from them."""

import ipaddress
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from infra.mongo_uri import with_credentials
from infra.ports import free_ports
from infra.private_file import write_private
from infra.secrets_file import name_of, secrets_of
from infra.settings import StackSettings, default_ports
from infra.wiring import DATABASE, WIRING, Row

CHECKOUT = Path(__file__).resolve().parent.parent
"""The folder the product's code stands in."""


@dataclass(frozen=True)
class Stack:
    """One stack; `ports` by process name, `tuning` are variables that every function gets."""

    folder: Path
    ports: Mapping[str, int]
    secrets: Mapping[str, str] = field(repr=False)
    public_url: str
    public_storage_url: str
    external_mongo: str | None = field(default=None, repr=False)
    tuning: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[Row, ...] = WIRING

    @classmethod
    def fixed(cls, folder: Path, settings: StackSettings) -> Self:
        """The stack of `make run`: ports and addresses from the settings."""
        folder = writable(folder)
        return cls(
            folder=folder,
            ports=settings.ports,
            secrets=secrets_of(folder / "secrets.env", WIRING),
            public_url=settings.public_url,
            public_storage_url=settings.public_storage_url,
            external_mongo=settings.mongo_uri,
            tuning=settings.tuning,
        )

    @classmethod
    def free(
        cls,
        folder: Path,
        tuning: Mapping[str, str] | None = None,
        rows: Sequence[Row] = WIRING,
    ) -> Self:
        """A stack on free ports for this machine alone, so that several run side by side."""
        folder = writable(folder)
        names = default_ports(rows)
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        return cls(
            folder=folder,
            ports=ports,
            secrets=secrets_of(folder / "secrets.env", rows),
            public_url=f"http://127.0.0.1:{ports['api']}",
            public_storage_url=f"http://127.0.0.1:{ports['minio']}",
            tuning=tuning or {},
            rows=tuple(rows),
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The stack that was last started in this folder; raises FileNotFoundError if none was.

        A function that has come into the table since is not one of it yet.
        """
        folder = folder.resolve()
        known = json.loads((folder / "run" / "stack.json").read_text())
        rows = tuple(row for row in WIRING if row.function in known["ports"])
        secrets = secrets_of(folder / "secrets.env", rows)
        return cls(folder=folder, secrets=secrets, rows=rows, **known)

    def save(self) -> None:
        """Note ports and addresses in the folder, for `load`."""
        known = {
            "ports": dict(self.ports),
            "public_url": self.public_url,
            "public_storage_url": self.public_storage_url,
            "external_mongo": self.external_mongo,
            "tuning": dict(self.tuning),
        }
        write_private(self.folder / "run" / "stack.json", json.dumps(known, indent=1))

    @property
    def storage_url(self) -> str:
        """MinIO as the stack's own processes reach it."""
        return f"http://127.0.0.1:{self.ports['minio']}"

    @property
    def storage_host(self) -> str:
        """Where MinIO listens: everywhere, as phones need it, unless its address is loopback."""
        return "127.0.0.1" if _is_local(self.public_storage_url) else ""

    @property
    def api_host(self) -> str:
        """Where the api listens, likewise."""
        return "127.0.0.1" if _is_local(self.public_url) else "0.0.0.0"

    def url(self, name: str) -> str:
        """The address of a function or of the scheduler, such as `http://127.0.0.1:8003`."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def mongo_uri(self, principal: str | None = None) -> str:
        """Mongo's address with a principal's credentials, or without one with root's."""
        bare = (
            self.external_mongo
            or f"mongodb://127.0.0.1:{self.ports['mongo']}/?directConnection=true"
        )
        if principal is not None:
            password = self.secrets[name_of(principal, "mongo_password")]
            return with_credentials(bare, principal, password, DATABASE)
        if self.external_mongo is not None:
            return bare
        root = self.secrets["MONGO_ROOT_USER"], self.secrets["MONGO_ROOT_PASSWORD"]
        return with_credentials(bare, *root, "admin")


def writable(folder: Path) -> Path:
    """The folder, made where it was missing; raises SystemExit with a sentence if it can't be."""
    try:
        for name in ("logs", "run", "minio", "mongo", "queue"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        write_private(folder / "run" / "written", "")
    except OSError as error:
        raise SystemExit(f"cannot write in {folder}: {error.strerror}") from None
    return folder.resolve()


def _is_local(url: str) -> bool:
    host = urlsplit(url).hostname
    return host is not None and is_loopback(host)


def is_loopback(host: str) -> bool:
    """Whether a host's name or address means this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
