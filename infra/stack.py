"""The stack on the command line: `python -m infra.stack run`, `status`, `logs`, `redeploy`."""

import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

import click

from infra import supervised
from infra.layout import CHECKOUT, Stack
from infra.lifecycle import log_of, running
from infra.ports import PortTaken
from infra.processes import processes
from infra.readiness import is_ready
from infra.redeploy import redeploy as redeploy_process
from infra.settings import StackSettings
from infra.waiting import NotInTime

DATA: Final = CHECKOUT / "data"
"""Where the stack of `make run` keeps everything."""

_AT = click.option(
    "--data",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=DATA,
    show_default="data/ in the checkout",
    help="The stack's folder.",
)


@click.group()
def stack() -> None:
    """The local stack of Colecionador."""


@stack.command()
@_AT
def run(folder: Path) -> None:
    """Start everything on its usual ports, say `ready`, and stay until Ctrl-C."""
    # Both: a shell that starts this in the background has it ignore SIGINT.
    for wish in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wish, _interrupt)
    try:
        with running(Stack.fixed(folder, StackSettings.from_environment()), click.echo) as started:
            click.echo(f"photos go to {started.public_storage_url}")
            click.echo(f"ready {started.public_url}")
            # Also ends when `make stop` was called elsewhere.
            while supervised.answers(started.folder):
                time.sleep(1)
        click.echo("stopped")
    except KeyboardInterrupt:
        click.echo("stopped")
    except (PortTaken, NotInTime) as reason:
        sys.exit(str(reason))


@stack.command()
@_AT
def stop(folder: Path) -> None:
    """End the stack of this folder, in order, wherever it was started."""
    supervised.end(folder.resolve())


@stack.command()
@_AT
def status(folder: Path) -> None:
    """Show each process and whether it can do its work; exit code 1 when one can't."""
    known = _running(folder)
    all_ready = True
    for process in processes(known):
        ready = is_ready(known, process.name)
        all_ready &= ready
        word = supervised.state_of(known.folder, process.name)
        address = f"port {known.ports[process.name]}"
        click.echo(f"{process.name:12}{word:10}{'ready' if ready else 'not ready':12}{address}")
    sys.exit(0 if all_ready else 1)


@stack.command()
@_AT
@click.argument("function")
def logs(folder: Path, function: str) -> None:
    """Follow what a process says, until Ctrl-C."""
    log = log_of(folder, function)
    if not log.exists():
        sys.exit(f"{function} has said nothing; these have: {_named(folder)}")
    os.execlp("tail", "tail", "-n", "100", "-F", str(log))


@stack.command()
@_AT
@click.argument("function")
def redeploy(folder: Path, function: str) -> None:
    """Bring the checkout's code into a running function without losing an event."""
    known = _running(folder)
    names = [process.name for process in processes(known)]
    if function not in names:
        sys.exit(f"there is no {function!r}, only {', '.join(names)}")
    try:
        redeploy_process(known, function)
    except NotInTime as reason:
        sys.exit(str(reason))
    click.echo(f"{function} runs the new code")


def _running(folder: Path) -> Stack:
    if not supervised.answers(folder.resolve()):
        sys.exit(f"no stack runs in {folder}; `make run` starts one")
    return Stack.load(folder)


def _named(folder: Path) -> str:
    return ", ".join(sorted(log.stem for log in (folder / "logs").glob("*.log")))


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    stack()
