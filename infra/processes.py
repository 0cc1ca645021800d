"""The process list: what runs in a stack, with which command and variables, in which order."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from infra import environment
from infra.executables import MINIO, MongoServer, mongo_server
from infra.layout import Stack
from infra.wiring import Row


@dataclass(frozen=True)
class Process:
    """One process for the supervisor; lower `rank` starts earlier and stops later."""

    name: str
    command: tuple[str, ...]
    variables: Mapping[str, str] = field(repr=False)
    rank: int
    stop_seconds: int


def processes(stack: Stack) -> tuple[Process, ...]:
    """Every process of the stack, in starting order."""
    functions = tuple(_function(stack, row) for row in stack.rows)
    return (*servers(stack), *functions, _scheduler(stack), _api(stack))


def servers(stack: Stack) -> tuple[Process, ...]:
    """Mongo (unless it is somebody else's) and MinIO."""
    minio = Process(
        name="minio",
        command=(
            str(MINIO),
            "server",
            "--address",
            f"{stack.storage_host}:{stack.ports['minio']}",
            str(stack.folder / "minio"),
        ),
        variables=environment.of_minio(stack),
        rank=20,
        stop_seconds=20,
    )
    return (minio,) if stack.external_mongo else (_mongo(stack), minio)


def _mongo(stack: Stack) -> Process:
    server = mongo_server()
    if server is None:
        raise SystemExit("there is no Mongo server yet: `make setup` builds one")
    return Process(
        name="mongo",
        command=(*mongo_command(stack, server), "--auth"),
        variables=environment.of_any(stack),
        rank=10,
        stop_seconds=30,
    )


def mongo_command(stack: Stack, server: MongoServer) -> tuple[str, ...]:
    """How the server is started, but for `--auth`."""
    port, folder = str(stack.ports["mongo"]), str(stack.folder / "mongo")
    if server.kind == "mongod":
        options: tuple[str, ...] = ("--bind_ip", "127.0.0.1", "--dbpath", folder, "--quiet")
    else:
        # Without --sync-on-commit acknowledged writes are lost when the process is killed.
        options = ("--host", "127.0.0.1", "--storage-path", folder, "--sync-on-commit")
        options += ("--log-level", "WARNING")
    if server.kind == "secantus":
        options += ("--log-file-max", "16MB")
    return (str(server.program), "--port", port, *options)


def _function(stack: Stack, row: Row) -> Process:
    return Process(
        name=row.function,
        command=gunicorn(row),
        variables=environment.of_function(stack, row),
        rank=40,
        stop_seconds=60,
    )


def gunicorn(row: Row, *options: str) -> tuple[str, ...]:
    """The command that serves one function."""
    # The supervisor is who controls it; gunicorn's own socket would be shared by all stacks.
    settings = ("-c", "python:functions.runtime.server", "--no-control-socket", *options)
    nice = ("nice", "-n", "10") if row.gives_way else ()
    return (
        *nice,
        sys.executable,
        "-m",
        "gunicorn",
        *settings,
        f"functions.{row.function}.main:app",
    )


def _api(stack: Stack) -> Process:
    settings = ("-c", "python:functions.api.server", "--no-control-socket")
    return Process(
        name="api",
        command=(sys.executable, "-m", "gunicorn", *settings, "functions.api.main:app"),
        variables=environment.of_api(stack),
        rank=50,
        stop_seconds=30,
    )


def _scheduler(stack: Stack) -> Process:
    return Process(
        name="scheduler",
        command=(sys.executable, "-m", "scheduler.main"),
        variables=environment.of_scheduler(stack),
        rank=30,
        stop_seconds=60,
    )
