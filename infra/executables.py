"""Where the servers' programs are: pinned, built once, cached for every checkout of this user."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "colecionador"

MINIO_VERSION: Final = "v0.0.0-20260212201848-7aac2a2c5b7c"
SECANTUS_VERSION: Final = "0.5.3-beta.196"
TWIN_VERSION: Final = "0.7.0b3"

MINIO: Final = CACHE / f"minio-{MINIO_VERSION}" / "minio"
SECANTUS: Final = CACHE / f"secantus-{SECANTUS_VERSION}" / "bin" / "secantusd-rs"
TWIN: Final = CACHE / f"secantus-py-{TWIN_VERSION}" / "bin" / "secantusd-py"


@dataclass(frozen=True)
class MongoServer:
    """A program that speaks MongoDB's protocol; `kind` is `mongod`, `secantus` or `twin`."""

    kind: str
    program: Path

    @property
    def enforces_roles(self) -> bool:
        """Whether a user can do no more than its role says; the twin lets every user do all."""
        return self.kind != "twin"


def mongo_server() -> MongoServer | None:
    """The best one here: a real mongod on the PATH, SecantusDB, its Python twin, or None yet."""
    mongod = shutil.which("mongod")
    if mongod is not None:
        return MongoServer("mongod", Path(mongod))
    if SECANTUS.exists():
        return MongoServer("secantus", SECANTUS)
    return MongoServer("twin", TWIN) if TWIN.exists() else None
