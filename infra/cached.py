"""Things built once and kept for every checkout of this user: whole, or not there."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the name `folder`; another set-up that wants it waits here."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{folder.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def built_once(folder: Path, build: Callable[[Path], None]) -> bool:
    """Let `build` fill a temporary sibling and give it its name; False when it was there."""
    with locked(folder):
        if folder.exists():
            return False
        beside = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            build(beside)
            beside.chmod(0o755)
            beside.rename(folder)
        except BaseException:
            # Also when interrupted: half a build must not stay and fill the cache.
            shutil.rmtree(beside, ignore_errors=True)
            raise
        return True
