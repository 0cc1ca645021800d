"""The first user of a fresh Mongo, made while nobody else can sign in."""

import subprocess

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from infra.executables import mongo_server
from infra.layout import Stack
from infra.processes import mongo_command
from infra.readiness import is_ready
from infra.waiting import wait_until


def make_first_user(stack: Stack) -> None:
    """Make the root user of the Python twin, before it runs with `--auth` for the first time.

    The twin has no localhost exception; it is started without `--auth`, on the loopback address
    only, for the second this takes.
    """
    server = mongo_server()
    fresh = not any((stack.folder / "mongo").iterdir())
    if stack.external_mongo or server is None or server.kind != "twin" or not fresh:
        return
    with subprocess.Popen(mongo_command(stack, server)) as open_for_all:
        try:
            wait_until(
                lambda: is_ready(stack, "mongo"), seconds=30, otherwise="Mongo does not start"
            )
            _create(stack)
        finally:
            open_for_all.terminate()


def make_root_user(stack: Stack) -> None:
    """Make the root user of the stack's own Mongo, unless it is there.

    A server without users lets this machine make the first one ("localhost exception").
    Raises SystemExit when the database has users but does not know this stack's root password.
    """
    if stack.external_mongo or signs_in(stack.mongo_uri()):
        return
    try:
        _create(stack)
    except OperationFailure as error:
        raise SystemExit(
            f"{stack.folder / 'secrets.env'} does not fit the database in "
            f"{stack.folder / 'mongo'}: {error.details or error}"
        ) from error


def _create(stack: Stack) -> None:
    bare = f"mongodb://127.0.0.1:{stack.ports['mongo']}/?directConnection=true"
    with MongoClient[dict[str, object]](bare) as client:
        client.admin.command(
            "createUser",
            stack.secrets["MONGO_ROOT_USER"],
            pwd=stack.secrets["MONGO_ROOT_PASSWORD"],
            roles=["root"],
        )


def signs_in(uri: str) -> bool:
    """Whether Mongo knows the user and the password in this address."""
    with MongoClient[dict[str, object]](uri) as client:
        try:
            client.admin.command("ping")
        except OperationFailure:
            return False
        return True
